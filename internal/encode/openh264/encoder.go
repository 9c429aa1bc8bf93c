package openh264

/*
#cgo CXXFLAGS: -I${SRCDIR}/include -O2
#include "bridge.h"
*/
import "C"

import (
	"errors"
	"fmt"
	"time"

	_ "github.com/pion/mediadevices/pkg/codec/openh264" // its static library, by its link flags
)

// MaxThreads is the largest number of threads, and so of slices, that NewEncoder takes.
const MaxThreads = 4

// ErrClosed is returned by every call after Close.
var ErrClosed = errors.New("openh264: the codec is closed")

// EncoderConfig is what cannot change while an encoder lives, plus its first bitrate and frame rate.
type EncoderConfig struct {
	Width, Height int     // luma samples, both even
	FPS           float64 // pictures a second that will be fed, 1 to 60
	Bitrate       int     // bit/s
	Threads       int     // worker threads, one slice each, 1 to MaxThreads
}

// Planes is one I420 picture: Y of Width×Height, Cb and Cr of half the width and height. Strides are in bytes.
type Planes struct {
	Y, Cb, Cr        []byte
	YStride, CStride int
}

// Encoder turns pictures of one size into constrained-baseline access units. Its first picture is a key frame; after
// that only those which Encode is told to force. One goroutine at a time may use it.
type Encoder struct {
	c   *C.jc_encoder
	cfg EncoderConfig
}

// NewEncoder makes an encoder; the caller owns it and must Close it, for its memory is outside Go's heap.
func NewEncoder(cfg EncoderConfig) (*Encoder, error) {
	switch {
	case cfg.Width < 16 || cfg.Height < 16 || cfg.Width%2 != 0 || cfg.Height%2 != 0:
		return nil, fmt.Errorf("openh264: a picture of %d×%d cannot be coded: width and height must be even and at least 16", cfg.Width, cfg.Height)
	case cfg.Width > 3840 || cfg.Height > 2160:
		return nil, fmt.Errorf("openh264: a picture of %d×%d cannot be coded: the largest is 3840×2160", cfg.Width, cfg.Height)
	case cfg.FPS < 1 || cfg.FPS > 60:
		return nil, fmt.Errorf("openh264: %g pictures a second cannot be coded: choose 1 to 60", cfg.FPS)
	case cfg.Threads < 1 || cfg.Threads > MaxThreads:
		return nil, fmt.Errorf("openh264: %d threads: choose 1 to %d", cfg.Threads, MaxThreads)
	case cfg.Bitrate <= 0:
		return nil, fmt.Errorf("openh264: a bitrate of %d bit/s cannot be coded: choose more than 0", cfg.Bitrate)
	}
	native := C.jc_encoder_config{
		width: C.int(cfg.Width), height: C.int(cfg.Height), fps: C.float(cfg.FPS),
		bitrate: C.int(cfg.Bitrate), threads: C.int(cfg.Threads),
	}
	e := &Encoder{cfg: cfg}
	if rv := C.jc_encoder_new(&native, &e.c); rv != 0 {
		return nil, fmt.Errorf("openh264: the encoder for %d×%d did not start (code %d)", cfg.Width, cfg.Height, int(rv))
	}
	return e, nil
}

// Encode codes one picture, read in place, into a new slice that nobody else writes: an Annex B access unit, led by
// SPS and PPS when it is a key frame. at is the picture's time on any steady clock. A nil unit without an error means
// that the library chose to skip the picture.
func (e *Encoder) Encode(p Planes, at time.Duration, forceKey bool) (unit []byte, key bool, err error) {
	if e.c == nil {
		return nil, false, ErrClosed
	}
	if err := p.check(e.cfg.Width, e.cfg.Height); err != nil {
		return nil, false, err
	}
	var out C.jc_coded
	rv := C.jc_encoder_encode(e.c, (*C.uint8_t)(&p.Y[0]), (*C.uint8_t)(&p.Cb[0]), (*C.uint8_t)(&p.Cr[0]),
		C.int(p.YStride), C.int(p.CStride), C.int64_t(at.Milliseconds()), flag(forceKey), &out)
	if rv != 0 {
		return nil, false, fmt.Errorf("openh264: a picture could not be coded (code %d)", int(rv))
	}
	if out.size == 0 {
		return nil, false, nil
	}
	unit = make([]byte, int(out.size))
	if n := C.jc_encoder_take(e.c, (*C.uint8_t)(&unit[0]), out.size); n != out.size {
		return nil, false, fmt.Errorf("openh264: %d of %d coded bytes came out", int(n), int(out.size))
	}
	return unit, out.key != 0, nil
}

// SetBitrate changes the target, in bit/s, from the next picture on.
func (e *Encoder) SetBitrate(bps int) error {
	if e.c == nil {
		return ErrClosed
	}
	if rv := C.jc_encoder_set_bitrate(e.c, C.int(bps)); rv != 0 {
		return fmt.Errorf("openh264: the bitrate %d was refused (code %d)", bps, int(rv))
	}
	return nil
}

// SetFPS tells the rate control how many pictures a second it will see from now on.
func (e *Encoder) SetFPS(fps float64) error {
	if e.c == nil {
		return ErrClosed
	}
	if rv := C.jc_encoder_set_fps(e.c, C.float(fps)); rv != 0 {
		return fmt.Errorf("openh264: the frame rate %g was refused (code %d)", fps, int(rv))
	}
	return nil
}

// Close ends the library's threads and frees its memory. A second call does nothing.
func (e *Encoder) Close() {
	if e.c != nil {
		C.jc_encoder_free(e.c)
		e.c = nil
	}
}

func (p Planes) check(w, h int) error {
	luma := len(p.Y) >= p.YStride*(h-1)+w && p.YStride >= w
	chroma := p.CStride*(h/2-1) + w/2
	if !luma || p.CStride < w/2 || len(p.Cb) < chroma || len(p.Cr) < chroma {
		return fmt.Errorf("openh264: the planes are smaller than a picture of %d×%d", w, h)
	}
	return nil
}

func flag(b bool) C.int {
	if b {
		return 1
	}
	return 0
}
