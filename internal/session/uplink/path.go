package uplink

import (
	"sync/atomic"
	"time"

	"github.com/pion/rtcp"
)

// A path whose round trip is shorter than shortTrip and that loses less than
// lossyPath of the packets has no queue: then a falling estimate is the jitter
// of a busy machine and not of the network, and the picture, which is worth
// money, keeps three quarters of its rate.
const (
	shortTrip = 100 * time.Millisecond
	lossyPath = 0.02
)

// path is what the other side's reports tell of the way there.
type path struct {
	trip atomic.Int64 // round trip in ns; 0 while unknown
	loss atomic.Int64 // of the last interval, in 1/256
}

// heard takes in a receiver report (RFC 3550, section 6.4.1) about one of our
// tracks.
func (p *path) heard(r rtcp.ReceptionReport, now time.Time) {
	p.loss.Store(int64(r.FractionLost))
	if r.LastSenderReport == 0 {
		return
	}
	trip := uint32(ntp(now)>>16) - r.LastSenderReport - r.Delay
	if trip > 1<<31 { // clocks are coarse: a little below zero
		trip = 0
	}
	p.trip.Store(max(1, int64(trip)*int64(time.Second)>>16))
}

// believe tells how much of the congestion controller's estimate to follow, in
// bit/s, with most as the most.
func (p *path) believe(estimate, most int) int {
	trip, loss := time.Duration(p.trip.Load()), float64(p.loss.Load())/256
	if trip > 0 && trip < shortTrip && loss < lossyPath {
		estimate = max(estimate, most*3/4)
	}
	return min(estimate, most)
}
