package capture_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/jasmincam/jasmincam/internal/capture"
	"github.com/jasmincam/jasmincam/internal/capture/synthetic"
)

func TestVideoReader_comesBackAfterEveryUnplug(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		plug := synthetic.NewPlug(
			synthetic.Outage{After: 2 * time.Second, For: time.Second},
			synthetic.Outage{After: 5 * time.Second, For: 1500 * time.Millisecond})
		opened := 0
		open := synthetic.Open(synthetic.CameraConfig{Size: capture.Wish{Width: 320, Height: 180, FPS: 30},
			Pool: capture.NewPool(4), Plug: plug})
		var logged bytes.Buffer
		r := capture.NewVideoReader(capture.VideoReaderConfig{
			Open: func(ctx context.Context) (capture.Camera, error) { opened++; return open(ctx) },
			Log:  slog.New(slog.NewTextHandler(&logged, nil))})
		slow, fast := r.Subscribe(), r.Subscribe()
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		stopped := make(chan error)
		go func() { stopped <- r.Run(ctx) }()
		go func() { // what a user would see during the first outage
			<-time.After(2500 * time.Millisecond)
			if s := r.State(); !s.Lost || !strings.Contains(s.Err, "plug it in") {
				t.Errorf("while unplugged: %+v", s)
			}
		}()
		var last *capture.Frame
		var longest time.Duration
		taken := uint64(0)
		for {
			f, err := fast.Take(ctx)
			if err != nil {
				break
			}
			if last != nil {
				if f.Seq != last.Seq+1 || !f.At.After(last.At) {
					t.Errorf("frame %d at %v after %d at %v", f.Seq, f.At, last.Seq, last.At)
				}
				longest = max(longest, f.At.Sub(last.At))
				last.Release()
			}
			last = f
			taken++
		}
		last.Release()
		if err := <-stopped; err != nil {
			t.Fatal(err)
		}
		s := r.State()
		if s.Lost || s.Err != "" || s.Reopened != 2 || s.Frames-taken > 1 || s.Dropped != 0 || s.Scaled || s.Format.Width != 320 {
			t.Errorf("%+v, taken %d", s, taken)
		}
		if taken < 7*30 || longest > 2100*time.Millisecond {
			t.Errorf("%d frames, longest gap %v", taken, longest)
		}
		if opened > 8 {
			t.Errorf("opened %d times in 2.5 s of absence", opened)
		}
		if got := slow.Replaced(); got != s.Frames-1 {
			t.Errorf("the slow slot replaced %d of %d", got, taken)
		}
		if n := strings.Count(logged.String(), "level=WARN"); n != 2 {
			t.Errorf("%d warnings for two losses:\n%s", n, &logged)
		}
	})
}

// The person reads a sentence; what the driver said is in the log.
func TestError_causesAreForTheLog(t *testing.T) {
	err := &capture.Error{Op: "device.Camera.Run", Kind: capture.KindLost, Message: "The camera is gone.", Err: errors.New("errno 19")}
	var logged bytes.Buffer
	slog.New(slog.NewTextHandler(&logged, nil)).Warn("lost", "error", err)
	if err.Error() != "The camera is gone." || !strings.Contains(logged.String(), "The camera is gone. (device.Camera.Run: errno 19)") {
		t.Errorf("%v, logged %s", err, &logged)
	}
}

func TestVideoReader_returnsTheFirstError(t *testing.T) {
	busy := &capture.Error{Op: "x", Kind: capture.KindBusy, Message: "In use."}
	r := capture.NewVideoReader(capture.VideoReaderConfig{
		Open: func(context.Context) (capture.Camera, error) { return nil, busy }})
	if err := r.Run(t.Context()); !errors.Is(err, busy) || capture.KindOf(err) != capture.KindBusy {
		t.Fatal(err)
	}
}

func TestVideoReader_scalesAndTellsOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var logged bytes.Buffer
		frames := capture.NewPool(3)
		scaled := capture.NewPool(3)
		r := capture.NewVideoReader(capture.VideoReaderConfig{
			Open: synthetic.Open(synthetic.CameraConfig{Size: capture.Wish{Width: 1280, Height: 720, FPS: 10}, Pool: frames}),
			Size: capture.Wish{Width: 1920, Height: 1080, FPS: 30},
			Pool: scaled,
			Log:  slog.New(slog.NewTextHandler(&logged, nil))})
		slot := r.Subscribe()
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
		defer cancel()
		stopped := make(chan error)
		go func() { stopped <- r.Run(ctx) }()
		for {
			f, err := slot.Take(ctx)
			if err != nil {
				break
			}
			stamp, ok := synthetic.ReadStrip(f.Y, f.YStride, f.Width, f.Height)
			if f.Width != 1920 || f.Height != 1080 || !ok || stamp != synthetic.Stamp(f.At) {
				t.Errorf("%dx%d, strip %d %v, at %d", f.Width, f.Height, stamp, ok, synthetic.Stamp(f.At))
			}
			f.Release()
		}
		if err := <-stopped; err != nil {
			t.Fatal(err)
		}
		if n := strings.Count(logged.String(), "another size"); n != 1 {
			t.Errorf("told %d times", n)
		}
		if s := r.State(); !s.Scaled || s.Format.Width != 1280 || s.Frames < 19 {
			t.Errorf("%+v", s)
		}
		r.Unsubscribe(slot)
		for _, p := range []*capture.Pool{frames, scaled} {
			if out, _, misused := p.Stats(); out != 0 || misused != 0 {
				t.Errorf("%d frames leaked, %d misused", out, misused)
			}
		}
	})
}

func TestVideoReader_dropsWhenConsumersKeepAllFrames(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := capture.NewVideoReader(capture.VideoReaderConfig{
			Open: synthetic.Open(synthetic.CameraConfig{Size: capture.Wish{Width: 64, Height: 36, FPS: 20}, Pool: capture.NewPool(2)})})
		slot := r.Subscribe()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		stopped := make(chan error)
		go func() { stopped <- r.Run(ctx) }()
		var kept []*capture.Frame
		for {
			f, err := slot.Take(ctx)
			if err != nil {
				break
			}
			kept = append(kept, f)
		}
		if err := <-stopped; err != nil {
			t.Fatal(err)
		}
		if s := r.State(); len(kept) != 2 || s.Frames != 2 || s.Dropped < 16 {
			t.Errorf("kept %d, %+v", len(kept), s)
		}
	})
}
