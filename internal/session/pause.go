package session

import (
	"context"

	"github.com/jasmincam/jasmincam/internal/domain"
)

// SetPaused says that she is black and silent by her wish (domain A7), or is no more.
// The keeper of her gate tells her backend, which has words for her visitors and
// stops a show's meter, and tells it again after each new upload. It never blocks, and
// whoever calls it has covered the picture before.
func (a *Account) SetPaused(paused bool) {
	a.mu.Lock()
	a.pauseDue = a.pauseDue || a.p.paused != paused
	a.p.paused = paused
	a.mu.Unlock()
	wake(a.wish)
}

// settlePause tells her backend once for each upload and wish. A backend that cannot
// be told is no reason to take her offline: it is tried again, and what it sees
// meanwhile is black.
func (a *Account) settlePause(ctx context.Context) error {
	a.mu.Lock()
	name, due, paused := a.name, a.pauseDue, a.p.paused
	a.mu.Unlock()
	if !due {
		return nil
	}
	if _, err := a.cfg.Service.SetPaused(ctx, name, paused); err != nil {
		return domain.Wrap("pause", domain.KindUnavailable, err, domain.Sentence(err))
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.p.paused == paused {
		a.pauseDue = false
		if !a.p.failed {
			a.trouble = ""
		}
	}
	return nil
}
