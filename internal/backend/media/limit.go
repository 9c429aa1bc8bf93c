package media

import (
	"sync"
	"time"

	"golang.org/x/time/rate"
)

const maxOrigins = 10000 // beyond them the oldest knowledge is forgotten

// offerLimit bounds the offers of one origin.
type offerLimit struct {
	perMinute int

	mu      sync.Mutex
	origins map[string]*rate.Limiter
}

func newOfferLimit(perMinute int) *offerLimit {
	return &offerLimit{perMinute: perMinute, origins: map[string]*rate.Limiter{}}
}

// allow takes one offer, or tells how long to wait.
func (l *offerLimit) allow(origin string, now time.Time) (time.Duration, bool) {
	if l.perMinute < 0 {
		return 0, true
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	o := l.origins[origin]
	if o == nil {
		if len(l.origins) >= maxOrigins {
			clear(l.origins)
		}
		o = rate.NewLimiter(rate.Limit(float64(l.perMinute)/60), max(1, l.perMinute/2))
		l.origins[origin] = o
	}
	if r := o.ReserveN(now, 1); r.DelayFrom(now) > 0 {
		wait := r.DelayFrom(now)
		r.CancelAt(now)
		return wait, false
	}
	return 0, true
}
