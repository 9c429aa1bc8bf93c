package chime

import (
	"context"
	"encoding/binary"
	"log/slog"
	"runtime"
	"sync"
	"time"

	"github.com/gen2brain/malgo"
)

// patience bounds how long one sound may take; a loudspeaker that hangs keeps
// the others waiting no longer.
const patience = 5 * time.Second

// Player plays sounds. Make one with New, and Run it.
type Player struct {
	log      *slog.Logger
	backends []malgo.Backend // nil: the system's
	jobs     chan []int16
}

// New returns a player that plays nothing before Run.
func New(log *slog.Logger) *Player {
	p := &Player{log: log, jobs: make(chan []int16, 1)}
	if runtime.GOOS == "linux" { // the others talk to the terminal when they are not there
		p.backends = []malgo.Backend{malgo.BackendPulseaudio, malgo.BackendAlsa}
	}
	return p
}

// Play plays a sound soon, or drops it when one is waiting already. It never
// blocks.
func (p *Player) Play(name string, volume int) {
	select {
	case p.jobs <- Voice(name, volume):
	default:
	}
}

// Run plays until ctx ends.
func (p *Player) Run(ctx context.Context) error {
	told := false
	for {
		select {
		case <-ctx.Done():
			return nil
		case pcm := <-p.jobs:
			if err := p.sound(ctx, pcm); err != nil && !told {
				told = true
				p.log.Warn("sounds cannot be played", "error", err)
			}
		}
	}
}

// sound plays one to its end.
func (p *Player) sound(ctx context.Context, pcm []int16) error {
	system, err := malgo.InitContext(p.backends, malgo.ContextConfig{}, nil)
	if err != nil {
		return err
	}
	defer func() {
		_ = system.Uninit() // nothing can be done about it
		system.Free()
	}()
	cfg := malgo.DefaultDeviceConfig(malgo.Playback)
	cfg.SampleRate, cfg.Playback.Format, cfg.Playback.Channels = rate, malgo.FormatS16, 1
	cfg.Pulse.StreamNamePlayback = "JasminCam sounds"
	s := newSource(pcm)
	device, err := malgo.InitDevice(system.Context, cfg, malgo.DeviceCallbacks{Data: func(out, _ []byte, _ uint32) { s.fill(out) }})
	if err != nil {
		return err
	}
	defer device.Uninit()
	if err := device.Start(); err != nil {
		return err
	}
	defer func() { _ = device.Stop() }() // before Uninit, which would hang
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case <-s.over:
	case <-ctx.Done():
	case <-timer.C:
	}
	return nil
}

// source hands samples out until there are none, and silence then. It is used
// by the sound system's own thread.
type source struct {
	rest []int16
	tail int // samples of silence before it is over: what was handed out has to sound
	over chan struct{}
	once sync.Once
}

func newSource(pcm []int16) *source {
	return &source{rest: pcm, tail: rate / 5, over: make(chan struct{})}
}

func (s *source) fill(out []byte) {
	n := min(len(out)/2, len(s.rest))
	for i, v := range s.rest[:n] {
		binary.LittleEndian.PutUint16(out[2*i:], uint16(v))
	}
	clear(out[2*n:])
	s.rest = s.rest[n:]
	if s.tail -= len(out)/2 - n; s.tail <= 0 {
		s.once.Do(func() { close(s.over) })
	}
}
