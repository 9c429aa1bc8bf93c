package encode

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jasmincam/jasmincam/internal/capture"
	"github.com/jasmincam/jasmincam/internal/encode/openh264"
)

const (
	// keyFrameGap keeps requested key frames to two a second.
	keyFrameGap = 500 * time.Millisecond
	// DefaultKeyFrameEvery is the longest a stream stays without a key frame when nobody asks for one: a safety for
	// receivers whose requests do not reach us. A key frame costs about ten others, so one in 300 is not seen.
	DefaultKeyFrameEvery = 10 * time.Second
	// maxFailures is how many pictures in a row may fail to encode before Run gives up.
	maxFailures = 3
)

// VideoConfig says what to encode. DefaultVideo fills it for a talking person.
type VideoConfig struct {
	// Width and Height of the expected frames, both even, in luma samples. Frames of another size are encoded as they
	// come, see Video.Run.
	Width, Height int
	// FPS is the expected number of frames a second, 1 to 60. The rate that really comes is measured and followed.
	FPS int
	// Bitrate is the target to begin with, in bit/s. SetBitrate is clamped to MinBitrate and MaxBitrate.
	Bitrate, MinBitrate, MaxBitrate int
	// Threads is the number of encoder threads and of slices in a picture, 1 to 4; 0 means 1.
	Threads int
	// KeyFrameEvery is the longest time without a key frame; 0 means DefaultKeyFrameEvery.
	KeyFrameEvery time.Duration
	// Now measures encode time; nil means time.Now.
	Now func() time.Time
}

// DefaultVideo gives the parameters for a talking person at this size: 4 Mbit/s at 1080p30, 2.5 at 720p30, and in
// between or beyond by the number of pixels a second to the power of 0.58, which goes through both. The floor is an
// eighth of the target: below it a picture of that size is worse than a smaller one.
func DefaultVideo(width, height, fps int) VideoConfig {
	rate := rateFor(width, height, fps)
	return VideoConfig{
		Width: width, Height: height, FPS: fps,
		Bitrate: rate, MinBitrate: rate / 8, MaxBitrate: rate * 3 / 2,
	}
}

func (c VideoConfig) withDefaults() VideoConfig {
	if c.Threads == 0 {
		c.Threads = 1
	}
	if c.KeyFrameEvery == 0 {
		c.KeyFrameEvery = DefaultKeyFrameEvery
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.MinBitrate == 0 {
		c.MinBitrate = c.Bitrate / 8
	}
	if c.MaxBitrate == 0 {
		c.MaxBitrate = c.Bitrate * 3 / 2
	}
	return c
}

// Encoder gives the parameters that the library's encoder gets for this configuration.
func (c VideoConfig) Encoder() openh264.EncoderConfig {
	return openh264.EncoderConfig{
		Width: c.Width, Height: c.Height, FPS: float64(c.FPS), Bitrate: c.Bitrate, Threads: max(1, c.Threads),
	}
}

func (c VideoConfig) check() error {
	switch {
	case c.Width%2 != 0 || c.Height%2 != 0:
		return fmt.Errorf("encode: a picture of %d×%d cannot be encoded: choose an even width and height", c.Width, c.Height)
	case c.Width < 16 || c.Height < 16 || c.Width > 3840 || c.Height > 2160:
		return fmt.Errorf("encode: a picture of %d×%d cannot be encoded: choose 16×16 to 3840×2160", c.Width, c.Height)
	case c.FPS < 1 || c.FPS > maxFPS:
		return fmt.Errorf("encode: %d frames a second cannot be encoded: choose 1 to %d", c.FPS, maxFPS)
	case c.Threads < 0 || c.Threads > openh264.MaxThreads:
		return fmt.Errorf("encode: %d encoder threads: choose 1 to %d", c.Threads, openh264.MaxThreads)
	case c.MinBitrate <= 0 || c.MinBitrate > c.Bitrate || c.Bitrate > c.MaxBitrate:
		return fmt.Errorf("encode: a bitrate of %d between %d and %d bit/s makes no sense: choose least ≤ target ≤ most", c.Bitrate, c.MinBitrate, c.MaxBitrate)
	case c.KeyFrameEvery < keyFrameGap:
		return fmt.Errorf("encode: a key frame every %v is too often: choose %v or more", c.KeyFrameEvery, keyFrameGap)
	}
	return nil
}

// Video encodes one stream of frames. Run does the work; the other methods may be called from any goroutine, before,
// during and after it.
type Video struct {
	cfg     VideoConfig
	running atomic.Bool
	wantKey atomic.Bool
	target  atomic.Int64 // bit/s
	cover   cover

	mu    sync.Mutex
	stats VideoStats
}

// NewVideo checks the configuration. Nothing outside Go's heap is taken before Run.
func NewVideo(cfg VideoConfig) (*Video, error) {
	cfg = cfg.withDefaults()
	if err := cfg.check(); err != nil {
		return nil, err
	}
	v := &Video{cfg: cfg, cover: cover{changed: make(chan struct{})}}
	v.target.Store(int64(cfg.Bitrate))
	return v, nil
}

// Run takes frames from in until ctx ends or the slot does, and hands each unit to sink, in order, in this goroutine.
// A sink that blocks makes the slot replace frames. Frames of another size than configured, or of a size that
// changes, are encoded from a key frame on; of an odd size, without the last row or column. Run returns the error of
// Take, or its own when three pictures in a row cannot be encoded. It may be called again after it returned.
func (v *Video) Run(ctx context.Context, in *capture.Slot, sink func(Unit)) error {
	if !v.running.CompareAndSwap(false, true) {
		return errors.New("encode: this video encoder is running already: make another one for another stream")
	}
	defer v.running.Store(false)
	s := &stream{video: v, stamps: stamper{nominal: time.Second / time.Duration(v.cfg.FPS)}}
	defer s.close()

	failures := 0
	for {
		frame, err := s.next(ctx, in)
		if err != nil {
			return err
		}
		unit, err := s.encode(frame)
		frame.Release()
		if err != nil {
			s.close()
			if failures++; failures == maxFailures {
				return fmt.Errorf("encode: %d pictures in a row failed, the last because: %w", failures, err)
			}
			continue
		}
		failures = 0
		if unit.Data != nil {
			sink(unit)
		}
	}
}

// RequestKeyFrame asks for a key frame. Any number of requests before the next key unit are one, and at most two a
// second are served: sooner ones wait for the first frame that may be one. It never blocks.
func (v *Video) RequestKeyFrame() { v.wantKey.Store(true) }

// SetBitrate changes the target from the next frame on, in bit/s, clamped to the configured range. It never blocks.
func (v *Video) SetBitrate(bps int) {
	v.target.Store(int64(min(max(bps, v.cfg.MinBitrate), v.cfg.MaxBitrate)))
}
