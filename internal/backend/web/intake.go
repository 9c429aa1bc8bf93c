package web

import (
	"net/http"
	"sync"
	"time"

	"github.com/jasmincam/jasmincam/internal/domain"
)

// Bounds of large bodies: each is held in memory until it is decoded.
const (
	largeAtOnce = 8
	largeWithin = 3 * time.Minute // 15 MB over a slow line
)

// intake lets a few large bodies in at once, one an account.
type intake struct {
	mu   sync.Mutex
	from map[domain.AccountID]bool
}

func newIntake() *intake { return &intake{from: make(map[domain.AccountID]bool)} }

// take admits one more body of an account until done is called, and gives its sender
// longer than others have. KindLimited while another one of the account is on its
// way, KindUnavailable when too many are.
func (i *intake) take(w http.ResponseWriter, id domain.AccountID) (done func(), err error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	switch {
	case i.from[id]:
		return nil, limited("Another picture of yours is still on its way. Send this one when it has arrived.", 5*time.Second)
	case len(i.from) >= largeAtOnce:
		e := domain.Errorf("picture", domain.KindUnavailable, "Many pictures are on their way just now. Send yours again in a moment.").Because("picture.many")
		e.RetryAfter = 5 * time.Second
		return nil, e
	}
	i.from[id] = true
	now, control := time.Now(), http.NewResponseController(w)
	_ = control.SetReadDeadline(now.Add(largeWithin)) // a recorder in a test has none
	_ = control.SetWriteDeadline(now.Add(largeWithin + writeWithin))
	return func() {
		i.mu.Lock()
		defer i.mu.Unlock()
		delete(i.from, id)
	}, nil
}
