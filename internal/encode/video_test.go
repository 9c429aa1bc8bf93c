package encode

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"github.com/jasmincam/jasmincam/internal/capture"
	"github.com/jasmincam/jasmincam/internal/capture/synthetic"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// epoch is when every test's first frame was captured.
var epoch = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// rig runs a Video in its own goroutine and feeds it one frame at a time.
type rig struct {
	t     *testing.T
	video *Video
	slot  capture.Slot
	units chan Unit
	stop  func() error
}

func newRig(t *testing.T, cfg VideoConfig) *rig {
	t.Helper()
	video, err := NewVideo(cfg)
	if err != nil {
		t.Fatal(err)
	}
	r := &rig{t: t, video: video, units: make(chan Unit, 1)}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- video.Run(ctx, &r.slot, func(u Unit) { r.units <- u }) }()
	r.stop = sync.OnceValue(func() error { cancel(); return <-done })
	t.Cleanup(func() { _ = r.stop() })
	return r
}

// feed encodes one frame and returns its unit.
func (r *rig) feed(f *capture.Frame) Unit {
	r.t.Helper()
	r.slot.Put(f)
	select {
	case u := <-r.units:
		return u
	case <-time.After(20 * time.Second):
		r.t.Fatal("no unit came for a frame")
		return Unit{}
	}
}

// moving draws picture number n of a pattern that moves, so that every picture costs bits.
func moving(w, h, n int, at time.Time) *capture.Frame {
	f := (*capture.Pool)(nil).Get(w, h)
	f.At, f.Seq = at, uint64(n)
	seed := uint32(n)*2654435761 + 1
	for y := range h {
		row := f.Y[y*f.YStride:][:w]
		for x := range row {
			seed = seed*1664525 + 1013904223
			row[x] = byte(60 + (x+3*n)%64 + (y+n)%64 + int(seed>>28))
		}
	}
	for i := range f.Cb {
		f.Cb[i], f.Cr[i] = 128, 120
	}
	return f
}

func small() VideoConfig { return DefaultVideo(320, 180, 30) }

func tick(n int) time.Time { return epoch.Add(time.Duration(n) * time.Second / 30) }

func TestVideo_carriesTheStripToTheDecoder(t *testing.T) {
	for _, size := range []struct{ w, h int }{{1280, 720}, {640, 360}} {
		synctest.Test(t, func(t *testing.T) {
			video, err := NewVideo(DefaultVideo(size.w, size.h, 30))
			if err != nil {
				t.Fatal(err)
			}
			camera, err := synthetic.NewCamera(synthetic.CameraConfig{Size: capture.Wish{Width: size.w, Height: size.h, FPS: 30}})
			if err != nil {
				t.Fatal(err)
			}
			dec, err := NewDecoder()
			if err != nil {
				t.Fatal(err)
			}
			defer dec.Close()

			ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
			defer cancel()
			var slot capture.Slot
			done := make(chan error, 1)
			go func() { done <- camera.Run(ctx, func(f *capture.Frame) { slot.Put(f.Retain()) }) }()
			var last Unit
			seen := 0
			err = video.Run(ctx, &slot, func(u Unit) {
				pic, err := dec.Decode(u.Data)
				if err != nil || pic == nil {
					t.Fatalf("unit %d does not decode: %v", u.Seq, err)
				}
				stamp, ok := synthetic.ReadStrip(pic.Y, pic.YStride, pic.Rect.Dx(), pic.Rect.Dy())
				if !ok || stamp != synthetic.Stamp(u.At) {
					t.Errorf("unit %d: strip %d %v, captured at %d", u.Seq, stamp, ok, synthetic.Stamp(u.At))
				}
				if u.Seq > 0 && (u.At.Sub(last.At) != u.Duration || u.Seq != last.Seq+1) {
					t.Errorf("unit %d lasts %v, %v after unit %d", u.Seq, u.Duration, u.At.Sub(last.At), last.Seq)
				}
				last = u
				seen++
			})
			if !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("Run returned %v, want the context's error", err)
			}
			<-done
			slot.TryTake().Release()
			if seen < 85 {
				t.Errorf("%d units in 3 s", seen)
			}
		})
	}
}

func TestNewVideo_refusesInASentence(t *testing.T) {
	for _, tt := range []struct {
		change func(*VideoConfig)
		word   string
	}{
		{func(c *VideoConfig) { c.Width = 641 }, "even"},
		{func(c *VideoConfig) { c.Height = 8 }, "16×16"},
		{func(c *VideoConfig) { c.FPS = 0 }, "1 to 60"},
		{func(c *VideoConfig) { c.Threads = 9 }, "threads"},
		{func(c *VideoConfig) { c.MinBitrate = c.MaxBitrate }, "bitrate"},
		{func(c *VideoConfig) { c.KeyFrameEvery = time.Millisecond }, "too often"},
	} {
		cfg := small()
		tt.change(&cfg)
		if _, err := NewVideo(cfg); err == nil || !strings.Contains(err.Error(), tt.word) {
			t.Errorf("%+v: %v, want a sentence with %q", cfg, err, tt.word)
		}
	}
}
