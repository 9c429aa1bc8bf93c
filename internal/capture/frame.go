package capture

import (
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// Frame is one I420 picture, BT.601 limited range. The planes are read-only
// once the frame was handed to a sink or a slot. Frames are reference counted:
// whoever keeps one beyond a call calls Retain, and Release when done with it.
type Frame struct {
	Width, Height    int
	Y, Cb, Cr        []byte // Y has Height rows of YStride, Cb and Cr half as many of CStride
	YStride, CStride int
	At               time.Time // capture time, with monotonic part
	Seq              uint64    // counts the frames of one reader; a gap is a frame that was dropped

	pool   *Pool
	buf    []byte
	refs   atomic.Int32
	rested uint64 // the pool's turn when it was given back
}

// Retain adds a reference and returns the frame itself.
func (f *Frame) Retain() *Frame {
	if f != nil {
		f.refs.Add(1)
	}
	return f
}

// Release gives one reference back; with the last one the frame returns to its
// pool. One Release too many is counted by the pool and otherwise ignored.
func (f *Frame) Release() {
	if f == nil {
		return
	}
	switch n := f.refs.Add(-1); {
	case n > 0:
	case n == 0:
		f.pool.put(f)
	default:
		f.refs.Store(0)
		f.pool.misuse()
	}
}

// Pool bounds the memory of one stream of frames: at most max are out at a
// time. A nil *Pool is valid and allocates every frame anew.
type Pool struct {
	bound, kept int

	mu      sync.Mutex
	free    []*Frame // the one that was given back last is taken first
	turns   uint64   // frames that were given back so far
	out     int
	refused uint64
	misused uint64
}

// restTurns is how long a frame beyond those kept is held that nobody needs: a
// moment in which all waited for each other does not hold memory for hours.
const restTurns = 600

// NewPool returns a pool that has at most bound frames out at a time.
func NewPool(bound int) *Pool { return &Pool{bound: bound} }

// Keep has the pool make n frames with the first one and hold them from then on, all
// as large as the largest that was asked for: what a busy machine needs now and then
// is there from the start, so that hours of it take no more memory than the first
// minute. It returns the pool itself.
func (p *Pool) Keep(n int) *Pool {
	p.kept = min(n, p.bound)
	return p
}

// Get returns a frame of w × h pixels with one reference and old contents, or
// nil when bound frames are out or the size is not within 1×1 and
// MaxWidth×MaxHeight: a producer then drops its picture and never waits.
func (p *Pool) Get(w, h int) *Frame {
	if w < 1 || h < 1 || w > MaxWidth || h > MaxHeight {
		return nil
	}
	f := p.take()
	if f == nil {
		return nil
	}
	f.layout(w, h)
	f.refs.Store(1)
	p.stock(w, h)
	return f
}

// stock makes what is missing of the frames that are kept, and those larger that are
// too small.
func (p *Pool) stock(w, h int) {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for p.out+len(p.free) < p.kept {
		p.free = append(p.free, &Frame{pool: p, rested: p.turns})
	}
	if p.kept > 0 {
		for _, f := range p.free {
			f.layout(w, h)
		}
	}
}

// Stats tells how many frames are out, how often Get had to refuse one because
// all were out, and how many Releases there were too many.
func (p *Pool) Stats() (out int, refused, misused uint64) {
	if p == nil {
		return 0, 0, 0
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.out, p.refused, p.misused
}

func (p *Pool) take() *Frame {
	if p == nil {
		return &Frame{}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.out >= p.bound {
		p.refused++
		return nil
	}
	p.out++
	if n := len(p.free); n > 0 {
		f := p.free[n-1]
		p.free[n-1] = nil
		p.free = p.free[:n-1]
		return f
	}
	return &Frame{pool: p}
}

func (p *Pool) put(f *Frame) {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.out--
	p.turns++
	f.rested = p.turns
	p.free = append(p.free, f)
	if p.out+len(p.free) > p.kept && p.turns-p.free[0].rested > restTurns {
		p.free = slices.Delete(p.free, 0, 1)
	}
}

// Clear lets go of the frames that are not out, when no more are needed for now.
func (p *Pool) Clear() {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	clear(p.free)
	p.free = p.free[:0]
}

func (p *Pool) misuse() {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.misused++
}

// layout cuts the planes out of one buffer; rows begin at multiples of 32 (16
// for chroma) bytes, which is what SIMD loops like.
func (f *Frame) layout(w, h int) {
	ys := (w + 31) &^ 31
	cs := ys / 2
	ny, nc := ys*h, cs*((h+1)/2)
	if cap(f.buf) < ny+2*nc {
		f.buf = make([]byte, ny+2*nc)
	}
	f.buf = f.buf[:ny+2*nc]
	f.Width, f.Height, f.YStride, f.CStride = w, h, ys, cs
	f.Y, f.Cb, f.Cr = f.buf[:ny:ny], f.buf[ny:ny+nc:ny+nc], f.buf[ny+nc:]
	f.At, f.Seq = time.Time{}, 0
}

// Fill paints the whole frame in one colour.
func (f *Frame) Fill(y, cb, cr byte) {
	fill(f.Y, y)
	fill(f.Cb, cb)
	fill(f.Cr, cr)
}

func fill(b []byte, v byte) {
	for i := range b {
		b[i] = v
	}
}
