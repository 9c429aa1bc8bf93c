package desk

import (
	"sync"
	"time"

	"github.com/jasmincam/jasmincam/internal/capture"
)

// holdFor bounds how long the cover outlives her wish in a private show, whose payer
// would see her unpaid before her service knows that she is back.
const holdFor = 2 * time.Second

// Panic makes everybody's picture black and the sound silent at once (domain A7):
// when it returns nothing that is captured leaves any more, on any upload to any
// service, those under way included; what waited is thrown away. On her side the
// payer of a show is neither seen nor heard. It holds over reconnects, changes of
// devices and new uploads; who is not online yet is not seen until ShowAgain. A second
// Panic changes nothing. It never waits for a service.
func (d *Desk) Panic() { d.setPanic(true) }

// ShowAgain undoes Panic: at once, but in a private show as soon as her service knows
// of it, and after two seconds if it cannot be told. Status tells Panic until then.
func (d *Desk) ShowAgain() { d.setPanic(false) }

func (d *Desk) setPanic(on bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.panicked == on {
		return
	}
	d.panicked, d.undone = on, d.cfg.Now()
	if on {
		d.cover(true)
	}
	for _, m := range d.members {
		m.account.SetPaused(on)
	}
	d.log.Info("black and silent by her wish", "on", on)
	d.lift()
	d.ring()
}

// cover draws the cover over both sides, or takes it away; d.mu is held.
func (d *Desk) cover(on bool) {
	d.covered = on
	if d.air != nil {
		d.air.SetCovered(on)
	}
	d.guest.cover(on)
	d.voice.SetMuted(d.hushed || on)
}

// lift takes the cover away when she has undone it and nothing speaks against it;
// d.mu is held.
func (d *Desk) lift() {
	if d.covered && !d.panicked && (d.cfg.Now().Sub(d.undone) >= holdFor || d.heardInShow()) {
		d.cover(false)
	}
}

// uncover is lift, for Run, which asks again with each beat.
func (d *Desk) uncover() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.lift()
}

// heardInShow tells whether the service of the private show, if there is one, knows
// whether she is paused; d.mu is held.
func (d *Desk) heardInShow() bool {
	for _, m := range d.members {
		if d.private.Show != "" && m.entry.Email == d.private.Email {
			return m.account.PauseHeard()
		}
	}
	return true
}

// screen is where the payer of a show is seen, unless it is covered.
type screen struct {
	slot capture.Slot

	mu      sync.Mutex // held while a frame is put, so that none is after cover
	covered bool
}

// put takes a frame over.
func (s *screen) put(f *capture.Frame) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.covered {
		f.Release()
		return
	}
	s.slot.Put(f)
}

// cover empties it and keeps it empty, or lets it be filled again.
func (s *screen) cover(on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.covered = on; on {
		s.clear()
	}
}

func (s *screen) clear() { s.slot.TryTake().Release() }

func (s *screen) isCovered() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.covered
}
