package show

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/jasmincam/jasmincam/internal/domain"
)

// Times of the conducting (C).
const (
	lookEvery   = 200 * time.Millisecond
	stalledFor  = 4 * time.Second         // without a confirmation the show is interrupted: browsers report once a second
	lastReports = 2 * time.Second         // after the end: what arrived is confirmed by then
	standsAfter = 1500 * time.Millisecond // of a pause: what went out before is confirmed by then
	unpaidMost  = 2 * domain.TickEvery    // picture that the book could not charge; then the gate closes
	noteEvery   = 2 * time.Second         // of delivered time that is written down, for a server that finds the show after a kill
	payWithin   = 4 * time.Second         // for a tick's entry; a next look tries it again
	orderWithin = 10 * time.Second        // for a step that nobody waits for
	mendEvery   = time.Second             // until the book answers again, and the line moves on
)

// Book keeps shows and their money; each call is one transaction. *store.Store is
// one.
type Book interface {
	Quote(ctx context.Context, performer string) (domain.Quote, error)
	AskShow(ctx context.Context, performer, key string, shown domain.Rates) (domain.ShowRecord, error)
	StepShow(ctx context.Context, id string, from, to domain.ShowState, reason string) (domain.ShowRecord, error)
	ChargeShow(ctx context.Context, id string, n int, times domain.Delivered, charge, ahead domain.Millicredits) (domain.ShowRecord, error)
	NoteShow(ctx context.Context, id string, times domain.Delivered) error
	SwitchShow(ctx context.Context, id string, cam2cam, audio bool, need, ahead domain.Millicredits) (domain.ShowRecord, error)
	SettleShow(ctx context.Context, id string, times domain.Delivered, charge domain.Millicredits) (domain.ShowRecord, error)
	ShowRecord(ctx context.Context, id string) (domain.ShowRecord, error)
	Unsettled(ctx context.Context) ([]domain.ShowRecord, error)
	Closed(ctx context.Context) (map[string]domain.Household, error)
	Household(ctx context.Context, performer string) (domain.Household, error)
	Freeable(ctx context.Context, performer string) (show string, rooms domain.Household, err error)
	OpenRooms(ctx context.Context, show string) error
	NextWaiting(ctx context.Context, rooms []string) ([]domain.ShowRecord, error)
}

// Plane is what the media plane does for shows; *media.Engine is one. Each call
// has done its work when it returns.
type Plane interface {
	TakesPrivate(room string) bool
	Curtain(show string, rooms domain.Household) bool // false and no change while another show closes one
	Admit(show, room string, payer domain.AccountID) error
	Dismiss(show, room string)
	Lift(show string, rooms ...string)
	Delivered(room string) (arrived, outstanding time.Duration)
	Return(r domain.ShowReturn)
	Returned(show string) (picture, sound time.Duration)
	Paused(room string) (paused, fed bool)
}

// Config is what a Stage needs; all of it.
type Config struct {
	Book      Book
	Plane     Plane
	Drop      func(room string)      // forgets a room's still
	PauseTold func(room string) bool // whether a room's visitors have been told that she has paused
	Now       func() time.Time
	Log       *slog.Logger
}

// Stage conducts all shows of a server. Create it with New, call Open before rooms
// can be seen, and Run.
type Stage struct {
	cfg   Config
	plays sync.WaitGroup

	// closing is held while rooms are closed or opened and the book is told: two
	// answers at once could else open what the other has just closed. It may be
	// waited for with a play's lock, never the other way round.
	closing sync.Mutex

	mu       sync.Mutex
	open     map[string]*play            // by show
	doubted  map[string]domain.Household // rooms by the show for which they may be closed still
	stray    bool                        // there may be a wish that nobody conducts
	uncalled []string                    // rooms whose line is to be called
	stopped  bool
	ended    chan struct{} // closed when Run ends
}

