package session

import "time"

// Times of a retry. A model loses money with each second offline, so the
// longest wait is short; what protects the backend is the jitter.
const (
	firstWait   = 250 * time.Millisecond
	longestWait = 3 * time.Second
	// stableFor is how long an upload must have been live for its loss to
	// count as a new one.
	stableFor = 30 * time.Second
)

// backoff gives the waits between attempts: doubled each time, and of each a
// random part between the half and the whole.
type backoff struct {
	jitter func() float64 // 0 ≤ x < 1
	tries  int
}

// wait returns the next wait, at least what the backend asked for.
func (b *backoff) wait(asked time.Duration) time.Duration {
	d := longestWait
	if b.tries < 5 {
		d = min(firstWait<<b.tries, longestWait)
	}
	b.tries++
	d = d/2 + time.Duration(b.jitter()*float64(d/2))
	return max(d, asked)
}

func (b *backoff) reset() { b.tries = 0 }
