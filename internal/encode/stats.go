package encode

import (
	"math"
	"time"
)

// VideoStats counts what a Video did since it was made.
type VideoStats struct {
	FramesIn  uint64 // frames taken from the slot
	Coded     uint64 // units handed out
	KeyFrames uint64 // of them
	Skipped   uint64 // frames that the encoder left out
	Failed    uint64 // frames that could not be encoded
	Bytes     uint64 // in all units
	Bitrate   int    // the target now, in bit/s
	// EncodeTime is the time spent on all frames that came through, and LastEncodeTime on the newest: wall time of the
	// encoding goroutine.
	EncodeTime, LastEncodeTime time.Duration
}

// Stats answers at once, while Run works or not.
func (v *Video) Stats() VideoStats {
	v.mu.Lock()
	defer v.mu.Unlock()
	stats := v.stats
	stats.Bitrate = int(v.target.Load())
	return stats
}

func (v *Video) count(bytes int, key bool, took time.Duration) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.stats.FramesIn++
	v.stats.EncodeTime += took
	v.stats.LastEncodeTime = took
	if bytes == 0 {
		v.stats.Skipped++
		return
	}
	v.stats.Coded++
	v.stats.Bytes += uint64(bytes)
	if key {
		v.stats.KeyFrames++
	}
}

func (v *Video) countFailure() {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.stats.FramesIn++
	v.stats.Failed++
}

// rateFor is the curve behind DefaultVideo: 2.5 Mbit/s at 1280×720×30, 4 at 1920×1080×30, and never below least, at
// which nothing is gained by less.
func rateFor(width, height, fps int) int {
	const at720, pixels720, power, least = 2_500_000, 1280 * 720 * 30, 0.58, 100_000
	rate := at720 * math.Pow(float64(width)*float64(height)*float64(fps)/pixels720, power)
	return max(least, int(math.Round(rate/50_000))*50_000)
}
