package store

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"github.com/jasmincam/jasmincam/internal/backend/store/database"
)

// TestStore_forgetsAHeapInSteps: after a long absence very much is old at once, and
// nobody's writes wait until all of it is gone.
func TestStore_forgetsAHeapInSteps(t *testing.T) {
	asked := 0 // each transaction asks for the time, and each of the three heaps
	now := func() time.Time { asked++; return time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC) }
	ctx := context.Background()
	s, err := Open(ctx, Config{URL: "sqlite:" + filepath.Join(t.TempDir(), "x.db"), Now: now})
	if err != nil {
		t.Fatal(err)
	}
	s.stop()
	<-s.stopped
	defer func() { _ = s.Close() }()
	const heap = 2*pruneBatch + 1
	err = s.db.Write(ctx, "test", func(ctx context.Context, tx *database.Tx) error {
		_, err := tx.Exec(ctx, `WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < $1)
			INSERT INTO events (stream, seq, kind, at, audience, data) SELECT 'room/luna', n, 'message', n, 'all', '{}' FROM c`, heap)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	asked = 0
	if err := s.prune(ctx); err != nil {
		t.Fatal(err)
	}
	if asked != 3+6 { // three steps of lines, one of snapshots, one of keys, one of the rest
		t.Errorf("all of it was removed in %d transactions", asked-3)
	}
	var left int
	if err := s.db.Reads.QueryRowContext(ctx, `SELECT COUNT(*) FROM events`).Scan(&left); err != nil || left != 0 {
		t.Errorf("%d lines are left: %v", left, err)
	}
}
