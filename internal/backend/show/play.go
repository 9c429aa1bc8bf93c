package show

import (
	"cmp"
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jasmincam/jasmincam/internal/domain"
)

// play is one show that is conducted. Its lock is held for a whole step, so that
// the book and the media plane agree.
type play struct {
	stage    *Stage
	id, room string
	her, him domain.AccountID

	mu sync.Mutex
	domain.ShowRecord
	seen      time.Time     // since when it is in its state
	arrived   time.Duration // that the payer's browser has confirmed
	arrivedAt time.Time     // when that grew last, or the gate was opened again
	lostAt    time.Time     // since when the show lives without picture: only picture ends that
	told      time.Duration // what the plane said last
	cam2cam   extra
	audio     extra
	noted     time.Duration // arrived, as the book knows it
	live      atomic.Int64  // arrived in ms, to be read without the lock
	paused    time.Time     // since when she is black and silent by her wish; zero: picture has arrived since
	ending    string        // why it ends: the gate is closed for good, though the book may not know it yet
	due       bool          // its turn in the line has come, but the book did not answer
	troubled  bool          // the book did not answer at the last look
	over      bool
}

// run looks after the show until it is over.
func (p *play) run() {
	defer p.stage.forget(p.id)
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			if p.look() {
				return
			}
		case <-p.stage.ended:
			p.abandon()
			return
		}
	}
}

// step takes the show to the state that sig leads to; the caller holds mu.
func (p *play) step(ctx context.Context, sig signal, reason string) error {
	to, ok := next(p.State, sig)
	if !ok {
		return domain.Errorf("show", domain.KindConflict, "The show is %s now. Look at it again.", p.State).Because("show.changed")
	}
	r, err := p.stage.cfg.Book.StepShow(ctx, p.ID, p.State, to, reason)
	if domain.KindOf(err) == domain.KindConflict {
		r, err = p.found(ctx, to, err)
	}
	if err != nil {
		return err
	}
	p.stage.cfg.Log.Info("a show changed", "show", p.ID, "from", p.State, "to", to, "because", sig)
	p.moveLine(r.State)
	p.ShowRecord, p.seen = r, p.stage.cfg.Now()
	p.over = r.State.Over()
	return nil
}

// moveLine has the next in line ask her when this was a wish and is over. It need not
// have been asked: its turn may have come when the book did not answer.
func (p *play) moveLine(now domain.ShowState) {
	if now.Over() && (p.State == domain.ShowAsked || p.State == domain.ShowWaiting) {
		p.stage.owe(false, []string{p.room})
	}
}

// found looks at the book after it refused a step. It may be there already, because
// the answer to a commit was lost with the database's connection; then the step is
// done. Or the show is elsewhere, and goes on from there.
func (p *play) found(ctx context.Context, to domain.ShowState, refused error) (domain.ShowRecord, error) {
	open, err := p.stage.cfg.Book.Unsettled(ctx)
	if err != nil { // nobody knows: the step may be written
		return p.ShowRecord, err
	}
	for _, r := range open {
		if r.ID != p.ID {
			continue
		}
		if r.State == to {
			return r, nil
		}
		p.ShowRecord = r
		return r, refused
	}
	r := p.ShowRecord
	if !to.Over() {
		p.over = true
		p.stage.owe(false, []string{p.room})
		return r, refused
	}
	r.State = to
	return r, nil
}

// call has a waiting one ask her; false when it cannot pay.
func (p *play) call(ctx context.Context) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	err := p.turn(ctx)
	if err != nil && domain.KindOf(err) != domain.KindConflict {
		p.stage.cfg.Log.Error("a waiting show was not called", "show", p.ID, "err", err)
	}
	return err == nil && p.State == domain.ShowAsked || p.due
}

// turn is call; the caller holds mu. A book that does not answer is asked again by the
// next look: it may have written the step, and set credits aside, all the same. One
// that asks her already is not called again, and one whose room another show has closed
// meanwhile keeps its place.
func (p *play) turn(ctx context.Context) error {
	if p.State != domain.ShowWaiting {
		p.due = false
		return nil
	}
	err := p.step(ctx, called, "")
	if p.due = undecided(err); p.due || err == nil || domain.KindOf(err) == domain.KindConflict {
		return err
	}
	return p.step(ctx, failed, "credit")
}

// decline ends a wish.
func (p *play) decline(ctx context.Context, reason string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.step(ctx, declined, reason)
}

// accept closes every room of her persons, and only then says that she accepted.
// Whoever else has asked waits in line. When the book cannot be written nobody knows
// whether it was, so the rooms stay closed until she is free.
func (p *play) accept(ctx context.Context) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch p.State {
	case domain.ShowAccepted, domain.ShowStarting, domain.ShowRunning, domain.ShowInterrupted:
		return nil // said again, because the answer was lost
	}
	if _, ok := next(p.State, accepted); !ok {
		return domain.Errorf("show", domain.KindConflict, "The show is %s now. Look at it again.", p.State).Because("show.changed")
	}
	s := p.stage
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), orderWithin)
	defer cancel()
	rooms, err := p.shut(ctx)
	if err != nil {
		return err
	}
	for _, o := range s.others(p.ID, rooms.Curtained) {
		o.overtake(ctx)
	}
	for _, o := range s.others(p.ID, rooms.Away) {
		o.dismiss(ctx)
	}
	return nil
}

