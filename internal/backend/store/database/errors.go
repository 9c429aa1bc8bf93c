package database

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"net"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/jasmincam/jasmincam/internal/domain"
)

// Fail turns what a database says into a domain error; domain errors get the op
// if they have none.
func Fail(op string, err error) error {
	if err == nil {
		return nil
	}
	var known *domain.Error
	if errors.As(err, &known) {
		if known.Op == "" {
			named := *known
			named.Op = op
			return &named
		}
		return known
	}
	kind, message := classify(err)
	e := domain.Wrap(op, kind, err, message)
	if kind == domain.KindUnavailable {
		e.RetryAfter = 5 * time.Second
	}
	return e
}

const (
	away  = "The database cannot be reached at the moment. Try again in a few seconds."
	full  = "The server's disk is full, so nothing can be saved. Try again later, or tell whoever runs this site."
	wrong = "Something went wrong on our side. Please try again."
)

// classifyLite tells what an extended result code of SQLite means. The file that
// a database shares with its readers cannot grow on a full disk: that one is
// reported as an I/O error of its own.
func classifyLite(code int) (domain.Kind, string) {
	if code == sqlite3.SQLITE_IOERR_SHMSIZE {
		return domain.KindUnavailable, full
	}
	switch code & 0xff {
	case sqlite3.SQLITE_FULL:
		return domain.KindUnavailable, full
	case sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED,
		sqlite3.SQLITE_INTERRUPT, sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_PROTOCOL:
		return domain.KindUnavailable, away
	case sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB:
		return domain.KindUnavailable, "The database file is damaged. Whoever runs this site must restore a copy."
	}
	return domain.KindInternal, wrong
}

func classify(err error) (domain.Kind, string) {
	var lite *sqlite.Error
	var pg *pgconn.PgError
	var connect *pgconn.ConnectError
	var network net.Error
	switch {
	case errors.As(err, &lite):
		return classifyLite(lite.Code())
	case errors.As(err, &pg):
		switch {
		case pg.Code == "53100":
			return domain.KindUnavailable, full
		case pg.Code == "22021" || pg.Code == "22P05":
			return domain.KindInvalid, "This contains characters that cannot be kept. Remove them."
		case strings.HasPrefix(pg.Code, "08"), strings.HasPrefix(pg.Code, "53"), strings.HasPrefix(pg.Code, "57"), strings.HasPrefix(pg.Code, "58"),
			lostRace(err), pg.Code == "55P03", pg.Code == "25006":
			return domain.KindUnavailable, away
		}
	case errors.As(err, &connect), errors.As(err, &network), errors.Is(err, driver.ErrBadConn), errors.Is(err, sql.ErrConnDone),
		errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded), pgconn.Timeout(err), strings.Contains(err.Error(), "sql: database is closed"),
		strings.Contains(err.Error(), "conn closed"), strings.Contains(err.Error(), "unexpected EOF"):
		return domain.KindUnavailable, away
	}
	return domain.KindInternal, wrong
}

// lostRace tells whether the same transaction may succeed when it is run again:
// PostgreSQL found a deadlock, a serialization failure, or a row that another
// transaction made at the same moment.
func lostRace(err error) bool {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return pg.Code == "40001" || pg.Code == "40P01" || pg.Code == "23505"
	}
	return false
}
