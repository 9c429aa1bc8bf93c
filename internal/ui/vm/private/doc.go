// Package private is the performer's side of private shows (domain B2): who asks,
// the show that goes on, what it brought, and the one step that opens her rooms
// again.
//
// Data in: the shows that are open when an account is signed in, the events of her
// accounts, the desk's status, her verbs. Data out: a View; the desk is told of a
// show as soon as her rooms are closed for it, and that it is over when she has
// read so and freed them. Nothing here opens a room by itself.
//
// Goroutines: Run is the model's own and the only one that talks to the desk.
// Calls to backends are made by workers of base.Work, for which Run waits.
package private
