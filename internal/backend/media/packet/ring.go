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
	Key     bool  // the packet revealed a key frame …
	Start   int64 // … whose first packet is this one
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
	p.Key, p.Start = true, p.Seq
	for p.Seq-p.Start < r.mask {
		before := r.bySeq[(p.Start-1)&r.mask]
		if before == nil || before.Seq != p.Start-1 || before.TS != p.TS || len(before.Payload) == 0 {
			break
		}
		p.Start--
	}
	if !r.keyed || p.Start > r.keyAt {
		r.keyed, r.keyAt, r.keyTS = true, p.Start, p.TS
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

// Range appends the packets with sequence numbers from to to, in that order;
// those that never came are left out.
func (r *Ring) Range(from, to int64, into []*Packet) []*Packet {
	r.mu.RLock()
	defer r.mu.RUnlock()
	for seq := max(from, to-r.mask); seq <= to; seq++ {
		if p := r.bySeq[seq&r.mask]; p != nil && p.Seq == seq {
			into = append(into, p)
		}
	}
	return into
}

// FromKey returns the newest key frame and everything since, in order, and the
// position behind it. It is nil when the frame began before the given time, or
// when a packet since then is missing.
func (r *Ring) FromKey(notBefore time.Time) (packets []*Packet, next int64) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	if !r.keyed || r.newest-r.keyAt >= r.mask {
		return nil, 0
	}
	first := r.bySeq[r.keyAt&r.mask]
	if first == nil || first.Seq != r.keyAt || first.At.Before(notBefore) {
		return nil, 0
	}
	packets = make([]*Packet, 0, r.newest-r.keyAt+1)
	for seq := r.keyAt; seq <= r.newest; seq++ {
		p := r.bySeq[seq&r.mask]
		if p == nil || p.Seq != seq {
			return nil, 0
		}
		packets = append(packets, p)
	}
	return packets, r.end
}
