package media

import (
	"slices"
	"sync"
	"sync/atomic"

	"github.com/jasmincam/jasmincam/internal/backend/media/packet"
)

// kind is a track of an upload or of a view.
type kind int

const (
	video kind = iota
	audio
	kinds
)

// rate is the RTP clock in Hz.
func (k kind) rate() int64 {
	if k == video {
		return 90000
	}
	return 48000
}

// Packets kept per stream: 2 s of 4 Mbit/s, 5 s of sound.
const (
	videoRing = 1024
	audioRing = 256
)

// source is the media of one upload, read by the shards of its rooms.
type source struct {
	rings [kinds]*packet.Ring
	first [kinds]atomic.Pointer[packet.Packet]
	clock lipClock
	keys  keyWish
	asked *atomic.Uint64

	mu     sync.Mutex
	wakers atomic.Pointer[[]chan struct{}]
}

func newSource(sendPLI func(), asked *atomic.Uint64) *source {
	s := &source{asked: asked, rings: [kinds]*packet.Ring{packet.NewRing(videoRing, true), packet.NewRing(audioRing, false)}}
	s.keys.send = sendPLI
	s.wakers.Store(&[]chan struct{}{})
	return s
}

// askKey wishes for a key frame.
func (s *source) askKey() {
	s.asked.Add(1)
	s.keys.ask()
}

// wake tells every shard that packets are there.
func (s *source) wake() {
	for _, c := range *s.wakers.Load() {
		ring(c)
	}
}

// ring puts a token into a channel with one place, if it is free.
func ring(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

func (s *source) listen(c chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := append(slices.Clone(*s.wakers.Load()), c)
	s.wakers.Store(&all)
}

func (s *source) forget(c chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := slices.DeleteFunc(slices.Clone(*s.wakers.Load()), func(o chan struct{}) bool { return o == c })
	s.wakers.Store(&all)
}
