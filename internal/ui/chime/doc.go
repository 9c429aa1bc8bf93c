// Package chime plays the short sounds that go with what happens: a tip, a line,
// a viewer, something that needs her.
//
// In: the name of a sound and a volume. Out: sound on the system's loudspeaker.
// The sounds are made here, so that nothing has to be shipped. A machine that
// cannot play is silent, and says so once in the log.
//
// Goroutines: none of its own. Play never blocks; Run plays one sound after the
// other in its caller's goroutine, and drops what comes meanwhile.
package chime
