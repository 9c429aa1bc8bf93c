package store

import (
	"context"
	"time"

	"github.com/jasmincam/jasmincam/internal/backend/store/database"
)

const (
	keptKeys   = 30 * 24 * time.Hour // how long a repeated request is recognised
	pruneEvery = time.Hour
)

// sequence seals entries some time after their commit, many at once, so that
// payments need not wait for one another; and throws old things away. It ends
// with Close, after a last sealing.
func (s *Store) sequence() {
	defer close(s.stopped)
	ctx := context.Background()
	prune := time.NewTicker(pruneEvery)
	defer prune.Stop()
	s.try(ctx, "old rows not removed", s.prune)
	s.try(ctx, "ledger entries not sealed", s.Seal) // left over from the last run
	for {
		select {
		case <-s.Unsealed():
			s.gather()
			s.try(ctx, "ledger entries not sealed", s.Seal)
		case <-prune.C:
			s.try(ctx, "old rows not removed", s.prune)
		case <-s.stop:
			s.try(ctx, "ledger entries not sealed", s.Seal)
			return
		}
	}
}

func (s *Store) try(ctx context.Context, failed string, f func(context.Context) error) {
	if err := f(ctx); err != nil {
		s.Log.Warn(failed, "err", err)
	}
}

// gather waits for more entries to come.
func (s *Store) gather() {
	wait := time.NewTimer(s.SealAfter)
	defer wait.Stop()
	select {
	case <-wait.C:
	case <-s.stop:
	}
}

// prune removes lines, keys, sessions, broadcasts and kicks that are over. Bans
// without an end and everything about money stay.
func (s *Store) prune(ctx context.Context) error {
	return s.db.Write(ctx, "prune", func(ctx context.Context, t *database.Tx) error {
		for _, old := range []struct {
			query string
			args  []any
		}{
			{`DELETE FROM events WHERE kind = 'message' AND at <= $1`, []any{s.oldestLine()}},
			{`DELETE FROM keys WHERE at <= $1`, []any{t.Now - keptKeys.Milliseconds()}},
			{`DELETE FROM broadcast_sessions WHERE broadcast IN (SELECT hash FROM broadcasts WHERE expires <= $1)`, []any{t.Now}},
			{`DELETE FROM broadcasts WHERE expires <= $1`, []any{t.Now}},
			{`DELETE FROM sessions WHERE expires <= $1`, []any{t.Now}},
			{`DELETE FROM bans WHERE until <> 0 AND until <= $1`, []any{t.Now}},
		} {
			if _, err := t.Exec(ctx, old.query, old.args...); err != nil {
				return err
			}
		}
		return nil
	})
}
