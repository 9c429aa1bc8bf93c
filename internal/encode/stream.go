package encode

import (
	"math"
	"time"

	"github.com/jasmincam/jasmincam/internal/capture"
	"github.com/jasmincam/jasmincam/internal/encode/openh264"
)

// maxFPS is the highest frame rate that the encoder's rate control takes.
const maxFPS = 60

// stream is what one Run owns: the encoder of the current picture size and the clocks that go with it.
type stream struct {
	video  *Video
	enc    *openh264.Encoder // nil before the first frame and after a failure
	width  int
	height int
	rate   int // bit/s that enc was told
	stamps stamper
	pace   pace
	seq    uint64
	start  time.Time // of the first frame
	key    time.Time // of the last key unit
	prev   time.Time // of the last unit
	blank  blank
}

// encode codes one frame in place. A unit without data means that the encoder skipped the frame.
func (s *stream) encode(f *capture.Frame) (Unit, error) {
	began := s.video.cfg.Now()
	at := s.stamps.stamp(f.At)
	if s.start.IsZero() {
		s.start = at
	}
	if err := s.prepare(f.Width&^1, f.Height&^1, at); err != nil {
		s.video.countFailure()
		return Unit{}, err
	}
	planes := openh264.Planes{Y: f.Y, Cb: f.Cb, Cr: f.Cr, YStride: f.YStride, CStride: f.CStride}
	data, key, err := s.enc.Encode(planes, at.Sub(s.start), s.blank.turned || s.keyDue(at))
	if err != nil {
		s.video.countFailure()
		return Unit{}, err
	}
	s.video.count(len(data), key, s.video.cfg.Now().Sub(began))
	if data == nil {
		return Unit{}, nil
	}
	if key {
		// Whoever asked until now gets this one.
		s.video.wantKey.Store(false)
		s.key, s.blank.turned = at, false
	}
	unit := Unit{
		Kind: KindVideo, Data: data, At: at, Key: key, Duration: s.stamps.nominal, Seq: s.seq,
		Width: s.width, Height: s.height, Blank: s.blank.on,
	}
	if !s.prev.IsZero() {
		unit.Duration = at.Sub(s.prev)
	}
	s.prev = at
	s.seq++
	return unit, nil
}

// prepare makes sure that there is an encoder for this size which knows the wanted bitrate and the real frame rate.
func (s *stream) prepare(width, height int, at time.Time) error {
	rate := int(s.video.target.Load())
	if s.enc == nil || width != s.width || height != s.height {
		return s.open(width, height, rate)
	}
	if rate != s.rate {
		if err := s.enc.SetBitrate(rate); err != nil {
			return err
		}
		s.rate = rate
	}
	if fps, changed := s.pace.frame(at); changed {
		return s.enc.SetFPS(fps)
	}
	return nil
}

func (s *stream) open(width, height, rate int) error {
	s.close()
	cfg := s.video.cfg
	cfg.Width, cfg.Height, cfg.Bitrate = width, height, rate
	enc, err := openh264.NewEncoder(cfg.Encoder())
	if err != nil {
		return err
	}
	s.enc, s.width, s.height, s.rate = enc, width, height, rate
	s.pace = pace{told: float64(s.video.cfg.FPS)}
	return nil
}

func (s *stream) close() {
	if s.enc != nil {
		s.enc.Close()
		s.enc = nil
	}
}

// keyDue tells whether the frame of this time is to be a key frame.
func (s *stream) keyDue(at time.Time) bool {
	since := at.Sub(s.key)
	return since >= s.video.cfg.KeyFrameEvery || (since >= keyFrameGap && s.video.wantKey.Load())
}

// pace measures how many frames a second really come: webcams halve their rate in dim light, and a rate control that
// does not know it spends half the bits.
type pace struct {
	told   float64 // what the encoder believes
	since  time.Time
	last   time.Time
	frames int
}

const (
	// paceWindow is long enough to count frames and short enough for the picture to recover soon.
	paceWindow = time.Second
	// paceGap is a pause and not a pace: counting it would allot a second's bits to each of the next frames.
	paceGap = 250 * time.Millisecond
	minFPS  = 4
)

// frame counts one frame and tells when the encoder should learn another rate.
func (p *pace) frame(at time.Time) (fps float64, changed bool) {
	gap := at.Sub(p.last)
	p.last = at
	if gap > paceGap {
		p.since, p.frames = at, 0
		return 0, false
	}
	p.frames++
	elapsed := at.Sub(p.since)
	if elapsed < paceWindow {
		return 0, false
	}
	fps = min(max(float64(p.frames)/elapsed.Seconds(), minFPS), maxFPS)
	p.since, p.frames = at, 0
	if math.Abs(fps-p.told) <= p.told*0.1 {
		return 0, false
	}
	p.told = fps
	return fps, true
}
