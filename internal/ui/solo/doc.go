// Package solo keeps one window to a profile folder: a second start shows the
// window of the first and ends.
//
// In: the profile folder. Out: a Claim, or the news that another program has it
// and was told to show itself. The lock is the system's, so that it ends with
// the program that holds it; the wish to be shown comes through a socket in the
// same folder, which nobody but her can reach.
// Goroutines: a Claim has one, which waits for second starts; Close ends it.
package solo
