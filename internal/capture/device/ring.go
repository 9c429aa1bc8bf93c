package device

import (
	"sync/atomic"
	"time"
	"unsafe"

	"github.com/jasmincam/jasmincam/internal/capture"
)

const (
	// ringSamples is a power of two; 1.3 s of two channels.
	ringSamples = 1 << 17
	// A stamp that stays this much behind for so many callbacks means that the
	// sound system lost buffers without a word.
	lostSpan      = 40 * time.Millisecond
	lostCallbacks = 30
	// follow is how fast stamps follow a sound card whose clock is slow: a part
	// of the difference with each callback.
	follow = 512
)

// ring carries samples from the sound library's thread to the goroutine of Run.
// write neither allocates nor locks. One writer, one reader.
type ring struct {
	channels int
	base     time.Time // with monotonic part
	buf      []int16
	head     atomic.Uint64 // samples written
	tail     atomic.Uint64 // samples read
	lost     atomic.Uint64 // samples that found no room
	zero     atomic.Int64  // capture time of the first sample, nanoseconds after base
	ready    chan struct{} // holds one token when there may be something to read

	// Owned by the writer.
	total  uint64 // frames seen
	behind int    // callbacks in a row whose stamp was far behind
	least  int64  // the smallest of those stamps
}

func newRing(channels int) *ring {
	return &ring{channels: channels, base: time.Now(), buf: make([]int16, ringSamples), ready: make(chan struct{}, 1)}
}

// write copies a callback's memory, interleaved S16 in the machine's order.
func (r *ring) write(raw []byte, now time.Time) {
	if len(raw) < 2*r.channels {
		return
	}
	in := unsafe.Slice((*int16)(unsafe.Pointer(&raw[0])), len(raw)/2)
	r.stamp(uint64(len(in)/r.channels), now)
	head := r.head.Load()
	if uint64(len(in)) > ringSamples-(head-r.tail.Load()) {
		r.lost.Add(uint64(len(in)))
		return
	}
	at := head % ringSamples
	n := copy(r.buf[at:], in)
	copy(r.buf, in[n:])
	r.head.Store(head + uint64(len(in)))
	// Sending without waiting takes the channel's lock for some nanoseconds; no
	// one holds it for longer.
	select {
	case r.ready <- struct{}{}:
	default:
	}
}

// stamp keeps the capture time of the first sample. A callback can only be
// late, so the earliest one tells the truth; a slow upward drift follows sound
// cards whose second is longer than ours.
func (r *ring) stamp(frames uint64, now time.Time) {
	r.total += frames
	seen := int64(now.Sub(r.base)) - span(r.total)
	zero := r.zero.Load()
	switch late := seen - zero; {
	case r.total == frames || late <= 0:
		zero, r.behind = seen, 0
	case late < int64(lostSpan):
		zero, r.behind = zero+late/follow, 0
	case r.behind == 0:
		r.least, r.behind = seen, 1
	default:
		r.least = min(r.least, seen)
		if r.behind++; r.behind > lostCallbacks {
			zero, r.behind = r.least, 0
		}
	}
	r.zero.Store(zero)
}

// span is how long so many samples of one channel last, in nanoseconds.
func span(frames uint64) int64 {
	return int64(frames/capture.SampleRate)*int64(time.Second) +
		int64(frames%capture.SampleRate)*int64(time.Second)/capture.SampleRate
}

// read fills pcm, if there is enough, and returns the capture time of its first
// sample.
func (r *ring) read(pcm []int16) (at time.Time, ok bool) {
	tail := r.tail.Load()
	if r.head.Load()-tail < uint64(len(pcm)) {
		return time.Time{}, false
	}
	from := tail % ringSamples
	n := copy(pcm, r.buf[from:])
	copy(pcm[n:], r.buf)
	r.tail.Store(tail + uint64(len(pcm)))
	// What was lost came later than what is in the ring; saying it a little too
	// early keeps the arithmetic on one side.
	frames := (tail + r.lost.Load()) / uint64(r.channels)
	return r.base.Add(time.Duration(r.zero.Load() + span(frames))), true
}
