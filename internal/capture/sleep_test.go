package capture_test

import (
	"context"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/jasmincam/jasmincam/internal/capture"
	"github.com/jasmincam/jasmincam/internal/capture/synthetic"
)

// nap is a machine that the test puts to sleep.
type nap struct{ total atomic.Int64 }

func (n *nap) add(d time.Duration) { n.total.Add(int64(d)) }

func (n *nap) slept() time.Duration { return time.Hour + time.Duration(n.total.Load()) }

func slept(t *testing.T, err error, what string) {
	t.Helper()
	if capture.KindOf(err) != capture.KindSlept || !strings.Contains(err.Error(), what+" stays off; go online again") {
		t.Errorf("after a sleep: %v", err)
	}
}

// Nobody who opens her laptop in the morning is to find herself on air.
func TestVideoReader_endsAfterALongSleep(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var machine nap
		pool := capture.NewPool(4)
		r := capture.NewVideoReader(capture.VideoReaderConfig{Slept: machine.slept,
			Open: synthetic.Open(synthetic.CameraConfig{Size: capture.Wish{Width: 64, Height: 36, FPS: 30}, Pool: pool})})
		slot := r.Subscribe()
		stopped := make(chan error)
		go func() { stopped <- r.Run(t.Context()) }()
		for range 3 { // each short enough, and they do not add up
			<-time.After(time.Second)
			machine.add(50 * time.Second)
		}
		<-time.After(time.Second)
		synctest.Wait()
		slot.TryTake().Release()
		before := r.State().Frames
		machine.add(61 * time.Second)
		slept(t, <-stopped, "camera")
		if f := slot.TryTake(); f != nil || r.State().Frames != before || before < 110 {
			t.Errorf("a frame went out after the sleep: %d, then %d", before, r.State().Frames)
		}
		r.Unsubscribe(slot)
		if out, _, misused := pool.Stats(); out != 0 || misused != 0 {
			t.Errorf("%d frames leaked, %d misused", out, misused)
		}
	})
}

func TestVideoReader_opensNothingAfterALongSleep(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var machine nap
		plug := synthetic.NewPlug()
		opened := 0
		open := synthetic.Open(synthetic.CameraConfig{Size: capture.Wish{Width: 64, Height: 36, FPS: 30}, Plug: plug})
		r := capture.NewVideoReader(capture.VideoReaderConfig{Slept: machine.slept,
			Open: func(ctx context.Context) (capture.Camera, error) { opened++; return open(ctx) }})
		stopped := make(chan error)
		go func() { stopped <- r.Run(t.Context()) }()
		<-time.After(time.Second)
		plug.Pull()
		synctest.Wait() // it is away, as many are after a sleep
		plug.PutBack()
		machine.add(time.Hour)
		slept(t, <-stopped, "camera")
		if opened != 1 {
			t.Errorf("opened %d times", opened)
		}
	})
}

func TestAudioReader_endsAfterALongSleep(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var machine nap
		opened := 0
		plug := synthetic.NewPlug()
		open := synthetic.OpenMicrophone(synthetic.MicrophoneConfig{Plug: plug})
		r := capture.NewAudioReader(capture.AudioReaderConfig{Slept: machine.slept,
			Open: func(ctx context.Context) (capture.Microphone, error) { opened++; return open(ctx) }})
		var heard, late atomic.Int64
		stopped := make(chan error)
		run := func() {
			stopped <- r.Run(t.Context(), func(capture.Samples) {
				heard.Add(1)
				if machine.slept() > 2*time.Hour {
					late.Add(1)
				}
			})
		}
		go run()
		<-time.After(time.Second)
		machine.add(59 * time.Second)
		<-time.After(time.Second)
		machine.add(2 * time.Hour)
		slept(t, <-stopped, "microphone")
		if heard.Load() < 98 || late.Load() != 0 {
			t.Errorf("%d chunks, %d of them after the sleep", heard.Load(), late.Load())
		}

		machine.total.Store(0)
		go run()
		<-time.After(time.Second)
		plug.Pull()
		synctest.Wait()
		plug.PutBack()
		machine.add(2 * time.Hour)
		slept(t, <-stopped, "microphone")
		if opened != 2 || late.Load() != 0 {
			t.Errorf("opened %d times in two runs, %d chunks after the sleep", opened, late.Load())
		}
	})
}

// A machine that is awake has not slept, whatever the clock is made of.
func TestReaders_askTheSystemHowLongItSlept(t *testing.T) {
	r := capture.NewVideoReader(capture.VideoReaderConfig{
		Open: synthetic.Open(synthetic.CameraConfig{Size: capture.Wish{Width: 64, Height: 36, FPS: 60}})})
	slot := r.Subscribe()
	ctx, cancel := context.WithCancel(t.Context())
	stopped := make(chan error)
	go func() { stopped <- r.Run(ctx) }()
	for range 10 {
		f, err := slot.Take(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		f.Release()
	}
	cancel()
	if err := <-stopped; err != nil {
		t.Error(err)
	}
	r.Unsubscribe(slot)
}
