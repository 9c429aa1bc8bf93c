package playback_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/jasmincam/jasmincam/internal/capture"
	"github.com/jasmincam/jasmincam/internal/capture/device"
	"github.com/jasmincam/jasmincam/internal/capture/synthetic"
	"github.com/jasmincam/jasmincam/internal/playback"
	"github.com/jasmincam/jasmincam/internal/testkit"
)

func through(id string) playback.Opener {
	return func(ctx context.Context) (playback.Speaker, error) { return device.OpenSpeaker(ctx, id) }
}

// The voice comes out of a real sound system, of the loudspeaker that was chosen and
// of the system's default, and comes back after the loudspeaker was away.
func TestPlayer_isHeardThroughPulseAudio(t *testing.T) {
	sound := testkit.NewSound(t)
	list, err := device.Speakers(t.Context())
	if err != nil || !slices.ContainsFunc(list, func(d capture.Device) bool { return d.ID == "pulse:"+testkit.Sink && d.Kind == capture.KindSpeaker }) {
		t.Fatalf("the loudspeakers are %+v, %v", list, err)
	}
	p := playback.New(playback.Config{Open: through("pulse:" + testkit.Sink)})
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 3)
	heard := make(chan int, 1000)
	ear := capture.NewAudioReader(capture.AudioReaderConfig{Open: device.OpenSound(device.MicrophoneConfig{ID: "pulse:" + testkit.Monitor})})
	go func() { ended <- p.Run(ctx) }()
	go func() { ended <- speak(ctx, p) }()
	go func() {
		ended <- ear.Run(ctx, func(s capture.Samples) {
			if second, ok := synthetic.ReadTone(s.PCM, s.Channels, capture.SampleRate); ok {
				select {
				case heard <- second:
				default:
				}
			}
		})
	}()
	defer func() {
		stop()
		for range 3 {
			if err := <-ended; err != nil {
				t.Error(err)
			}
		}
	}()
	hears := func(when string) {
		t.Helper()
		for len(heard) > 0 {
			<-heard
		}
		deadline := time.After(30 * time.Second)
		for n := 0; n < 25; n++ {
			select {
			case second := <-heard:
				if second != 4 {
					t.Fatalf("%s the tone is that of second %d", when, second)
				}
			case <-deadline:
				t.Fatalf("%s only %d chunks of the tone were heard: %+v", when, n, p.State())
			}
		}
	}
	hears("through the chosen one")
	p.Change(through(device.DefaultSpeaker))
	hears("through the default")
	p.Change(through("pulse:" + testkit.Sink))
	hears("through the chosen one again")
	sound.Unplug()
	testkit.Until(t, 20*time.Second, "the loss to be noticed", func() bool { s := p.State(); return s.Lost && s.Err != nil })
	sound.Plug()
	hears("after it was away")
}

// speak has the tone of second 4 said in pieces of 20 ms.
func speak(ctx context.Context, p *playback.Player) error {
	pcm := testkit.Tone(900, time.Second) // a whole number of periods
	tick := time.NewTicker(capture.ChunkTime)
	defer tick.Stop()
	began, said := time.Now(), time.Duration(0)
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		for ; said < time.Since(began); said += capture.ChunkTime {
			at := int(said/capture.ChunkTime) % 50 * capture.ChunkFrames
			p.Play(pcm[at : at+capture.ChunkFrames])
		}
	}
}
