package auth

import (
	"context"
	"time"

	"github.com/jasmincam/jasmincam/internal/domain"
)

// hasher bounds the memory and processor time that passwords may take.
type hasher struct {
	params Params
	queue  chan struct{} // those at work and those who wait
	slots  chan struct{} // those at work
	nobody phc           // is checked when the e-mail is unknown
}

func newHasher(p Params, atOnce, waiting int) *hasher {
	return &hasher{
		params: p,
		queue:  make(chan struct{}, atOnce+waiting),
		slots:  make(chan struct{}, atOnce),
		nobody: newPHC("", p),
	}
}

// hash makes a PHC string. KindLimited when too many wait.
func (h *hasher) hash(ctx context.Context, password string) (string, error) {
	release, err := h.enter(ctx)
	if err != nil {
		return "", err
	}
	defer release()
	return newPHC(password, h.params).String(), nil
}

// check tells whether the password fits the stored hash, and whether that hash
// should be made anew. An empty or damaged hash costs the same and never fits.
func (h *hasher) check(ctx context.Context, password, stored string) (fits, stale bool, err error) {
	release, err := h.enter(ctx)
	if err != nil {
		return false, false, err
	}
	defer release()
	p, err := parsePHC(stored)
	if err != nil {
		h.nobody.matches(password)
		return false, false, nil
	}
	return p.matches(password), p.Params != h.params, nil
}

func (h *hasher) enter(ctx context.Context) (release func(), err error) {
	select {
	case h.queue <- struct{}{}:
	default:
		return nil, &domain.Error{Op: "sign in", Kind: domain.KindLimited, RetryAfter: 2 * time.Second,
			Message: "Too many people are signing in at this moment. Try again in a few seconds."}
	}
	select {
	case h.slots <- struct{}{}:
		return func() { <-h.slots; <-h.queue }, nil
	case <-ctx.Done():
		<-h.queue
		return nil, domain.Wrap("sign in", domain.KindUnavailable, ctx.Err(), "The request was given up before its turn came. Try again.").Because("signin.busy")
	}
}
