package database

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
	_ "modernc.org/sqlite" // the driver "sqlite"

	"github.com/jasmincam/jasmincam/internal/domain"
)

const (
	sqlitePrefix  = "sqlite:"
	sqliteReaders = 4
	postgresConns = 16
)

// oldestSQLite is the first version without a bug that could corrupt a WAL database.
func oldestSQLite() [3]int { return [3]int{3, 51, 3} }

func (db *DB) connect(ctx context.Context, c Config) error {
	switch {
	case strings.HasPrefix(c.URL, sqlitePrefix):
		return db.connectSQLite(ctx, c, strings.TrimPrefix(c.URL, sqlitePrefix))
	case strings.HasPrefix(c.URL, "postgres://"), strings.HasPrefix(c.URL, "postgresql://"):
		return db.connectPostgres(ctx, c)
	default:
		return domain.Errorf("", domain.KindInvalid, "The database must be given as sqlite:PATH or postgres://….")
	}
}

// connectSQLite uses one writing connection, the pen's: SQLite has one writer at a
// time, and a queue of our own is fair, while busy_timeout is not.
func (db *DB) connectSQLite(ctx context.Context, c Config, path string) error {
	path, err := filepath.Abs(path)
	if err != nil {
		return err
	}
	if err := makePrivate(path, c.ReadOnly); err != nil {
		return err
	}
	base := fileURI(path) +
		"?_pragma=busy_timeout(5000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=foreign_keys(1)&_pragma=temp_store(MEMORY)&_dqs=0"
	if db.writes, err = sql.Open("sqlite", base); err != nil {
		return err
	}
	db.writes.SetMaxOpenConns(1)
	if err := checkSQLite(ctx, db.writes); err != nil {
		return err
	}
	if err := db.migrate(ctx, c, goose.DialectSQLite3); err != nil {
		return err
	}
	if db.Reads, err = sql.Open("sqlite", base+"&_query_only=1"); err != nil {
		return err
	}
	db.Reads.SetMaxOpenConns(sqliteReaders)
	db.Reads.SetMaxIdleConns(sqliteReaders)
	if err := db.Reads.PingContext(ctx); err != nil {
		return err
	}
	db.pen = newPen(db.writes)
	return nil
}

// makePrivate makes the file before SQLite does, readable by its owner only; the
// write-ahead log inherits that.
func makePrivate(path string, existing bool) error {
	flags := os.O_RDWR
	if !existing {
		flags |= os.O_CREATE
	}
	f, err := os.OpenFile(path, flags, 0o600)
	if err != nil {
		return domain.Wrap("", domain.KindUnavailable, err, "The database file cannot be opened. Check that its directory exists and may be written.")
	}
	return f.Close()
}

func checkSQLite(ctx context.Context, db *sql.DB) error {
	var text string
	if err := db.QueryRowContext(ctx, `SELECT sqlite_version()`).Scan(&text); err != nil {
		return err
	}
	var v [3]int
	if _, err := fmt.Sscanf(text, "%d.%d.%d", &v[0], &v[1], &v[2]); err != nil {
		return fmt.Errorf("version of SQLite %q: %w", text, err)
	}
	if oldest := oldestSQLite(); slices.Compare(v[:], oldest[:]) < 0 {
		return domain.Errorf("", domain.KindInternal, "SQLite %s is too old. Build with %v or newer.", text, oldest)
	}
	return nil
}

func (db *DB) connectPostgres(ctx context.Context, c Config) error {
	p, err := pgx.ParseConfig(c.URL)
	if err != nil {
		return domain.Wrap("", domain.KindInvalid, err, "The address of the PostgreSQL database cannot be understood. Correct it.")
	}
	p.RuntimeParams["application_name"] = "jasmincam"
	p.RuntimeParams["default_transaction_isolation"] = "read committed" // rows are locked, see balances
	p.RuntimeParams["lock_timeout"] = "10000"
	db.writes = stdlib.OpenDB(*p)
	db.writes.SetMaxOpenConns(postgresConns)
	db.writes.SetMaxIdleConns(postgresConns)
	db.Reads = db.writes
	return db.migrate(ctx, c, goose.DialectPostgres)
}

func (db *DB) migrate(ctx context.Context, c Config, dialect goose.Dialect) error {
	if c.ReadOnly {
		return db.writes.PingContext(ctx)
	}
	var options []goose.ProviderOption
	if dialect == goose.DialectPostgres { // several servers may start at once
		locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, 60)) // every second, for a minute
		if err != nil {
			return err
		}
		options = append(options, goose.WithSessionLocker(locker))
	}
	provider, err := goose.NewProvider(dialect, db.writes, c.Migrations, options...)
	if err != nil {
		return err
	}
	_, err = provider.Up(ctx)
	return err
}
