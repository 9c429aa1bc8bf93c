package backend

import (
	"net/http"
	"sync"
)

// inFlight counts the requests that a handler is answering, so that Close can
// wait for them: http.Server.Close does not.
type inFlight struct {
	next http.Handler
	mu   sync.Mutex
	n    int
	none *sync.Cond
}

func newInFlight(next http.Handler) *inFlight {
	f := &inFlight{next: next}
	f.none = sync.NewCond(&f.mu)
	return f
}

// ServeHTTP implements http.Handler.
func (f *inFlight) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	f.n++
	f.mu.Unlock()
	defer func() {
		f.mu.Lock()
		defer f.mu.Unlock()
		if f.n--; f.n == 0 {
			f.none.Broadcast()
		}
	}()
	f.next.ServeHTTP(w, r)
}

func (f *inFlight) wait() {
	f.mu.Lock()
	defer f.mu.Unlock()
	for f.n > 0 {
		f.none.Wait()
	}
}
