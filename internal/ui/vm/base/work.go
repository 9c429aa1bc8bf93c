package base

import (
	"context"
	"sync"
)

// maxQueue bounds the calls that wait in one lane.
const maxQueue = 200

// Work is what a model has others do: calls that may be slow, in lanes. The
// calls of one lane are made one after another, lanes do not wait for each
// other. The zero value takes calls at once; Run makes them.
type Work struct {
	mu    sync.Mutex
	lanes map[string]*lane
	bell  chan struct{}
}

type lane struct {
	name    string
	calls   []func(context.Context)
	running bool
}

// Do puts a call into a lane; false when the lane is full.
func (w *Work) Do(name string, call func(context.Context)) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.lanes == nil {
		w.lanes = map[string]*lane{}
	}
	l := w.lanes[name]
	if l == nil {
		l = &lane{name: name}
		w.lanes[name] = l
	}
	if len(l.calls) >= maxQueue {
		return false
	}
	l.calls = append(l.calls, call)
	w.ring()
	return true
}

// ring wakes Run; w.mu is held.
func (w *Work) ring() {
	if w.bell == nil {
		w.bell = make(chan struct{}, 1)
	}
	select {
	case w.bell <- struct{}{}:
	default:
	}
}

// Run makes the calls until ctx ends, and waits for those that it made.
func (w *Work) Run(ctx context.Context) {
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

// Start runs beside the caller until ctx ends; wait waits for that.
func (w *Work) Start(ctx context.Context) (wait func()) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		w.Run(ctx)
	}()
	return func() { <-done }
}

// idle marks the lanes that have calls and no worker as running.
func (w *Work) idle() []*lane {
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
func (w *Work) drain(ctx context.Context, l *lane) {
	for {
		w.mu.Lock()
		if len(l.calls) == 0 || ctx.Err() != nil {
			l.running = false
			if w.lanes[l.name] == l {
				delete(w.lanes, l.name)
			}
			w.mu.Unlock()
			return
		}
		call := l.calls[0]
		l.calls = l.calls[1:]
		w.mu.Unlock()
		call(ctx)
	}
}
