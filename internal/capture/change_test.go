package capture_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/jasmincam/jasmincam/internal/capture"
	"github.com/jasmincam/jasmincam/internal/capture/synthetic"
)

// workbench is where cameras are opened; it knows that no two are at once.
type workbench struct {
	t    *testing.T
	open bool
}

func (b *workbench) camera(w, h int) func(context.Context) (capture.Camera, error) {
	open := synthetic.Open(synthetic.CameraConfig{Size: capture.Wish{Width: w, Height: h, FPS: 30}, Pool: capture.NewPool(4)})
	return func(ctx context.Context) (capture.Camera, error) {
		if b.open {
			b.t.Error("a camera was opened while another one was")
		}
		c, err := open(ctx)
		b.open = err == nil
		return lone{c, b}, err
	}
}

type lone struct {
	capture.Camera
	bench *workbench
}

func (c lone) Run(ctx context.Context, sink func(*capture.Frame)) error {
	defer func() { c.bench.open = false }()
	return c.Camera.Run(ctx, sink)
}

// watch runs r for d and returns the sizes that came and the longest gap.
func watch(t *testing.T, r *capture.VideoReader, d time.Duration, at map[time.Duration]func()) (sizes []int, gap time.Duration) {
	t.Helper()
	slot := r.Subscribe()
	defer r.Unsubscribe(slot)
	ctx, cancel := context.WithTimeout(t.Context(), d)
	defer cancel()
	for when, do := range at {
		defer time.AfterFunc(when, do).Stop()
	}
	stopped := make(chan error)
	go func() { stopped <- r.Run(ctx) }()
	var last time.Time
	for {
		f, err := slot.Take(ctx)
		if err != nil {
			break
		}
		if !last.IsZero() {
			gap = max(gap, f.At.Sub(last))
		}
		last = f.At
		if !slices.Contains(sizes, f.Width) {
			sizes = append(sizes, f.Width)
		}
		f.Release()
	}
	if err := <-stopped; err != nil {
		t.Fatal(err)
	}
	return sizes, gap
}

func TestVideoReader_changesCameraAndSizeWithoutALoss(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := &workbench{t: t}
		r := capture.NewVideoReader(capture.VideoReaderConfig{Open: b.camera(320, 180), Size: capture.Wish{Width: 320, Height: 180}})
		sizes, gap := watch(t, r, 4*time.Second, map[time.Duration]func(){
			1 * time.Second: func() { r.Change(b.camera(640, 360), capture.Wish{Width: 640, Height: 360}) },
			2 * time.Second: func() { r.Change(b.camera(640, 360), capture.Wish{Width: 160, Height: 90}) },
			3 * time.Second: func() {
				r.Change(b.camera(320, 180), capture.Wish{Width: 160, Height: 90})
				r.Change(b.camera(64, 36), capture.Wish{})
			},
		})
		if !slices.Equal(sizes, []int{320, 640, 160, 64}) || gap > 100*time.Millisecond {
			t.Errorf("sizes %v, longest gap %v", sizes, gap)
		}
		if s := r.State(); s.Reopened != 0 || s.Lost || s.Format.Width != 64 || s.Scaled || s.Light < 16 {
			t.Errorf("%+v", s)
		}
	})
}

// Whoever lost a camera need not wait for the next attempt to have another one,
// nor does she read on that it is lost.
func TestVideoReader_changesWhileTheCameraIsLost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, plug := &workbench{t: t}, synthetic.NewPlug(synthetic.Outage{After: time.Second, For: time.Hour})
		r := capture.NewVideoReader(capture.VideoReaderConfig{Pause: time.Hour, Open: synthetic.Open(synthetic.CameraConfig{Plug: plug})})
		sizes, gap := watch(t, r, 3*time.Second, map[time.Duration]func(){
			1500 * time.Millisecond: func() { r.Change(b.camera(64, 36), capture.Wish{}) }})
		if !slices.Equal(sizes, []int{1280, 64}) || gap > 600*time.Millisecond {
			t.Errorf("sizes %v, longest gap %v", sizes, gap)
		}
		if s := r.State(); s.Lost || s.Err != "" {
			t.Errorf("%+v", s)
		}
	})
}

// A reader may rest and run again; what cannot be opened then is told again, and
// what was chosen meanwhile is what it begins with.
func TestVideoReader_runsAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := &workbench{t: t}
		r := capture.NewVideoReader(capture.VideoReaderConfig{Open: b.camera(320, 180)})
		watch(t, r, time.Second, nil)
		r.Change(b.camera(64, 36), capture.Wish{})
		if sizes, _ := watch(t, r, time.Second, nil); !slices.Equal(sizes, []int{64}) {
			t.Errorf("sizes %v", sizes)
		}
		busy := &capture.Error{Kind: capture.KindBusy, Message: "In use."}
		r.Change(func(context.Context) (capture.Camera, error) { return nil, busy }, capture.Wish{})
		if err := r.Run(t.Context()); !errors.Is(err, busy) {
			t.Errorf("ended with %v", err)
		}
	})
}

