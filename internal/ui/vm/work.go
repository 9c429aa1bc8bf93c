package vm

import (
	"context"
	"sync"
)

// maxQueue bounds the calls that wait in one lane.
const maxQueue = 200

// work is what a model has others do: calls that may be slow, in lanes. The
// calls of one lane are made one after another, lanes do not wait for each
// other. The zero value takes calls at once; run makes them.
type work struct {
	mu    sync.Mutex
	lanes map[string]*lane
	bell  chan struct{}
}

type lane struct {
	calls   []func(context.Context)
	running bool
}

// do puts a call into a lane; false when the lane is full.
func (w *work) do(name string, call func(context.Context)) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.lanes == nil {
		w.lanes = map[string]*lane{}
	}
	l := w.lanes[name]
	if l == nil {
		l = &lane{}
		w.lanes[name] = l
	}
	if len(l.calls) >= maxQueue {
		return false
	}
	l.calls = append(l.calls, call)
	w.ring()
	return true
}

// ring wakes run; w.mu is held.
func (w *work) ring() {
	if w.bell == nil {
		w.bell = make(chan struct{}, 1)
	}
	select {
	case w.bell <- struct{}{}:
	default:
	}
}

// run makes the calls until ctx ends, and waits for those that it made.
func (w *work) run(ctx context.Context) {
	w.mu.Lock()
	w.ring() // for what was put before
	bell := w.bell
	w.mu.Unlock()
	var workers sync.WaitGroup
	defer workers.Wait()
	for {
		select {
		case <-ctx.Done():
			return
		case <-bell:
		}
		for _, l := range w.idle() {
			workers.Go(func() { w.drain(ctx, l) })
		}
	}
}

// idle marks the lanes that have calls and no worker as running.
func (w *work) idle() []*lane {
	w.mu.Lock()
	defer w.mu.Unlock()
	var out []*lane
	for _, l := range w.lanes {
		if !l.running && len(l.calls) > 0 {
			l.running = true
			out = append(out, l)
		}
	}
	return out
}

// drain makes the calls of one lane until it is empty.
func (w *work) drain(ctx context.Context, l *lane) {
	for {
		w.mu.Lock()
		if len(l.calls) == 0 || ctx.Err() != nil {
			l.running = false
			w.mu.Unlock()
			return
		}
		call := l.calls[0]
		l.calls = l.calls[1:]
		w.mu.Unlock()
		call(ctx)
	}
}
