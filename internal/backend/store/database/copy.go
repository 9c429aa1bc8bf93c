package database

import (
	"context"
	"database/sql"
	"net/url"
	"path/filepath"
	"strings"

	"github.com/jasmincam/jasmincam/internal/domain"
	"modernc.org/sqlite"
)

// copyPages are copied in one step, between which progress is told.
const copyPages = 1024

// Copy copies a SQLite database into an empty file, as of the moment at which it
// begins. The database may be in use: its writers go on, and what they write
// meanwhile is not in the copy. progress gets pages, copied and in all, after each
// step. Paths are files'. KindUnavailable.
func Copy(ctx context.Context, from, to string, progress func(done, total int)) error {
	const op = "copy database"
	db, err := sql.Open("sqlite", fileURI(from)+"?_pragma=busy_timeout(5000)&_pragma=query_only(1)")
	if err != nil {
		return Fail(op, err)
	}
	defer func() { _ = db.Close() }() // was only read
	conn, err := db.Conn(ctx)
	if err != nil {
		return Fail(op, err)
	}
	defer func() { _ = conn.Close() }()
	// A read transaction holds the snapshot: without it every commit of another
	// program would have the copy begin anew, on a busy site for ever.
	if _, err := conn.ExecContext(ctx, `BEGIN`); err != nil {
		return Fail(op, err)
	}
	if err := conn.QueryRowContext(ctx, `SELECT COUNT(*) FROM sqlite_master`).Scan(new(int)); err != nil {
		return Fail(op, err)
	}
	err = conn.Raw(func(c any) error {
		source, ok := c.(interface {
			NewBackup(uri string) (*sqlite.Backup, error)
		})
		if !ok {
			return domain.Errorf("", domain.KindInternal, "The database driver cannot copy a database.")
		}
		return copyAll(ctx, source.NewBackup, fileURI(to), progress)
	})
	return Fail(op, err)
}

func copyAll(ctx context.Context, begin func(uri string) (*sqlite.Backup, error), to string, progress func(done, total int)) error {
	b, err := begin(to)
	if err != nil {
		return err
	}
	for more := true; more; {
		if err = ctx.Err(); err == nil {
			more, err = b.Step(copyPages)
		}
		if err != nil {
			_ = b.Finish() // what went wrong is what counts
			return err
		}
		progress(b.PageCount()-b.Remaining(), b.PageCount())
	}
	return b.Finish()
}

// fileURI is a path as SQLite's drivers take it, whatever signs are in it.
func fileURI(path string) string {
	path = filepath.ToSlash(path)
	if !strings.HasPrefix(path, "/") {
		path = "/" + path // a drive letter
	}
	return "file://" + (&url.URL{Path: path}).EscapedPath()
}
