package auth

import (
	"context"
	"strings"
	"time"
	"unicode"

	"github.com/jasmincam/jasmincam/internal/domain"
)

// SignIn implements domain.Accounts. Tries are counted for the e-mail, known or
// not, from one origin, for the origin, and for the e-mail from all origins that
// it never signed in from: a stranger who tries passwords locks himself out, and
// with many addresses other strangers, but not the owner at her usual place.
func (s *Service) SignIn(ctx context.Context, email, password, device string) (domain.Session, error) {
	email = normalEmail(email)
	if len(email) > 254 || len(password) > 1000 {
		return domain.Session{}, errWrongPair()
	}
	counts := s.counts(email, domain.ActorFrom(ctx).Origin)
	if err := s.countTry(counts); err != nil {
		return domain.Session{}, err
	}
	acc, err := s.checkPair(ctx, email, password)
	if err != nil {
		if domain.KindOf(err) != domain.KindUnauthenticated { // nothing was learnt of the password
			giveBack(counts)
		}
		return domain.Session{}, err
	}
	giveBack(counts)
	s.byPair.forget(counts[0].key)
	s.proven.try(counts[0].key, s.Now())
	return s.openSession(ctx, acc, device)
}

// count is one of the limits that a try counts for.
type count struct {
	in  *limiter
	key string
}

// counts lists what a try counts for, the pair first.
func (s *Service) counts(email, origin string) []count {
	pair := email + " " + origin
	all := []count{{s.byPair, pair}}
	if origin != "" {
		all = append(all, count{s.byOrigin, origin})
	}
	if !s.proven.knows(pair) {
		all = append(all, count{s.byAccount, email})
	}
	return all
}

func giveBack(counts []count) {
	for _, c := range counts {
		c.in.giveBack(c.key)
	}
}

func (s *Service) countTry(counts []count) error {
	now := s.Now()
	for i, c := range counts {
		wait := c.in.try(c.key, now)
		if wait == 0 {
			continue
		}
		giveBack(counts[:i])
		minutes := int((wait + time.Minute - 1) / time.Minute)
		e := domain.Errorf("sign in", domain.KindLimited, "Too many failed tries to sign in. Wait %d min, then try again.", minutes).Because("signin.limited", minutes)
		e.RetryAfter = wait
		return e
	}
	return nil
}

// checkPair does the same work for an unknown e-mail as for a wrong password.
func (s *Service) checkPair(ctx context.Context, email, password string) (domain.Account, error) {
	acc, stored, err := s.Repository.Credentials(ctx, email)
	known := err == nil
	if !known && domain.KindOf(err) != domain.KindNotFound {
		return domain.Account{}, err
	}
	fits, stale, err := s.hasher.check(ctx, password, stored)
	if err != nil {
		return domain.Account{}, err
	}
	if !known || !fits {
		return domain.Account{}, errWrongPair()
	}
	if stale {
		s.rehash(ctx, acc.ID, password)
	}
	return acc, nil
}

// rehash brings a stored hash to the present costs. The sign-in stands even if
// this fails; the next one tries again.
func (s *Service) rehash(ctx context.Context, id domain.AccountID, password string) {
	hash, err := s.hasher.hash(ctx, password)
	if err == nil {
		err = s.Repository.SetPasswordHash(ctx, id, hash)
	}
	if err != nil {
		s.Log.Warn("password hash not renewed", "err", err)
	}
}

func (s *Service) openSession(ctx context.Context, acc domain.Account, device string) (domain.Session, error) {
	token, hash := newToken(SessionPrefix)
	session, err := s.Repository.AddSession(ctx, acc.ID, hash, cleanDevice(device), s.Now().Add(s.SessionFor).UnixMilli())
	if err != nil {
		return domain.Session{}, err
	}
	session.Token, session.Current, session.Account = token, true, acc
	return session, nil
}

// Authenticate finds the live session of a token, with its account as it is
// now. KindUnauthenticated.
func (s *Service) Authenticate(ctx context.Context, token string) (domain.Session, error) {
	if !IsToken(token, SessionPrefix) {
		return domain.Session{}, errSignIn("session")
	}
	return s.Repository.SessionByToken(ctx, HashToken(token))
}

// SignOut implements domain.Accounts.
func (s *Service) SignOut(ctx context.Context) error {
	actor, err := signedIn(ctx, "sign out")
	if err != nil {
		return err
	}
	return s.Repository.DropSession(ctx, actor.Account.ID, actor.Session)
}

// Sessions implements domain.Accounts.
func (s *Service) Sessions(ctx context.Context) ([]domain.Session, error) {
	actor, err := signedIn(ctx, "sessions")
	if err != nil {
		return nil, err
	}
	list, err := s.Repository.SessionsOf(ctx, actor.Account.ID)
	if err != nil {
		return nil, err
	}
	for i := range list {
		list[i].Current = list[i].ID == actor.Session
	}
	return list, nil
}

// RevokeSession implements domain.Accounts.
func (s *Service) RevokeSession(ctx context.Context, id string) error {
	actor, err := signedIn(ctx, "revoke session")
	if err != nil {
		return err
	}
	return s.Repository.DropSession(ctx, actor.Account.ID, id)
}

func errWrongPair() error {
	return domain.Errorf("sign in", domain.KindUnauthenticated, "The e-mail address or the password is wrong. Check both and try again.").Because("signin.wrong")
}

// cleanDevice keeps what a person may read of a device's name, up to 100 bytes.
func cleanDevice(device string) string {
	device = strings.TrimSpace(strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(device, "")))
	for i := range device {
		if i > 96 {
			device = device[:i]
			break
		}
	}
	if device == "" {
		return "unknown device"
	}
	return device
}
