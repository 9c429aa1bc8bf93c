// Package backend wires the rooms of the backend into one Server: the same
// value is the server of a site, the bundled backend of the app, and the
// fixture of whole-server tests.
//
// Data in: a Config, read and validated once. Data out: the addresses that
// docs/PROTOCOL.md describes. The composite behind them answers domain.Backend:
// package auth says who somebody is, package store what is true, package media
// what is live; what joins two of them is here (who may upload and watch, the
// rooms as visitors see them, their stills).
//
// Goroutines, all owned by the Server and waited for by Close: the HTTP server,
// the admin server, the media engine, the doorkeeper (asks again who may stay
// when a door may have closed) and the herald (writes changed room states to
// the event log, latest wins).
package backend
