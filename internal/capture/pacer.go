package capture

import (
	"context"
	"math"
	"math/bits"
	"time"
)

// wallSlack is how far the wall clock may be set against the monotonic one
// before a Pacer follows it.
const wallSlack = 20 * time.Millisecond

// Pacer gives the beat to sources that have no clock of their own. Its ticks
// lie on the wall clock's full seconds plus n × period, so that pictures and
// sound of two pacers agree, and do not drift.
type Pacer struct {
	num, den int64 // num ticks in den seconds
	skip     bool
	base     time.Time // a full second of the wall clock
	next     int64     // tick number, counted from base
	last     int64
	timer    *time.Timer
}

// NewPacer returns a pacer of num/den ticks a second, both below 2³¹. A late picture is worth
// nothing, so with skip the ticks that were missed are left out; without it, as
// sound needs, every tick comes, late ones at once.
func NewPacer(num, den int, skip bool) *Pacer {
	const most = math.MaxInt32
	return &Pacer{num: min(most, max(1, int64(num))), den: min(most, max(1, int64(den))), skip: skip}
}

// Next waits for the next tick and returns its time and how many ticks were
// left out before it. The error is ctx's own.
func (p *Pacer) Next(ctx context.Context) (at time.Time, skipped int64, err error) {
	now := time.Now()
	if p.base.IsZero() || p.wallMoved(now) {
		p.start(now)
	}
	if p.skip {
		// The tick that is due now is still good; those before it are not.
		p.next = max(p.next, p.index(now))
	}
	at = p.time(p.next)
	if err := p.wait(ctx, at.Sub(now)); err != nil {
		return time.Time{}, 0, err
	}
	skipped = p.next - p.last - 1
	p.last = p.next
	p.next++
	return at, skipped, nil
}

func (p *Pacer) start(now time.Time) {
	p.base = now.Add(-time.Duration(now.UnixNano() % int64(time.Second)))
	p.next = p.index(now) + 1
	p.last = p.next - 1
}

// index is the number of the last tick that is not after t.
func (p *Pacer) index(t time.Time) int64 {
	return mulDiv(int64(t.Sub(p.base)), p.num, p.den*int64(time.Second), 0)
}

func (p *Pacer) time(n int64) time.Time {
	return p.base.Add(time.Duration(mulDiv(n, p.den*int64(time.Second), p.num, p.num-1)))
}

// mulDiv is (a × b + more) / c for numbers that are not negative, with 128 bits
// in between: files give rates such as 10,000,000/333,333.
func mulDiv(a, b, c, more int64) int64 {
	hi, lo := bits.Mul64(uint64(max(0, a)), uint64(b))
	lo, carry := bits.Add64(lo, uint64(more), 0)
	q, _ := bits.Div64(hi+carry, lo, uint64(c))
	return int64(q)
}

func (p *Pacer) wallMoved(now time.Time) bool {
	mono := now.Sub(p.base)
	wall := now.Round(0).Sub(p.base.Round(0))
	return (mono - wall).Abs() > wallSlack
}

func (p *Pacer) wait(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	if p.timer == nil {
		p.timer = time.NewTimer(d)
	} else {
		p.timer.Reset(d)
	}
	select {
	case <-p.timer.C:
		return nil
	case <-ctx.Done():
		p.timer.Stop()
		return ctx.Err()
	}
}
