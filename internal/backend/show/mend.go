package show

import (
	"context"

	"github.com/jasmincam/jasmincam/internal/domain"
)

// undecided tells the book's silence from its refusal: it may have written what it was
// told, or not.
func undecided(err error) bool {
	kind := domain.KindOf(err)
	return err != nil && (kind == domain.KindUnavailable || kind == domain.KindInternal)
}

// owe has mend look for wishes that nobody conducts, and call the lines of rooms.
func (s *Stage) owe(stray bool, rooms []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stray = s.stray || stray
	s.uncalled = append(s.uncalled, rooms...)
}

// owed is what mend has to do, once.
func (s *Stage) owed() (stray bool, rooms []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	stray, rooms = s.stray, s.uncalled
	s.stray, s.uncalled = false, nil
	return stray, rooms
}

// mend does what the book did not answer for, until it does. A wish whose answer was
// lost may be written, with credits set aside, and whoever asked may never ask again:
// it is conducted as any other, and ends as one.
func (s *Stage) mend(ctx context.Context) {
	stray, rooms := s.owed()
	if stray {
		list, err := s.cfg.Book.Unsettled(ctx)
		if err != nil {
			s.owe(true, nil)
		}
		for _, r := range list {
			if r.State == domain.ShowAsked || r.State == domain.ShowWaiting {
				s.begin(r)
			}
		}
	}
	if len(rooms) > 0 {
		s.callNext(ctx, rooms)
	}
}
