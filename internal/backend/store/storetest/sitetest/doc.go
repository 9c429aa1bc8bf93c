// Package sitetest is the second part of the suite that every database under the
// store passes: what the site and the window show besides rooms and chat (profiles,
// statements, relations, budgets, pictures, the audit log).
//
// Data in: a function that makes an empty database and tells its URL. Data out:
// failed tests.
//
// Goroutines: those of a test, waited for in it.
package sitetest
