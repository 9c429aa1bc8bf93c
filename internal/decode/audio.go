package decode

import (
	"sync"
	"time"

	"github.com/pion/rtp"

	"github.com/jasmincam/jasmincam/internal/capture"
	"github.com/jasmincam/jasmincam/internal/encode"
)

const (
	// audioWait and audioBound are how long and for how many packets a missing one
	// is waited for. Sound does not wait for what is sent again.
	audioWait  = 60 * time.Millisecond
	audioBound = 5
	// maxConcealed bounds how many lost packets in a row are made up.
	maxConcealed = 5
	// maxPacket is the largest packet of sound, in bytes; any link's is smaller.
	maxPacket = 1500
)

// AudioStats are what a stream brought.
type AudioStats struct {
	Heard     time.Duration // sound that was handed out, concealed included
	Concealed time.Duration // of it
	Lost      uint64        // packets
	Late      uint64        // packets that came too late, or twice
	Refused   uint64        // packets that cannot be used
}

// Plus adds what a later stream brought.
func (s AudioStats) Plus(later AudioStats) AudioStats {
	return AudioStats{Heard: s.Heard + later.Heard, Concealed: s.Concealed + later.Concealed,
		Lost: s.Lost + later.Lost, Late: s.Late + later.Late, Refused: s.Refused + later.Refused}
}

// Audio decodes one stream of sound to one channel of 48 kHz. Close it when the
// stream is over.
type Audio struct {
	sink  func(pcm []int16)
	now   func() time.Time
	order order
	dec   *encode.AudioDecoder

	mu    sync.Mutex
	stats AudioStats
}

// NewAudio returns a decoder. sink is called by Push, with up to 120 ms at a time,
// which stay valid only during the call; now nil is time.Now.
func NewAudio(sink func(pcm []int16), now func() time.Time) (*Audio, error) {
	if now == nil {
		now = time.Now
	}
	dec, err := encode.NewAudioDecoder(1)
	if err != nil {
		return nil, err
	}
	return &Audio{sink: sink, now: now, order: order{bound: audioBound, patience: audioWait}, dec: dec}, nil
}

// Stats tells what came so far.
func (a *Audio) Stats() AudioStats {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.stats
}

func (a *Audio) count(change func(s *AudioStats)) {
	a.mu.Lock()
	defer a.mu.Unlock()
	change(&a.stats)
}

// Push takes in a packet, which it keeps while it waits for one before it.
func (a *Audio) Push(p *rtp.Packet) {
	if !a.order.push(p, a.now(), a.packet) {
		a.count(func(s *AudioStats) { s.Late++ })
	}
}

// Close frees the library's memory.
func (a *Audio) Close() { a.dec.Close() }

func (a *Audio) packet(p *rtp.Packet, lost int) {
	if lost > 0 {
		a.count(func(s *AudioStats) { s.Lost += uint64(lost) })
		for range min(lost, maxConcealed) {
			a.decode(nil)
		}
	}
	if len(p.Payload) > 0 { // an empty one would be concealed
		a.decode(p.Payload)
	}
}

// decode hands out a packet's sound, or with nil what is made up for one.
func (a *Audio) decode(packet []byte) {
	if len(packet) > maxPacket {
		a.count(func(s *AudioStats) { s.Refused++ })
		return
	}
	pcm, err := a.dec.Decode(packet)
	if err != nil {
		a.count(func(s *AudioStats) { s.Refused++ })
		return
	}
	d := time.Duration(len(pcm)) * time.Second / capture.SampleRate
	a.count(func(s *AudioStats) {
		s.Heard += d
		if packet == nil {
			s.Concealed += d
		}
	})
	a.sink(pcm)
}
