package capture

import (
	"context"
	"math"
	"time"
)

// Sound has one shape everywhere: S16 at SampleRate, in chunks of ChunkTime.
const (
	SampleRate  = 48000
	ChunkTime   = 20 * time.Millisecond
	ChunkFrames = 960 // samples of one channel in a chunk
)

// SilenceDB is the level that is reported for digital silence, in dBFS.
const SilenceDB = -90.0

// Samples is 20 ms of sound: ChunkFrames × Channels interleaved S16 values.
// PCM is valid only inside the sink call. At is the capture time of the first
// sample. Silent marks a chunk that stands in for sound that was lost.
type Samples struct {
	PCM      []int16
	Channels int
	At       time.Time
	Silent   bool
}

// Microphone is one opened source of sound with one life, like a Camera.
type Microphone interface {
	Run(ctx context.Context, sink func(Samples)) error
}

// LevelDB returns the root mean square of pcm in dBFS, never below SilenceDB.
func LevelDB(pcm []int16) float64 {
	var sum float64
	for _, v := range pcm {
		sum += float64(v) * float64(v)
	}
	if sum == 0 {
		return SilenceDB
	}
	rms := math.Sqrt(sum/float64(len(pcm))) / 32768
	return max(SilenceDB, 20*math.Log10(rms))
}
