// Package database is the ground under the store: connections to SQLite or
// PostgreSQL, write transactions, and what every write leaves behind: events,
// idempotency keys and the audit log.
//
// Data in: SQL and what is to be told. Data out: rows and domain errors. A
// transaction that lost against another one runs again; the bell rings and other
// work begins after the commit only. Streams are locked in the order of their
// names and stay so until the commit: numbers grow in the order of the commits. On
// SQLite writes that wait for each other are committed together.
//
// Goroutines: one that writes on SQLite, from Open to Close, and those of
// database/sql.
package database
