package base

import (
	"context"
	"time"
)

// Bell holds at most one wake for whoever waits.
type Bell chan struct{}

// NewBell returns one that was not rung.
func NewBell() Bell { return make(Bell, 1) }

// Ring wakes who waits, or who comes next. It never blocks.
func (b Bell) Ring() {
	select {
	case b <- struct{}{}:
	default:
	}
}

// Pause waits; false when ctx ended before.
func Pause(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// Time is a time of the backend, in Unix milliseconds; 0 is the zero time.
func Time(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms)
}
