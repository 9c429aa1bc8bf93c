package desk

import (
	"context"
	"sync"
	"sync/atomic"

	"github.com/jasmincam/jasmincam/internal/capture"
)

// ear takes the microphone's sound to the encoder, if there is one, or silence
// in its place. The zero value hears for nobody.
type ear struct {
	muted atomic.Bool

	mu    sync.Mutex // held while the sink works, so that it is not called after Run
	sink  func(capture.Samples)
	quiet []int16
}

// hear takes 20 ms in. It runs on the microphone's goroutine.
func (e *ear) hear(s capture.Samples) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.sink == nil {
		return
	}
	if e.muted.Load() {
		if len(e.quiet) < len(s.PCM) {
			e.quiet = make([]int16, len(s.PCM))
		}
		s.PCM = e.quiet[:len(s.PCM)]
	}
	e.sink(s)
}

func (e *ear) lend(sink func(capture.Samples)) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.sink = sink
}

// heard is the desk's microphone as a broadcast sees it: Run opens nothing and
// only listens.
type heard struct{ desk *Desk }

// Run implements session.Sound.
func (h heard) Run(ctx context.Context, sink func(capture.Samples)) error {
	h.desk.ear.lend(sink)
	defer h.desk.ear.lend(nil)
	<-ctx.Done()
	return nil
}

// Level implements session.Sound: what members hear.
func (h heard) Level() float64 {
	if h.desk.ear.muted.Load() {
		return capture.SilenceDB
	}
	return h.desk.sound.Level()
}

// seen is the desk's camera as a broadcast sees it.
type seen struct{ *capture.VideoReader }

// Run implements session.Pictures; the desk itself reads the camera.
func (seen) Run(ctx context.Context) error {
	<-ctx.Done()
	return nil
}
