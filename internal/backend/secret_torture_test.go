//go:build torture

package backend

import (
	"testing"
	"time"

	"github.com/jasmincam/jasmincam/internal/testkit"
)

// mostShows is how many starts a long run has, if DURATION lets it; a run of fewer than
// leastShows proves nothing.
const (
	mostShows  = 1000
	leastShows = 20
)

// TestTortureShow_nobodyElseSeesAnything gives a thousand shows, or as many as
// DURATION takes; it says how many. Fewer than leastShows fail it.
func TestTortureShow_nobodyElseSeesAnything(t *testing.T) {
	f := testkit.Torture(t)
	end, n := time.Now().Add(f.Duration), 0
	openCrowd(t, byApp).evening(t, leastShows, func() bool { n++; return n <= mostShows && time.Now().Before(end) })
}
