package playback

import (
	"context"
	"log/slog"
	"math"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jasmincam/jasmincam/internal/capture"
)

const (
	// pause is between two attempts to open a loudspeaker.
	pause = time.Second
	// fresh is how long a level is that of now.
	fresh = 300 * time.Millisecond
	// speaks is the loudness of her microphone, in dBFS, from which on she counts as
	// speaking; a quiet room is 20 dB below it.
	speaks = -35.0
	// lowered is what is left of the voice meanwhile: 12 dB less.
	lowered = 0.25
	// hold is how long it stays so after a word.
	hold = 400 * time.Millisecond
	// ramp is how far the loudness moves with a sample: from nothing to all in 40 ms,
	// so that no change is a click.
	ramp = 1.0 / (capture.SampleRate * 0.04)
)

// Speaker is an opened loudspeaker with one life. Run has fill called, by a thread of
// its own, for all that is to be played, one channel of 48 kHz, until ctx ends (nil)
// or the loudspeaker fails.
type Speaker interface {
	Run(ctx context.Context, fill func(pcm []int16)) error
}

// Opener opens the chosen loudspeaker.
type Opener func(context.Context) (Speaker, error)

// Config is what a Player needs.
type Config struct {
	Open Opener
	Ear  func() float64   // how loud she is to the member now, in dBFS; nil: never
	Log  *slog.Logger     // nil: no log
	Now  func() time.Time // nil: time.Now
}

// State is how a player stands.
type State struct {
	Level   float64       // of the voice as it comes, in dBFS
	Played  time.Duration // of the voice, that the loudspeaker took; muted or not
	Dropped time.Duration // that came too much at once
	Gaps    uint64        // how often the voice came too late
	Lowered bool          // because she speaks
	Lost    bool          // there is no loudspeaker now
	Err     error         // why
}

// Player plays one voice. All methods may be called from any goroutine.
type Player struct {
	cfg    Config
	store  store
	volume atomic.Int64
	muted  atomic.Bool
	level  atomic.Uint64 // float64 bits
	came   atomic.Int64  // when, Unix ns
	played atomic.Int64  // samples
	low    atomic.Bool

	gain  float64   // of the last sample; the loudspeaker's thread alone
	spoke time.Time // she; the same

	mu   sync.Mutex
	open Opener
	stop context.CancelFunc // ends what plays now
	lost bool
	err  error
}

// New returns a player at full volume. It plays in Run.
func New(cfg Config) *Player {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.Ear == nil {
		cfg.Ear = func() float64 { return capture.SilenceDB }
	}
	p := &Player{cfg: cfg, open: cfg.Open, stop: func() {}}
	p.volume.Store(100)
	return p
}

// Play takes in sound as it arrives. It never waits.
func (p *Player) Play(pcm []int16) {
	p.level.Store(math.Float64bits(capture.LevelDB(pcm)))
	p.came.Store(p.cfg.Now().UnixNano())
	p.store.put(pcm)
}

// SetVolume sets the loudness, 0 to 100.
func (p *Player) SetVolume(percent int) { p.volume.Store(int64(min(max(percent, 0), 100))) }

// SetMuted silences the voice.
func (p *Player) SetMuted(muted bool) { p.muted.Store(muted) }

// Change takes another loudspeaker, now or when Run begins. It never waits.
func (p *Player) Change(open Opener) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.open = open
	p.stop()
}

// State tells how it is now.
func (p *Player) State() State {
	s := State{Level: capture.SilenceDB, Played: span(p.played.Load()), Lowered: p.low.Load()}
	if p.cfg.Now().UnixNano()-p.came.Load() < int64(fresh) {
		s.Level = math.Float64frombits(p.level.Load())
	}
	dropped, gaps := p.store.counts()
	s.Dropped, s.Gaps = span(int64(dropped)), gaps
	p.mu.Lock()
	defer p.mu.Unlock()
	s.Lost, s.Err = p.lost, p.err
	return s
}

// Run plays until ctx ends, and returns nil. It may be called again.
func (p *Player) Run(ctx context.Context) error {
	defer p.store.empty()
	defer p.note(nil)
	for ctx.Err() == nil {
		p.one(ctx)
	}
	return nil
}

// one is the life of one loudspeaker, and a pause after one that failed. Both end
// when another is chosen.
func (p *Player) one(ctx context.Context) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	p.mu.Lock()
	open := p.open
	p.stop = stop
	p.mu.Unlock()
	speaker, err := open(ctx)
	if err == nil {
		p.note(nil)
		p.store.empty() // what waited is late
		err = speaker.Run(ctx, p.fill)
	}
	if ctx.Err() != nil {
		return
	}
	if p.note(err) {
		p.cfg.Log.Warn("the member's voice cannot be played", "error", err)
	}
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

// note remembers whether there is a loudspeaker, and tells whether its loss is news.
func (p *Player) note(err error) (news bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	news = err != nil && !p.lost
	p.lost, p.err = err != nil, err
	return news
}

// fill answers the loudspeaker.
func (p *Player) fill(pcm []int16) {
	p.played.Add(int64(p.store.take(pcm)))
	to := p.loudness()
	for i, v := range pcm {
		if p.gain < to {
			p.gain = min(to, p.gain+ramp)
		} else {
			p.gain = max(to, p.gain-ramp)
		}
		pcm[i] = int16(float64(v) * p.gain)
	}
}

// loudness is what the voice is multiplied with now. Volume is squared, as ears hear.
func (p *Player) loudness() float64 {
	now := p.cfg.Now()
	if p.cfg.Ear() > speaks {
		p.spoke = now
	}
	low := !p.spoke.IsZero() && now.Sub(p.spoke) < hold
	p.low.Store(low)
	v := float64(p.volume.Load()) / 100
	switch {
	case p.muted.Load():
		return 0
	case low:
		return v * v * lowered
	}
	return v * v
}

func span(samples int64) time.Duration {
	return time.Duration(samples) * time.Second / capture.SampleRate
}
