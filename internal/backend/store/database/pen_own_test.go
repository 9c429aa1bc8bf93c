package database

import (
	"context"
	"database/sql"
	"path/filepath"
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
