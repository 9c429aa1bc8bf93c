package peer

import (
	"time"

	"github.com/pion/rtp"
)

// patience is how long a missing packet is waited for.
const patience = 700 * time.Millisecond

// order puts packets into sequence and joins them into access units.
type order struct {
	done func(Unit)
	keep bool // the bytes
	lost int

	started bool
	next    uint16
	waiting map[uint16]*rtp.Packet
	since   time.Time // when the gap before the waiting ones was seen

	nals   [][]byte
	fua    []byte
	broken bool
	begun  bool
}

// push takes the next packet from the network.
func (o *order) push(p *rtp.Packet, light bool) {
	if !o.started {
		o.started, o.next, o.waiting = true, p.SequenceNumber, map[uint16]*rtp.Packet{}
	}
	if int16(p.SequenceNumber-o.next) < 0 {
		return
	}
	o.waiting[p.SequenceNumber] = p
	for {
		q, ok := o.waiting[o.next]
		if !ok {
			if len(o.waiting) == 0 {
				o.since = time.Time{}
				return
			}
			if o.since.IsZero() {
				o.since = time.Now()
			}
			if time.Since(o.since) < patience {
				return
			}
			o.lost++
			o.broken = true
			o.next++
			continue
		}
		o.since = time.Time{}
		delete(o.waiting, o.next)
		o.next++
		o.take(q, light)
	}
}

// take adds one packet to the access unit (RFC 6184 section 5).
func (o *order) take(p *rtp.Packet, light bool) {
	b := p.Payload
	if len(b) > 0 {
		o.begun = true
		switch kind := b[0] & 0x1f; {
		case kind == 24:
			for rest := b[1:]; len(rest) > 2; {
				n := int(rest[0])<<8 | int(rest[1])
				if n == 0 || n > len(rest)-2 {
					o.broken = true
					break
				}
				o.nals = append(o.nals, rest[2:2+n])
				rest = rest[2+n:]
			}
		case kind == 28 && len(b) > 2:
			if b[1]&0x80 != 0 {
				o.fua = []byte{b[0]&0xe0 | b[1]&0x1f}
			}
			o.fua = append(o.fua, b[2:]...)
			if b[1]&0x40 != 0 {
				o.nals, o.fua = append(o.nals, o.fua), nil
			}
		default:
			o.nals = append(o.nals, b)
		}
	}
	if p.Marker && o.begun {
		o.finish(p.Timestamp, light)
	}
}

// finish hands the access unit over.
func (o *order) finish(ts uint32, light bool) {
	u := Unit{TS: ts, Whole: !o.broken && o.fua == nil, At: time.Now()}
	for _, n := range o.nals {
		u.Key = u.Key || len(n) > 0 && n[0]&0x1f == 5
		u.Size += 4 + len(n)
	}
	if !light {
		u.Hash, u.Size = hashOf(o.nals)
	}
	if o.keep {
		u.Data = annexB(o.nals)
	}
	o.nals, o.fua, o.broken, o.begun = nil, nil, false, false
	o.done(u)
}
