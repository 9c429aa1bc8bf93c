package session

import (
	"cmp"
	"slices"
	"time"

	"github.com/jasmincam/jasmincam/internal/encode"
)

// The range that a picture's bitrate may be chosen from, in bit/s.
const (
	LeastBitrate = 100_000
	MostBitrate  = 50_000_000
)

// limits is the range in which the picture's bitrate moves, in bit/s.
type limits struct{ least, most int }

// limitsOf reads them from a configuration: below an eighth of the wanted rate a
// picture is worse than a smaller one.
func limitsOf(v encode.VideoConfig) limits {
	return limits{least: max(v.MinBitrate, v.Bitrate/8), most: v.Bitrate}
}

// SetBitrate changes the most that the picture may take, in bit/s, while it runs
// or not; the least that is worth sending becomes an eighth of it.
func (b *Broadcast) SetBitrate(bps int) {
	bps = min(max(bps, LeastBitrate), MostBitrate)
	b.limits.Store(&limits{least: bps / 8, most: bps})
	b.video.SetBitrate(bps)
	b.steer()
}

// uploadLimits is the range of an upload, sound included; what its own
// configuration says comes first.
func (o *Outlet) uploadLimits() limits {
	l := *o.broadcast.limits.Load()
	sound := o.broadcast.cfg.Audio.Bitrate
	return limits{least: cmp.Or(o.cfg.MinBitrate, l.least+sound), most: cmp.Or(o.cfg.Bitrate, l.most+sound)}
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
		l := *b.limits.Load()
		b.video.SetBitrate(min(max(rate-b.cfg.Audio.Bitrate, l.least), l.most))
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
