package capture_test

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/jasmincam/jasmincam/internal/capture"
	"github.com/jasmincam/jasmincam/internal/capture/synthetic"
)

// hear runs r for d and fails t unless its sink gets one chunk after the other
// without a gap. It returns the chunks that were silent and all, by number.
func hear(t *testing.T, r *capture.AudioReader, d time.Duration, each func(capture.Samples)) (silent, all int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), d)
	defer cancel()
	var next time.Time
	err := r.Run(ctx, func(s capture.Samples) {
		if off := s.At.Sub(next).Abs(); !next.IsZero() && off > capture.ChunkTime/2 {
			t.Fatalf("chunk %d at %v, want %v", all, s.At, next)
		}
		next = s.At.Add(capture.ChunkTime)
		if len(s.PCM) != capture.ChunkFrames*s.Channels {
			t.Fatalf("%d samples of %d channels", len(s.PCM), s.Channels)
		}
		all++
		if s.Silent {
			silent++
		}
		each(s)
	})
	if err != nil {
		t.Fatal(err)
	}
	return silent, all
}

func TestAudioReader_bridgesAnUnplug(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		plug := synthetic.NewPlug(synthetic.Outage{After: 3 * time.Second, For: 2 * time.Second})
		r := capture.NewAudioReader(capture.AudioReaderConfig{Channels: 2,
			Open: synthetic.OpenMicrophone(synthetic.MicrophoneConfig{Plug: plug})})
		silent, all := hear(t, r, 10*time.Second, func(s capture.Samples) {
			if s.Silent {
				if capture.LevelDB(s.PCM) != capture.SilenceDB {
					t.Fatal("silence is not silent")
				}
				return
			}
			sec, ok := synthetic.ReadTone(s.PCM, 2, capture.SampleRate)
			if !synthetic.IsClick(s.PCM, 2, capture.SampleRate) && (!ok || int64(sec) != s.At.Unix()%16) {
				t.Fatalf("at %v heard %d, %v", s.At, sec, ok)
			}
		})
		if silent < 100 || silent > 160 || all < 497 || all > 501 {
			t.Errorf("%d of %d chunks silent", silent, all)
		}
		if s := r.State(); s.Reopened != 1 || s.Lost || int(s.Dropped) != silent {
			t.Errorf("%+v", s)
		}
		if l := r.Level(); l < -20 || l > -12 {
			t.Errorf("level %.1f dBFS", l)
		}
	})
}

// mute is a microphone that stops calling back after some chunks and tells
// nobody, as PulseAudio does when a source goes away.
type mute struct {
	chunks int
	jump   time.Duration // clock error of all chunks but the first
	closed chan struct{}
}

func (m *mute) Run(ctx context.Context, sink func(capture.Samples)) error {
	defer close(m.closed)
	pcm := make([]int16, 2*capture.ChunkFrames)
	beat := capture.NewPacer(50, 1, false)
	for i := range m.chunks {
		at, _, err := beat.Next(ctx)
		if err != nil {
			return nil
		}
		if i > 0 {
			at = at.Add(m.jump)
		}
		pcm[0], pcm[1] = 100, 300
		sink(capture.Samples{PCM: pcm, Channels: 2, At: at})
	}
	<-ctx.Done()
	return nil
}

func TestAudioReader_reopensAMicrophoneThatJustStops(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		opened := 0
		var last *mute
		r := capture.NewAudioReader(capture.AudioReaderConfig{
			Open: func(context.Context) (capture.Microphone, error) {
				if last != nil {
					select {
					case <-last.closed:
					default:
						t.Error("opened while the old one was still open")
					}
				}
				opened++
				last = &mute{chunks: 100, closed: make(chan struct{})}
				return last, nil
			}})
		first := true
		silent, all := hear(t, r, 9*time.Second, func(s capture.Samples) {
			if first {
				first = false
				if s.PCM[0] != 200 || s.Channels != 1 {
					t.Errorf("two channels became %d of %d", s.PCM[0], s.Channels)
				}
			}
		})
		// Two seconds of sound, one until it counts as lost, half a pause.
		if opened != 3 || silent < 130 || silent > 170 || all < 435 {
			t.Errorf("opened %d times, %d of %d chunks silent", opened, silent, all)
		}
	})
}

