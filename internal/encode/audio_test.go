package encode

import (
	"context"
	"math"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/jasmincam/jasmincam/internal/capture"
	"github.com/jasmincam/jasmincam/internal/capture/synthetic"
)

// sine gives 20 ms number n of a tone, the same in all channels.
func sine(hz float64, channels, n int) capture.Samples {
	pcm := make([]int16, capture.ChunkFrames*channels)
	for i := range pcm {
		at := float64(n*capture.ChunkFrames+i/channels) / capture.SampleRate
		pcm[i] = int16(8000 * math.Sin(2*math.Pi*hz*at))
	}
	return capture.Samples{PCM: pcm, Channels: channels, At: epoch.Add(time.Duration(n) * capture.ChunkTime)}
}

// strength is how much of pcm's energy is at this frequency, 0 to 1.
func strength(pcm []int16, hz float64) float64 {
	var re, im, all float64
	for i, v := range pcm {
		angle := 2 * math.Pi * hz * float64(i) / capture.SampleRate
		re += float64(v) * math.Cos(angle)
		im += float64(v) * math.Sin(angle)
		all += float64(v) * float64(v)
	}
	return 2 * (re*re + im*im) / (all*float64(len(pcm)) + 1)
}

func newAudioPair(t *testing.T, cfg AudioConfig) (*Audio, *AudioDecoder) {
	t.Helper()
	audio, err := NewAudio(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(audio.Close)
	dec, err := NewAudioDecoder(cfg.Channels)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(dec.Close)
	return audio, dec
}

func TestAudio_carriesAToneWhateverTheChannels(t *testing.T) {
	for _, tt := range []struct{ in, coded int }{{1, 1}, {2, 2}, {1, 2}, {2, 1}} {
		audio, dec := newAudioPair(t, AudioConfig{Channels: tt.coded})
		var left []int16
		size := 0
		for n := range 50 {
			u, err := audio.Encode(sine(700, tt.in, n))
			if err != nil {
				t.Fatal(err)
			}
			want := epoch.Add(time.Duration(n) * 20 * time.Millisecond)
			if u.Kind != KindAudio || !u.Key || u.Duration != 20*time.Millisecond || u.Seq != uint64(n) || !u.At.Equal(want) {
				t.Fatalf("unit %d: %+v", n, u)
			}
			size += len(u.Data)
			pcm, err := dec.Decode(u.Data)
			if err != nil || len(pcm) != capture.ChunkFrames*tt.coded {
				t.Fatalf("%d samples, %v", len(pcm), err)
			}
			for i := 0; i < len(pcm); i += tt.coded {
				left = append(left, pcm[i])
			}
		}
		if s := strength(left[9600:], 700); s < 0.95 {
			t.Errorf("%d to %d channels: %.2f of the sound is the tone", tt.in, tt.coded, s)
		}
		if level := capture.LevelDB(left[9600:]); math.Abs(level-capture.LevelDB(sine(700, 1, 0).PCM)) > 1 {
			t.Errorf("%d to %d channels: the tone came out at %.1f dB", tt.in, tt.coded, level)
		}
		if size*8 > 150_000 {
			t.Errorf("%d bits a second", size*8)
		}
	}
}

func TestAudio_keepsTheReadableToneAndItsClicks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		microphone, err := synthetic.NewMicrophone(synthetic.MicrophoneConfig{})
		if err != nil {
			t.Fatal(err)
		}
		audio, dec := newAudioPair(t, AudioConfig{Channels: 1})
		ctx, cancel := context.WithTimeout(t.Context(), 4*time.Second)
		defer cancel()
		good, clicks := 0, 0
		_ = microphone.Run(ctx, func(s capture.Samples) {
			u, err := audio.Encode(s)
			if err != nil {
				t.Fatal(err)
			}
			pcm, err := dec.Decode(u.Data)
			if err != nil {
				t.Fatal(err)
			}
			if synthetic.IsClick(pcm, 1, capture.SampleRate) {
				clicks++
			}
			if second, ok := synthetic.ReadTone(pcm, 1, capture.SampleRate); ok && second == int(u.At.Unix()%16) {
				good++
			}
		})
		if good < 170 || clicks < 3 || clicks > 8 {
			t.Errorf("%d of about 195 packets bear the right tone, %d the click", good, clicks)
		}
	})
}

func TestAudio_changesItsBitrateWhileOthersLook(t *testing.T) {
	audio, _ := newAudioPair(t, AudioConfig{Channels: 2})
	n := 0
	second := func(bps int) int {
		if err := audio.SetBitrate(bps); err != nil {
			t.Fatal(err)
		}
		size := 0
		for range 50 {
			s := sine(300, 2, n)
			for i := range s.PCM {
				s.PCM[i] += int16((n*960+i)*7919%4001 - 2000)
			}
			u, err := audio.Encode(s)
			if err != nil {
				t.Fatal(err)
			}
			size += len(u.Data)
			n++
		}
		return size * 8
	}
	low, high := second(32_000), second(128_000)
	if low > 42_000 || high < 90_000 {
		t.Errorf("%d bits a second at 32 kbit/s, %d at 128", low, high)
	}
	if clamped := second(1); clamped < 15_000 || clamped > 34_000 {
		t.Errorf("%d bits a second at the floor of 24 kbit/s", clamped)
	}
	var wg sync.WaitGroup
	for i := range 4 {
		wg.Go(func() { _ = audio.SetBitrate(64_000 + i) })
	}
	if _, err := audio.Encode(sine(300, 2, n)); err != nil {
		t.Error(err)
	}
	wg.Wait()
}

func TestAudio_sendsPacketsInSilenceToo(t *testing.T) {
	audio, _ := newAudioPair(t, AudioConfig{Channels: 1})
	for n := range 100 {
		s := sine(0, 1, n)
		s.Silent = true
		u, err := audio.Encode(s)
		if err != nil || len(u.Data) < 3 {
			t.Fatalf("packet %d of silence has %d bytes, %v", n, len(u.Data), err)
		}
	}
}

func TestAudio_refusesInASentence(t *testing.T) {
	if _, err := NewAudio(AudioConfig{Channels: 3}); err == nil || !strings.Contains(err.Error(), "choose 1 or 2") {
		t.Errorf("3 channels: %v", err)
	}
	audio, _ := newAudioPair(t, AudioConfig{Channels: 1})
	for _, s := range []capture.Samples{{}, {PCM: make([]int16, 959), Channels: 1}, {PCM: make([]int16, 960), Channels: 2}, {PCM: make([]int16, 5760), Channels: 6}} {
		if _, err := audio.Encode(s); err == nil || !strings.Contains(err.Error(), "20 ms") {
			t.Errorf("%d samples of %d channels: %v", len(s.PCM), s.Channels, err)
		}
	}
	audio.Close()
	audio.Close()
	if _, err := audio.Encode(sine(300, 1, 0)); err == nil {
		t.Error("a closed encoder encodes")
	}
	if err := audio.SetBitrate(64_000); err == nil {
		t.Error("a closed encoder takes a bitrate")
	}
}

func BenchmarkAudio(b *testing.B) {
	audio, err := NewAudio(AudioConfig{Channels: 2})
	if err != nil {
		b.Fatal(err)
	}
	defer audio.Close()
	s := sine(440, 2, 0)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := audio.Encode(s); err != nil {
			b.Fatal(err)
		}
	}
}
