package encode

import (
	"context"
	"sync"
	"time"

	"github.com/jasmincam/jasmincam/internal/capture"
)

const (
	// blankEvery is the time between two black pictures. It is longer than the gap up to which a backend counts picture
	// as delivered (half a second, domain B2): what nobody sees is not paid for, even where nobody could tell it so.
	blankEvery = time.Second
	// staleMost bounds how long a frame is passed over for being captured before the cover was taken away: beyond it the
	// clock was moved.
	staleMost = time.Second
)

// cover is what stands in front of the camera's pictures.
type cover struct {
	mu      sync.Mutex
	on      bool
	since   time.Time
	changed chan struct{} // closed and replaced with each change
}

func (c *cover) set(on bool, now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.on == on {
		return
	}
	c.on, c.since = on, now
	close(c.changed)
	c.changed = make(chan struct{})
}

func (c *cover) now() (on bool, since time.Time, changed <-chan struct{}) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.on, c.since, c.changed
}

// SetBlank puts black in the place of whatever is captured, or takes it away. The first black picture is a key frame, at
// once, without waiting for the camera; then comes one a second. What was captured before it is taken away stays
// unseen, and the first picture after it is a key frame too. A picture that is being encoded meanwhile is still handed
// out: its Unit is not Blank. It never blocks.
func (v *Video) SetBlank(on bool) { v.cover.set(on, v.cfg.Now()) }

// blank is what a stream knows of the cover.
type blank struct {
	on     bool
	turned bool // the next unit must be a key frame: it shows something else
	last   time.Time
	black  *capture.Frame
}

// next waits for what is to be encoded: the camera's newest frame, or a black one.
func (s *stream) next(ctx context.Context, in *capture.Slot) (*capture.Frame, error) {
	for {
		on, since, changed := s.video.cover.now()
		if on != s.blank.on {
			s.blank.on, s.blank.turned, s.blank.last = on, true, time.Time{}
		}
		if on {
			in.TryTake().Release()
			if f, err := s.nextBlack(ctx, changed); f != nil || err != nil {
				return f, err
			}
			continue
		}
		f, err := in.TakeUntil(ctx, changed)
		if err != nil {
			return nil, err
		}
		if f == nil {
			continue
		}
		if f.At.Before(since) && s.video.cfg.Now().Sub(since) < staleMost {
			f.Release()
			continue
		}
		return f, nil
	}
}

// nextBlack returns a black frame when one is due, or nil when the cover changes before. Until there was a black key
// frame they are due at the pace of the pictures.
func (s *stream) nextBlack(ctx context.Context, changed <-chan struct{}) (*capture.Frame, error) {
	every := blankEvery
	if s.blank.turned {
		every = s.stamps.nominal
	}
	now := s.video.cfg.Now()
	if wait := every - now.Sub(s.blank.last); !s.blank.last.IsZero() && wait > 0 {
		due := time.NewTimer(wait)
		defer due.Stop()
		select {
		case <-due.C:
		case <-changed:
			return nil, nil
		case <-ctx.Done():
			return nil, ctx.Err()
		}
		now = s.video.cfg.Now()
	}
	s.blank.last = now
	f := s.blackFrame()
	f.At = now
	return f, nil
}

// blackFrame is black of the size of the pictures. It belongs to no pool, and only this goroutine uses it.
func (s *stream) blackFrame() *capture.Frame {
	width, height := s.width, s.height
	if s.enc == nil {
		width, height = s.video.cfg.Width, s.video.cfg.Height
	}
	if f := s.blank.black; f != nil && f.Width == width && f.Height == height {
		return f.Retain()
	}
	var none *capture.Pool
	f := none.Get(width, height)
	for i := range f.Y {
		f.Y[i] = 16
	}
	for i := range f.Cb {
		f.Cb[i], f.Cr[i] = 128, 128
	}
	s.blank.black.Release()
	s.blank.black = f
	return f.Retain()
}
