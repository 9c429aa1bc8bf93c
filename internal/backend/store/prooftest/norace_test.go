//go:build !race

package prooftest

// raced tells that the race detector is at work.
const raced = false
