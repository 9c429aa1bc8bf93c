package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/jasmincam/jasmincam/internal/backend/store/database"
	"github.com/jasmincam/jasmincam/internal/domain"
)

// SetStreamKey replaces a performer's stream key, so that the old one is dead:
// the performer's own. KindForbidden.
func (s *Store) SetStreamKey(ctx context.Context, performer string, keyHash []byte) error {
	return s.db.Write(ctx, "stream key", func(ctx context.Context, t *database.Tx) error {
		acc, err := herself(ctx, t, performer)
		if err != nil {
			return err
		}
		t.Ring(database.Doors)
		_, err = t.Exec(ctx, `INSERT INTO stream_keys (account, hash, at) VALUES ($1, $2, $3)
			ON CONFLICT (account) DO UPDATE SET hash = excluded.hash, at = excluded.at`, acc.ID, database.Hex(keyHash), t.Now)
		return err
	})
}

// AccountByStreamKey finds the performer whose stream key this is. KindUnauthenticated.
func (s *Store) AccountByStreamKey(ctx context.Context, keyHash []byte) (domain.Account, error) {
	a, err := scanAccount(s.db.Reads.QueryRowContext(ctx, `SELECT `+accountColumns+`
		FROM stream_keys k JOIN accounts a ON a.id = k.account WHERE k.hash = $1`, database.Hex(keyHash)))
	if errors.Is(err, sql.ErrNoRows) {
		err = domain.Errorf("", domain.KindUnauthenticated, "This stream key is not valid. Make a new one on your profile page.")
	}
	return a, database.Fail("stream key", err)
}

// prolongEvery is how often the end of a broadcast token in use is moved.
const prolongEvery = int64(time.Hour / time.Millisecond)

// AddBroadcast keeps a broadcast token for the sessions, in their order, until
// expires (Unix ms). Each use moves the end so that it lasts as long as at the
// beginning, at most once an hour: a show may go on for longer than its token
// was made for.
func (s *Store) AddBroadcast(ctx context.Context, tokenHash []byte, sessionIDs []string, expires int64) error {
	return s.db.Write(ctx, "broadcast", func(ctx context.Context, t *database.Tx) error {
		hash := database.Hex(tokenHash)
		if _, err := t.Exec(ctx, `INSERT INTO broadcasts (hash, expires, life) VALUES ($1, $2, $3)`, hash, expires, expires-t.Now); err != nil {
			return err
		}
		for n, id := range sessionIDs {
			if _, err := t.Exec(ctx, `INSERT INTO broadcast_sessions (broadcast, n, session) VALUES ($1, $2, $3)`, hash, n, id); err != nil {
				return err
			}
		}
		return nil
	})
}

// BroadcastSessions lists those sessions of a broadcast token that are alive, with
// their accounts as they are now, and notes that the token is used.
// KindUnauthenticated when the token is unknown or expired, or when none of its
// sessions is left.
func (s *Store) BroadcastSessions(ctx context.Context, tokenHash []byte) ([]domain.Session, error) {
	hash, now := database.Hex(tokenHash), s.now()
	var expires, life int64
	scan := func(r database.Row) (v domain.Session, err error) {
		err = r.Scan(append(sessionFields(&v), &expires, &life)...)
		return v, err
	}
	list, err := database.Collect(ctx, s.db.Reads, scan, `SELECT `+sessionColumns+`, b.expires, b.life
		FROM broadcasts b JOIN broadcast_sessions m ON m.broadcast = b.hash JOIN sessions s ON s.id = m.session JOIN accounts a ON a.id = s.account
		WHERE b.hash = $1 AND b.expires > $2 AND s.expires > $2 ORDER BY m.n`, hash, now)
	if err == nil && len(list) == 0 {
		err = domain.Errorf("", domain.KindUnauthenticated, "The right to broadcast has ended. Sign in and go online again.").Because("broadcast.ended")
	}
	if err != nil {
		return nil, database.Fail("broadcast", err)
	}
	if expires <= now+life-prolongEvery {
		s.prolong(ctx, hash)
	}
	return list, nil
}

// prolong moves a broadcast token's end. It may fail without harm: the next use
// tries again.
func (s *Store) prolong(ctx context.Context, hash string) {
	err := s.db.Write(ctx, "broadcast", func(ctx context.Context, t *database.Tx) error {
		_, err := t.Exec(ctx, `UPDATE broadcasts SET expires = $2 + life WHERE hash = $1`, hash, t.Now)
		return err
	})
	if err != nil {
		s.Log.Warn("use of a broadcast token not noted", "err", err)
	}
}
