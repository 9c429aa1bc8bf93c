package session

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"github.com/jasmincam/jasmincam/internal/capture"
	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/session/press"
)

// The time between two stills of a room, and between two of all rooms.
const (
	stillEvery = 10 * time.Second // about: see stillWait
	stillTick  = time.Second
)

// stillWait is the time to a room's next still, 7.5 to 12.5 s. Were it the same
// in both rooms, a viewer could tell them by the beat in which they change.
func stillWait() time.Duration { return stillEvery*3/4 + rand.N(stillEvery/2) }

// tickWait is the time to the next look for a still that is due, 1 to 2 s.
func tickWait() time.Duration { return stillTick + rand.N(stillTick) }

// Stills sends a still of every live account, the first as soon as she is live,
// then about each ten seconds, and the snapshots that members have ordered, until
// ctx ends, whose error it returns. At most one
// a second is taken, at uneven times: two rooms of one person never show the same
// moment, nor change in one beat, and their pictures differ in quality too, so that
// not even two equal pictures have equal bytes (domain rule 4).
func (b *Broadcast) Stills(ctx context.Context, accounts []*Account) error {
	due := make([]time.Time, len(accounts))
	tick := time.NewTimer(tickWait())
	defer tick.Stop()
	var stills press.Press
	ordered := make(chan struct{}, 1)
	for _, a := range accounts {
		defer a.takesOrders(ordered)()
	}
	for {
		select {
		case <-ordered:
			b.fill(ctx, accounts, &stills)
		case now := <-tick.C:
			tick.Reset(tickWait())
			i := firstDue(accounts, due, now)
			if i < 0 {
				continue
			}
			due[i] = now.Add(stillWait())
			small := func(f *capture.Frame) ([]byte, error) { return stills.Small(f, 70+4*i) }
			if err := b.still(ctx, small, accounts[i].showStill); err != nil && ctx.Err() == nil {
				b.cfg.Log.Warn("the still of a room could not be sent", "account", accounts[i].label(), "error", err)
			}
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// firstDue returns the live account whose still is overdue longest, or -1.
func firstDue(accounts []*Account, due []time.Time, now time.Time) int {
	first := -1
	for i, a := range accounts {
		if !now.Before(due[i]) && (first < 0 || due[i].Before(due[first])) && a.Snapshot().State == Live {
			first = i
		}
	}
	return first
}

// still takes the newest picture as members see it, makes a JPEG of it and sends it:
// the one way on which a still picture leaves. The cover ends it, which is no error.
func (b *Broadcast) still(ctx context.Context, develop func(*capture.Frame) ([]byte, error), send func(context.Context, []byte) error) error {
	ctx, end := context.WithCancelCause(ctx)
	defer end(nil)
	if !b.beginStill(end) {
		return nil
	}
	frame, err := b.shownFrame(ctx)
	if err == nil {
		var picture []byte
		picture, err = develop(frame)
		frame.Release()
		if err == nil {
			err = send(ctx, picture)
		}
	}
	if errors.Is(context.Cause(ctx), errCovered) {
		return nil
	}
	return err
}

// beginStill has the cover end the still that begins; false while she is covered.
func (b *Broadcast) beginStill(end context.CancelCauseFunc) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.endStill = end
	return !b.covered.Load()
}

// shownFrame is the newest picture, which the caller releases: none that was captured
// under the cover and comes after it.
func (b *Broadcast) shownFrame(ctx context.Context) (*capture.Frame, error) {
	slot := b.cfg.Pictures.Subscribe()
	defer b.cfg.Pictures.Unsubscribe(slot)
	bounded, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	for {
		frame, err := slot.Take(bounded)
		if err != nil {
			return nil, domain.Wrap("still", domain.KindUnavailable, err, "The camera gives no picture for the still.")
		}
		if !b.hidden(frame.At) {
			return frame, nil
		}
		frame.Release()
	}
}

// showStill is the newest picture of her room.
func (a *Account) showStill(ctx context.Context, picture []byte) error {
	return a.cfg.Service.SetThumbnail(ctx, a.label(), picture)
}
