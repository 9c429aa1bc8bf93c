package store

import (
	"context"
	"time"

	"github.com/jasmincam/jasmincam/internal/backend/store/database"
	"github.com/jasmincam/jasmincam/internal/backend/store/showcase"
)

const (
	keptKeys  = 30 * 24 * time.Hour // how long a repeated request is recognised
	tidyEvery = 10 * time.Minute
)

// sequence seals entries some time after their commit, many at once, so that
// payments need not wait for one another; throws old things away, and notes who is
// online. It ends with Close, after a last sealing.
func (s *Store) sequence(stop <-chan struct{}) {
	defer close(s.stopped)
	tidy := time.NewTicker(tidyEvery)
	defer tidy.Stop()
	beat := time.NewTicker(showcase.BeatEvery)
	defer beat.Stop()
	s.tidy()
	for {
		select {
		case <-s.Unsealed():
			s.gather(stop)
			s.seal()
		case <-tidy.C:
			s.tidy()
		case <-beat.C:
			s.beat()
		case <-stop:
			s.seal()
			s.beat()
			return
		}
	}
}

// tidy also seals what an absent database left over.
func (s *Store) tidy() {
	if err := s.prune(context.Background()); err != nil {
		s.Log.Warn("old rows not removed", "err", err)
	}
	s.seal()
}

// beat writes down how long those who are online have been.
func (s *Store) beat() {
	if err := s.Beat(context.Background()); err != nil {
		s.Log.Warn("time online not noted", "err", err)
	}
}

func (s *Store) seal() {
	if err := s.Seal(context.Background()); err != nil {
		s.Log.Warn("ledger entries not sealed", "err", err)
	}
}

// gather waits for more entries to come.
func (s *Store) gather(stop <-chan struct{}) {
	wait := time.NewTimer(s.SealAfter)
	defer wait.Stop()
	select {
	case <-wait.C:
	case <-stop:
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
