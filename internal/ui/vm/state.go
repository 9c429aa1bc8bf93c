package vm

import "sync"

// state guards a model's values and wakes whoever shows them.
type state struct {
	mu      sync.Mutex
	changed chan struct{} // holds one wake
}

func newState() state { return state{changed: make(chan struct{}, 1)} }

// Changed holds at most one wake: after it, View is worth another look.
func (s *state) Changed() <-chan struct{} { return s.changed }

func (s *state) wake() {
	select {
	case s.changed <- struct{}{}:
	default:
	}
}
