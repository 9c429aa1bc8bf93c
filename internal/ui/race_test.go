//go:build race

package ui_test

// raced tells that the race detector is at work.
const raced = true
