package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/jasmincam/jasmincam/internal/backend/store/database"
	"github.com/jasmincam/jasmincam/internal/domain"
)

// touchEvery is how often a session's use is written down.
const touchEvery = int64(time.Minute / time.Millisecond)

// maxSessions are as many as an account has at once, and as its owner can look
// through: those used longest ago end when new ones begin.
const maxSessions = 200

const sessionColumns = `s.id, s.device, s.created, s.seen, ` + accountColumns

func sessionFields(v *domain.Session) []any {
	return append([]any{&v.ID, &v.Device, &v.Created, &v.Seen}, accountFields(&v.Account)...)
}

func scanSession(r database.Row) (v domain.Session, err error) {
	err = r.Scan(sessionFields(&v)...)
	return v, err
}

// AddSession keeps a session until expires (Unix ms); each use moves its end so
// that it always lasts as long as on the first day. An account that has maxSessions
// loses the one that was used longest ago.
func (s *Store) AddSession(ctx context.Context, id domain.AccountID, tokenHash []byte, device string, expires int64) (domain.Session, error) {
	var session domain.Session
	err := s.db.Write(ctx, "sign in", func(ctx context.Context, t *database.Tx) error {
		acc, err := scanAccount(t.QueryRowContext(ctx, `SELECT `+accountColumns+` FROM accounts a WHERE a.id = $1`, id))
		if err != nil {
			return err
		}
		ended, err := t.Exec(ctx, `DELETE FROM sessions WHERE account = $1 AND id NOT IN
			(SELECT id FROM sessions WHERE account = $1 ORDER BY seen DESC, created DESC, id LIMIT $2)`, id, maxSessions-1)
		if err != nil {
			return err
		}
		if ended > 0 {
			t.Ring(database.AccountStream(id), database.Doors)
		}
		session = domain.Session{ID: database.NewID(), Device: device, Created: t.Now, Seen: t.Now, Account: acc}
		_, err = t.Exec(ctx, `INSERT INTO sessions (id, account, hash, device, created, seen, life, expires) VALUES ($1, $2, $3, $4, $5, $5, $6, $7)`,
			session.ID, id, database.Hex(tokenHash), device, t.Now, expires-t.Now, expires)
		return err
	})
	return session, err
}

// SessionByToken finds a live session and notes that it is used. KindUnauthenticated.
func (s *Store) SessionByToken(ctx context.Context, tokenHash []byte) (domain.Session, error) {
	now := s.now()
	session, err := scanSession(s.db.Reads.QueryRowContext(ctx, `SELECT `+sessionColumns+`
		FROM sessions s JOIN accounts a ON a.id = s.account WHERE s.hash = $1 AND s.expires > $2`, database.Hex(tokenHash), now))
	if err != nil {
		return domain.Session{}, database.Fail("session", noSession(err))
	}
	if now-session.Seen >= touchEvery {
		s.touch(ctx, session.ID)
		session.Seen = now
	}
	return session, nil
}

// touch moves a session's end. It may fail without harm: with a full disk people
// stay signed in.
func (s *Store) touch(ctx context.Context, id string) {
	err := s.db.Write(ctx, "session", func(ctx context.Context, t *database.Tx) error {
		_, err := t.Exec(ctx, `UPDATE sessions SET seen = $2, expires = $2 + life WHERE id = $1`, id, t.Now)
		return err
	})
	if err != nil {
		s.Log.Warn("use of a session not noted", "err", err)
	}
}

// SessionAlive finds a live session by its id. KindUnauthenticated.
func (s *Store) SessionAlive(ctx context.Context, sessionID string) (domain.Session, error) {
	session, err := s.sessionAlive(ctx, s.db.Reads, sessionID)
	return session, database.Fail("session", err)
}

func (s *Store) sessionAlive(ctx context.Context, q database.Querier, sessionID string) (domain.Session, error) {
	session, err := scanSession(q.QueryRowContext(ctx, `SELECT `+sessionColumns+`
		FROM sessions s JOIN accounts a ON a.id = s.account WHERE s.id = $1 AND s.expires > $2`, sessionID, s.now()))
	return session, noSession(err)
}

func noSession(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return domain.Errorf("", domain.KindUnauthenticated, "You are signed out. Sign in again.").Because("session.ended")
	}
	return err
}

// SessionsOf lists an account's live sessions, newest use first; the one of the
// acting session is Current.
func (s *Store) SessionsOf(ctx context.Context, id domain.AccountID) ([]domain.Session, error) {
	list, err := database.Collect(ctx, s.db.Reads, scanSession, `SELECT `+sessionColumns+` FROM sessions s JOIN accounts a ON a.id = s.account
		WHERE s.account = $1 AND s.expires > $2 ORDER BY s.seen DESC, s.created DESC, s.id LIMIT $3`, id, s.now(), maxSessions)
	if err != nil {
		return nil, database.Fail("sessions", err)
	}
	current := domain.ActorFrom(ctx).Session
	for i := range list {
		list[i].Current = list[i].ID == current
	}
	return list, nil
}

// DropSession ends a session of the account. KindNotFound.
func (s *Store) DropSession(ctx context.Context, id domain.AccountID, sessionID string) error {
	return s.db.Write(ctx, "sign out", func(ctx context.Context, t *database.Tx) error {
		n, err := t.Exec(ctx, `DELETE FROM sessions WHERE id = $1 AND account = $2`, sessionID, id)
		if err == nil && n == 0 {
			err = domain.Errorf("", domain.KindNotFound, "There is no such session; it may have ended already. Look at the list again.").Because("session.none")
		}
		t.Ring(database.AccountStream(id), database.Doors)
		return err
	})
}
