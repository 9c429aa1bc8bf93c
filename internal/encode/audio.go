package encode

import (
	"fmt"
	"sync"
	"time"

	"github.com/jasmincam/jasmincam/internal/capture"
	"github.com/jasmincam/jasmincam/internal/encode/libopus"
)

const (
	packetTime = 20 * time.Millisecond
	// The range that Audio.SetBitrate is clamped to, in bit/s: below, speech loses its upper band; above, nothing is
	// gained.
	minAudioBitrate, maxAudioBitrate = 24_000, 128_000
	// opusComplexity 7 is the least at which Opus tells speech from music. Measured on speech, 0.20 ms of CPU a packet;
	// 8 and above take 0.26 and give the same modes.
	opusComplexity = 7
	// opusLossPct is the packet loss that speech is protected against. Measured: at 5 all of speech goes in the mode that
	// carries a copy of the packet before, and music in the full-band one; at 0 nothing carries a copy; at 10 music, too,
	// is squeezed into the speech mode.
	opusLossPct = 5
)

// AudioConfig says how to encode sound. Bitrate 0 means 64 kbit/s for one channel and 96 for two.
type AudioConfig struct {
	Channels int // 1 or 2
	Bitrate  int // bit/s
}

// Audio encodes 20 ms of sound at a time. It is safe for use from several goroutines.
//
// The sound is a talking person with music behind her, so Opus is told AUDIO and not VOIP: the latter filters the
// lows away and keeps to speech modes in which music sounds hollow. With AUDIO, forward error correction and an
// expected loss, Opus itself takes a mode with correction while somebody speaks and the full-band one for music.
// Discontinuous transmission is off: a silent room is part of the sound, and a stream without packets looks broken.
type Audio struct {
	cfg AudioConfig

	mu     sync.Mutex
	enc    *libopus.Encoder
	stamps stamper
	seq    uint64
	mix    []int16 // 20 ms in the configured number of channels, when the samples have another
}

// NewAudio makes an encoder; the caller must Close it, for its memory is outside Go's heap.
func NewAudio(cfg AudioConfig) (*Audio, error) {
	if cfg.Channels != 1 && cfg.Channels != 2 {
		return nil, fmt.Errorf("encode: sound of %d channels cannot be encoded: choose 1 or 2", cfg.Channels)
	}
	if cfg.Bitrate == 0 {
		cfg.Bitrate = 32_000 + 32_000*cfg.Channels
	}
	enc, err := libopus.NewEncoder(libopus.EncoderConfig{
		Channels: cfg.Channels, Bitrate: clampAudio(cfg.Bitrate), Complexity: opusComplexity, FEC: true, LossPct: opusLossPct,
	})
	if err != nil {
		return nil, err
	}
	return &Audio{
		cfg: cfg, enc: enc, stamps: stamper{nominal: packetTime},
		mix: make([]int16, libopus.FrameSamples*cfg.Channels),
	}, nil
}

// Encode codes exactly 20 ms. Samples of one channel are doubled for an encoder of two, those of two are averaged for
// an encoder of one. Nothing of s is kept.
func (a *Audio) Encode(s capture.Samples) (Unit, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	pcm, err := a.channels(s)
	if err != nil {
		return Unit{}, err
	}
	data, err := a.enc.Encode(pcm)
	if err != nil {
		return Unit{}, err
	}
	at := a.stamps.stamp(s.At)
	unit := Unit{Kind: KindAudio, Data: data, At: at, Key: true, Duration: packetTime, Seq: a.seq}
	a.seq++
	return unit, nil
}

// SetBitrate changes the target from the next packet on, in bit/s, clamped to 24,000 to 128,000.
func (a *Audio) SetBitrate(bps int) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.enc.SetBitrate(clampAudio(bps))
}

// Close frees the encoder; Encode and SetBitrate answer with an error from then on. A second call does nothing.
func (a *Audio) Close() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.enc.Close()
}

func (a *Audio) channels(s capture.Samples) ([]int16, error) {
	if (s.Channels != 1 && s.Channels != 2) || len(s.PCM) != libopus.FrameSamples*s.Channels {
		return nil, fmt.Errorf("encode: %d samples of %d channels are not 20 ms at 48 kHz of one or two", len(s.PCM), s.Channels)
	}
	switch {
	case s.Channels == a.cfg.Channels:
		return s.PCM, nil
	case s.Channels == 1:
		for i, v := range s.PCM {
			a.mix[2*i], a.mix[2*i+1] = v, v
		}
	default:
		for i := range a.mix {
			a.mix[i] = int16((int32(s.PCM[2*i]) + int32(s.PCM[2*i+1])) / 2)
		}
	}
	return a.mix, nil
}

func clampAudio(bps int) int { return min(max(bps, minAudioBitrate), maxAudioBitrate) }
