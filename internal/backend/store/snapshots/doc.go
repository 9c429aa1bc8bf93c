// Package snapshots keeps paying snapshots (domain B6): a member asks, her program
// is told, and the picture that it sends is stored, paid and delivered in one
// transaction, or nothing is.
//
// Data in: orders, and checked pictures. Data out: snapshots, and events in the
// streams of performer and member. An order remembers the private show in which it
// was made, if any; it is filled only while that is still so. The step that closes
// rooms for a show locks the same rows of rooms as a delivery does and ends what is
// on its way, so that no picture is sold behind a curtain but to the show's payer.
//
// Goroutines: none.
package snapshots
