package media

import "github.com/jasmincam/jasmincam/internal/domain"

// SetPaused notes that a performer's picture is black and silent by her own wish
// (domain A7), or is no more: meanwhile nothing counts as delivered, whatever
// arrives. It ends when the room does, and with an upload that cannot speak of it.
func (e *Engine) SetPaused(name string, paused bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	r := e.rooms[name]
	if r == nil && paused {
		r = e.room(name)
	}
	if r != nil {
		e.setPaused(r, paused)
	}
}

// setPaused does it; the caller holds mu.
func (e *Engine) setPaused(r *room, paused bool) {
	if r.paused == paused {
		return
	}
	r.paused = paused
	if r.stage != nil {
		r.stage.delivery.SetPaused(paused)
	}
	e.tellPause(r)
}

// tellPause tells of a room whose pause has begun, ended or come into sight. One that
// is offline has nothing to tell. The caller holds mu.
func (e *Engine) tellPause(r *room) {
	if r.state != domain.RoomOffline {
		e.tell(r)
	}
}

// showsPause tells whether those who look at the room may know of a pause. A room that
// is away for a show of another one, or has not come back from there, would else be
// paused in the same moment as that one (domain rule 4); a closed one that has no show
// has nobody who misses a picture.
func (r *room) showsPause() bool {
	returns := !r.opensAt.IsZero() && r.state != domain.RoomConnecting
	return r.paused && r.state != domain.RoomOffline && r.behind != domain.RoomAway && !returns && (r.curtain == "" || r.stage != nil)
}

// Paused tells whether a room is paused by her wish, and whether an upload feeds it.
func (e *Engine) Paused(name string) (paused, fed bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	r := e.rooms[name]
	return r != nil && r.paused, r != nil && r.upload != nil
}
