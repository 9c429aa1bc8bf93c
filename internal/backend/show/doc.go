// Package show conducts private shows: who has one, what they cost, and that
// nobody else sees them (domain B2 and rule 1).
//
// Data in: wishes of members, answers of performers, what the media plane says
// has arrived. Data out: orders to the media plane (curtain, admit, return, dismiss,
// lift), steps and charges to the book, which writes each in one transaction with
// its money. The order of a start is the barrier: the hold is booked, the curtain
// is down in every room of the person, her program has said that it is ready;
// only then does the payer's gate open. Whatever fails on the way leaves the
// curtain down and nothing paid. What the payer sends back (cam2cam, two-way audio) is
// on or off by his switches; each counts while the show's own picture arrives, too.
//
// Goroutines: one for each show that is not over, from Ask or Open to its end;
// Run waits for them.
package show
