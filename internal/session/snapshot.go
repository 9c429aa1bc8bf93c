package session

import (
	"context"
	"encoding/json"
	"time"

	"github.com/jasmincam/jasmincam/internal/capture"
	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/session/press"
)

// Snapshots (domain B6) are JPEGs of full size and of at least press.LeastQuality.
const (
	snapshotQuality = 92
	maxOrders       = 16 // that wait in an account; what comes on top is told nothing and fails by its time
)

// order is a snapshot that a member has asked for.
type order struct {
	domain.Snapshot
	came time.Time
}

// orderSays takes in what became of an order; a.mu is held.
func (a *Account) orderSays(data json.RawMessage) {
	var n domain.SnapshotNotice
	if json.Unmarshal(data, &n) != nil || n.Snapshot.State != domain.SnapshotAsked || n.Snapshot.Room != a.name || len(a.orders) == maxOrders {
		return
	}
	a.orders = append(a.orders, order{n.Snapshot, a.cfg.Now()})
	if a.ordered != nil {
		wake(a.ordered)
	}
}

// takesOrders has orders ring a bell until the returned function is called.
func (a *Account) takesOrders(bell chan struct{}) (end func()) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.ordered = bell
	if len(a.orders) > 0 {
		wake(bell)
	}
	return func() {
		a.mu.Lock()
		defer a.mu.Unlock()
		a.ordered = nil
	}
}

// nextOrder takes the oldest order that may still be filled: she is seen by this
// program's upload, and the private show that she gives, if any, is the one in which
// it was asked for.
func (a *Account) nextOrder() (o order, ok bool) {
	upload := a.uploadState()
	a.mu.Lock()
	defer a.mu.Unlock()
	a.p.upload = upload
	for len(a.orders) > 0 {
		o, a.orders = a.orders[0], a.orders[1:]
		if state := a.p.state(); o.Show == a.show && (state == Live && o.Show == "" || state == Private && o.Show != "") && a.cfg.Now().Sub(o.came) < domain.SnapshotWithin {
			return o, true
		}
	}
	return o, false
}

// fill sends the pictures that were ordered, one after the other: no two of them
// show the same moment, and those of two accounts differ in quality.
func (b *Broadcast) fill(ctx context.Context, accounts []*Account, stills *press.Press) {
	for i, a := range accounts {
		for o, ok := a.nextOrder(); ok && ctx.Err() == nil; o, ok = a.nextOrder() {
			whole := func(f *capture.Frame) ([]byte, error) { return stills.Whole(f, snapshotQuality+3*i) }
			err := b.still(ctx, whole, func(ctx context.Context, picture []byte) error {
				_, err := a.cfg.Service.DeliverSnapshot(ctx, o.ID, picture)
				return err
			})
			if err != nil && ctx.Err() == nil {
				b.cfg.Log.Warn("a snapshot was not sold", "account", a.label(), "error", err)
			}
		}
	}
}
