package vm

import (
	"context"
	"math/rand/v2"
	"time"

	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/ui/vm/base"
)

// How long a watch waits before it comes back: twice as long each time, up to a
// bound, and up to a half more by chance.
const (
	comesBack     = 2 * time.Second
	comesBackMost = 30 * time.Second
)

// watch follows the stream of an account that may not go online, so that she is
// told at once when that changes.
type watch struct{ end context.CancelFunc }

// Apply sends an account's application to staff; it goes online once it is
// approved.
func (s *SignIn) Apply(email string, a domain.Application) {
	s.mu.Lock()
	defer s.mu.Unlock()
	k := s.find(email)
	if k == nil || k.Busy || k.backend == nil {
		return
	}
	k.Busy, k.Refused = true, Notice{}
	backend := k.backend
	s.work.Do("in "+k.Email, func(ctx context.Context) {
		who, err := backend.Apply(ctx, k.Name, a)
		if s.applied(k, err); err == nil {
			s.admitted(k, backend, who)
		}
	})
	s.changed.Ring()
}

func (s *SignIn) applied(k *known, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if k.Busy, k.Refused = false, base.Told(err); err == nil {
		k.Applied++
	}
	s.changed.Ring()
}

// guess takes an account in whose backend is away: she is as she was before, or
// as most are, until it says how she stands.
func (s *SignIn) guess(k *known, backend Backend, why Notice) {
	s.mu.Lock()
	who := domain.Account{Email: k.Email, Name: k.Name, State: domain.StateActive, Role: domain.RolePerformer}
	first := !k.present
	if !first {
		who.State = k.State
	}
	s.mu.Unlock()
	s.admitted(k, backend, who)
	s.mu.Lock()
	k.guessed = k.guessed || first
	s.mu.Unlock()
	s.tried(k, why)
	s.attend(k, backend)
}

// ended signs an account out whose session has ended.
func (s *SignIn) ended(k *known) {
	s.gone(k)
	s.drop(secret(k.Email, k.URL))
	s.tried(k, base.Say("signin.again"))
}

// decided tells her what changed about an account. While it is at the desk, its
// card tells why it may not go online.
func (s *SignIn) decided(a Account, who domain.Account, seated bool) {
	switch {
	case s.cfg.Tell == nil:
	case who.State == domain.StateActive:
		s.cfg.Tell(a.Email, base.Say("account.active"))
	case who.State != domain.StateSubmitted && !seated:
		s.cfg.Tell(a.Email, waits(who))
	}
}

// attend begins a watch, unless there is one.
func (s *SignIn) attend(k *known, backend Backend) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if k.watch != nil || !k.present {
		return
	}
	own, end := context.WithCancel(context.Background())
	w := &watch{end: end}
	k.watch = w
	s.work.Do("watch "+k.Email, func(ctx context.Context) {
		ctx, stop := context.WithCancel(ctx)
		defer stop()
		defer context.AfterFunc(own, stop)()
		s.follow(ctx, k, backend)
		end()
		if s.unwatched(k, w) && ctx.Err() == nil {
			s.attend(k, backend)
		}
	})
}

// unwatched takes a watch that has ended away, and tells whether the account
// wants another: it changed again meanwhile.
func (s *SignIn) unwatched(k *known, w *watch) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if k.watch != w {
		return false
	}
	k.watch = nil
	return k.State != domain.StateActive
}

// follow asks how she stands, waits until that changes, and asks again, until
// she may go online.
func (s *SignIn) follow(ctx context.Context, k *known, backend Backend) {
	for wait := comesBack; ctx.Err() == nil; wait = min(2*wait, comesBackMost) {
		me, err := backend.Me(ctx)
		switch kind := domain.KindOf(err); {
		case ctx.Err() != nil:
			return
		case err == nil:
			s.stands(ctx, k, backend, me.Account)
			if me.Account.State == domain.StateActive {
				return
			}
			if wait = comesBack; changes(ctx, backend, me.Seq) {
				wait = 0 // it changed while the way was open
			}
		case kind == domain.KindUnauthenticated:
			s.ended(k)
			return
		default:
			wait = max(wait, comesBack)
		}
		if wait > 0 {
			base.Pause(ctx, wait+rand.N(wait/2))
		}
	}
}

// changes waits until an account's stream tells of another state; false when the
// stream ends before.
func changes(ctx context.Context, backend Backend, after int64) bool {
	events, err := backend.Events(ctx, "", after)
	if err != nil {
		return false
	}
	for e, err := range events {
		if err != nil {
			return false
		}
		if e.Kind == domain.EventAccount {
			return true
		}
	}
	return false
}

// stands takes in how she stands, if that is news.
func (s *SignIn) stands(ctx context.Context, k *known, backend Backend, who domain.Account) {
	s.mu.Lock()
	news := k.guessed || who.State != k.State || !k.Trouble.Same(waits(who))
	unread := who.State == domain.StateRejected && k.Sent == domain.Application{}
	s.mu.Unlock()
	if news {
		s.admitted(k, backend, who)
	}
	if !unread {
		return
	}
	if sent, err := backend.Application(ctx, who.Name); err == nil { // without it she fills in all again
		s.mu.Lock()
		defer s.mu.Unlock()
		k.Sent = sent
		s.changed.Ring()
	}
}
