package media

import (
	"maps"
	"slices"
	"time"

	"github.com/jasmincam/jasmincam/internal/backend/media/fan"
	"github.com/jasmincam/jasmincam/internal/domain"
)

// room is a performer's room as far as media go. Everything but fan is guarded
// by Engine.mu.
type room struct {
	name   string
	state  domain.RoomState
	since  time.Time
	lostAt time.Time
	upload *upload // nil while none is connected
	gate   bool
	views  map[*view]bool // connected ones
	fan    *fan.Fan       // of the free room

	opensAt time.Time        // of a gate that waits for what was on its way; zero: it does not
	curtain string           // the private show of her person that keeps the room closed
	stage   *stage           // nil while nobody is admitted behind it
	behind  domain.RoomState // what the room is said to be behind it; "" without one
	paused  bool             // she said that she is black and silent by her wish
}

// room returns the room of that name, made if need be. Names come from the
// Doorman.
func (e *Engine) room(name string) *room {
	r := e.rooms[name]
	if r == nil {
		r = &room{name: name, state: domain.RoomOffline, since: e.now(), views: map[*view]bool{},
			fan: fan.New(e.udp.Flush, &e.shards)}
		e.rooms[name] = r
	}
	return r
}

// signal moves the room along the table of states and tells of a change.
func (e *Engine) signal(r *room, what signal) {
	next := after(r.state, what)
	if what == lost && r.behind != domain.RoomAway { // what happens behind it nobody can see
		r.lostAt = e.now()
	}
	if next == r.state || !permits(r.behind, next) {
		return
	}
	r.state, r.since = next, e.now()
	if what == hidden {
		r.lostAt = r.since
	}
	e.tell(r)
	if next == domain.RoomOffline {
		r.gate, r.paused = false, false
		r.fan.Close()
		r.dismiss()
		for v := range r.views {
			e.endView(v)
		}
	}
}

// closing is the signal of the curtain that the room is behind.
func (r *room) closing() signal {
	if r.behind == domain.RoomAway {
		return hidden
	}
	return drawn
}

// attach gives the room a connected upload. Whatever fed it before ends, and the
// gate is closed until it is opened for this upload.
func (e *Engine) attach(r *room, u *upload) {
	if old := r.upload; old != nil && old != u {
		e.detach(r)
		old.rooms = slices.DeleteFunc(old.rooms, func(n string) bool { return n == r.name })
		if len(old.rooms) == 0 {
			e.gone[old.id] = e.now()
			e.endUpload(old)
		}
	}
	r.upload = u
	r.gate = false
	r.pause()
	if !u.takesPrivate() { // its program knows of no pause, so nobody would end one
		e.setPaused(r, false)
	}
	if u.grant.AutoOnline || u.opened[r.name] {
		e.openGate(r)
	}
}

// detach takes the upload away: the room was lost.
func (e *Engine) detach(r *room) {
	r.upload = nil
	r.gate = false
	r.fan.Close()
	r.pause()
	e.signal(r, lost)
}

// pause stops the picture to the payer; the show has its place again with the next
// Admit.
func (r *room) pause() {
	if r.stage != nil {
		r.stage.fan.Close()
	}
}

// openGate lets the upload's packets through to the room. Behind a curtain it only
// notes that they may go through later.
func (e *Engine) openGate(r *room) {
	r.gate, r.opensAt = true, time.Time{}
	if r.curtain != "" {
		e.signal(r, r.closing())
		return
	}
	r.fan.Open(r.upload.src)
	e.signal(r, told)
	if r.upload.src.Live() {
		e.signal(r, picture)
	}
	r.upload.src.AskKey() // the room becomes live with a picture
}

