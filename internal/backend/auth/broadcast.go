package auth

import (
	"context"

	"github.com/jasmincam/jasmincam/internal/domain"
)

// MaxAccounts share one upload (domain A2).
const MaxAccounts = 2

// Begin implements domain.Broadcasts. The tokens are session tokens; none means
// the actor's own session.
func (s *Service) Begin(ctx context.Context, tokens []string) (domain.Grant, error) {
	sessions, err := s.broadcasters(ctx, tokens)
	if err != nil {
		return domain.Grant{}, err
	}
	var ids []domain.AccountID
	var sessionIDs, rooms []string
	for _, session := range sessions {
		if err := MayBroadcast(session.Account); err != nil {
			return domain.Grant{}, err
		}
		ids, sessionIDs, rooms = append(ids, session.Account.ID), append(sessionIDs, session.ID), append(rooms, session.Account.Name)
	}
	if err := s.onePerson(ctx, ids); err != nil {
		return domain.Grant{}, err
	}
	token, hash := newToken(BroadcastPrefix)
	if err := s.Repository.AddBroadcast(ctx, hash, sessionIDs, s.Now().Add(s.GrantFor).UnixMilli()); err != nil {
		return domain.Grant{}, err
	}
	return domain.Grant{WHIPURL: s.WHIPURL, Token: token, Rooms: rooms}, nil
}

func (s *Service) broadcasters(ctx context.Context, tokens []string) ([]domain.Session, error) {
	if len(tokens) > MaxAccounts {
		return nil, domain.Errorf("go online", domain.KindInvalid, "At most %d accounts can share one camera.", MaxAccounts)
	}
	if len(tokens) == 0 {
		actor, err := signedIn(ctx, "go online")
		if err != nil {
			return nil, err
		}
		session, err := s.Repository.SessionAlive(ctx, actor.Session)
		return []domain.Session{session}, err
	}
	var out []domain.Session
	for _, token := range tokens {
		session, err := s.Authenticate(ctx, token)
		if err != nil {
			return nil, err
		}
		out = append(out, session)
	}
	return out, nil
}

func (s *Service) onePerson(ctx context.Context, ids []domain.AccountID) error {
	if len(ids) < 2 {
		return nil
	}
	if ids[0] == ids[1] {
		return domain.Errorf("go online", domain.KindInvalid, "This is the same account twice. Choose two different accounts.").Because("online.twice")
	}
	shared, err := s.Repository.SharePerson(ctx, ids...)
	if err != nil {
		return err
	}
	if !shared {
		return domain.Errorf("go online", domain.KindForbidden,
			"These two accounts do not belong to the same verified person, so they cannot share one camera. Go online with one of them, or ask support to link them.").Because("online.persons")
	}
	return nil
}

// MayBroadcast refuses, with the words for her, every account but an Active
// performer's. KindForbidden.
func MayBroadcast(acc domain.Account) error {
	if acc.Role != domain.RolePerformer {
		return domain.Errorf("go online", domain.KindForbidden, "Only performers can go online. Sign in with a performer's account.").Because("account.role")
	}
	if reason := acc.State.OfflineReason(); reason != "" {
		return domain.Errorf("go online", domain.KindForbidden, "%s", reason)
	}
	return nil
}

// NewStreamKey implements domain.Rooms: the performer's own.
func (s *Service) NewStreamKey(ctx context.Context, performer string) (string, error) {
	actor, err := signedIn(ctx, "stream key")
	if err != nil {
		return "", err
	}
	if actor.Role() != domain.RolePerformer || actor.Account.Name != performer {
		return "", domain.Errorf("stream key", domain.KindForbidden, "A stream key is made by the performer herself. Sign in with her account.").Because("performer.only")
	}
	key, hash := newToken(StreamKeyPrefix)
	if err := s.Repository.SetStreamKey(ctx, performer, hash); err != nil {
		return "", err
	}
	return key, nil
}
