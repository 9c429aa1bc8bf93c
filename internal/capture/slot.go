package capture

import (
	"context"
	"sync"
)

// Slot hands the latest frame from one producer to one consumer. It is never a
// queue: a frame that was not taken in time is replaced, released and counted.
// The zero value is an empty slot, ready for use.
type Slot struct {
	mu       sync.Mutex
	frame    *Frame
	ready    chan struct{} // made by the first Take that has to wait
	replaced uint64
}

// Put places f in the slot and takes over the caller's reference to it.
func (s *Slot) Put(f *Frame) {
	s.mu.Lock()
	old := s.frame
	s.frame = f
	if old != nil {
		s.replaced++
	}
	if s.ready != nil {
		select {
		case s.ready <- struct{}{}:
		default:
		}
	}
	s.mu.Unlock()
	old.Release()
}

// Take waits for a frame and empties the slot. The caller releases the frame.
// The error is ctx's own; once ctx has ended, no frame is given any more: a consumer
// that is slower than the producer finds one each time, and would never end.
func (s *Slot) Take(ctx context.Context) (*Frame, error) { return s.TakeUntil(ctx, nil) }

// TakeUntil is Take that also ends, with neither a frame nor an error, when stop is
// closed; nil never is.
func (s *Slot) TakeUntil(ctx context.Context, stop <-chan struct{}) (*Frame, error) {
	for {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		select {
		case <-stop:
			return nil, nil
		default:
		}
		f, ready := s.takeOrWait()
		if f != nil {
			return f, nil
		}
		select {
		case <-ready:
		case <-stop:
			return nil, nil
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}

// TryTake empties the slot without waiting; nil means that it was empty.
func (s *Slot) TryTake() *Frame {
	s.mu.Lock()
	defer s.mu.Unlock()
	f := s.frame
	s.frame = nil
	return f
}

// Replaced counts the frames that were never taken.
func (s *Slot) Replaced() uint64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.replaced
}

func (s *Slot) takeOrWait() (*Frame, <-chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f := s.frame
	s.frame = nil
	if s.ready == nil {
		s.ready = make(chan struct{}, 1)
	}
	return f, s.ready
}
