package web

import (
	"net/http"
	"sync"
	"time"

	"github.com/go-chi/httprate"

	"github.com/jasmincam/jasmincam/internal/domain"
)

// throttle limits what one origin does in a minute.
type throttle struct{ limiter *httprate.RateLimiter }

const throttleWindow = time.Minute

func newThrottle(perMinute int) throttle {
	if perMinute < 0 {
		return throttle{}
	}
	return throttle{httprate.NewRateLimiter(perMinute, throttleWindow, httprate.WithResponseHeaders(httprate.ResponseHeaders{}))}
}

// check counts the request and answers KindLimited when its origin had too many.
func (t throttle) check(w http.ResponseWriter, r *http.Request) error {
	if t.limiter == nil || !t.limiter.OnLimit(w, r, domain.ActorFrom(r.Context()).Origin) {
		return nil
	}
	return limited("Too many tries from your connection. Wait a minute, then try again.", throttleWindow).Because("tries.many")
}

func limited(sentence string, wait time.Duration) *domain.Error {
	e := domain.Errorf("limits", domain.KindLimited, "%s", sentence)
	e.RetryAfter = wait
	return e
}

// seats counts the open event streams.
type seats struct {
	limits Limits
	mu     sync.Mutex
	taken  map[string]int // by "account/…" or "origin/…"
	all    int
	closed bool
	open   sync.WaitGroup
}

func newSeats(l Limits) *seats { return &seats{limits: l, taken: make(map[string]int)} }

// take gives the actor one more stream until leave is called. KindLimited when
// the account or the origin has too many, KindUnavailable when all are taken.
func (s *seats) take(actor domain.Actor) (leave func(), err error) {
	const wait = 10 * time.Second
	keys := []string{"origin/" + actor.Origin}
	if actor.Session != "" {
		keys = append(keys, "account/"+string(actor.Account.ID))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed || over(s.all, s.limits.Streams) {
		e := domain.Errorf("events", domain.KindUnavailable, "The site is full at the moment. Try again in a few seconds.").Because("site.full")
		e.RetryAfter = wait
		return nil, e
	}
	if over(s.taken[keys[0]], s.limits.StreamsPerOrigin) || (len(keys) > 1 && over(s.taken[keys[1]], s.limits.StreamsPerAccount)) {
		return nil, limited("Too many windows are open. Close some of them, then try again.", wait)
	}
	s.all++
	for _, k := range keys {
		s.taken[k]++
	}
	s.open.Add(1)
	return func() { s.leave(keys) }, nil
}

func over(taken, limit int) bool { return limit >= 0 && taken >= limit }

func (s *seats) leave(keys []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.all--
	for _, k := range keys {
		if s.taken[k]--; s.taken[k] == 0 {
			delete(s.taken, k)
		}
	}
	s.open.Done()
}

// wait lets nobody in any more and returns when all have left.
func (s *seats) wait() {
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	s.open.Wait()
}
