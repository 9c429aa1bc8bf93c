//go:build race

package prooftest

// raced tells that the race detector is at work: SQLite, which is compiled to Go,
// then takes about ten times as long.
const raced = true
