// Package shows keeps private shows: each step of one, its money and what the two
// parties are told of it are one transaction (domain B2).
//
// Data in: steps that package show has decided on. Data out: records, and events in
// the streams of performer and payer. A step names the state that it leaves, so
// that two that meet cannot both happen. Rooms that are closed for a show have a
// row each, taken with the step that accepts it and given up when its performer has
// read that she is free: while one is there, nobody of that person has another show.
//
// Goroutines: none.
package shows
