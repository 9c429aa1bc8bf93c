package device

import (
	"testing"
	"time"
	"unsafe"

	"pgregory.net/rapid"

	"github.com/jasmincam/jasmincam/internal/capture"
)

func bytesOf(pcm []int16) []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(&pcm[0])), 2*len(pcm))
}

func TestRing_keepsOrderAndTime(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		channels := rapid.IntRange(1, 2).Draw(t, "channels")
		r := newRing(channels)
		now := r.base
		chunk := make([]int16, capture.ChunkFrames*channels)
		var wrote, read uint64
		for range rapid.IntRange(1, 60).Draw(t, "rounds") {
			frames := rapid.IntRange(1, 5000).Draw(t, "frames")
			in := make([]int16, frames*channels)
			for i := range in {
				in[i] = int16(wrote)
				wrote++
			}
			now = now.Add(time.Duration(span(uint64(frames))))
			r.write(bytesOf(in), now)
			for {
				at, ok := r.read(chunk)
				if !ok {
					break
				}
				if off := at.Sub(r.base) - time.Duration(span(read/uint64(channels))); off.Abs() > time.Millisecond {
					t.Fatalf("sample %d is stamped %v off", read, off)
				}
				for _, v := range chunk {
					if v != int16(read) {
						t.Fatalf("sample %d is %d", read, v)
					}
					read++
				}
			}
			if wrote-read >= uint64(len(chunk)) {
				t.Fatalf("%d samples wait", wrote-read)
			}
		}
	})
}

func TestRing_whenItIsFullTimeGoesOn(t *testing.T) {
	r := newRing(1)
	second := make([]int16, capture.SampleRate)
	now := r.base
	for range 5 { // two fit
		now = now.Add(time.Second)
		r.write(bytesOf(second), now)
	}
	chunk := make([]int16, capture.ChunkFrames)
	n := 0
	var last time.Time
	for {
		at, ok := r.read(chunk)
		if !ok {
			break
		}
		last = at
		n++
	}
	if n != 100 || now.Sub(last) != capture.ChunkTime {
		t.Errorf("%d chunks, the last %v before now", n, now.Sub(last))
	}
}

func TestRing_noticesBuffersLostBelow(t *testing.T) {
	r := newRing(1)
	in := make([]int16, 480)
	now := r.base
	beat := func(n int) {
		for range n {
			now = now.Add(10 * time.Millisecond)
			r.write(bytesOf(in), now)
			r.tail.Store(r.head.Load())
		}
	}
	beat(100)
	now = now.Add(300 * time.Millisecond) // nothing came
	beat(40)
	if zero := time.Duration(r.zero.Load()); (zero - 300*time.Millisecond).Abs() > time.Millisecond {
		t.Errorf("the stamp moved by %v", zero)
	}
	now = now.Add(5 * time.Millisecond) // one late callback is no loss
	beat(1)
	if zero := time.Duration(r.zero.Load()); (zero - 300*time.Millisecond).Abs() > time.Millisecond {
		t.Errorf("the stamp moved by %v", zero)
	}
}

func TestRing_writeAllocatesNothing(t *testing.T) {
	r := newRing(2)
	in := bytesOf(make([]int16, 960))
	if n := testing.AllocsPerRun(100, func() {
		r.write(in, r.base)
		r.tail.Store(r.head.Load())
	}); n != 0 {
		t.Errorf("%v allocations a callback", n)
	}
}
