package session

import (
	"context"

	"github.com/jasmincam/jasmincam/internal/domain"
)

// EnterShow says that her program is ready for a private show: the keeper of her
// gate tells her backend, which lets the payer in, and tells it again after each new
// upload. Whoever calls it has left every other backend (domain rule 1).
func (a *Account) EnterShow(id string) { a.setShow(id) }

// LeaveShow says that the show is over.
func (a *Account) LeaveShow() { a.setShow("") }

func (a *Account) setShow(id string) {
	a.mu.Lock()
	a.show, a.readyFor = id, ""
	a.mu.Unlock()
	wake(a.wish)
}

// settleShow says for this upload that she is ready, once. Whatever the backend
// answers is no reason to take her offline: it is tried again, and the show expires
// there when it does not help. For a show that is over, as after a restart of the
// backend, there is nothing to be ready for: that is no trouble of hers.
func (a *Account) settleShow(ctx context.Context) error {
	a.mu.Lock()
	show, said := a.show, a.readyFor
	a.mu.Unlock()
	if show == said {
		return nil
	}
	if show != "" {
		_, err := a.cfg.Service.ReadyFor(ctx, show)
		if reason, _ := domain.ReasonOf(err); err != nil && reason != "show.changed" {
			return domain.Wrap("show", domain.KindUnavailable, err, domain.Sentence(err))
		}
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.show == show {
		a.readyFor = show
	}
	return nil
}
