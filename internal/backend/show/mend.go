package show

import (
	"context"
	"slices"

	"github.com/jasmincam/jasmincam/internal/domain"
)

// undecided tells the book's silence from its refusal: it may have written what it was
// told, or not.
func undecided(err error) bool {
	kind := domain.KindOf(err)
	return err != nil && (kind == domain.KindUnavailable || kind == domain.KindInternal)
}

// owe has mend look for wishes that nobody conducts, and call the next in the lines of rooms.
func (s *Stage) owe(stray bool, rooms []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stray = s.stray || stray
	for _, room := range rooms {
		if !slices.Contains(s.uncalled, room) {
			s.uncalled = append(s.uncalled, room)
		}
	}
}

// owed is what mend has to do, once.
func (s *Stage) owed() (stray bool, rooms []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	stray, rooms = s.stray, s.uncalled
	s.stray, s.uncalled = false, nil
	return stray, rooms
}

// withholds tells whether the line of a room is not called, because she has paused and
// could not answer (domain A7). It is called when the pause has ended.
func (s *Stage) withholds(room string) bool {
	paused, _ := s.cfg.Plane.Paused(room)
	if paused {
		s.owe(false, []string{room})
	}
	return paused
}

// callLate calls the lines of rooms that could not be called in their time, or in which
// a wish has ended. Where another show has closed the room meanwhile, its end calls;
// while nobody could be accepted there the line waits.
func (s *Stage) callLate(ctx context.Context, rooms []string) {
	for _, room := range rooms {
		if s.withholds(room) {
			continue
		}
		switch closed, err := s.isClosedNow(ctx, room); {
		case err != nil:
			s.owe(false, []string{room})
		case closed:
		case !s.cfg.Plane.TakesPrivate(room):
			s.owe(false, []string{room})
		default:
			s.callNext(ctx, []string{room})
		}
	}
}

// isClosedNow is isClosed for the stage itself, which a book that hangs must not hold.
func (s *Stage) isClosedNow(ctx context.Context, room string) (bool, error) {
	ctx, cancel := context.WithTimeout(ctx, orderWithin)
	defer cancel()
	return s.isClosed(ctx, room)
}

// unsettled are all shows that are not over, for the stage itself.
func (s *Stage) unsettled(ctx context.Context) ([]domain.ShowRecord, error) {
	ctx, cancel := context.WithTimeout(ctx, orderWithin)
	defer cancel()
	return s.cfg.Book.Unsettled(ctx)
}

// mend does what the book did not answer for, until it does, and calls the lines that
// had to wait. A wish whose answer was
// lost may be written, with credits set aside, and whoever asked may never ask again:
// it is conducted as any other, and ends as one.
func (s *Stage) mend(ctx context.Context) {
	stray, rooms := s.owed()
	if stray {
		list, err := s.unsettled(ctx)
		if err != nil {
			s.owe(true, nil)
		}
		for _, r := range list {
			if r.State == domain.ShowAsked || r.State == domain.ShowWaiting {
				s.begin(r)
			}
		}
	}
	s.callLate(ctx, rooms)
}