// SetOnline opens or closes a room's gate. Opening needs an upload, else it is a
// conflict; closing returns when the last packet is out, and ends all views.
func (e *Engine) SetOnline(name string, online bool) (domain.RoomState, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	r := e.rooms[name]
	if !online {
		if r == nil {
			return domain.RoomOffline, nil
		}
		for _, u := range e.uploads {
			delete(u.opened, name)
		}
		r.gate = false
		r.fan.Close()
		r.dismiss()
		e.signal(r, closed)
		return r.state, nil
	}
	waiting := false
	for _, u := range e.uploads {
		if !u.connected && slices.Contains(u.rooms, name) {
			u.opened[name], waiting = true, true
		}
	}
	if r == nil || r.upload == nil {
		if !waiting {
			return domain.RoomOffline, domain.Errorf("go online", domain.KindConflict, "Start the camera's upload first, then go online.").Because("online.upload")
		}
		r = e.room(name)
		e.signal(r, told)
		return r.state, nil
	}
	if !r.gate {
		e.openGate(r)
	}
	return r.state, nil
}

// Room tells a room's state; an unknown one is offline.
func (e *Engine) Room(name string) Status {
	e.mu.Lock()
	defer e.mu.Unlock()
	if r := e.rooms[name]; r != nil {
		return r.status()
	}
	return Status{State: domain.RoomOffline}
}

func (r *room) status() Status {
	return Status{
		State: r.state, Since: r.since.UnixMilli(), Viewers: len(r.views), Paused: r.paused, PauseSeen: r.showsPause(),
		Curtained: r.curtain != "", Hidden: r.behind == domain.RoomAway, Waits: r.curtain != "" && r.gate,
	}
}

// Online lists the rooms that are not offline, by name.
func (e *Engine) Online() []string {
	e.mu.Lock()
	defer e.mu.Unlock()
	var names []string
	for name := range maps.Keys(e.rooms) {
		if e.rooms[name].state != domain.RoomOffline {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// Restore has rooms that were live before a restart begin as reconnecting, those
// behind a curtain as private; but where she shows away, as the others.
func (e *Engine) Restore(rooms []string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, name := range rooms {
		if r := e.room(name); r.state == domain.RoomOffline {
			r.state, r.since, r.lostAt = domain.RoomReconnecting, e.now(), e.now()
			if r.behind == domain.RoomPrivate {
				r.state = r.behind
			}
			e.tell(r)
		}
	}
}

// tick does what time asks for: rooms that were lost for too long, uploads that
// fell silent, offers that nobody took up.
func (e *Engine) tick() {
	e.mu.Lock()
	defer e.mu.Unlock()
	now := e.now()
	for _, u := range e.uploads {
		if !u.connected && now.Sub(u.born) > offerLife {
			e.endUpload(u)
		}
		if u.src.Silent(stallAfter) {
			for _, name := range u.rooms {
				if r := e.rooms[name]; r != nil && r.upload == u {
					e.signal(r, lost)
				}
			}
			u.src.AskKey()
		}
	}
	e.sweepReturns(now)
	maps.DeleteFunc(e.gone, func(_ string, at time.Time) bool { return now.Sub(at) > replacedFor })
	for _, v := range e.views {
		if !v.joined && now.Sub(v.born) > offerLife {
			e.endView(v)
		}
	}
	for name, r := range e.rooms {
		if !r.opensAt.IsZero() && !now.Before(r.opensAt) {
			r.opensAt = time.Time{}
			if r.upload != nil && r.gate {
				e.openGate(r)
			}
		}
		if what, due := overdue(r.state, now.Sub(r.lostAt)); due && r.curtain == "" {
			e.signal(r, what)
		} else if due && r.behind == domain.RoomAway { // that lasts as long as the show
			e.signal(r, away)
		}
		if r.state == domain.RoomConnecting && r.upload == nil && !e.awaited(name) {
			e.signal(r, lost)
		}
		if r.state == domain.RoomOffline && r.upload == nil && len(r.views) == 0 && r.curtain == "" && (!r.paused || !e.awaited(name)) {
			delete(e.rooms, name)
		}
	}
}

// awaited tells whether an upload for the room is about to connect.
func (e *Engine) awaited(name string) bool {
	for _, u := range e.uploads {
		if slices.Contains(u.rooms, name) {
			return true
		}
	}
	return false
}
