package database_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/jasmincam/jasmincam/internal/backend/store/database"
	"github.com/jasmincam/jasmincam/internal/domain"
)

var errRefused = errors.New("refused") // what a test's write answers after it has written

// crowd has eight goroutines write until one of them has seen a write that was not
// committed yet, so that they shared a transaction, and at least rounds times each.
// The write that it is given runs before the check. It tells how many succeeded.
func crowd(t *testing.T, db *database.DB, rounds int, write func(ctx context.Context, tx *database.Tx, n int64) error) (succeeded int64) {
	t.Helper()
	const most = 5000
	var shared atomic.Bool
	var done, turns atomic.Int64
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for i := 0; i < rounds || (!shared.Load() && i < most); i++ {
				n := turns.Add(1)
				err := db.Write(context.Background(), "test", func(ctx context.Context, tx *database.Tx) error {
					var mine, committed int64
					if err := tx.QueryRowContext(ctx, `SELECT n FROM numbers WHERE name = 'a'`).Scan(&mine); err != nil {
						return err
					}
					if err := db.Reads.QueryRowContext(ctx, `SELECT n FROM numbers WHERE name = 'a'`).Scan(&committed); err != nil {
						return err
					}
					if mine != committed {
						shared.Store(true)
					}
					return write(ctx, tx, n)
				})
				if err == nil {
					done.Add(1)
				}
			}
		})
	}
	all.Wait()
	if !shared.Load() {
		t.Fatal("no two writes ever shared a commit")
	}
	return done.Load()
}

// Writes that are committed together fail one by one: what is refused leaves
// nothing, and what is acknowledged is there.
func TestWrite_togetherEachForItself(t *testing.T) {
	db, _ := openSQLite(t)
	succeeded := crowd(t, db, 100, func(ctx context.Context, tx *database.Tx, n int64) error {
		if err := add(ctx, tx, "a"); err != nil {
			return err
		}
		if n%3 == 0 {
			return errRefused
		}
		return nil
	})
	if n := number(t, db, "a"); int64(n) != succeeded || succeeded == 0 {
		t.Errorf("%d writes are there, %d were acknowledged", n, succeeded)
	}
}

// A panic reaches the caller whose write it was, and no other.
func TestWrite_panicAmongOthers(t *testing.T) {
	db, _ := openSQLite(t)
	ctx, stop := context.WithCancel(t.Context())
	var other sync.WaitGroup
	other.Go(func() {
		for ctx.Err() == nil {
			func() {
				defer func() {
					if v := recover(); v != "boom" {
						t.Errorf("recovered %v", v)
					}
				}()
				_ = db.Write(context.Background(), "test", func(ctx context.Context, tx *database.Tx) error {
					if err := add(ctx, tx, "b"); err != nil {
						t.Error(err)
					}
					panic("boom")
				})
			}()
		}
	})
	succeeded := crowd(t, db, 50, func(ctx context.Context, tx *database.Tx, _ int64) error { return add(ctx, tx, "a") })
	stop()
	other.Wait()
	if n := number(t, db, "a"); int64(n) != succeeded || number(t, db, "b") != 0 {
		t.Errorf("%d writes are there, %d were acknowledged, %d of those that panicked", n, succeeded, number(t, db, "b"))
	}
}

// A full disk ends the transaction that writes share. Those that fit are done
// again, and the one that does not is told so.
func TestWrite_aFullDiskAmongOthers(t *testing.T) {
	db, _ := openSQLite(t)
	if err := db.Write(t.Context(), "test", func(ctx context.Context, tx *database.Tx) error {
		var pages int
		return tx.QueryRowContext(ctx, `PRAGMA max_page_count = 40`).Scan(&pages)
	}); err != nil {
		t.Fatal(err)
	}
	large := strings.Repeat("x", 1<<20)
	var refused atomic.Int64
	succeeded := crowd(t, db, 50, func(ctx context.Context, tx *database.Tx, n int64) error {
		if err := add(ctx, tx, "a"); err != nil {
			return err
		}
		if n%5 != 0 {
			return nil
		}
		_, err := tx.Exec(ctx, `INSERT INTO events (stream, seq, kind, at, audience, data) VALUES ('s', $1, '', 0, '', $2)`, n, large)
		if domain.KindOf(database.Fail("test", err)) == domain.KindUnavailable {
			refused.Add(1)
		}
		return err
	})
	if n := number(t, db, "a"); int64(n) != succeeded || refused.Load() == 0 {
		t.Errorf("%d writes are there, %d were acknowledged, %d did not fit", n, succeeded, refused.Load())
	}
}

func TestWrite_afterClose(t *testing.T) {
	db, _ := openSQLite(t)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	err := db.Write(t.Context(), "test", func(context.Context, *database.Tx) error {
		t.Error("it ran")
		return nil
	})
	if domain.KindOf(err) != domain.KindUnavailable {
		t.Errorf("a write after the end: %v", err)
	}
}
