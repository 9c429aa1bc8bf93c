package store_test

import (
	"context"
	"database/sql"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jasmincam/jasmincam/internal/backend/store"
)

func sqlite(t *testing.T, url string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", "file://"+strings.TrimPrefix(url, "sqlite:")+"?_pragma=busy_timeout(5000)")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

func count(t *testing.T, url, table string) (n int) {
	t.Helper()
	if err := sqlite(t, url).QueryRow(`SELECT COUNT(*) FROM ` + table).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// TestSQLite_isDurable: what is acknowledged is on the disk (FULL), readers do not
// wait for the writer (WAL), and foreign keys hold.
func TestSQLite_isDurable(t *testing.T) {
	url := "sqlite:" + filepath.Join(t.TempDir(), "x.db")
	s := open(t, store.Config{URL: url})
	var mode string
	if err := sqlite(t, url).QueryRow(`PRAGMA journal_mode`).Scan(&mode); err != nil || mode != "wal" {
		t.Errorf("journal: %s %v", mode, err)
	}
	if err := s.AddBroadcast(context.Background(), []byte("x"), nil, 1); err != nil {
		t.Fatal(err)
	}
	if _, err := s.AddSession(context.Background(), "nobody", []byte("x"), "d", 1); err == nil {
		t.Error("a session of nobody was kept")
	}
}
