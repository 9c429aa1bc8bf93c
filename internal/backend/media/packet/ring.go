package packet

import (
	"sync"
	"time"
)

// Packet is one received RTP packet without its header's private parts. It is
// shared by all readers and never changed.
type Packet struct {
	Seq     int64  // sequence number, extended so that it never wraps
	TS      uint32 // the publisher's RTP time
	Marker  bool
	Key     bool // the packet revealed a key frame
	At      time.Time
	Payload []byte
}

// Ring caches the newest packets of one stream, in the order of arrival and by
// sequence number. One goroutine appends, many read.
type Ring struct {
	video bool

	mu     sync.RWMutex
	mask   int64
	bySeq  []*Packet // at Seq & mask
	log    []*Packet // at position & mask
	end    int64     // the next position in the log
	newest int64     // highest Seq so far
	keyAt  int64     // Start of the newest key frame
	keyTS  uint32
	keyed  bool
}

// NewRing makes a ring of size packets, a power of two. In video it looks for
// H.264 key frames.
func NewRing(size int, video bool) *Ring {
	return &Ring{video: video, mask: int64(size) - 1, bySeq: make([]*Packet, size), log: make([]*Packet, size)}
}

// Append stores a packet that arrived at the given time; payload must not be
// changed afterwards. It returns nil for a duplicate or one that is too old.
func (r *Ring) Append(seq uint16, ts uint32, marker bool, payload []byte, at time.Time) *Packet {
	key := r.video && StartsKeyFrame(payload)
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.end == 0 {
		r.newest = int64(seq) + 1<<16 - 1 // so that earlier ones stay positive
	}
	p := &Packet{Seq: r.newest + int64(int16(seq-uint16(r.newest))), TS: ts, Marker: marker, At: at, Payload: payload}
	if p.Seq <= r.newest-r.mask {
		return nil
	}
	slot := &r.bySeq[p.Seq&r.mask]
	if *slot != nil && (*slot).Seq >= p.Seq {
		return nil
	}
	*slot = p
	r.log[r.end&r.mask] = p
	r.end++
	r.newest = max(r.newest, p.Seq)
	if key && !(r.keyed && r.keyTS == ts) {
		r.reveal(p)
	}
	return p
}

// reveal marks p as a key frame and finds the first packet of its picture:
// delimiters and messages may come before the parameter sets.
func (r *Ring) reveal(p *Packet) {
	p.Key = true
	start := p.Seq
	for p.Seq-start < r.mask {
		before := r.bySeq[(start-1)&r.mask]
		if before == nil || before.Seq != start-1 || before.TS != p.TS || len(before.Payload) == 0 {
			break
		}
		start--
	}
	if !r.keyed || start > r.keyAt {
		r.keyed, r.keyAt, r.keyTS = true, start, p.TS
	}
}

// End is the position behind the newest packet, for Since.
func (r *Ring) End() int64 {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.end
}

// Since appends to into what arrived at and after position from, and tells the
// next position. Lost says that older packets were overwritten before they
// could be read.
func (r *Ring) Since(from int64, into []*Packet) (packets []*Packet, next int64, lost bool) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	if r.end-from > r.mask {
		from, lost = r.end-r.mask/2, true
	}
	for ; from < r.end; from++ {
		into = append(into, r.log[from&r.mask])
	}
	return into, r.end, lost
}

// Get returns the packet with an extended sequence number, or nil.
func (r *Ring) Get(seq int64) *Packet {
	r.mu.RLock()
	defer r.mu.RUnlock()
	if p := r.bySeq[seq&r.mask]; p != nil && p.Seq == seq {
		return p
	}
	return nil
}

// Newest returns the packet with the highest sequence number, or nil.
func (r *Ring) Newest() *Packet {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.bySeq[r.newest&r.mask]
}

// Key tells where the newest key frame begins, if its first packet came no
// earlier than notBefore and nothing since then is missing.
func (r *Ring) Key(notBefore time.Time) (start int64, ok bool) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	if !r.keyed || r.newest-r.keyAt >= r.mask {
		return 0, false
	}
	first := r.bySeq[r.keyAt&r.mask]
	if first == nil || first.Seq != r.keyAt || first.At.Before(notBefore) {
		return 0, false
	}
	for seq := r.keyAt; seq <= r.newest; seq++ {
		if p := r.bySeq[seq&r.mask]; p == nil || p.Seq != seq {
			return 0, false
		}
	}
	return r.keyAt, true
}

// Tail appends at most limit packets from a sequence number on, in order, and
// tells the number to go on with. When the newest was reached, end is the
// position in the log behind everything that was seen, else 0.
func (r *Ring) Tail(from int64, limit int, into []*Packet) (packets []*Packet, next, end int64) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	for ; limit > 0 && from <= r.newest; from++ {
		if p := r.bySeq[from&r.mask]; p != nil && p.Seq == from {
			into = append(into, p)
			limit--
		}
	}
	if from > r.newest {
		end = r.end
	}
	return into, from, end
}
