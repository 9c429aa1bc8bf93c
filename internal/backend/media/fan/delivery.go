package fan

import (
	"sync"
	"time"
)

const (
	// flowGap is the longest time between two packets that counts as picture; a
	// longer one is a stall of the publisher.
	flowGap = 500 * time.Millisecond
	// flowKept is how many packets can still be confirmed: 2 s of 4 Mbit/s, 20 s of sound.
	flowKept = videoRing
	// lossCounts is the part of lost packets from which on they are taken off what
	// a report confirms. Below it retransmissions bring them; beyond proofPart nothing
	// is left that could be watched.
	lossCounts = 0.1
)

// Delivery tells how much of a track a fan's viewers have confirmed, for a show that
// is paid by delivered time (domain B2). Only what a receiver's report names as
// arrived counts, and what two viewers get at once counts once.
type Delivery struct {
	mu      sync.Mutex
	flow    time.Duration // picture that went out, without stalls
	last    time.Time     // arrival of the newest packet
	seq, at [flowKept]int64
	upTo    time.Duration // the flow that is confirmed
	arrived time.Duration // what of it counts
	proof   proof
	paused  bool
}

// NewDelivery begins at nothing.
func NewDelivery() *Delivery { return &Delivery{} }

// Arrived is the picture that was confirmed. It never shrinks.
func (d *Delivery) Arrived() time.Duration {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.arrived
}

// Outstanding is the picture that went out since the newest confirmation.
func (d *Delivery) Outstanding() time.Duration {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.flow - d.upTo
}

// SetPaused has nothing count that goes out from now on, or count again.
func (d *Delivery) SetPaused(paused bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.paused, d.last = paused, time.Time{}
}

// restart forgets the numbers of a source: the next one has its own.
func (d *Delivery) restart() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.last = time.Time{}
	d.seq = [flowKept]int64{}
}

// went notes a packet of the source that goes out.
func (d *Delivery) went(seq int64, at time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if gap := at.Sub(d.last); !d.paused && !d.last.IsZero() && gap > 0 && gap <= flowGap {
		d.flow += gap
	}
	if at.After(d.last) {
		d.last = at
	}
	i := seq % flowKept
	d.seq[i], d.at[i] = seq, int64(d.flow)
	d.judge()
}

// ack is how far a viewer's reports go.
type ack struct {
	flow   time.Duration
	number int64 // the highest that arrived, extended
	lost   int32 // in all
}

// begin has a viewer take part from the source's packet seq on, which follows the
// number top: what went out before did not reach this one.
func (d *Delivery) begin(a *ack, seq, top int64) {
	d.mu.Lock()
	defer d.mu.Unlock()
	a.flow, a.number = d.flow, top
	if i := seq % flowKept; seq > 0 && d.seq[i] == seq {
		a.flow = time.Duration(d.at[i])
	}
}

// confirm takes in a report: everything up to the source's packet seq, which the
// viewer knows by number, has arrived but for what was lost.
func (d *Delivery) confirm(a *ack, seq, number int64, lost int32) {
	d.mu.Lock()
	defer d.mu.Unlock()
	i := seq % flowKept
	expected := number - a.number
	if seq <= 0 || d.seq[i] != seq || expected <= 0 {
		return
	}
	part := 1.0
	if missing := float64(lost-a.lost) / float64(expected); missing > lossCounts {
		part = 1 - missing
	}
	if part < 1-proofPart {
		part = 0
	}
	flow := time.Duration(d.at[i])
	if fresh := flow - max(a.flow, d.upTo); fresh > 0 {
		d.arrived += time.Duration(float64(fresh) * part)
	}
	d.upTo = max(d.upTo, flow)
	if part > 0 {
		d.proved()
	}
	*a = ack{flow: flow, number: number, lost: lost}
}
