package session

import (
	"context"
	"errors"
	"time"

	"github.com/jasmincam/jasmincam/internal/domain"
)

// Times of opening a room's gate. The first seconds after an upload the backend
// may not have seen a picture yet and answers with a conflict.
const (
	gateWait  = 200 * time.Millisecond
	gateWaits = 3 * time.Second
	// lookAgain is the time between two looks at a room that was opened and is
	// not live yet: the event that says so may never come, for a backend that
	// tells only what has changed since its last word tells nothing of a room
	// that was lost and found between two of them.
	lookAgain = 2 * time.Second
)

// keepGate brings her room to what she wants for as long as the upload lives.
// It touches nothing but her room, so one account's coming and going is not
// seen in the other's picture.
func (a *Account) keepGate(ctx context.Context) {
	wait := gateWait
	for {
		err := a.settleGate(ctx)
		if err == nil {
			err = a.settleShow(ctx)
		}
		switch {
		case ctx.Err() != nil:
			return
		case err == nil:
			wait = gateWait
			a.setTrouble("")
			if !a.rest(ctx) {
				return
			}
		case fatal(err):
			if !a.fail(err) || !a.isOpen() {
				return
			}
		default:
			a.setTrouble(domain.Sentence(err))
			if !a.pause(ctx, max(wait, retryAfter(err))) {
				return
			}
			wait = min(2*wait, gateWaits)
		}
	}
}

// isOpen tells whether her gate is open, or nobody knows that it is closed.
func (a *Account) isOpen() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.p.mayBeOpen()
}

// rest waits for another wish; false when ctx ended. While her room is on its
// way it only waits a moment and then has the truth looked at.
func (a *Account) rest(ctx context.Context) bool {
	if !a.onItsWay() {
		select {
		case <-a.wish:
			return true
		case <-ctx.Done():
			return false
		}
	}
	if !a.pause(ctx, lookAgain) {
		return false
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.p.doubt = a.p.doubt || a.p.wanted == a.p.confirmed
	return true
}

// onItsWay tells whether her room is open and yet neither live nor private.
func (a *Account) onItsWay() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.p.confirmed && !a.p.failed && a.p.room != domain.RoomLive && a.p.room != domain.RoomPrivate
}

// settleDoubt looks at the truth when an event contradicted what is confirmed:
// events may be late, and another of her devices or pages may have closed or
// opened the room. That is her wish too, and this program follows it: it never
// opens again what she closed elsewhere, and says Live when she is.
func (a *Account) settleDoubt(ctx context.Context) error {
	a.mu.Lock()
	name, doubt, told := a.name, a.p.doubt && !a.p.failed, a.told
	a.mu.Unlock()
	if !doubt {
		return nil
	}
	room, err := a.cfg.Service.Room(ctx, name)
	if err != nil {
		return err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.told != told { // what was said meanwhile is a doubt of its own
		wake(a.wish)
		return nil
	}
	a.p.doubt, a.p.room = false, room.State
	a.p.been = a.p.been || a.p.confirmed && room.State == domain.RoomLive
	if contradicts(room.State, a.p) {
		open := room.State == domain.RoomLive
		a.p.wanted, a.p.confirmed, a.p.been = open, open, open
		a.cfg.Log.Info("the room was switched by another device", "account", name, "online", open)
	}
	return nil
}

// settleGate asks for what she wants unless it is so already.
func (a *Account) settleGate(ctx context.Context) error {
	if err := a.settleDoubt(ctx); err != nil {
		return err
	}
	a.mu.Lock()
	name, wanted, told := a.name, a.p.open(), a.told
	settled := wanted == a.p.confirmed && !a.p.unsure
	a.mu.Unlock()
	if settled {
		return nil
	}
	room, err := a.cfg.Service.SetOnline(ctx, name, wanted)
	a.mu.Lock()
	defer a.mu.Unlock()
	if err != nil {
		a.p.unsure = a.p.unsure || wanted && !answered(err)
		return err
	}
	a.p.confirmed, a.p.unsure = wanted, false
	if a.told == told { // else an event was faster than the answer
		a.p.room = room.State
	}
	a.p.been = wanted && (a.p.been || a.p.room == domain.RoomLive)
	if a.p.open() != wanted { // she changed her mind meanwhile
		wake(a.wish)
	}
	return nil
}

// answered tells whether an error is the backend's own word: it did nothing of
// what it was asked. Of any other it may have done all.
func answered(err error) bool {
	kind := domain.KindOf(err)
	return kind != domain.KindUnavailable && kind != domain.KindInternal
}

// pause waits for d or for another wish; false when ctx ended.
func (a *Account) pause(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-a.wish:
	case <-ctx.Done():
		return false
	}
	return true
}

// uploadEnded notes that her room has no picture any more.
func (a *Account) uploadEnded() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.p.confirmed, a.p.unsure, a.readyFor = false, false, ""
}

// isLiveElsewhere tells whether her room is live, which without an upload of this
// program it is by another's. Whoever cannot be asked does not know.
func (a *Account) isLiveElsewhere(ctx context.Context) bool {
	room, err := a.cfg.Service.Room(ctx, a.label())
	return err == nil && room.State == domain.RoomLive
}

// closeGate takes her offline in order.
func (a *Account) closeGate(ctx context.Context) error {
	a.mu.Lock()
	name, open := a.name, a.p.mayBeOpen()
	a.p.wanted = false
	a.mu.Unlock()
	if !open {
		return nil
	}
	_, err := a.cfg.Service.SetOnline(ctx, name, false)
	a.uploadEnded()
	if domain.KindOf(err) == domain.KindConflict || errors.Is(err, context.Canceled) {
		return nil
	}
	return err
}
