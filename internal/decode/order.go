package decode

import (
	"time"

	"github.com/pion/rtp"
)

// farAway is how many sequence numbers a packet may be ahead or behind; beyond it
// the stream has begun anew.
const farAway = 1000

// anew stands in the place of a number of lost packets where the stream has begun anew.
const anew = -1

// order brings packets into the order of their sequence numbers. One that is missing
// is waited for, for so long and for so many packets, and then is lost.
type order struct {
	bound    int           // packets that wait at most
	patience time.Duration // for a missing one
	begun    bool
	next     uint16
	waiting  map[uint16]*rtp.Packet
	since    time.Time // the first of those waiting came
}

// push takes a packet in; out gets it and those that waited for it, each with the
// number of packets lost before it, or anew. false: it came too late or twice.
func (o *order) push(p *rtp.Packet, now time.Time, out func(p *rtp.Packet, lost int)) bool {
	ahead := int(int16(p.SequenceNumber - o.next)) // RFC 3550: modulo 2^16
	switch {
	case !o.begun:
		o.begun, o.next, o.waiting = true, p.SequenceNumber, map[uint16]*rtp.Packet{}
	case ahead > farAway || ahead < -farAway:
		clear(o.waiting)
		o.next = p.SequenceNumber + 1
		out(p, anew)
		return true
	case ahead < 0 || o.waiting[p.SequenceNumber] != nil:
		return false
	}
	if len(o.waiting) == 0 {
		o.since = now
	}
	o.waiting[p.SequenceNumber] = p
	o.run(0, out)
	for len(o.waiting) > o.bound || len(o.waiting) > 0 && now.Sub(o.since) >= o.patience {
		o.run(o.gap(), out)
		o.since = now
	}
	return true
}

// gap is how many packets are missing before the first that waits.
func (o *order) gap() (missing int) {
	missing = farAway + 1
	for seq := range o.waiting {
		missing = min(missing, int(seq-o.next))
	}
	return missing
}

// run skips the lost and hands out what follows without a gap.
func (o *order) run(lost int, out func(p *rtp.Packet, lost int)) {
	o.next += uint16(lost)
	for p := o.waiting[o.next]; p != nil; p = o.waiting[o.next] {
		delete(o.waiting, o.next)
		o.next++
		out(p, lost)
		lost = 0
	}
}
