package fan

import "time"

// Picture that is paid by what arrives is not sent on to who does not say that it
// does: else the payer's own receiver would set the price (domain B2).
const (
	proofWithin = 4 * time.Second  // of picture, half of which must be confirmed by then
	proofPart   = 0.5              // of a report's packets; one that misses more confirms nothing
	onCredit    = 10 * time.Second // unconfirmed picture in all, beside as much as was confirmed
	probeEvery  = 2 * time.Second  // a key frame by itself, so that the receiver can show that it is back
	probeTakes  = time.Second      // for all packets of one
)

// proof is how a Delivery judges the receiver.
type proof struct {
	held          bool // picture is held back, but for probes
	flow, arrived time.Duration
}

// judge holds picture back when too little of it is confirmed; the caller holds mu.
func (d *Delivery) judge() {
	p := &d.proof
	fresh := d.flow - p.flow
	switch {
	case p.held:
	case d.spent():
		p.held = true
	case fresh >= proofWithin:
		p.held = float64(d.arrived-p.arrived) < float64(fresh)*proofPart
		p.flow, p.arrived = d.flow, d.arrived
	}
}

// spent tells that so much was sent in vain that not even probes go out; the caller
// holds mu.
func (d *Delivery) spent() bool { return d.flow-d.arrived > onCredit+d.arrived }

// proved lets picture through again; the caller holds mu.
func (d *Delivery) proved() {
	if d.proof.held && !d.spent() {
		d.proof = proof{flow: d.flow, arrived: d.arrived}
	}
}

// standing tells whether picture is held back, and whether probes are too.
func (d *Delivery) standing() (held, spent bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.proof.held, d.spent()
}

// probing is what a shard holds back, and when.
type probing struct {
	held  bool
	at    time.Time // of the newest probe
	ts    uint32    // its picture
	asked time.Time
}

// prove takes out of what is new all that is held back.
func (s *shard) prove(d *Delivery, now time.Time) {
	held, spent := d.standing()
	if held != s.probing.held {
		s.probing, s.opened = probing{held: held}, now
		for _, v := range s.viewers {
			v.rest(true)
		}
	}
	if !held {
		return
	}
	p, kept := &s.probing, 0
	for _, f := range s.fresh[Video] {
		if f.Key && !spent && now.Sub(p.at) >= probeEvery {
			p.at, p.ts = now, f.TS
		}
		if f.TS == p.ts && now.Sub(p.at) < probeTakes {
			s.fresh[Video][kept] = f
			kept++
		}
	}
	clear(s.fresh[Video][kept:])
	clear(s.fresh[Audio])
	s.fresh[Video], s.fresh[Audio] = s.fresh[Video][:kept], s.fresh[Audio][:0]
	if !spent && now.Sub(p.at) >= probeEvery && now.Sub(p.asked) >= keyEvery {
		p.asked = now
		s.src.AskKey()
	}
}

// probe writes what is new of a probe.
func (v *Viewer) probe(s *shard) {
	l := &v.legs[Video]
	for _, p := range s.fresh[Video] {
		if p.Key {
			if v.acked[Video] == (ack{}) {
				s.fan.paid[Video].begin(&v.acked[Video], p.Seq, l.top)
			}
			l.start(p.Seq)
		}
		if l.running {
			l.write(p, s.offset[Video])
		}
	}
}
