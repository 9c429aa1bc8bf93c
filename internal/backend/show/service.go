package show

import (
	"context"
	"slices"

	"github.com/jasmincam/jasmincam/internal/domain"
)

// Quote implements domain.Shows.
func (s *Stage) Quote(ctx context.Context, performer string) (domain.Quote, error) {
	q, err := s.cfg.Book.Quote(ctx, performer)
	if err != nil {
		return domain.Quote{}, err
	}
	q.Lasts, q.Takes = lasts(q.Price, q.Credit).Milliseconds(), s.takes(performer)
	if !q.Takes {
		q.Reason = domain.ErrTakesNone().Message
	}
	return q, nil
}

// takes tells whether a room takes wishes, as far as visitors may know: of a pause they
// read nowhere sooner than in the room itself, for both rooms of a person are paused in
// one moment (domain rule 4). A wish that comes before can be declined or waits.
func (s *Stage) takes(performer string) bool {
	return s.cfg.Plane.TakesPrivate(performer) && !s.cfg.PauseTold(performer)
}

// Ask implements domain.Shows.
func (s *Stage) Ask(ctx context.Context, performer, key string, shown domain.Rates) (domain.Show, error) {
	closed, err := s.isClosed(ctx, performer)
	if err != nil {
		return domain.Show{}, err
	}
	if !closed && !s.takes(performer) {
		return domain.Show{}, domain.ErrTakesNone()
	}
	r, err := s.cfg.Book.AskShow(ctx, performer, key, shown)
	if undecided(err) {
		s.owe(true, nil)
	}
	if err != nil {
		return domain.Show{}, err
	}
	if !r.State.Over() {
		s.begin(r)
	}
	return r.Show, nil
}

// isClosed tells whether a show closes the room for all to see, so that one waits in
// line. A room that shows away meanwhile answers as one from which she is away, before
// anything is looked at that only the book knows (domain rule 4).
func (s *Stage) isClosed(ctx context.Context, performer string) (bool, error) {
	closed, err := s.cfg.Book.Closed(ctx)
	for _, rooms := range closed {
		if slices.Contains(rooms.Curtained, performer) {
			return true, err
		}
	}
	return false, err
}

// Show implements domain.Shows.
func (s *Stage) Show(ctx context.Context, id string) (domain.Show, error) {
	r, err := s.cfg.Book.ShowRecord(ctx, id)
	return s.Live(r.Show), err
}

// Live completes a show as the book has it with what has arrived since its newest
// entry.
func (s *Stage) Live(show domain.Show) domain.Show {
	s.mu.Lock()
	defer s.mu.Unlock()
	if p := s.open[show.ID]; p != nil && !show.State.Over() {
		show.ArrivedMS = max(show.DeliveredMS, p.live.Load())
	}
	return show
}

// hers finds a show of the acting performer's.
func (s *Stage) hers(ctx context.Context, id string) (*play, error) {
	r, err := s.cfg.Book.ShowRecord(ctx, id)
	if err != nil {
		return nil, err
	}
	if domain.ActorFrom(ctx).Account.ID != r.Performer {
		return nil, domain.Errorf("show", domain.KindForbidden, "Only the performer can do this. Sign in with her account.").Because("performer.only")
	}
	return s.play(r)
}

// Answer implements domain.Shows.
func (s *Stage) Answer(ctx context.Context, id string, accept bool) (domain.Show, error) {
	p, err := s.hers(ctx, id)
	switch {
	case err != nil:
	case accept:
		err = p.accept(ctx)
	default:
		err = p.decline(ctx, "declined")
	}
	if err != nil && domain.KindOf(err) != domain.KindConflict {
		return domain.Show{}, err
	}
	now, e := s.Show(ctx, id)
	if err != nil && e == nil && !accept && now.State == domain.ShowRefused && now.Reason == "declined" {
		err = nil // said again, because the answer was lost
	}
	if err != nil {
		return domain.Show{}, err
	}
	return now, e
}

