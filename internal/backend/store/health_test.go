package store

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jasmincam/jasmincam/internal/backend/store/database"
	"github.com/jasmincam/jasmincam/internal/domain"
)

// TestStore_readyMeansWritable: a database that can only be read is not ready, and
// says so.
func TestStore_readyMeansWritable(t *testing.T) {
	ctx := context.Background()
	s, err := Open(ctx, Config{URL: "sqlite:" + filepath.Join(t.TempDir(), "x.db")})
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if err := s.Ready(ctx); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.db.Write(ctx, "test", func(ctx context.Context, tx *database.Tx) error {
		_, err := tx.Exec(ctx, `PRAGMA query_only = 1`)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if err := s.Ready(ctx); domain.KindOf(err) != domain.KindUnavailable || !strings.HasSuffix(domain.Sentence(err), ".") {
		t.Errorf("a database that cannot be written: %v", err)
	}
	if _, err := s.LiveRooms(ctx); err != nil {
		t.Errorf("it can still be read: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if err := s.Ready(ctx); domain.KindOf(err) != domain.KindUnavailable {
		t.Errorf("a closed database: %v", err)
	}
}

// TestVerify_looksThroughTheFile: pages that no ledger row lies on count, too.
func TestVerify_looksThroughTheFile(t *testing.T) {
	ctx, path := context.Background(), filepath.Join(t.TempDir(), "x.db")
	s, err := Open(ctx, Config{URL: "sqlite:" + path})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"luna", "mia", "zoe"} {
		if _, err := s.AddAccount(ctx, domain.Account{Role: domain.RolePerformer, Name: name, Email: name + "@x"}, strings.Repeat("h", 4000)); err != nil {
			t.Fatal(err)
		}
	}
	if r, err := s.Verify(ctx); err != nil || !r.OK() {
		t.Fatalf("whole: %+v %v", r, err)
	}
	var page int64
	if err := s.db.Reads.QueryRowContext(ctx, `SELECT rootpage FROM sqlite_master WHERE name = 'accounts'`).Scan(&page); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteAt([]byte(strings.Repeat("\xee", 4096)), (page-1)*4096); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	s, err = Open(ctx, Config{URL: "sqlite:" + path, ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	r, err := s.Verify(ctx)
	if err != nil || r.OK() || !strings.Contains(r.Problem, "damaged") || r.BadEntry != "" {
		t.Errorf("a damaged file: %+v %v", r, err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}
