package worldtest

import (
	"database/sql"
	"net/url"
	"strings"
)

// Exec changes the tables behind the store's back.
func (w *World) Exec(query string, args ...any) {
	w.T.Helper()
	w.beside(func(db *sql.DB) error { _, err := db.Exec(query, args...); return err })
}

// Row reads one row beside the store.
func (w *World) Row(query string, args ...any) func(dest ...any) {
	return func(dest ...any) {
		w.T.Helper()
		w.beside(func(db *sql.DB) error { return db.QueryRow(query, args...).Scan(dest...) })
	}
}

func (w *World) beside(do func(*sql.DB) error) {
	w.T.Helper()
	db := w.Beside()
	if err := do(db); err != nil {
		w.T.Error(err)
	}
	if err := db.Close(); err != nil {
		w.T.Error(err)
	}
}

// Beside is a second way to the database, which does not know of the store; to be closed.
func (w *World) Beside() *sql.DB {
	w.T.Helper()
	driver, source := "pgx", w.URL
	if path, ok := strings.CutPrefix(w.URL, "sqlite:"); ok {
		driver, source = "sqlite", "file://"+(&url.URL{Path: path}).EscapedPath()+"?_pragma=busy_timeout(5000)"
	}
	return Must(sql.Open(driver, source))(w.T)
}
