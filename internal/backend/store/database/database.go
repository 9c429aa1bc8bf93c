package database

import (
	"context"
	"database/sql"
	"io/fs"
	"time"
)

// Ringer tells listeners of a topic to look again. It must not block.
type Ringer interface{ Ring(topics ...string) }

// Config is what a DB needs; all of it.
type Config struct {
	URL        string // "sqlite:PATH" or "postgres://…"
	ReadOnly   bool   // no migration
	Migrations fs.FS  // goose files
	Bell       Ringer
	Now        func() time.Time
}

// DB is an open database. It is safe for concurrent use.
type DB struct {
	// Reads is for single queries that see what is committed. On SQLite it is a
	// pool that cannot write, on PostgreSQL the same pool that writes.
	Reads *sql.DB

	writes *sql.DB // SQLite: one connection, which the pen holds
	pen    *pen    // nil on PostgreSQL, and where nothing is written
	bell   Ringer
	now    func() time.Time
}

// Open connects and brings the schema up to date. KindInvalid for a URL of another
// kind, KindUnavailable when the database cannot be reached.
func Open(ctx context.Context, c Config) (*DB, error) {
	db := &DB{bell: c.Bell, now: c.Now}
	if err := db.connect(ctx, c); err != nil {
		_ = db.Close() // why it cannot be used is what counts
		return nil, Fail("open database", err)
	}
	return db, nil
}

// Close lets writes that are under way end, then ends all connections.
func (db *DB) Close() error {
	var err error
	if db.pen != nil {
		db.pen.close()
	}
	if db.writes != nil {
		err = db.writes.Close()
	}
	if db.Reads != nil && db.Reads != db.writes {
		if e := db.Reads.Close(); err == nil {
			err = e
		}
	}
	return err
}

// Snapshot begins a transaction that reads everything as of one moment.
func (db *DB) Snapshot(ctx context.Context) (*sql.Tx, error) {
	level := sql.LevelDefault // on SQLite every read transaction is a snapshot
	if db.Reads == db.writes {
		level = sql.LevelRepeatableRead
	}
	return db.Reads.BeginTx(ctx, &sql.TxOptions{ReadOnly: true, Isolation: level})
}
