package decode

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/pion/rtp"

	"github.com/jasmincam/jasmincam/internal/capture"
)

// Bits that fall over on the way: nothing fails, nothing takes for ever.
func TestVideo_standsFlippedBits(t *testing.T) {
	film := tape(t, 320, 180, 6, 3)
	random := rand.New(rand.NewPCG(7, 8))
	slowest := time.Duration(0)
	for range 300 {
		v := NewVideo(VideoConfig{WantKey: func() {}, Put: func(f *capture.Frame) { f.Release() }})
		began := time.Now()
		for _, packets := range film.rtp {
			for _, k := range packets {
				flipped := rtp.Packet{Header: k.Header, Payload: slices.Clone(k.Payload)}
				for range random.IntN(3) {
					flipped.Payload[random.IntN(len(k.Payload))] ^= 1 << random.IntN(8)
				}
				v.Push(&flipped)
			}
		}
		v.Close()
		slowest = max(slowest, time.Since(began))
	}
	if slowest > 5*time.Second {
		t.Errorf("one took %v", slowest)
	}
}
