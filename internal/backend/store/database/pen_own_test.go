package database

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"testing"
	"time"
)

// A connection that was given up does not come back: its transaction could not be
// ended, and no other could begin on it.
func TestPen_givesABrokenConnectionUp(t *testing.T) {
	pool, err := sql.Open("sqlite", filepath.Join(t.TempDir(), "pen.sqlite"))
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	pool.SetMaxOpenConns(1)
	p := &pen{pool: pool, prepared: map[string]*sql.Stmt{}}
	defer p.drop()
	if err := p.connect(); err != nil {
		t.Fatal(err)
	}
	if err := p.exec("BEGIN IMMEDIATE"); err != nil {
		t.Fatal(err)
	}
	p.discard()
	j := &job{ctx: t.Context(), now: time.Now, f: func(context.Context, *Tx) error { return nil }}
	if err := p.begin(j); err != nil {
		t.Errorf("the next write: %v", err)
	}
}

// penWithout makes a pen whose turns are the test's. However slow the machine is,
// all writes that are waiting share one transaction.
func penWithout(t *testing.T) *pen {
	t.Helper()
	pool, err := sql.Open("sqlite", filepath.Join(t.TempDir(), "pen.sqlite"))
	if err != nil {
		t.Fatal(err)
	}
	pool.SetMaxOpenConns(1)
	p := &pen{pool: pool, jobs: make(chan *job, batchMost), patience: time.Hour, prepared: map[string]*sql.Stmt{}}
	t.Cleanup(func() { p.drop(); _ = pool.Close() })
	if err = p.connect(); err == nil {
		err = p.exec(`CREATE TABLE purse (n BIGINT NOT NULL)`)
	}
	if err == nil {
		err = p.exec(`INSERT INTO purse (n) VALUES (1)`)
	}
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func newJob(f func(ctx context.Context, t *Tx) error) *job {
	return &job{ctx: context.Background(), now: time.Now, f: f, result: make(chan error, 1)}
}

var errSpent = errors.New("spent")

func spend(ctx context.Context, t *Tx) error {
	n, err := t.Exec(ctx, `UPDATE purse SET n = n - 1 WHERE n > 0`)
	if err == nil && n == 0 {
		err = errSpent
	}
	return err
}

// A refusal for what another write of the same transaction has done is not answered
// before that is there: when the transaction is lost, what was refused is tried again.
func TestPen_refusalsWaitForTheCommit(t *testing.T) {
	p := penWithout(t)
	full := errors.New("the disk is full")
	first := newJob(nil)
	first.f = func(ctx context.Context, t *Tx) error {
		first.f = func(context.Context, *Tx) error { return full }
		return spend(ctx, t)
	}
	second := newJob(spend)
	third := newJob(func(ctx context.Context, t *Tx) error {
		if len(second.result) > 0 {
			return errors.New("the second was answered before the commit")
		}
		_, _ = t.ExecContext(ctx, `ROLLBACK`) // SQLite does that on a full disk
		return full
	})
	p.jobs <- second
	p.jobs <- third
	p.turn(first)
	if err := answer(t, first); !errors.Is(err, full) {
		t.Errorf("the first: %v", err)
	}
	if err := answer(t, second); err != nil {
		t.Errorf("what the first had taken is there, and the second got %v", err)
	}
	if err := answer(t, third); err == nil {
		t.Error("the third was acknowledged")
	}
}

// answer is what the write was told in the turn that is over.
func answer(t *testing.T, j *job) error {
	t.Helper()
	select {
	case err := <-j.result:
		return err
	default:
		t.Fatal("the turn ended without an answer")
		return nil
	}
}

// A write whose function ends its goroutine leaves nobody waiting.
func TestPen_goroutineThatIsEnded(t *testing.T) {
	pool, err := sql.Open("sqlite", filepath.Join(t.TempDir(), "pen.sqlite"))
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	p := newPen(pool)
	for range 2 {
		if _, err := p.write(t.Context(), time.Now, func(context.Context, *Tx) error { runtime.Goexit(); return nil }); !errors.Is(err, sql.ErrConnDone) {
			t.Errorf("got %v", err)
		}
	}
	p.close()
}

// Of many statements one makes room for the next; the others stay prepared.
func TestPen_keepsStatements(t *testing.T) {
	p := penWithout(t)
	for n := range keptStatements + 20 {
		var got int
		if err := p.QueryRowContext(t.Context(), fmt.Sprintf(`SELECT %d`, n)).Scan(&got); err != nil || got != n {
			t.Fatalf("%d %v", got, err)
		}
	}
	if len(p.prepared) != keptStatements {
		t.Errorf("%d statements are kept", len(p.prepared))
	}
}
