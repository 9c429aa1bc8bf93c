package database_test

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"

	"go.uber.org/goleak"
	"golang.org/x/sync/errgroup"

	"github.com/jasmincam/jasmincam/internal/backend/store/database"
	"github.com/jasmincam/jasmincam/internal/domain"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const schema = `-- +goose Up
CREATE TABLE numbers (name TEXT NOT NULL PRIMARY KEY, n BIGINT NOT NULL);
INSERT INTO numbers (name, n) VALUES ('a', 0), ('b', 0);
CREATE TABLE keys (scope TEXT NOT NULL, key TEXT NOT NULL, hash TEXT NOT NULL, answer TEXT NOT NULL, at BIGINT NOT NULL, PRIMARY KEY (scope, key));
CREATE TABLE streams (name TEXT NOT NULL PRIMARY KEY, seq BIGINT NOT NULL);
CREATE TABLE events (stream TEXT NOT NULL, seq BIGINT NOT NULL, kind TEXT NOT NULL, at BIGINT NOT NULL, audience TEXT NOT NULL, data TEXT NOT NULL, PRIMARY KEY (stream, seq));
`

type bell struct {
	mu   sync.Mutex
	rung []string
}

func (b *bell) Ring(topics ...string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.rung = append(b.rung, topics...)
}

func openURL(t *testing.T, url string) (*database.DB, *bell) {
	t.Helper()
	b := &bell{}
	db, err := database.Open(context.Background(), database.Config{
		URL: url, Bell: b, Now: func() time.Time { return time.UnixMilli(1000) },
		Migrations: fstest.MapFS{"00001_x.sql": {Data: []byte(schema)}},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db, b
}

func openSQLite(t *testing.T) (*database.DB, *bell) {
	return openURL(t, "sqlite:"+filepath.Join(t.TempDir(), "x.db"))
}

func add(ctx context.Context, t *database.Tx, name string) error {
	_, err := t.Exec(ctx, `UPDATE numbers SET n = n + 1 WHERE name = $1`, name)
	return err
}

func number(t *testing.T, db *database.DB, name string) (n int) {
	t.Helper()
	if err := db.Reads.QueryRow(`SELECT n FROM numbers WHERE name = $1`, name).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestWrite_ringsAfterTheCommitOnly(t *testing.T) {
	db, bell := openSQLite(t)
	ctx, boom := context.Background(), errors.New("boom")
	after := false
	err := db.Write(ctx, "test", func(ctx context.Context, tx *database.Tx) error {
		tx.Ring("x")
		tx.After(func() { after = true })
		if err := add(ctx, tx, "a"); err != nil {
			return err
		}
		return boom
	})
	if !errors.Is(err, boom) || after || bell.rung != nil || number(t, db, "a") != 0 {
		t.Errorf("a failed write: %v, rang %v, a is %d", err, bell.rung, number(t, db, "a"))
	}
	err = db.Write(ctx, "test", func(ctx context.Context, tx *database.Tx) error {
		tx.Ring("y", "x")
		tx.Ring("x")
		tx.After(func() { after = number(t, db, "a") == 1 })
		if len(bell.rung) > 0 || tx.Now != 1000 {
			t.Errorf("rang %v at %d before the commit", bell.rung, tx.Now)
		}
		return add(ctx, tx, "a")
	})
	if err != nil || !after || !slices.Equal(bell.rung, []string{"x", "y"}) {
		t.Errorf("a write: %v, rang %v, after %v", err, bell.rung, after)
	}
}

func TestWrite_panicLeavesNothing(t *testing.T) {
	db, _ := openSQLite(t)
	func() {
		defer func() {
			if recover() == nil {
				t.Error("the panic was swallowed")
			}
		}()
		_ = db.Write(context.Background(), "test", func(ctx context.Context, tx *database.Tx) error {
			if err := add(ctx, tx, "a"); err != nil {
				t.Error(err)
			}
			panic("boom")
		})
	}()
	if err := db.Write(context.Background(), "test", func(ctx context.Context, tx *database.Tx) error { return add(ctx, tx, "b") }); err != nil {
		t.Fatal(err)
	}
	if number(t, db, "a") != 0 || number(t, db, "b") != 1 {
		t.Error("half of a write is left")
	}
}

func TestWrite_outlivesItsCaller(t *testing.T) {
	db, _ := openSQLite(t)
	ctx, cancel := context.WithCancel(context.Background())
	err := db.Write(ctx, "test", func(ctx context.Context, tx *database.Tx) error {
		cancel()
		return add(ctx, tx, "a")
	})
	if err != nil || number(t, db, "a") != 1 {
		t.Errorf("a write whose caller left in the middle: %v", err)
	}
}

func TestReads_cannotWriteOnSQLite(t *testing.T) {
	db, _ := openSQLite(t)
	if _, err := db.Reads.Exec(`UPDATE numbers SET n = 5`); err == nil {
		t.Error("a reader wrote")
	}
}

// onceConcurrently: of many requests with one key a single one does it, and all
// get its answer.
func onceConcurrently(t *testing.T, db *database.DB) {
	var group errgroup.Group
	var replays atomic.Int64
	for range 16 {
		group.Go(func() error {
			return db.Write(context.Background(), "test", func(ctx context.Context, tx *database.Tx) error {
				answer, replay, err := database.Once(ctx, tx, "scope", "12345678", "input", func() (string, error) { return "done", add(ctx, tx, "a") })
				if replay {
					replays.Add(1)
				}
				if err == nil && answer != "done" {
					t.Errorf("answer %q", answer)
				}
				return err
			})
		})
	}
	if err := group.Wait(); err != nil {
		t.Fatal(err)
	}
	if n := number(t, db, "a"); n != 1 || replays.Load() != 15 {
		t.Errorf("done %d times, answered %d times again", n, replays.Load())
	}
	err := db.Write(context.Background(), "test", func(ctx context.Context, tx *database.Tx) error {
		_, _, err := database.Once(ctx, tx, "scope", "87654321", "input", func() (string, error) { return "", errors.New("refused") })
		return err
	})
	if err == nil {
		t.Error("the refusal was lost")
	}
	err = db.Write(context.Background(), "test", func(ctx context.Context, tx *database.Tx) error {
		_, replay, err := database.Once(ctx, tx, "scope", "87654321", "input", func() (string, error) { return "done", nil })
		if replay {
			t.Error("a refused request counts as done")
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

func TestOnce_concurrently(t *testing.T) {
	db, _ := openSQLite(t)
	onceConcurrently(t, db)
}

// TestPost_numbersEachStream: notes for several streams in any order give
// each its own numbers, in the order given within a stream.
func TestPost_numbersEachStream(t *testing.T) {
	db, bell := openSQLite(t)
	post := func(streams ...string) (seqs []int64) {
		err := db.Write(context.Background(), "test", func(ctx context.Context, tx *database.Tx) (err error) {
			var notes []database.Note
			for _, s := range streams {
				notes = append(notes, database.NewNote(s, domain.EventTip, s))
			}
			seqs, err = tx.Post(ctx, notes...)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return seqs
	}
	if got := post("room/z", "account/a", "room/z"); !slices.Equal(got, []int64{1, 1, 2}) {
		t.Errorf("numbers %v", got)
	}
	if got := post("account/a", "room/z"); !slices.Equal(got, []int64{2, 3}) {
		t.Errorf("numbers %v", got)
	}
	if want := []string{"account/a", "room/z", "account/a", "room/z"}; !slices.Equal(bell.rung, want) {
		t.Errorf("rang %v", bell.rung)
	}
}
