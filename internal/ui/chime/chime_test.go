package chime

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/gen2brain/malgo"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func peak(pcm []int16) int {
	top := 0
	for _, v := range pcm {
		top = max(top, int(v), -int(v))
	}
	return top
}

func TestVoice_rows(t *testing.T) {
	seen := map[int]string{}
	for _, name := range []string{"tip", "message", "viewer", "trouble"} {
		pcm := Voice(name, 100)
		if length := time.Duration(len(pcm)) * time.Second / rate; length < 100*time.Millisecond || length > 2*time.Second {
			t.Errorf("%s lasts %v", name, length)
		}
		if top := peak(pcm); top < 3000 || top > 32_000 {
			t.Errorf("%s is as loud as %d", name, top)
		}
		if start, end := int(pcm[0]), peak(pcm[len(pcm)-100:]); start != 0 || end > 600 {
			t.Errorf("%s begins at %d and ends at %d: that clicks", name, start, end)
		}
		if other := seen[len(pcm)]; other != "" {
			t.Errorf("%s is as long as %s", name, other)
		}
		seen[len(pcm)] = name
	}
}

func TestVoice_volume(t *testing.T) {
	loud, half, off := peak(Voice("tip", 100)), peak(Voice("tip", 50)), peak(Voice("tip", 0))
	if half < loud/5 || half > loud/3 || off != 0 {
		t.Errorf("100 %%: %d, 50 %%: %d, 0 %%: %d", loud, half, off)
	}
	if over := peak(Voice("tip", 900)); over != loud {
		t.Errorf("900 %%: %d", over)
	}
}

func TestSource_endsInSilence(t *testing.T) {
	s := newSource([]int16{1, -2, 3})
	out := make([]byte, 4)
	s.fill(out)
	if out[0] != 1 || out[2] != 0xfe || out[3] != 0xff {
		t.Errorf("handed out %v", out)
	}
	s.fill(out)
	if out[0] != 3 || out[2] != 0 {
		t.Errorf("handed out %v", out)
	}
	silence := make([]byte, rate)
	s.fill(silence)
	select {
	case <-s.over:
	default:
		t.Error("it is not over")
	}
	s.fill(silence) // the thread may call once more
}

// The whole way to a sound system, one that needs no loudspeaker.
func TestPlayer_playsOneAfterTheOther(t *testing.T) {
	p := New(slog.New(slog.DiscardHandler))
	p.backends = []malgo.Backend{malgo.BackendNull + 1} // the binding counts one too few
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- p.Run(ctx) }()
	for range 20 {
		p.Play("message", 60) // never blocks
	}
	began := time.Now()
	if err := p.sound(ctx, Voice("message", 60)); err != nil {
		t.Fatal(err)
	}
	if took := time.Since(began); took < 200*time.Millisecond || took > patience {
		t.Errorf("a sound took %v", took)
	}
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

func TestPlayer_isSilentWithoutASoundSystem(t *testing.T) {
	p := New(slog.New(slog.DiscardHandler))
	p.backends = []malgo.Backend{malgo.BackendWebaudio}
	if err := p.sound(t.Context(), Voice("tip", 10)); err == nil {
		t.Error("it played without a sound system")
	}
}
