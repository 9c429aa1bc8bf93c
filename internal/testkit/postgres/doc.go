// Package postgres runs a private PostgreSQL server for a test.
//
// Data out: addresses of empty databases. Goroutines: one that waits for the
// server, ended with it.
package postgres