func TestAudioReader_losesAndSkipsNothingWhenTheClockJumps(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, c := range []struct {
			jump   time.Duration
			silent int
		}{{40 * time.Millisecond, 2}, {-40 * time.Millisecond, 0}, {5 * time.Millisecond, 0}} {
			r := capture.NewAudioReader(capture.AudioReaderConfig{
				Open: func(context.Context) (capture.Microphone, error) {
					return &mute{chunks: 1000, jump: c.jump, closed: make(chan struct{})}, nil
				}})
			if silent, _ := hear(t, r, time.Second, func(capture.Samples) {}); silent != c.silent {
				t.Errorf("jump %v: %d silent, want %d", c.jump, silent, c.silent)
			}
		}
	})
}

func TestAudioReader_aMicrophoneThatNeverBeginsIsAnError(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := capture.NewAudioReader(capture.AudioReaderConfig{
			Open: func(context.Context) (capture.Microphone, error) {
				return &mute{closed: make(chan struct{})}, nil
			}})
		begin := time.Now()
		err := r.Run(t.Context(), func(capture.Samples) { t.Error("a chunk out of nothing") })
		if capture.KindOf(err) != capture.KindLost || !strings.Contains(err.Error(), "microphone") || time.Since(begin) > 11*time.Second {
			t.Fatalf("after %v: %v", time.Since(begin), err)
		}
	})
}

func TestAudioReader_aSlowSinkCostsSilenceAndNoMemory(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for range 20 { // what waits after the pause comes in any order
			open := synthetic.OpenMicrophone(synthetic.MicrophoneConfig{})
			opened := 0
			r := capture.NewAudioReader(capture.AudioReaderConfig{
				Open: func(ctx context.Context) (capture.Microphone, error) { opened++; return open(ctx) }})
			n := 0
			silent, _ := hear(t, r, 5*time.Second, func(capture.Samples) {
				if n++; n == 100 {
					<-time.After(1500 * time.Millisecond)
				}
			})
			// Half a second of it waited; the rest found no room.
			if silent < 45 || silent > 55 {
				t.Errorf("%d silent chunks for a pause of 75", silent)
			}
			if s := r.State(); opened != 1 || s.Lost || s.Reopened != 0 {
				t.Errorf("opened %d times, %+v: the microphone was not to blame", opened, s)
			}
		}
	})
}

// A library may take half a minute to let go of a device whose sound server
// hangs; she reads at once that nobody hears her.
func TestAudioReader_tellsALossBeforeTheDeviceIsClosed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := capture.NewAudioReader(capture.AudioReaderConfig{
			Open: func(context.Context) (capture.Microphone, error) { return slowToClose{}, nil }})
		seen := make(chan capture.ReaderState, 3)
		go func() {
			<-time.After(1900 * time.Millisecond) // quiet, not yet for too long
			seen <- r.State()
			<-time.After(300 * time.Millisecond)
			seen <- r.State()
			<-time.After(30 * time.Second) // closed now, and not opened again
			seen <- r.State()
		}()
		hear(t, r, 34*time.Second, func(capture.Samples) {})
		for i, lost := range []bool{false, true, true} {
			if s := <-seen; s.Lost != lost || s.Reopened != 0 || (s.Err != "") != lost {
				t.Errorf("look %d: %+v, want lost %v", i, s, lost)
			}
		}
		if s := r.State(); s.Lost || s.Reopened != 1 {
			t.Errorf("at the end: %+v", s)
		}
	})
}

// slowToClose is heard for a second, then hangs for half a minute.
type slowToClose struct{}

func (slowToClose) Run(ctx context.Context, sink func(capture.Samples)) error {
	beat := capture.NewPacer(50, 1, false)
	for range 50 {
		at, _, err := beat.Next(ctx)
		if err != nil {
			return nil
		}
		sink(capture.Samples{PCM: make([]int16, capture.ChunkFrames), Channels: 1, At: at})
	}
	<-ctx.Done()
	<-time.After(30 * time.Second)
	sink(capture.Samples{PCM: make([]int16, capture.ChunkFrames), Channels: 1, At: time.Now()}) // its last word is no return
	return nil
}
