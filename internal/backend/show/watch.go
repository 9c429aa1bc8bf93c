package show

import (
	"context"
	"time"

	"github.com/jasmincam/jasmincam/internal/domain"
)

// look does what time asks for, and tells whether the show is over.
func (p *play) look() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	ctx, cancel := context.WithTimeout(context.Background(), orderWithin)
	defer cancel()
	since := p.stage.cfg.Now().Sub(p.seen)
	var err error
	switch p.State {
	case domain.ShowWaiting:
		if p.due {
			err = p.turnLate(ctx)
		}
	case domain.ShowAsked:
		if since >= domain.AnswerWithin {
			err = p.step(ctx, overdue, "unanswered")
		}
	case domain.ShowAccepted:
		if p.ending != "" {
			err = p.finish(ctx, p.ending)
		} else if since >= domain.ReadyWithin {
			err = p.step(ctx, overdue, "unready")
		}
	case domain.ShowStarting, domain.ShowRunning, domain.ShowInterrupted:
		err = p.meter(ctx)
	case domain.ShowEnded:
		p.measure()
		if since >= lastReports {
			err = p.settle(ctx)
		}
	}
	if err != nil && !p.troubled { // a full disk may be the log's own
		p.stage.cfg.Log.Warn("a show waits for its book", "show", p.ID, "state", p.State, "err", err)
	}
	p.troubled = err != nil
	return p.over
}

// turnLate is turn for one whose turn the book did not answer for, when she can answer
// the wish: not in a pause (domain A7), nor while another show closes the room.
func (p *play) turnLate(ctx context.Context) error {
	if paused, _ := p.stage.cfg.Plane.Paused(p.room); paused {
		return nil
	}
	if closed, err := p.stage.isClosed(ctx, p.room); closed || err != nil {
		return err
	}
	return p.turn(ctx)
}

// measure takes in what has arrived; the caller holds mu. The plane begins at
// nothing again when the room was gone meanwhile.
func (p *play) measure() (outstanding time.Duration) {
	before := p.arrived
	told, outstanding := p.stage.cfg.Plane.Delivered(p.Room)
	if told < p.told {
		p.told = 0
	}
	if told > p.told {
		p.arrived += told - p.told
		p.arrivedAt = p.stage.cfg.Now()
		p.live.Store(p.arrived.Milliseconds())
		p.lostAt = p.arrivedAt
		p.paused = time.Time{}
	}
	p.told = told
	picture, sound := p.stage.cfg.Plane.Returned(p.ID)
	p.cam2cam.take(picture, p.arrived-before)
	p.audio.take(sound, p.arrived-before)
	if p.arrived == before && p.stands() {
		p.cam2cam.pause()
		p.audio.pause()
	}
	return outstanding
}

// meter follows the picture: it starts and stops the show's time, charges ticks, and
// ends the show with the credit.
func (p *play) meter(ctx context.Context) error {
	if p.ending != "" {
		return p.finish(ctx, p.ending)
	}
	now, before := p.stage.cfg.Now(), p.arrived
	outstanding := p.measure()
	if p.pausedTooLong(now) {
		return p.finish(ctx, "performer")
	}
	if p.troubled && p.unpaid() {
		return p.finish(ctx, "server")
	}
	if p.troubled && p.short(before, outstanding) {
		return p.finish(ctx, "credit")
	}
	silent := now.Sub(p.arrivedAt)
	switch {
	case p.arrived > before && p.State != domain.ShowRunning:
		if err := p.shown(ctx); err != nil {
			return err
		}
	case now.Sub(p.lostAt) >= domain.KeptFor:
		return p.finish(ctx, "lost")
	case silent >= stalledFor && p.State != domain.ShowInterrupted:
		p.cam2cam.pause()
		p.audio.pause()
		return p.step(ctx, stalled, "")
	}
	if n := ticks(p.arrived); n > p.Ticks {
		if err := p.pay(ctx, n); err != nil {
			if p.unpaid() {
				return p.finish(ctx, "server")
			}
			return err
		}
	} else if p.arrived-p.noted >= noteEvery {
		if err := p.note(ctx); err != nil {
			return err
		}
	}
	if p.State == domain.ShowRunning && p.spent(outstanding) {
		return p.finish(ctx, "credit")
	}
	return nil
}

