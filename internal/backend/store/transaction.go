package store

import (
	"context"
	"database/sql"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/jasmincam/jasmincam/internal/domain"
)

// Bounds of one write.
const (
	maxTries  = 8                // of a transaction that lost against another
	writeTime = 15 * time.Second // from the first statement to the commit
)

// querier is what a transaction and a pool have in common.
type querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// tx is one write transaction. What it rings is rung after the commit.
type tx struct {
	*sql.Tx
	s      *Store
	now    int64 // Unix ms; one moment for all that the transaction writes
	topics []string
	posted bool // a ledger entry: the sequencer has work
}

func (t *tx) ring(topics ...string) { t.topics = append(t.topics, topics...) }

// period is the pay period of the transaction's moment.
func (t *tx) period() domain.Period { return t.s.Calendar.At(time.UnixMilli(t.now)) }

// exec tells how many rows it changed.
func (t *tx) exec(ctx context.Context, query string, args ...any) (int64, error) {
	r, err := t.ExecContext(ctx, query, args...)
	if err != nil {
		return 0, err
	}
	return r.RowsAffected()
}

// write runs f in a transaction, again when the database says that it lost
// against another one, and rings the bell after the commit. All writes pass
// here: a writer that commits several of them at once takes this place.
func (s *Store) write(ctx context.Context, op string, f func(ctx context.Context, t *tx) error) error {
	for try := 1; ; try++ {
		err := s.attempt(ctx, f)
		if err == nil {
			return nil
		}
		if try == maxTries || !lostRace(err) {
			return fail(op, err)
		}
		pause := time.NewTimer(time.Duration(try) * time.Duration(rand.Int64N(int64(5*time.Millisecond))))
		select {
		case <-pause.C:
		case <-ctx.Done():
			pause.Stop()
			return fail(op, err)
		}
	}
}

// attempt waits for a connection as long as the caller does; what has begun is
// brought to its end, because a caller who went away has no say in a commit.
func (s *Store) attempt(ctx context.Context, f func(ctx context.Context, t *tx) error) error {
	conn, err := s.writes.Conn(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), writeTime)
	defer cancel()
	inner, err := conn.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer inner.Rollback() // does nothing after the commit
	t := &tx{Tx: inner, s: s, now: s.now()}
	if err := f(ctx, t); err != nil {
		return err
	}
	if err := inner.Commit(); err != nil {
		return err
	}
	if t.posted {
		select {
		case s.unsealed <- struct{}{}:
		default: // a wake is pending already
		}
	}
	slices.Sort(t.topics)
	s.Bell.Ring(slices.Compact(t.topics)...)
	return nil
}

// collect reads all rows.
func collect[T any](ctx context.Context, q querier, scan func(row) (T, error), query string, args ...any) ([]T, error) {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	list := []T{}
	for rows.Next() {
		item, err := scan(rows)
		if err != nil {
			return nil, err
		}
		list = append(list, item)
	}
	return list, rows.Err()
}

// row is what a single row and the present one of several have in common.
type row interface{ Scan(dest ...any) error }
