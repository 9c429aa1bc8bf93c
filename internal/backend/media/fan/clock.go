package fan

import (
	"math/rand/v2"
	"sync"
	"time"
)

// ntpEpoch is 1900-01-01 in Unix seconds.
const ntpEpoch = -2208988800

// toNTP turns a time into NTP's 32.32 fixed point form (RFC 3550 section 4).
func toNTP(t time.Time) uint64 {
	seconds := uint64(t.Unix() - ntpEpoch)
	return seconds<<32 | uint64(t.Nanosecond())<<32/uint64(time.Second)
}

// fromNTP is the inverse of toNTP, for the era that began in 1900.
func fromNTP(n uint64) time.Time {
	return time.Unix(int64(n>>32)+ntpEpoch, int64((n&0xffffffff)*uint64(time.Second)>>32))
}

// lipClock tells which RTP time of each track belongs to a moment, so that sound
// and picture stay together. The publisher's reports give the relation of its
// tracks; its wall clock is moved onto ours, so that viewers see only ours.
type lipClock struct {
	mu     sync.Mutex
	shift  time.Duration // ours minus theirs, set by the first report
	synced bool
	marks  [kinds]mark
}

// mark is one known pair of a moment (our clock) and an RTP time.
type mark struct {
	at     time.Time
	rtp    uint32
	report bool // from a report, not from a packet's arrival
}

// seen takes a packet's arrival, used until reports are there.
func (c *lipClock) seen(k Kind, at time.Time, rtp uint32) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.marks[k].report {
		c.marks[k] = mark{at: at, rtp: rtp}
	}
}

// report takes a sender's report that arrived at the given time.
func (c *lipClock) report(k Kind, ntp uint64, rtp uint32, arrived time.Time) {
	if ntp == 0 {
		return
	}
	theirs := fromNTP(ntp)
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.synced {
		c.shift, c.synced = arrived.Sub(theirs), true
	}
	c.marks[k] = mark{at: theirs.Add(c.shift), rtp: rtp, report: true}
}

// rtp tells the track's RTP time at the moment, and false before any packet.
func (c *lipClock) rtp(k Kind, at time.Time) (uint32, bool) {
	c.mu.Lock()
	m := c.marks[k]
	c.mu.Unlock()
	if m.at.IsZero() {
		return 0, false
	}
	return m.rtp + ticks(at.Sub(m.at), k.rate()), true
}

// ticks is a duration in units of a clock of rate Hz, modulo 2^32.
func ticks(d time.Duration, rate int64) uint32 {
	whole, part := d/time.Second, d%time.Second
	return uint32(int64(whole)*rate + int64(part)*rate/int64(time.Second))
}

// timeline is a room's own RTP time for one track. It begins anywhere and goes
// on over changes of the upload.
type timeline struct {
	base  uint32
	epoch time.Time
}

func newTimeline(now time.Time) timeline {
	return timeline{base: rand.Uint32(), epoch: now}
}

// offset is what to add to the RTP time of a stream that had RTP time rtp at the
// moment at.
func (t timeline) offset(k Kind, rtp uint32, at time.Time) uint32 {
	return t.base + ticks(at.Sub(t.epoch), k.rate()) - rtp
}
