package playback

import (
	"context"
	"time"

	"github.com/jasmincam/jasmincam/internal/capture"
)

// nowhereEvery is how often Nowhere asks for sound.
const nowhereEvery = 10 * time.Millisecond

// Nowhere returns a loudspeaker that nobody hears: for machines without one, demos and
// tests. It takes as much sound as there is time, and shows it to heard, which may be
// nil, on the goroutine of Run.
func Nowhere(heard func(pcm []int16)) Opener {
	return func(context.Context) (Speaker, error) { return nowhere{heard}, nil }
}

type nowhere struct{ heard func(pcm []int16) }

// Run implements Speaker.
func (n nowhere) Run(ctx context.Context, fill func(pcm []int16)) error {
	tick := time.NewTicker(nowhereEvery)
	defer tick.Stop()
	began, taken := time.Now(), int64(0)
	pcm := make([]int16, capture.SampleRate/10)
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		due := int64(time.Since(began)*capture.SampleRate/time.Second) - taken
		taken += due // after a long pause of the machine, what is over is not asked for
		due = min(due, int64(len(pcm)))
		fill(pcm[:due])
		if n.heard != nil {
			n.heard(pcm[:due])
		}
	}
}
