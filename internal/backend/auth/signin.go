package auth

import (
	"context"
	"strings"
	"time"
	"unicode"

	"github.com/jasmincam/jasmincam/internal/domain"
)

// SignIn implements domain.Accounts. Tries are counted per e-mail, known or
// not, and per origin; a right password clears the account's count.
func (s *Service) SignIn(ctx context.Context, email, password, device string) (domain.Session, error) {
	email = normalEmail(email)
	if len(email) > 254 || len(password) > 1000 {
		return domain.Session{}, errWrongPair()
	}
	origin := domain.ActorFrom(ctx).Origin
	if err := s.countTry(email, origin); err != nil {
		return domain.Session{}, err
	}
	acc, err := s.checkPair(ctx, email, password)
	if err != nil {
		if domain.KindOf(err) != domain.KindUnauthenticated { // nothing was learnt of the password
			s.byAccount.giveBack(email)
			s.byOrigin.giveBack(origin)
		}
		return domain.Session{}, err
	}
	s.byAccount.forget(email)
	s.byOrigin.giveBack(origin)
	return s.openSession(ctx, acc, device)
}

func (s *Service) countTry(email, origin string) error {
	now := s.Now()
	wait := s.byAccount.try(email, now)
	if wait == 0 && origin != "" {
		if wait = s.byOrigin.try(origin, now); wait > 0 {
			s.byAccount.giveBack(email)
		}
	}
	if wait == 0 {
		return nil
	}
	minutes := int((wait + time.Minute - 1) / time.Minute)
	e := domain.Errorf("sign in", domain.KindLimited, "Too many failed tries to sign in. Wait %d min, then try again.", minutes)
	e.RetryAfter = wait
	return e
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
	return domain.Errorf("sign in", domain.KindUnauthenticated, "The e-mail address or the password is wrong. Check both and try again.")
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
