package database

import (
	"context"
	"crypto/rand"
	"strings"

	"github.com/jasmincam/jasmincam/internal/domain"
)

// Writable writes something and takes it to the disk: reading still works when the
// disk is full or the database has become read-only. KindUnavailable.
func (db *DB) Writable(ctx context.Context) error {
	return db.Write(ctx, "ready", func(ctx context.Context, t *Tx) error {
		// Some kilobytes that are new each time: SQLite does not write what has not changed.
		_, err := t.Exec(ctx, `INSERT INTO probe (name, at, filling) VALUES ('ready', $1, $2)
			ON CONFLICT (name) DO UPDATE SET at = excluded.at, filling = excluded.filling`, t.Now, strings.Repeat(rand.Text(), 300))
		return err
	})
}

// Damage asks SQLite to look through the file; "" when it is whole. PostgreSQL does
// that for itself.
func (db *DB) Damage(ctx context.Context) (string, error) {
	if db.Reads == db.writes {
		return "", nil
	}
	found, err := Collect(ctx, db.Reads, func(r Row) (line string, err error) {
		err = r.Scan(&line)
		return line, err
	}, `PRAGMA quick_check(1)`)
	if err != nil {
		err = Fail("verify", err)
		if strings.Contains(domain.Sentence(err), "damaged") {
			return domain.Sentence(err), nil
		}
		return "", err
	}
	if len(found) == 1 && found[0] == "ok" {
		return "", nil
	}
	return "The database file is damaged (" + strings.Join(found, "; ") + "). Whoever runs this site must restore a copy.", nil
}
