// Package stage puts the real programs on the boards for whole-system tests: a
// backend process with demo data, the live program with its lines, and the
// people of the demo, signed in over HTTP.
//
// In: a testing.TB. Out: running processes and clients of their services; all
// of it ends with the test. Goroutines are those of testkit's processes.
package stage
