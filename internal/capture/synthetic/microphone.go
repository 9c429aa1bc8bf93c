package synthetic

import (
	"context"
	"math"
	"time"

	"github.com/jasmincam/jasmincam/internal/capture"
)

const (
	baseHz    = 500
	stepHz    = 100
	tones     = 16
	clickHz   = 4000
	toneLevel = 0.2 // of full scale
	clickPeak = 0.7
)

// MicrophoneConfig configures a Microphone; the zero value is mono.
type MicrophoneConfig struct {
	Channels int
	Plug     *Plug // nil: never unplugged
	Silent   bool  // digital silence in place of the tone
}

// Microphone is a capture.Microphone that plays the readable tone.
type Microphone struct {
	cfg MicrophoneConfig
	pcm []int16
}

var _ capture.Microphone = (*Microphone)(nil)

// NewMicrophone returns a microphone for cfg; a pulled plug is KindNotFound.
func NewMicrophone(cfg MicrophoneConfig) (*Microphone, error) {
	const op = "synthetic.NewMicrophone"
	cfg.Channels = max(1, cfg.Channels)
	if cfg.Channels > 2 {
		return nil, &capture.Error{Op: op, Kind: capture.KindFormat,
			Message: "The synthetic microphone has one or two channels; ask for one of these."}
	}
	if err := cfg.Plug.check(op, "microphone"); err != nil {
		return nil, err
	}
	return &Microphone{cfg: cfg, pcm: make([]int16, capture.ChunkFrames*cfg.Channels)}, nil
}

// OpenMicrophone returns what a capture.AudioReader calls to open it anew.
func OpenMicrophone(cfg MicrophoneConfig) func(context.Context) (capture.Microphone, error) {
	return func(context.Context) (capture.Microphone, error) {
		m, err := NewMicrophone(cfg)
		if err != nil {
			return nil, err
		}
		return m, nil
	}
}

// Run plays one chunk each 20 ms, so that a chunk begins exactly at each full
// second of the wall clock, until ctx ends or the plug is pulled.
func (m *Microphone) Run(ctx context.Context, sink func(capture.Samples)) error {
	held, stop := m.cfg.Plug.hold(ctx)
	defer stop()
	beat := capture.NewPacer(50, 1, false)
	for {
		end, _, err := beat.Next(held)
		if err != nil {
			return lost(ctx, "synthetic.Microphone.Run", "microphone")
		}
		// A chunk can be handed on when its last sample has sounded.
		at := end.Add(-capture.ChunkTime)
		if !m.cfg.Silent {
			play(m.pcm, m.cfg.Channels, at)
		}
		sink(capture.Samples{PCM: m.pcm, Channels: m.cfg.Channels, At: at})
	}
}

// play fills pcm with the tone of the moment at. Every tone has a whole number
// of periods in a second, so the phase needs no memory.
func play(pcm []int16, channels int, at time.Time) {
	hz, level := float64(baseHz+stepHz*(at.Unix()%tones)), toneLevel
	offset := time.Duration(at.Nanosecond())
	if offset < capture.ChunkTime {
		hz, level = clickHz, clickPeak
	}
	first := float64(offset) * capture.SampleRate / float64(time.Second)
	step := 2 * math.Pi * hz / capture.SampleRate
	for i := range len(pcm) / channels {
		v := int16(level * 32767 * math.Sin(step*(math.Round(first)+float64(i))))
		for c := range channels {
			pcm[i*channels+c] = v
		}
	}
}

// ReadTone tells which second a piece of sound carries: Unix second mod 16. It
// wants at least 20 ms of the first channel at any rate; false means that none
// of the sixteen tones makes up half of what is heard.
func ReadTone(pcm []int16, channels, rate int) (second int, ok bool) {
	n := len(pcm) / max(1, channels)
	if channels < 1 || rate < 8000 || n < rate/50 {
		return 0, false
	}
	var best float64
	for s := range tones {
		if p := power(pcm, channels, rate, float64(baseHz+stepHz*s)); p > best {
			best, second = p, s
		}
	}
	return second, best > 0.5*energy(pcm, channels) && best > 1
}

// IsClick tells whether a piece of sound is the click of a full second.
func IsClick(pcm []int16, channels, rate int) bool {
	if channels < 1 || rate < 3*clickHz || len(pcm) < channels {
		return false
	}
	p := power(pcm, channels, rate, clickHz)
	return p > 0.5*energy(pcm, channels) && p > 1
}

// power is the mean square of the part of pcm that has the frequency hz.
func power(pcm []int16, channels, rate int, hz float64) float64 {
	var re, im float64
	step := 2 * math.Pi * hz / float64(rate)
	n := len(pcm) / channels
	for i := range n {
		sin, cos := math.Sincos(step * float64(i))
		v := float64(pcm[i*channels])
		re += v * cos
		im += v * sin
	}
	return 2 * (re*re + im*im) / float64(n) / float64(n)
}

func energy(pcm []int16, channels int) float64 {
	var sum float64
	n := len(pcm) / channels
	for i := range n {
		v := float64(pcm[i*channels])
		sum += v * v
	}
	return sum / float64(n)
}
