package session

import (
	"slices"
	"time"
)

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
