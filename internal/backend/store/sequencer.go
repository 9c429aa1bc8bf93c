package store

import (
	"context"
	"encoding/hex"
	"time"

	"github.com/jasmincam/jasmincam/internal/backend/ledger"
)

const (
	sealBatch  = 500
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
	s.try(ctx, "ledger entries not sealed", s.seal) // left over from the last run
	for {
		select {
		case <-s.unsealed:
			s.gather()
			s.try(ctx, "ledger entries not sealed", s.seal)
		case <-prune.C:
			s.try(ctx, "old rows not removed", s.prune)
		case <-s.stop:
			s.try(ctx, "ledger entries not sealed", s.seal)
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

// seal links all unsealed entries to the hash chain, oldest first.
func (s *Store) seal(ctx context.Context) error {
	for {
		n, err := s.sealSome(ctx)
		if err != nil || n < sealBatch {
			return err
		}
	}
}

func (s *Store) sealSome(ctx context.Context) (n int, err error) {
	err = s.write(ctx, "seal", func(ctx context.Context, t *tx) error {
		var position int64
		var last string
		err := t.QueryRowContext(ctx, `UPDATE chain SET position = position WHERE name = 'ledger' RETURNING position, hash`).Scan(&position, &last)
		if err != nil {
			return err
		}
		entries, err := collect(ctx, t, scanEntry, `SELECT id, key, kind, at, position, hash FROM entries WHERE position = 0 ORDER BY at, id LIMIT $1`, sealBatch)
		n = len(entries)
		if err != nil || n == 0 {
			return err
		}
		link, err := hex.DecodeString(last)
		if err != nil {
			return err
		}
		for _, e := range entries {
			if e.Postings, err = collect(ctx, t, scanPosting, `SELECT account, asset, amount FROM postings WHERE entry = $1 ORDER BY n`, e.ID); err != nil {
				return err
			}
			link = e.Seal(link)
			position++
			if _, err := t.exec(ctx, `UPDATE entries SET position = $2, hash = $3 WHERE id = $1`, e.ID, position, hexOf(link)); err != nil {
				return err
			}
		}
		_, err = t.exec(ctx, `UPDATE chain SET position = $1, hash = $2 WHERE name = 'ledger'`, position, hexOf(link))
		return err
	})
	return n, err
}

// sealed is an entry with its place in the chain; position 0 is none yet.
type sealed struct {
	ledger.Entry
	position int64
	hash     string
}

func scanEntry(r row) (e sealed, err error) {
	err = r.Scan(&e.ID, &e.Key, &e.Kind, &e.At, &e.position, &e.hash)
	return e, err
}

func scanPosting(r row) (p ledger.Posting, err error) {
	err = r.Scan(&p.Account, &p.Asset, &p.Amount)
	return p, err
}

// prune removes lines, keys, sessions, broadcasts and kicks that are over. Bans
// without an end and everything about money stay.
func (s *Store) prune(ctx context.Context) error {
	return s.write(ctx, "prune", func(ctx context.Context, t *tx) error {
		for _, old := range []struct {
			query string
			args  []any
		}{
			{`DELETE FROM events WHERE kind = 'message' AND at <= $1`, []any{s.oldestLine()}},
			{`DELETE FROM keys WHERE at <= $1`, []any{t.now - keptKeys.Milliseconds()}},
			{`DELETE FROM broadcast_sessions WHERE broadcast IN (SELECT hash FROM broadcasts WHERE expires <= $1)`, []any{t.now}},
			{`DELETE FROM broadcasts WHERE expires <= $1`, []any{t.now}},
			{`DELETE FROM sessions WHERE expires <= $1`, []any{t.now}},
			{`DELETE FROM bans WHERE until <> 0 AND until <= $1`, []any{t.now}},
		} {
			if _, err := t.exec(ctx, old.query, old.args...); err != nil {
				return err
			}
		}
		return nil
	})
}
