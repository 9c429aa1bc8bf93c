// Package worldtest is the world in which the suites of the store tell their stories: a
// store with a clock that stands still, and the people who act in it.
//
// Data in: an empty database's URL. Data out: failed tests.
//
// Goroutines: none.
package worldtest
