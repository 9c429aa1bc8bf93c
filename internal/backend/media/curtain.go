package media

import (
	"math/rand/v2"
	"time"

	"github.com/jasmincam/jasmincam/internal/backend/media/fan"
	"github.com/jasmincam/jasmincam/internal/domain"
)

// stage is what a room has for a private show: a fan of its own, in which nobody
// but the payer has a place.
type stage struct {
	payer    domain.AccountID
	fan      *fan.Fan
	delivery *fan.Delivery
	over     bool // dismissed: reports still come in
}

// admits tells whether an account sees the show.
func (s *stage) admits(who domain.AccountID) bool {
	return s != nil && !s.over && who != "" && s.payer == who
}

// TakesPrivate tells whether a room can give a private show: it is live, by
// an upload whose program answers wishes for it.
func (e *Engine) TakesPrivate(name string) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	r := e.rooms[name]
	return r != nil && r.state == domain.RoomLive && r.upload.takesPrivate()
}

// Answers tells whether a program that can be asked for a picture feeds a room which
// somebody sees: the app or the page, and no bare stream key.
func (e *Engine) Answers(name string) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	r := e.rooms[name]
	return r != nil && (r.state == domain.RoomLive || r.state == domain.RoomPrivate) && r.upload != nil && !r.upload.grant.AutoOnline
}

// Curtain closes the rooms to everybody for a show until its Lift, whatever uploads
// feed them or will; those of the second kind show meanwhile that she is away, as
// they do at any other time. It returns when the last packet is out. Rooms that are
// offline stay so and are curtained if they come. False, and nothing is changed,
// while another show closes one of them.
func (e *Engine) Curtain(show string, rooms domain.Household) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, name := range rooms.All() {
		if r := e.rooms[name]; r != nil && r.curtain != "" && r.curtain != show {
			return false
		}
	}
	e.draw(show, domain.RoomPrivate, rooms.Curtained)
	e.draw(show, domain.RoomAway, rooms.Away)
	return true
}

// draw closes rooms, which are in state seen from then on; the caller holds
// Engine.mu.
func (e *Engine) draw(show string, seen domain.RoomState, rooms []string) {
	for _, name := range rooms {
		r := e.room(name)
		r.curtain, r.behind = show, seen
		r.fan.Close()
		r.dismiss()
		if r.state != domain.RoomOffline {
			e.signal(r, r.closing())
		}
	}
}

// Admit lets the payer of a show, and nobody else, see the room behind its
// curtain. After another upload it is to be called again. KindConflict without the
// show's curtain, or when no upload that can give a private feeds the room.
func (e *Engine) Admit(show, name string, payer domain.AccountID) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	r := e.rooms[name]
	if r == nil || show == "" || r.curtain != show || payer == "" {
		return domain.Errorf("show", domain.KindConflict, "The room is not closed to others, so the show cannot begin. Ask for it again.").Because("show.curtain")
	}
	if !r.upload.takesPrivate() {
		return domain.Errorf("show", domain.KindConflict, "The camera's upload is not there. Wait a moment: the show begins when it is back.").Because("show.camera")
	}
	if !r.stage.admits(payer) {
		r.dismiss()
		d := fan.NewDelivery()
		d.SetPaused(r.paused)
		r.stage = &stage{payer: payer, delivery: d, fan: fan.NewMetered(r.fan, d)}
		for v := range r.views {
			if v.payer() == payer {
				r.fan.Remove(v.media)
				r.stage.fan.Add(v.media)
			}
		}
		if r.paused {
			e.tellPause(r) // there is somebody now who waits for a picture
		}
	}
	r.stage.fan.Open(r.upload.src)
	r.upload.src.AskKey()
	return nil
}

// Dismiss ends what Admit and Return began; when it returns, the last packet is out. The
// curtain stays, and what arrived can still be confirmed.
func (e *Engine) Dismiss(show, name string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.closeReturn(show)
	if r := e.rooms[name]; r != nil && r.curtain == show && r.stage != nil {
		r.stage.fan.Close()
		r.stage.over = true
	}
}

// dismiss takes the show's fan away and brings the payer back to the others; the
// caller holds Engine.mu.
func (r *room) dismiss() {
	s := r.stage
	if s == nil {
		return
	}
	r.stage = nil
	s.fan.Close()
	for v := range r.views {
		if v.payer() == s.payer {
			s.fan.Remove(v.media)
			r.fan.Add(v.media)
		}
	}
}

// Lift takes a show's curtains away: rooms whose gate is open go on after settleFor,
// so that what was captured before her word and is still on its way is seen by
// nobody. Those that were away come back at a moment of their own, so that nobody
// who watches both sees them come back together (domain rule 4). The curtain of
// another show stays.
func (e *Engine) Lift(show string, rooms ...string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, name := range rooms {
		r := e.rooms[name]
		if r == nil || r.curtain != show {
			continue
		}
		r.dismiss()
		behind := r.behind
		r.curtain, r.behind = "", ""
		switch {
		case behind == domain.RoomAway:
			r.lostAt = e.now() // with nothing to show it ends as any other absence
			r.opensAt = e.now().Add(settleFor + rand.N(backWithin))
		case r.state != behind:
		case r.upload == nil:
			r.lostAt = e.now()
			e.signal(r, lost)
		case r.gate:
			e.signal(r, lifted)
			r.opensAt = e.now().Add(settleFor)
		default:
			e.signal(r, closed)
		}
	}
}

// Delivered tells how much picture of a show the payer's browser has confirmed,
// and how much is on its way. Both are 0 when nobody is admitted.
func (e *Engine) Delivered(name string) (arrived, outstanding time.Duration) {
	e.mu.Lock()
	var s *stage
	if r := e.rooms[name]; r != nil {
		s = r.stage
	}
	e.mu.Unlock()
	if s == nil {
		return 0, 0
	}
	return s.delivery.Arrived(), s.delivery.Outstanding()
}
