package downlink

import (
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"sync"
	"time"

	"github.com/jasmincam/jasmincam/internal/capture"
	"github.com/jasmincam/jasmincam/internal/decode"
	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/session/uplink"
	"github.com/jasmincam/jasmincam/internal/whip"
)

const (
	connectFor = 10 * time.Second // bounds the way from an offer to media that flow
	patientFor = time.Second      // how long a silent path may come back by itself
)

// InletConfig is the way back of one show: the payer's picture and voice. Pictures and
// Sound are called on a goroutine each while Run works, and not after it.
type InletConfig struct {
	Endpoint  string // the show's WHEP address
	Token     string // of the session of the account that gives the show
	Transport http.RoundTripper
	Pool      *capture.Pool          // of the frames; nil allocates each anew
	Pictures  func(f *capture.Frame) // takes the frame over
	Sound     func(pcm []int16)      // 48 kHz, one channel; valid during the call
	Log       *slog.Logger
	Now       func() time.Time
	Jitter    func() float64 // 0 ≤ x < 1; nil: random
}

// InletStats are what came so far.
type InletStats struct {
	Flowing bool // the way is open; whether anything comes on it is the member's affair
	Video   decode.VideoStats
	Audio   decode.AudioStats
	Err     error // why the way is not open, while it is not
}

// Inlet receives what the payer of a show sends back, and comes back by itself after
// every loss: retry of this lives here and nowhere else. Whoever knows that the show is
// over ends Run.
type Inlet struct {
	cfg InletConfig

	mu      sync.Mutex
	flowing bool
	err     error
	video   decode.VideoStats // of earlier connections
	audio   decode.AudioStats
	now     *parts // of the present one; nil without
}

// parts decode what one connection brings.
type parts struct {
	video *decode.Video
	audio *decode.Audio
}

// NewInlet returns one that begins in Run.
func NewInlet(cfg InletConfig) *Inlet {
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Jitter == nil {
		cfg.Jitter = rand.Float64
	}
	return &Inlet{cfg: cfg}
}

// Stats tells how it stands.
func (i *Inlet) Stats() InletStats {
	i.mu.Lock()
	defer i.mu.Unlock()
	s := InletStats{Flowing: i.flowing, Err: i.err, Video: i.video, Audio: i.audio}
	if i.now != nil {
		s.Video, s.Audio = s.Video.Plus(i.now.video.Stats()), s.Audio.Plus(i.now.audio.Stats())
	}
	return s
}

// Run receives until ctx ends, and returns nil.
func (i *Inlet) Run(ctx context.Context) error {
	wait := uplink.Backoff{Jitter: i.cfg.Jitter}
	for {
		began := i.cfg.Now()
		err := i.view(ctx)
		i.stands(false, err)
		if ctx.Err() != nil {
			return nil
		}
		i.cfg.Log.Info("the member's picture and voice are lost; trying again", "error", err)
		if i.cfg.Now().Sub(began) > uplink.StableFor {
			wait.Reset()
		}
		timer := time.NewTimer(wait.Wait(asked(err)))
		select {
		case <-timer.C:
		case <-ctx.Done():
		}
		timer.Stop()
	}
}

func (i *Inlet) stands(flowing bool, err error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.flowing, i.err = flowing, err
}

// view is the life of one connection. It returns why it ended.
func (i *Inlet) view(ctx context.Context) error {
	var p *Peer
	made := &parts{video: decode.NewVideo(decode.VideoConfig{Pool: i.cfg.Pool, Put: i.cfg.Pictures, WantKey: func() { p.WantKey() }, Now: i.cfg.Now})}
	var err error
	if made.audio, err = decode.NewAudio(i.cfg.Sound, i.cfg.Now); err != nil {
		return unseen(err)
	}
	defer i.part(made)
	p, err = New(Config{Endpoint: i.cfg.Endpoint, Video: made.video.Push, Audio: made.audio.Push})
	if err != nil {
		return unseen(err)
	}
	defer func() {
		if err := p.Close(); err != nil {
			i.cfg.Log.Debug("closing the way back", "error", err)
		}
	}()
	i.mu.Lock()
	i.now = made
	i.mu.Unlock()
	offer, err := p.Offer(ctx)
	if err != nil {
		return unseen(err)
	}
	bounded, cancel := context.WithTimeout(ctx, connectFor)
	defer cancel()
	wire := whip.Client{Endpoint: i.cfg.Endpoint, Token: i.cfg.Token, Transport: i.cfg.Transport}
	remote, err := wire.View(bounded, offer)
	if err != nil {
		return unseen(err)
	}
	defer func() {
		bounded, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
		defer cancel()
		if err := remote.Delete(bounded); err != nil {
			i.cfg.Log.Debug("ending the way back", "error", err)
		}
	}()
	if err := p.Accept(remote.Answer); err != nil {
		return unseen(err)
	}
	if err := p.Connected(bounded); err != nil {
		return unseen(err)
	}
	i.stands(true, nil)
	return i.watch(ctx, p)
}

// part counts what a connection brought to the rest, and frees its decoders. It is
// called when nothing is handed to them any more.
func (i *Inlet) part(made *parts) {
	i.mu.Lock()
	i.video, i.audio, i.now = i.video.Plus(made.video.Stats()), i.audio.Plus(made.audio.Stats()), nil
	i.mu.Unlock()
	made.video.Close()
	made.audio.Close()
}

// watch returns when the path is lost, or silent for longer than a moment.
func (i *Inlet) watch(ctx context.Context, p *Peer) error {
	for {
		var patience <-chan time.Time
		switch p.State() {
		case uplink.Lost:
			return unseen(uplink.ErrNoPath)
		case uplink.Silent:
			timer := time.NewTimer(patientFor)
			defer timer.Stop() // a path is silent a few times at most before it is lost
			patience = timer.C
		}
		select {
		case <-p.Changed():
		case <-patience:
			return unseen(uplink.ErrNoPath)
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// unseen gives what kept the member's picture and voice away a sentence for her.
func unseen(err error) error {
	e := domain.Wrap("return", domain.KindUnavailable, err,
		"The member's picture and voice do not get through. It is tried again.")
	var r *whip.Refusal
	if errors.As(err, &r) {
		e.RetryAfter = r.RetryAfter
	}
	return e
}

// asked is how long the backend wants to be left alone.
func asked(err error) time.Duration {
	var e *domain.Error
	if errors.As(err, &e) {
		return min(e.RetryAfter, time.Minute)
	}
	return 0
}
