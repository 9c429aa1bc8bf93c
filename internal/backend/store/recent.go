package store

import (
	"sync"
	"time"

	"golang.org/x/time/rate"

	"github.com/jasmincam/jasmincam/internal/domain"
)

// maxRecent bounds what is remembered in memory of those who come and go.
const maxRecent = 20_000

// recent remembers at least the size/2 keys that were used last, at most size.
type recent[V any] struct {
	half int

	mu       sync.Mutex
	new, old map[string]V
}

func newRecent[V any](size int) *recent[V] {
	return &recent[V]{half: size / 2, new: map[string]V{}}
}

func (r *recent[V]) put(key string, v V) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.set(key, v)
}

func (r *recent[V]) set(key string, v V) {
	if len(r.new) >= r.half {
		r.new, r.old = map[string]V{}, r.new
	}
	r.new[key] = v
}

// get returns what is remembered, or what fresh makes.
func (r *recent[V]) get(key string, fresh func() V) V {
	r.mu.Lock()
	defer r.mu.Unlock()
	v, ok := r.new[key]
	if !ok {
		if v, ok = r.old[key]; !ok {
			v = fresh()
		}
		r.set(key, v)
	}
	return v
}

// limiter lets everybody write a burst of lines, then one each interval.
type limiter struct {
	every time.Duration
	burst int
	who   *recent[*rate.Limiter]
}

func newLimiter(every time.Duration, burst int) *limiter {
	return &limiter{every: every, burst: burst, who: newRecent[*rate.Limiter](maxRecent)}
}

// allow counts one line. KindLimited in the words of refusal, with the time to wait.
func (l *limiter) allow(key string, now time.Time, refusal string) error {
	bucket := l.who.get(key, func() *rate.Limiter { return rate.NewLimiter(rate.Every(l.every), l.burst) })
	r := bucket.ReserveN(now, 1)
	wait := r.DelayFrom(now)
	if wait == 0 {
		return nil
	}
	r.CancelAt(now)
	e := domain.Errorf("", domain.KindLimited, "%s", refusal).Because("chat.fast")
	e.RetryAfter = wait
	return e
}
