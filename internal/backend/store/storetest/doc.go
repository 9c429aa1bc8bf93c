// Package storetest is the suite that every database under the store passes, and
// the PostgreSQL cluster that it runs on.
//
// Data in: a function that makes an empty database and tells its URL. Data out:
// failed tests. It reads as stories of performers, members, guests, studios and
// staff, told through the store's exported methods; only tampering goes to the
// tables directly.
//
// Goroutines: those of a test, waited for in it. A cluster is a child process that
// ends with its standard input, so that it dies with the test that started it.
package storetest