// unpaid tells whether so much has arrived that the book did not charge that no more
// is given. Reports that come late are no sign of it while the book answers.
func (p *play) unpaid() bool { return p.arrived-tickTime(p.Ticks) >= unpaidMost }

// spent tells whether what is on its way goes beyond what is set aside.
func (p *play) spent(outstanding time.Duration) bool {
	return p.costIn(min(outstanding, stalledFor)+time.Millisecond) > p.Charged+p.Held
}

// short tells the same while the book does not answer. Then it counts only when less
// is set aside than ahead: the payer has no more.
func (p *play) short(before, outstanding time.Duration) bool {
	return (p.State == domain.ShowRunning || p.arrived > before) && p.Held < ahead(p.Rate()) && p.spent(outstanding)
}

// shown writes that picture arrives (again). Meanwhile more arrives that is not paid,
// so the book has no more time than for a tick.
func (p *play) shown(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, payWithin)
	defer cancel()
	return p.step(ctx, arrived, "")
}

// pay charges what has arrived, as the n-th tick. A book that does not
// begin to answer is not waited for, as meanwhile more arrives that is not paid; what it
// has begun to write it ends in its own time.
func (p *play) pay(ctx context.Context, n int) error {
	ctx, cancel := context.WithTimeout(ctx, payWithin)
	defer cancel()
	r, err := p.stage.cfg.Book.ChargeShow(ctx, p.ID, n, p.delivered(), p.cost(), ahead(p.Rate()))
	if err == nil {
		p.ShowRecord, p.noted = r, p.arrived
	}
	return err
}

// note writes down what has arrived since the last tick: a server that finds the show
// after a kill charges that. A book that does not answer is told later.
func (p *play) note(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, payWithin)
	defer cancel()
	p.noted = p.arrived
	return p.stage.cfg.Book.NoteShow(ctx, p.ID, p.delivered())
}

// stands tells whether the show's own picture stands, so that what the member sends
// meanwhile is paid neither now nor when it is back.
func (p *play) stands() bool {
	return p.State == domain.ShowInterrupted || !p.paused.IsZero() && p.stage.cfg.Now().Sub(p.paused) >= standsAfter
}

// pausedTooLong follows a pause of hers (domain A7). It does not count as a loss while
// her upload is there: the show is kept for PausedFor, and after it there is the time of
// a loss to come back. That is one bound, however often her upload or the pause comes
// and goes: only picture that arrives begins another.
func (p *play) pausedTooLong(now time.Time) bool {
	paused, fed := p.stage.cfg.Plane.Paused(p.Room)
	if !paused {
		return false
	}
	if p.paused.IsZero() {
		p.paused = now
	}
	if stood := now.Add(-stalledFor); fed {
		p.arrivedAt, p.lostAt = later(p.arrivedAt, stood), later(p.lostAt, stood)
	}
	return now.Sub(p.paused) >= domain.PausedFor
}

func later(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}

// ahead is what is set aside for the next tick, and for the time until it is
// confirmed.
func ahead(rate domain.Millicredits) domain.Millicredits {
	return charge(part{rate, 2 * domain.TickEvery})
}

func tickTime(n int) time.Duration { return time.Duration(n) * domain.TickEvery }

// settle books the last seconds.
func (p *play) settle(ctx context.Context) error {
	r, err := p.stage.cfg.Book.SettleShow(ctx, p.ID, p.delivered(), p.cost())
	if err != nil {
		return err
	}
	p.ShowRecord, p.over = r, true
	return nil
}
