package session

import (
	"slices"
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

// steer sets the encoder's bitrate to what the outlets' paths carry.
func (b *Broadcast) steer() {
	var estimates []int
	for _, o := range *b.outlets.Load() {
		if e := int(o.estimate.Load()); e > 0 {
			estimates = append(estimates, e)
		}
	}
	rate := rateFor(estimates)
	b.target.Store(int64(rate))
	if rate > 0 {
		b.video.SetBitrate(rate - b.cfg.Audio.Bitrate)
	}
}

// overflow tells how long a picture of so many bytes occupies a path that
// carries less than the encoder gives, because another path sets the rate; 0
// for every other path. The sender waits as long, so its queue fills and drops.
func (o *Outlet) overflow(bytes int) time.Duration {
	estimate, target := o.estimate.Load(), o.broadcast.target.Load()
	if estimate == 0 || target <= estimate+estimate/20 {
		return 0
	}
	return time.Duration(int64(bytes) * 8 * int64(time.Second) / estimate)
}

// rateFor is the one bitrate for several paths, since there is one encoder: the
// lowest, but not below half of the best. A path worse than that leaves out
// pictures instead of spoiling them for everybody. 0 when no path is live.
func rateFor(estimates []int) int {
	if len(estimates) == 0 {
		return 0
	}
	return max(slices.Min(estimates), slices.Max(estimates)/2)
}
