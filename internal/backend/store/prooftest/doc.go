// Package prooftest proves on both databases that money cannot be lost, doubled or
// overdrawn: a machine that does what people do in any order beside a model of
// their credits and their shows, with extras, notes and servers that die, many workers
// on few accounts, and races for the last credit.
//
// Data in: a seed, and how many operations or how long. Data out: failed tests,
// with the seed and the last things that were done. make test runs the short form
// with the race detector and the whole form without; make torture runs as long as
// it is told.
//
// Goroutines: those of a test, waited for in it.
package prooftest
