package media

// SetPaused notes that a performer's picture is black and silent by her own wish
// (domain A7), or is no more: meanwhile nothing counts as delivered, whatever
// arrives, and her room takes no private show. It goes with the room's last upload.
func (e *Engine) SetPaused(name string, paused bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	r := e.rooms[name]
	if r == nil && paused {
		r = e.room(name)
	}
	if r == nil || r.paused == paused {
		return
	}
	r.paused = paused
	if r.stage != nil {
		r.stage.delivery.SetPaused(paused)
	}
	e.tell(r)
}

// Paused tells whether a room is fed, and paused by her wish.
func (e *Engine) Paused(name string) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	r := e.rooms[name]
	return r != nil && r.paused && r.upload != nil
}