// shut closes her rooms and has the book say that she accepted. One answer at a time
// gets here: two would each take the other's curtain for its own.
func (p *play) shut(ctx context.Context) (domain.Household, error) {
	s := p.stage
	s.closing.Lock()
	defer s.closing.Unlock()
	again := s.doubts(p.ID) // then it is its own curtain that is down
	if paused, _ := s.cfg.Plane.Paused(p.Room); paused && !again {
		return domain.Household{}, domain.Errorf("show", domain.KindConflict, "You have paused, so no show can begin. Press “Show me again” first, then accept.").Because("show.paused")
	}
	if !again && !s.cfg.Plane.TakesPrivate(p.Room) {
		return domain.Household{}, domain.Errorf("show", domain.KindConflict, "Your camera's upload is not there, or its program gives no private shows. Go online with the app, then accept.").Because("show.upload")
	}
	rooms, err := s.cfg.Book.Household(ctx, p.Room)
	if err != nil {
		return rooms, err
	}
	if !s.cfg.Plane.Curtain(p.ID, rooms) {
		return rooms, domain.Errorf("show", domain.KindConflict, "Another private show closes your rooms. End it first, and let the rooms open again.").Because("show.closed")
	}
	for _, room := range rooms.Curtained { // where she is away the last one stays, as in any absence
		s.cfg.Drop(room)
	}
	switch err = p.step(ctx, accepted, ""); {
	case err == nil || p.State.Closed():
		s.trust(p.ID)
	case domain.KindOf(err) == domain.KindConflict: // nothing was written
		s.cfg.Plane.Lift(p.ID, rooms.All()...)
		s.trust(p.ID)
	default:
		s.doubt(p.ID, rooms)
	}
	return rooms, err
}

// dismiss declines a wish in a room that shows that she is away: a place in line
// would tell that she is in a show of another account.
func (p *play) dismiss(ctx context.Context) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.State != domain.ShowAsked && p.State != domain.ShowWaiting {
		return
	}
	if err := p.step(ctx, declined, "declined"); err != nil {
		p.stage.cfg.Log.Error("a wish in another room was not declined", "show", p.ID, "err", err)
	}
}

// overtake puts a wish into the waiting line.
func (p *play) overtake(ctx context.Context) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.State != domain.ShowAsked {
		return
	}
	if err := p.step(ctx, overtaken, ""); err != nil {
		p.stage.cfg.Log.Error("a wish was not put into the line", "show", p.ID, "err", err)
	}
}

// ready opens the payer's gate, and only when that is done says that the show starts.
// Said again after another upload, it opens it again.
func (p *play) ready(ctx context.Context) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch p.State {
	case domain.ShowAccepted, domain.ShowStarting, domain.ShowRunning, domain.ShowInterrupted:
	default:
		return domain.Errorf("show", domain.KindConflict, "The show is %s now. Look at it again.", p.State).Because("show.changed")
	}
	if p.ending != "" {
		return errEnding()
	}
	if err := p.stage.cfg.Plane.Admit(p.ID, p.Room, p.Payer); err != nil {
		return err
	}
	now := p.stage.cfg.Now()
	if p.State == domain.ShowAccepted {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), orderWithin)
		defer cancel()
		if err := p.step(ctx, ready, ""); err != nil {
			p.stage.cfg.Plane.Dismiss(p.ID, p.Room)
			return err
		}
		p.lostAt = now
	}
	p.arrivedAt = now
	p.pass(p.Cam2cam.On, p.Audio.On)
	return nil
}

// leave ends it by a party's wish, in whatever state it is.
func (p *play) leave(ctx context.Context, by string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), orderWithin)
	defer cancel()
	switch p.State {
	case domain.ShowWaiting, domain.ShowAsked:
		reason := "withdrawn"
		if by == "performer" {
			reason = "declined"
		}
		return p.step(ctx, declined, reason)
	case domain.ShowAccepted, domain.ShowStarting, domain.ShowRunning, domain.ShowInterrupted:
		return p.finish(ctx, by)
	}
	return nil
}

// finish closes the payer's gate, then says that the show has ended; it is settled
// a moment later. A book that does not answer is told again by each look: nothing
// opens the gate meanwhile, and the first reason is the one that is written. The
// caller holds mu.
func (p *play) finish(ctx context.Context, reason string) error {
	if p.ending == "" {
		p.ending = reason
	}
	p.measure()
	p.stage.cfg.Plane.Dismiss(p.ID, p.Room)
	return p.step(ctx, finished, p.ending)
}

func errEnding() error {
	return domain.Errorf("show", domain.KindConflict, "The show is %s now. Look at it again.", domain.ShowEnded).Because("show.changed")
}

// abandon ends it with the server, if nobody has ended it before.
func (p *play) abandon() {
	p.mu.Lock()
	defer p.mu.Unlock()
	ctx, cancel := context.WithTimeout(context.Background(), orderWithin)
	defer cancel()
	p.measure()
	p.stage.cfg.Plane.Dismiss(p.ID, p.Room)
	r := p.ShowRecord
	if err := p.stage.abandon(ctx, r, cmp.Or(p.ending, "server"), p.delivered(), p.cost()); err != nil {
		p.stage.cfg.Log.Error("a show was not settled; the next start does it", "show", p.ID, "err", err)
	}
}
