package uplink

import "time"

// Times of a retry. A model loses money with each second offline, so the
// longest wait is short; what protects the backend is the jitter.
const (
	firstWait   = 250 * time.Millisecond
	longestWait = 3 * time.Second
	// StableFor is how long a connection must have been live for its loss to
	// count as a new one.
	StableFor = 30 * time.Second
)

// Backoff gives the waits between attempts: doubled each time, and of each a
// random part between the half and the whole.
type Backoff struct {
	Jitter func() float64 // 0 ≤ x < 1
	tries  int
}

// Wait returns the next wait, at least what the backend asked for.
func (b *Backoff) Wait(asked time.Duration) time.Duration {
	d := longestWait
	if b.tries < 5 {
		d = min(firstWait<<b.tries, longestWait)
	}
	b.tries++
	d = d/2 + time.Duration(b.Jitter()*float64(d/2))
	return max(d, asked)
}

// Reset begins anew.
func (b *Backoff) Reset() { b.tries = 0 }
