package playback

import (
	"sync"

	"github.com/jasmincam/jasmincam/internal/capture"
)

// The store, in samples.
const (
	lead = capture.SampleRate * 60 / 1000  // is gathered before anything is played
	most = capture.SampleRate * 300 / 1000 // beyond it the oldest is dropped, down to lead
)

// store keeps sound between the network and the loudspeaker. One writer, one reader;
// the lock is held for a copy.
type store struct {
	mu      sync.Mutex
	ring    [2 * most]int16
	from    int // where the oldest sample is
	held    int
	playing bool
	dropped uint64 // samples
	gaps    uint64 // how often it ran dry
}

// put takes sound in.
func (s *store) put(pcm []int16) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(pcm) > most {
		s.dropped += uint64(len(pcm) - most)
		pcm = pcm[len(pcm)-most:]
	}
	at := (s.from + s.held) % len(s.ring)
	n := copy(s.ring[at:], pcm)
	copy(s.ring[:], pcm[n:])
	if s.held += len(pcm); s.held > most {
		over := s.held - lead
		s.from, s.held, s.dropped = (s.from+over)%len(s.ring), lead, s.dropped+uint64(over)
	}
}

// take fills pcm, with silence where there is nothing, and tells how much was there.
func (s *store) take(pcm []int16) (n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.held >= lead {
		s.playing = true
	}
	if s.playing {
		n = min(len(pcm), s.held)
		k := copy(pcm[:n], s.ring[s.from:])
		copy(pcm[k:n], s.ring[:])
		s.from, s.held = (s.from+n)%len(s.ring), s.held-n
	}
	clear(pcm[n:])
	if s.playing && n < len(pcm) {
		s.playing = false
		s.gaps++
	}
	return n
}

// empty forgets what is held.
func (s *store) empty() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.held, s.playing = 0, false
}

func (s *store) counts() (dropped, gaps uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.dropped, s.gaps
}
