package fan

import (
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jasmincam/jasmincam/internal/backend/media/packet"
)

// Kind is a track of an upload or of a view.
type Kind int

// The two tracks.
const (
	Video Kind = iota
	Audio
	kinds
)

// rate is the RTP clock in Hz.
func (k Kind) rate() int64 {
	if k == Video {
		return 90000
	}
	return 48000
}

// Packets kept per stream: 2 s of 4 Mbit/s, 5 s of sound.
const (
	videoRing = 1024
	audioRing = 256
)

// Counters tell what happened; all only grow. One value serves a whole engine.
type Counters struct {
	PacketsIn   atomic.Uint64 // RTP from publishers
	BytesIn     atomic.Uint64
	Dropped     atomic.Uint64 // times that a viewer was behind and skipped to a key frame
	KeyAsked    atomic.Uint64 // wishes for key frames
	KeyRequests atomic.Uint64 // those that reached a publisher
	KeyCached   atomic.Uint64 // joiners served from the cache
	NackHits    atomic.Uint64 // retransmitted packets
	NackMisses  atomic.Uint64 // packets asked for that the cache does not have
}

// Source is the media of one upload, read by the shards of its rooms.
type Source struct {
	counters *Counters
	rings    [kinds]*packet.Ring
	first    [kinds]atomic.Pointer[packet.Packet]
	clock    lipClock
	keys     keyWish
	last     atomic.Int64 // UnixNano of the newest packet
	live     atomic.Bool

	mu     sync.Mutex
	wakers atomic.Pointer[[]chan struct{}]
}

// NewSource makes the caches; sendPLI asks the publisher for a key frame.
func NewSource(c *Counters, sendPLI func()) *Source {
	s := &Source{counters: c, rings: [kinds]*packet.Ring{packet.NewRing(videoRing, true), packet.NewRing(audioRing, false)}}
	s.keys.send = func() {
		c.KeyRequests.Add(1)
		sendPLI()
	}
	s.wakers.Store(&[]chan struct{}{})
	return s
}

// Close ends the wishes that still wait.
func (s *Source) Close() { s.keys.close() }

// AskKey wishes for a key frame; wishes that come too often become one.
func (s *Source) AskKey() {
	s.counters.KeyAsked.Add(1)
	s.keys.ask()
}

// Live tells whether pictures flow: a key frame came, and no silence since.
func (s *Source) Live() bool { return s.live.Load() }

// Silent tells, once per silence, that no packet came for so long. The next key
// frame makes the source live again.
func (s *Source) Silent(since time.Duration) bool {
	return s.live.Load() && time.Now().UnixNano()-s.last.Load() > int64(since) && s.live.Swap(false)
}

// wake tells every shard that packets are there.
func (s *Source) wake() {
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

func (s *Source) listen(c chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := append(slices.Clone(*s.wakers.Load()), c)
	s.wakers.Store(&all)
}

func (s *Source) forget(c chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := slices.DeleteFunc(slices.Clone(*s.wakers.Load()), func(o chan struct{}) bool { return o == c })
	s.wakers.Store(&all)
}