// ReadyFor implements domain.Shows.
func (s *Stage) ReadyFor(ctx context.Context, id string) (domain.Show, error) {
	p, err := s.hers(ctx, id)
	if err == nil {
		err = p.ready(ctx)
	}
	if err != nil {
		return domain.Show{}, err
	}
	return s.Show(ctx, id)
}

// SetExtras implements domain.Shows.
func (s *Stage) SetExtras(ctx context.Context, id string, cam2cam, audio bool) (domain.Show, error) {
	r, err := s.cfg.Book.ShowRecord(ctx, id)
	if err != nil {
		return domain.Show{}, err
	}
	p, err := s.play(r)
	if err == nil {
		err = p.setExtras(ctx, cam2cam, audio)
	}
	if err != nil {
		return domain.Show{}, err
	}
	return s.Show(ctx, id)
}

// End implements domain.Shows.
func (s *Stage) End(ctx context.Context, id string) (domain.Show, error) {
	if p, by := s.part(ctx, id); p != nil { // the payer's view closes before the book is asked anything
		if err := p.leave(ctx, by); err != nil {
			return domain.Show{}, err
		}
	}
	return s.Show(ctx, id) // of one that is over, too
}

// Free implements the part of domain.Shows that opens the rooms.
func (s *Stage) Free(ctx context.Context, performer string) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), orderWithin)
	defer cancel()
	rooms, err := s.lift(ctx, performer)
	if err != nil || len(rooms) == 0 {
		return err
	}
	s.callNext(context.WithoutCancel(ctx), rooms)
	return nil
}

// lift opens the rooms that a show closes which is over, and tells which they were.
func (s *Stage) lift(ctx context.Context, performer string) ([]string, error) {
	s.closing.Lock()
	defer s.closing.Unlock()
	show, rooms, err := s.cfg.Book.Freeable(ctx, performer)
	if err == nil && show == "" {
		show, rooms = s.doubtful(performer)
	}
	if err != nil || show == "" {
		return nil, err
	}
	// The rows are given up last: as long as they are there no other show can close
	// the rooms, so none is opened by this.
	s.cfg.Plane.Lift(show, rooms.All()...)
	if err := s.cfg.Book.OpenRooms(ctx, show); err != nil {
		s.cfg.Plane.Curtain(show, rooms) // doubt: the curtain alone
		s.doubt(show, rooms)
		return nil, err
	}
	s.trust(show)
	return rooms.All(), nil
}

// doubt remembers rooms that were to be closed or opened when the book did not
// answer. It may have written it all the same, or not, and does not name them then.
func (s *Stage) doubt(show string, rooms domain.Household) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.doubted[show] = rooms
}

// trust ends a doubt: the book has answered.
func (s *Stage) trust(show string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.doubted, show)
}

// doubts tells whether rooms may be closed for a show, though the book never said so.
func (s *Stage) doubts(show string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, ok := s.doubted[show]
	return ok
}

// doubtful tells for which show the room may still be closed, and with which others.
func (s *Stage) doubtful(room string) (show string, rooms domain.Household) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for show, rooms := range s.doubted {
		if slices.Contains(rooms.All(), room) {
			return show, rooms
		}
	}
	return "", domain.Household{}
}

// callNext has the first in line who can pay ask her. Those who cannot are told.
func (s *Stage) callNext(ctx context.Context, rooms []string) {
	ctx, cancel := context.WithTimeout(ctx, orderWithin)
	defer cancel()
	rooms = slices.DeleteFunc(slices.Clone(rooms), s.withholds)
	waiting, err := s.cfg.Book.NextWaiting(ctx, rooms)
	if err != nil {
		s.cfg.Log.Error("the waiting line was not read; it is tried again", "err", err)
		s.owe(false, rooms)
		return
	}
	called := map[string]bool{}
	for _, r := range waiting {
		if called[r.Room] {
			continue
		}
		called[r.Room] = s.begin(r).call(ctx)
	}
}
