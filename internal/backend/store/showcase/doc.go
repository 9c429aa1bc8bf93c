// Package showcase keeps what performers show of themselves and who knows whom:
// profiles, prices, goals, pictures, when they were online, which ends a promotion,
// notes on members and members' favourites (domain B2, B4, B5, B7, B15, C5 to C8,
// C10, E3).
//
// Data in: domain values and the actor of the context, who is checked here with the
// help of the store's doors. Data out: domain values and domain errors. What two
// accounts of a person would show alike is refused (domain rule 4).
//
// Goroutines: none; the store's sequencer calls Beat.
package showcase
