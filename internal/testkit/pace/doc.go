// Package pace measures how fast the window is: from its start to its first
// answer, from a key to the paint, and how often it paints at all. It is for the
// tests of the window and for the benchmarks.
//
// In: the app, started on a virtual screen that is drawn in software. Out: times
// and counts. Goroutines: none but testkit's.
package pace
