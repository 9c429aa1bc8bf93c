package ui

// See is what the window is told of itself; the toolkit's test screen has no
// goroutine of its own on which that could be posted.
func (s *Shell) See(seen bool) { s.see(seen) }
