package database

import (
	"context"
	"database/sql"
	"math/rand/v2"
	"slices"
	"time"
)

// Bounds of one write.
const (
	maxTries  = 8                // of a transaction that lost against another
	writeTime = 15 * time.Second // from the first statement to the commit
)

// Querier is what a transaction and a pool have in common.
type Querier interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// statements are what a transaction can say.
type statements interface {
	Querier
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
}

// Tx is one write transaction.
type Tx struct {
	statements
	Now    int64 // Unix ms; one moment for all that the transaction writes
	topics []string
	after  []func()
}

// Ring tells topics of the bell after the commit.
func (t *Tx) Ring(topics ...string) { t.topics = append(t.topics, topics...) }

// After calls f after the commit; f must not block.
func (t *Tx) After(f func()) { t.after = append(t.after, f) }

// Exec tells how many rows it changed.
func (t *Tx) Exec(ctx context.Context, query string, args ...any) (int64, error) {
	r, err := t.ExecContext(ctx, query, args...)
	if err != nil {
		return 0, err
	}
	return r.RowsAffected()
}

// Write runs f in a transaction, again when it was lost with no fault of its own,
// and rings the bell after the commit. f may run more than once; what it changes
// besides the database must bear that.
func (db *DB) Write(ctx context.Context, op string, f func(ctx context.Context, t *Tx) error) error {
	for try := 1; ; try++ {
		t, err := db.attempt(ctx, f)
		if err == nil {
			db.announce(t)
			return nil
		}
		if try == maxTries || !lostRace(err) {
			return Fail(op, err)
		}
		pause := time.NewTimer(time.Duration(try) * time.Duration(rand.Int64N(int64(5*time.Millisecond))))
		select {
		case <-pause.C:
		case <-ctx.Done():
			pause.Stop()
			return Fail(op, err)
		}
	}
}

// announce tells what was committed.
func (db *DB) announce(t *Tx) {
	for _, f := range t.after {
		f()
	}
	slices.Sort(t.topics)
	db.bell.Ring(slices.Compact(t.topics)...)
}

// attempt waits for its turn, or for a connection, as long as the caller does; what
// has begun is brought to its end, because a caller who went away has no say in a
// commit.
func (db *DB) attempt(ctx context.Context, f func(ctx context.Context, t *Tx) error) (*Tx, error) {
	if db.pen != nil {
		return db.pen.write(ctx, db.now, f)
	}
	conn, err := db.writes.Conn(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { _ = conn.Close() }() // gives it back to the pool
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), writeTime)
	defer cancel()
	inner, err := conn.BeginTx(ctx, nil)
	if err != nil {
		return nil, err
	}
	defer inner.Rollback() // does nothing after the commit
	t := &Tx{statements: inner, Now: db.now().UnixMilli()}
	if err := f(ctx, t); err != nil {
		return nil, err
	}
	return t, inner.Commit()
}

// Collect reads all rows.
func Collect[T any](ctx context.Context, q Querier, scan func(Row) (T, error), query string, args ...any) ([]T, error) {
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

// Row is what a single row and the present one of several have in common.
type Row interface{ Scan(dest ...any) error }
