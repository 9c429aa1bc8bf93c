//go:build unix

package database_test

import (
	"context"
	"sync/atomic"
	"testing"

	"golang.org/x/sync/errgroup"

	"github.com/jasmincam/jasmincam/internal/backend/store/database"
	"github.com/jasmincam/jasmincam/internal/testkit/postgres"
)

// TestWrite_deadlockRunsAgain: two writes lock two rows the wrong way round. The
// server ends one of them, and it runs again.
func TestWrite_deadlockRunsAgain(t *testing.T) {
	server := postgres.New(t)
	db, _ := openURL(t, server.Fresh(t))
	var runs atomic.Int64
	var group errgroup.Group
	locked := [2]chan struct{}{make(chan struct{}), make(chan struct{})}
	for i, names := range [][2]string{{"a", "b"}, {"b", "a"}} {
		first := true
		group.Go(func() error {
			return db.Write(context.Background(), "test", func(ctx context.Context, tx *database.Tx) error {
				runs.Add(1)
				if err := add(ctx, tx, names[0]); err != nil {
					return err
				}
				if first { // both have their first row before either asks for its second
					first = false
					close(locked[i])
					<-locked[1-i]
				}
				return add(ctx, tx, names[1])
			})
		})
	}
	if err := group.Wait(); err != nil {
		t.Fatal(err)
	}
	if a, b := number(t, db, "a"), number(t, db, "b"); a != 2 || b != 2 || runs.Load() < 3 {
		t.Errorf("a is %d, b is %d after %d runs", a, b, runs.Load())
	}
	t.Run("one key", func(t *testing.T) {
		db, _ := openURL(t, server.Fresh(t))
		onceConcurrently(t, db)
	})
}
