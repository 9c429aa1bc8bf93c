package playback

import (
	"context"
	"errors"
	"math"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"github.com/jasmincam/jasmincam/internal/capture"
	"github.com/jasmincam/jasmincam/internal/capture/synthetic"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// tone is so much of the tone of second 4, as from a packet.
func tone(at, n int) []int16 {
	pcm := make([]int16, n)
	for i := range pcm {
		pcm[i] = int16(8000 * math.Sin(2*math.Pi*900*float64(at+i)/capture.SampleRate))
	}
	return pcm
}

// room keeps what was played.
type room struct {
	mu  sync.Mutex
	pcm []int16
}

func (r *room) hear(pcm []int16) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.pcm = append(r.pcm, pcm...)
}

// last is the loudness of the newest 100 ms, and whether they are the tone.
func (r *room) last() (level float64, isTone bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	pcm := r.pcm[max(0, len(r.pcm)-capture.SampleRate/10):]
	second, ok := synthetic.ReadTone(pcm, 1, capture.SampleRate)
	return capture.LevelDB(pcm), ok && second == 4
}

// pass lets time pass in a bubble.
func pass(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

// scene plays in a bubble, in which a second takes none.
func scene(t *testing.T, cfg Config, act func(p *Player, r *room, talk func(d time.Duration))) {
	synctest.Test(t, func(t *testing.T) {
		r := &room{}
		if cfg.Open == nil {
			cfg.Open = Nowhere(r.hear)
		}
		p := New(cfg)
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- p.Run(ctx) }()
		at := 0
		act(p, r, func(d time.Duration) {
			for range d / capture.ChunkTime {
				p.Play(tone(at, capture.ChunkFrames))
				at += capture.ChunkFrames
				pass(capture.ChunkTime)
			}
		})
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}

func TestPlayer_playsEvenly(t *testing.T) {
	scene(t, Config{}, func(p *Player, r *room, talk func(time.Duration)) {
		talk(3 * time.Second)
		if level, ok := r.last(); !ok || math.Abs(level-(-15.3)) > 1 {
			t.Errorf("it sounds of %.1f dBFS, as the tone: %v", level, ok)
		}
		if s := p.State(); s.Played < 2800*time.Millisecond || s.Gaps != 0 || s.Dropped != 0 || s.Lost || math.Abs(s.Level-(-15.3)) > 1 {
			t.Errorf("%+v", s)
		}
		pass(time.Second)
		if s := p.State(); s.Level != capture.SilenceDB || s.Gaps != 1 {
			t.Errorf("a second after the last word: %+v", s)
		}
	})
}

// What comes too much at once is dropped, and not added to the delay.
func TestPlayer_boundsTheDelay(t *testing.T) {
	scene(t, Config{}, func(p *Player, r *room, talk func(time.Duration)) {
		talk(time.Second)
		for range 100 { // two seconds at once, as after a stall
			p.Play(tone(0, capture.ChunkFrames))
		}
		if s := p.State(); s.Dropped < 1500*time.Millisecond {
			t.Errorf("%+v", s)
		}
		p.store.mu.Lock()
		held := p.store.held
		p.store.mu.Unlock()
		if held > most {
			t.Errorf("%d samples wait", held)
		}
		pass(400 * time.Millisecond)
		if level, _ := r.last(); level != capture.SilenceDB {
			t.Errorf("after the delay that is the most it still sounds of %.1f dBFS", level)
		}
	})
}

func TestPlayer_volumeAndMute(t *testing.T) {
	scene(t, Config{}, func(p *Player, r *room, talk func(time.Duration)) {
		p.SetVolume(50)
		talk(time.Second)
		if level, _ := r.last(); math.Abs(level-(-15.3-12)) > 1 {
			t.Errorf("at half the volume: %.1f dBFS", level)
		}
		p.SetMuted(true)
		talk(time.Second)
		if level, _ := r.last(); level != capture.SilenceDB {
			t.Errorf("muted: %.1f dBFS", level)
		}
		if s := p.State(); s.Level < -20 {
			t.Errorf("muted, the level of his voice is not told: %+v", s)
		}
		p.SetMuted(false)
		p.SetVolume(1000)
		talk(time.Second)
		if level, _ := r.last(); math.Abs(level-(-15.3)) > 1 {
			t.Errorf("again: %.1f dBFS", level)
		}
	})
}

// While she speaks he is lowered, and for a moment after it.
func TestPlayer_lowersWhileSheSpeaks(t *testing.T) {
	var mu sync.Mutex
	ear := -60.0
	say := func(level float64) {
		mu.Lock()
		defer mu.Unlock()
		ear = level
	}
	scene(t, Config{Ear: func() float64 { mu.Lock(); defer mu.Unlock(); return ear }}, func(p *Player, r *room, talk func(time.Duration)) {
		talk(time.Second)
		full, _ := r.last()
		say(-25)
		talk(500 * time.Millisecond)
		if level, _ := r.last(); math.Abs(full-level-12) > 1 || !p.State().Lowered {
			t.Errorf("while she speaks %.1f dBFS, else %.1f", level, full)
		}
		say(-60)
		talk(200 * time.Millisecond)
		if !p.State().Lowered {
			t.Error("between two words he is as loud as before")
		}
		talk(time.Second)
		if level, _ := r.last(); math.Abs(full-level) > 0.5 || p.State().Lowered {
			t.Errorf("afterwards %.1f dBFS, before %.1f", level, full)
		}
	})
}

// frail is a loudspeaker that cannot be opened, or fails after a while.
type frail struct{ after time.Duration }

func (f frail) Run(ctx context.Context, _ func([]int16)) error {
	select {
	case <-ctx.Done():
		return nil
	case <-time.After(f.after):
		return &capture.Error{Kind: capture.KindLost, Message: "gone"}
	}
}

func TestPlayer_triesAgainAndChanges(t *testing.T) {
	r, opened := &room{}, 0
	broken := errors.New("no loudspeaker")
	scene(t, Config{Open: func(context.Context) (Speaker, error) {
		switch opened++; opened {
		case 1:
			return nil, broken
		case 2:
			return frail{after: 500 * time.Millisecond}, nil
		}
		return nowhere{r.hear}, nil
	}}, func(p *Player, _ *room, talk func(time.Duration)) {
		talk(500 * time.Millisecond)
		if s := p.State(); !s.Lost || !errors.Is(s.Err, broken) || s.Level < -20 {
			t.Errorf("without a loudspeaker: %+v", s)
		}
		talk(4 * time.Second)
		if _, ok := r.last(); !ok || opened != 3 || p.State().Lost {
			t.Errorf("after %d attempts nothing is heard: %+v", opened, p.State())
		}
		other := &room{}
		p.Change(Nowhere(other.hear))
		talk(time.Second)
		if _, ok := other.last(); !ok {
			t.Error("the other loudspeaker is silent")
		}
		r.mu.Lock()
		n := len(r.pcm)
		r.mu.Unlock()
		talk(100 * time.Millisecond)
		r.mu.Lock()
		defer r.mu.Unlock()
		if len(r.pcm) != n {
			t.Error("the first one still plays")
		}
		p.Change(func(context.Context) (Speaker, error) { return nil, broken })
		talk(100 * time.Millisecond)
		p.Change(Nowhere(other.hear)) // while it waits to try again
		talk(200 * time.Millisecond)
		if s := p.State(); s.Lost {
			t.Errorf("%+v", s)
		}
	})
}
