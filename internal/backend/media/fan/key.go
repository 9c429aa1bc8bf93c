package fan

import (
	"sync"
	"time"
)

// keyEvery is the least time between two wishes that reach a publisher: below
// two a second.
const keyEvery = 550 * time.Millisecond

// keyWish passes wishes for a key frame on to the publisher, at most one every
// keyEvery; those that come earlier become one wish at the end of that time,
// unless a key frame came first.
type keyWish struct {
	send func()

	mu      sync.Mutex
	last    time.Time
	pending *time.Timer
	closed  bool
}

// ask wishes for a key frame.
func (k *keyWish) ask() {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.closed || k.pending != nil {
		return
	}
	if wait := keyEvery - time.Since(k.last); wait > 0 && !k.last.IsZero() {
		k.pending = time.AfterFunc(wait, k.late)
		return
	}
	k.last = time.Now()
	k.send()
}

// late sends the wish that had to wait.
func (k *keyWish) late() {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.closed || k.pending == nil {
		return
	}
	k.pending = nil
	k.last = time.Now()
	k.send()
}

// came says that a key frame is there: who waited is served.
func (k *keyWish) came() {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.pending != nil {
		k.pending.Stop()
		k.pending = nil
	}
}

func (k *keyWish) close() {
	k.came()
	k.mu.Lock()
	k.closed = true
	k.mu.Unlock()
}