// New makes a Stage on which nothing is played.
func New(c Config) *Stage {
	return &Stage{cfg: c, open: map[string]*play{}, doubted: map[string]domain.Household{}, ended: make(chan struct{})}
}

// Open brings what an earlier server left into order: rooms that were closed are
// closed again until their performer is free, shows that ran are settled to what
// was paid, and everything that was set aside for them is given back.
func (s *Stage) Open(ctx context.Context) error {
	closed, err := s.cfg.Book.Closed(ctx)
	if err != nil {
		return err
	}
	for show, rooms := range closed {
		if !s.cfg.Plane.Curtain(show, rooms) {
			return domain.Errorf("shows", domain.KindInternal, "Two private shows close one room. Restore the last backup, or ask for help with this sentence.")
		}
	}
	left, err := s.cfg.Book.Unsettled(ctx)
	if err != nil {
		return err
	}
	for _, r := range left {
		times := r.Known()
		if err := s.abandon(ctx, r, "server", times, max(r.Charged, cost(r.Show, times))); err != nil {
			return err
		}
	}
	return nil
}

// abandon ends a show that nobody conducts any more, at what was delivered.
func (s *Stage) abandon(ctx context.Context, r domain.ShowRecord, reason string, times domain.Delivered, charge domain.Millicredits) (err error) {
	if to, ok := next(r.State, failed); ok {
		_, err = s.cfg.Book.StepShow(ctx, r.ID, r.State, to, reason)
		return err
	}
	if to, ok := next(r.State, finished); ok {
		if _, err = s.cfg.Book.StepShow(ctx, r.ID, r.State, to, reason); err != nil {
			return err
		}
	}
	_, err = s.cfg.Book.SettleShow(ctx, r.ID, times, charge)
	return err
}

// Run conducts until ctx ends; then every show is ended and settled before it
// returns.
func (s *Stage) Run(ctx context.Context) {
	tick := time.NewTicker(mendEvery)
	defer tick.Stop()
	for ctx.Err() == nil {
		select {
		case <-tick.C:
			s.mend(ctx)
		case <-ctx.Done():
		}
	}
	s.mu.Lock()
	s.stopped = true
	close(s.ended)
	s.mu.Unlock()
	s.plays.Wait()
}

// begin conducts a show that was asked for.
func (s *Stage) begin(r domain.ShowRecord) *play {
	s.mu.Lock()
	defer s.mu.Unlock()
	if p := s.open[r.ID]; p != nil {
		return p
	}
	p := &play{stage: s, id: r.ID, room: r.Room, her: r.Performer, him: r.Payer, ShowRecord: r, seen: s.cfg.Now(), arrivedAt: s.cfg.Now()}
	if s.stopped {
		return p // the next server abandons it
	}
	s.open[r.ID] = p
	s.plays.Go(p.run)
	return p
}

// play finds a show that is conducted here. KindConflict when it is over.
func (s *Stage) play(r domain.ShowRecord) (*play, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if p := s.open[r.ID]; p != nil {
		return p, nil
	}
	return nil, domain.Errorf("show", domain.KindConflict, "The show is %s now. Look at it again.", r.State).Because("show.changed")
}

// part finds a show that is conducted here, and by which of its parties the actor ends
// it; nil for anybody else. It asks no book.
func (s *Stage) part(ctx context.Context, id string) (p *play, by string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p = s.open[id]
	switch actor := domain.ActorFrom(ctx).Account.ID; {
	case p == nil || actor == "":
	case actor == p.her:
		return p, "performer"
	case actor == p.him:
		return p, "member"
	}
	return nil, ""
}

func (s *Stage) forget(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.open, id)
}

// others are the shows that are asked for in one of the rooms, but for one.
func (s *Stage) others(id string, rooms []string) (list []*play) {
	in := map[string]bool{}
	for _, r := range rooms {
		in[r] = true
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, p := range s.open {
		if p.id != id && in[p.room] {
			list = append(list, p)
		}
	}
	return list
}
