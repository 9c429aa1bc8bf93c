package store

import (
	"context"
	"time"

	"github.com/jasmincam/jasmincam/internal/backend/store/database"
	"github.com/jasmincam/jasmincam/internal/backend/store/showcase"
	"github.com/jasmincam/jasmincam/internal/domain"
)

const (
	keptKeys  = 30 * 24 * time.Hour // how long a repeated request is recognised
	tidyEvery = 10 * time.Minute

	// pruneBatch is how many old rows one transaction takes away: everybody else's
	// writes wait for it, and it must not outlast its own time.
	pruneBatch = 5000
)

// sequence seals entries some time after their commit, many at once, so that
// payments need not wait for one another; throws old things away, and notes who is
// online. It ends with Close, after a last sealing.
func (s *Store) sequence(ctx context.Context) {
	defer close(s.stopped)
	stop := ctx.Done()
	tidy := time.NewTicker(tidyEvery)
	defer tidy.Stop()
	beat := time.NewTicker(showcase.BeatEvery)
	defer beat.Stop()
	s.tidy(ctx)
	for {
		select {
		case <-s.Unsealed():
			s.gather(stop)
			s.seal()
		case <-tidy.C:
			s.tidy(ctx)
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
func (s *Store) tidy(ctx context.Context) {
	if err := s.prune(ctx); err != nil && ctx.Err() == nil {
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

// prune removes lines, snapshots, keys, sessions, broadcasts and kicks that are over. Bans
// without an end and everything about money stay.
func (s *Store) prune(ctx context.Context) error {
	err := s.db.Write(ctx, "prune", func(ctx context.Context, t *database.Tx) error {
		for _, query := range []string{
			`DELETE FROM broadcast_sessions WHERE broadcast IN (SELECT hash FROM broadcasts WHERE expires <= $1)`,
			`DELETE FROM broadcasts WHERE expires <= $1`,
			`DELETE FROM sessions WHERE expires <= $1`,
			`DELETE FROM bans WHERE until <> 0 AND until <= $1`,
		} {
			if _, err := t.Exec(ctx, query, t.Now); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	if err := s.pruneHeap(ctx, `DELETE FROM events WHERE (stream, seq) IN
		(SELECT stream, seq FROM events WHERE kind = 'message' AND at <= $1 LIMIT $2)`, s.oldestLine()); err != nil {
		return err
	}
	if err := s.pruneHeap(ctx, `DELETE FROM snapshot_pictures WHERE snapshot IN
		(SELECT snapshot FROM snapshot_pictures WHERE at <= $1 LIMIT $2)`, s.now()-domain.SnapshotsKept.Milliseconds()); err != nil {
		return err
	}
	return s.pruneHeap(ctx, `DELETE FROM keys WHERE (scope, key) IN
		(SELECT scope, key FROM keys WHERE at <= $1 LIMIT $2)`, s.now()-keptKeys.Milliseconds())
}

// pruneHeap removes old rows of which there may be very many, pruneBatch at a time.
func (s *Store) pruneHeap(ctx context.Context, query string, before int64) error {
	for {
		var n int64
		err := s.db.Write(ctx, "prune", func(ctx context.Context, t *database.Tx) (err error) {
			n, err = t.Exec(ctx, query, before, pruneBatch)
			return err
		})
		if err != nil || n < pruneBatch {
			return err
		}
	}
}
