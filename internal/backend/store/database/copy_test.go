package database_test

import (
	"context"
	"database/sql"
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jasmincam/jasmincam/internal/backend/store/database"
	"github.com/jasmincam/jasmincam/internal/domain"
)

// fill makes a file of some megabytes, so that a copy of it takes several steps.
func fill(t *testing.T, db *database.DB) {
	t.Helper()
	err := db.Write(context.Background(), "test", func(ctx context.Context, tx *database.Tx) error {
		for n := range 300 {
			if _, err := tx.Exec(ctx, `INSERT INTO events (stream, seq, kind, at, audience, data) VALUES ('x', $1, 'k', 0, '', $2)`, n, strings.Repeat("x", 40_000)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestCopy_isOfOneMoment: what others write while it is under way is not in it, and
// does not make it begin anew; the writers do not wait.
func TestCopy_isOfOneMoment(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "100% of it? #1")
	from, to := filepath.Join(t.TempDir(), "x.db"), dir+".db"
	db, _ := openURL(t, "sqlite:"+from)
	fill(t, db)
	var steps []int
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	err := database.Copy(ctx, from, to, func(done, total int) {
		if steps = append(steps, done); len(steps) > 20 {
			cancel() // it would begin anew for ever
		}
		if done > total || total < 3000 {
			t.Errorf("%d pages of %d", done, total)
		}
		if err := db.Write(context.Background(), "test", func(ctx context.Context, tx *database.Tx) error { return add(ctx, tx, "a") }); err != nil {
			t.Error(err)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	if n := len(steps); n < 3 || n > 6 || number(t, db, "a") != n {
		t.Errorf("steps of %v pages, %d writes", steps, number(t, db, "a"))
	}
	copied, _ := openURL(t, "sqlite:"+to)
	if n := number(t, copied, "a"); n != 0 {
		t.Errorf("%d later writes are in the copy", n)
	}
	if damage, err := copied.Damage(context.Background()); err != nil || damage != "" {
		t.Errorf("%s %v", damage, err)
	}
	var lines int
	if err := copied.Reads.QueryRow(`SELECT COUNT(*) FROM events`).Scan(&lines); err != nil || lines != 300 {
		t.Errorf("%d of 300 lines, %v", lines, err)
	}
}

func TestCopy_fails(t *testing.T) {
	from := filepath.Join(t.TempDir(), "x.db")
	db, _ := openURL(t, "sqlite:"+from)
	fill(t, db)
	ctx, cancel := context.WithCancel(context.Background())
	err := database.Copy(ctx, from, filepath.Join(t.TempDir(), "y.db"), func(int, int) { cancel() })
	if domain.KindOf(err) != domain.KindUnavailable || !errors.Is(err, context.Canceled) {
		t.Errorf("a copy that was given up: %v", err)
	}
	for what, c := range map[string][2]string{
		"from nowhere": {filepath.Join(t.TempDir(), "a", "x.db"), filepath.Join(t.TempDir(), "y.db")},
		"to nowhere":   {from, filepath.Join(t.TempDir(), "a", "y.db")},
	} {
		if err := database.Copy(context.Background(), c[0], c[1], func(int, int) {}); domain.KindOf(err) != domain.KindUnavailable {
			t.Errorf("%s: %v", what, err)
		}
	}
	full, err := sql.Open("sqlite", "file://"+from)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := full.Exec(`SELECT COUNT(*) FROM numbers`); err != nil {
		t.Errorf("the source after copies that failed: %v", err)
	}
	if err := full.Close(); err != nil {
		t.Error(err)
	}
}