func TestVideoReader_showsTheLook(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pool := capture.NewPool(8)
		r := capture.NewVideoReader(capture.VideoReaderConfig{Pool: pool,
			Open: synthetic.Open(synthetic.CameraConfig{Size: capture.Wish{Width: 640, Height: 360, FPS: 30}, Pool: capture.NewPool(8)})})
		slot := r.Subscribe()
		ctx, cancel := context.WithCancel(t.Context())
		stopped := make(chan error)
		go func() { stopped <- r.Run(ctx) }()
		for _, mirrored := range []bool{false, true, false} {
			r.SetLook(capture.Look{Mirror: mirrored})
			<-time.After(time.Second / 2)
			slot.TryTake().Release()
			f, err := slot.Take(ctx)
			if err != nil {
				t.Fatal(err)
			}
			row := slices.Clone(f.Y[:f.Width])
			if mirrored {
				slices.Reverse(row)
			}
			copied := make([]byte, f.Width*f.Height)
			for y := range f.Height {
				copy(copied[y*f.Width:], row)
			}
			if stamp, ok := synthetic.ReadStrip(copied, f.Width, f.Width, f.Height); !ok || stamp != synthetic.Stamp(f.At) {
				t.Errorf("mirrored %v: strip %d %v, at %d", mirrored, stamp, ok, synthetic.Stamp(f.At))
			}
			f.Release()
		}
		cancel()
		<-stopped
		r.Unsubscribe(slot)
		if out, _, misused := pool.Stats(); out != 0 || misused != 0 {
			t.Errorf("%d frames leaked, %d misused", out, misused)
		}
	})
}

func TestAudioReader_changesWithoutALoss(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := capture.NewAudioReader(capture.AudioReaderConfig{Open: synthetic.OpenMicrophone(synthetic.MicrophoneConfig{})})
		defer time.AfterFunc(2*time.Second, func() {
			r.Change(func(context.Context) (capture.Microphone, error) { t.Error("the last choice counts"); return nil, nil })
			r.Change(synthetic.OpenMicrophone(synthetic.MicrophoneConfig{Silent: true}))
		}).Stop()
		defer time.AfterFunc(4*time.Second, func() {
			r.Change(synthetic.OpenMicrophone(synthetic.MicrophoneConfig{}))
		}).Stop()
		var quiet int
		lost, all := hear(t, r, 6*time.Second, func(s capture.Samples) {
			if !s.Silent && capture.LevelDB(s.PCM) == capture.SilenceDB {
				quiet++
			}
		})
		if lost > 5 || quiet < 90 || quiet > 102 || all < 295 {
			t.Errorf("%d of %d chunks replaced, %d quiet", lost, all, quiet)
		}
		if s := r.State(); s.Reopened != 0 || s.Lost {
			t.Errorf("%+v", s)
		}
		// It may run again, with the choice made meanwhile.
		r.Change(synthetic.OpenMicrophone(synthetic.MicrophoneConfig{Silent: true}))
		lost, all = hear(t, r, time.Second, func(s capture.Samples) {
			if capture.LevelDB(s.PCM) != capture.SilenceDB {
				t.Fatal("the microphone of before was opened")
			}
		})
		if lost > 0 || all < 45 {
			t.Errorf("%d of %d chunks replaced", lost, all)
		}
	})
}

// A microphone that takes long to close is not left behind, and one that is lost
// is replaced at once.
func TestAudioReader_changesWhileTheMicrophoneIsLost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		plug := synthetic.NewPlug(synthetic.Outage{After: time.Second, For: time.Hour})
		r := capture.NewAudioReader(capture.AudioReaderConfig{Pause: time.Hour,
			Open: synthetic.OpenMicrophone(synthetic.MicrophoneConfig{Plug: plug})})
		defer time.AfterFunc(1500*time.Millisecond, func() {
			if !r.State().Lost {
				t.Error("not lost")
			}
			r.Change(synthetic.OpenMicrophone(synthetic.MicrophoneConfig{}))
		}).Stop()
		silent, _ := hear(t, r, 3*time.Second, func(capture.Samples) {})
		if s := r.State(); s.Lost || silent < 20 || silent > 30 {
			t.Errorf("%+v, %d silent", s, silent)
		}
	})
}
