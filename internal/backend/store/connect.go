package store

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
	_ "modernc.org/sqlite" // the driver "sqlite"

	"github.com/jasmincam/jasmincam/internal/domain"
)

//go:embed migrations/*.sql
var migrations embed.FS

const (
	sqlitePrefix  = "sqlite:"
	sqliteReaders = 4
	postgresConns = 16
)

// oldestSQLite is the first version without a bug that could corrupt a WAL database.
var oldestSQLite = [3]int{3, 51, 3}

func (s *Store) connect(ctx context.Context) error {
	switch {
	case strings.HasPrefix(s.URL, sqlitePrefix):
		return s.connectSQLite(ctx, strings.TrimPrefix(s.URL, sqlitePrefix))
	case strings.HasPrefix(s.URL, "postgres://"), strings.HasPrefix(s.URL, "postgresql://"):
		return s.connectPostgres(ctx)
	default:
		return domain.Errorf("", domain.KindInvalid, "The database must be given as sqlite:PATH or postgres://….")
	}
}

// connectSQLite uses one writing connection: SQLite has one writer at a time, and
// a queue in database/sql is fair, while busy_timeout is not.
func (s *Store) connectSQLite(ctx context.Context, path string) error {
	path, err := filepath.Abs(path)
	if err != nil {
		return err
	}
	if err := makePrivate(path, s.ReadOnly); err != nil {
		return err
	}
	base := filepath.ToSlash(path)
	if !strings.HasPrefix(base, "/") {
		base = "/" + base // a drive letter
	}
	base = "file://" + (&url.URL{Path: base}).EscapedPath() +
		"?_pragma=busy_timeout(5000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=foreign_keys(1)&_dqs=0"
	if s.writes, err = sql.Open("sqlite", base+"&_txlock=immediate"); err != nil {
		return err
	}
	s.writes.SetMaxOpenConns(1)
	if err := checkSQLite(ctx, s.writes); err != nil {
		return err
	}
	if err := s.migrate(ctx, goose.DialectSQLite3); err != nil {
		return err
	}
	if s.reads, err = sql.Open("sqlite", base+"&_query_only=1"); err != nil {
		return err
	}
	s.reads.SetMaxOpenConns(sqliteReaders)
	s.reads.SetMaxIdleConns(sqliteReaders)
	return s.reads.PingContext(ctx)
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
	for i := range v {
		if v[i] != oldestSQLite[i] {
			if v[i] < oldestSQLite[i] {
				return domain.Errorf("", domain.KindInternal, "SQLite %s is too old. Build with %v or newer.", text, oldestSQLite)
			}
			break
		}
	}
	return nil
}

func (s *Store) connectPostgres(ctx context.Context) error {
	c, err := pgx.ParseConfig(s.URL)
	if err != nil {
		return domain.Wrap("", domain.KindInvalid, err, "The address of the PostgreSQL database cannot be understood. Correct it.")
	}
	c.RuntimeParams["application_name"] = "jasmincam"
	c.RuntimeParams["default_transaction_isolation"] = "read committed" // rows are locked, see balances
	c.RuntimeParams["lock_timeout"] = "10000"
	s.writes = stdlib.OpenDB(*c)
	s.writes.SetMaxOpenConns(postgresConns)
	s.writes.SetMaxIdleConns(postgresConns)
	s.reads = s.writes
	return s.migrate(ctx, goose.DialectPostgres)
}

func (s *Store) migrate(ctx context.Context, dialect goose.Dialect) error {
	if s.ReadOnly {
		return s.writes.PingContext(ctx)
	}
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	var options []goose.ProviderOption
	if dialect == goose.DialectPostgres { // several servers may start at once
		locker, err := lock.NewPostgresSessionLocker()
		if err != nil {
			return err
		}
		options = append(options, goose.WithSessionLocker(locker))
	}
	provider, err := goose.NewProvider(dialect, s.writes, files, options...)
	if err != nil {
		return err
	}
	_, err = provider.Up(ctx)
	return err
}
