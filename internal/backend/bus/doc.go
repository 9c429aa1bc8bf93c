// Package bus is the bell that says "there is news of X, look again".
//
// Data in: topics, rung after the transaction that made the news has been
// committed. Data out: wakes, which carry nothing; whoever wakes reads the
// truth from the store. A listener that is slow misses no news, since a wake
// that is pending stands for all that came meanwhile, and never holds up who
// rings.
//
// Goroutines: none. Bell is an interface so that several nodes can share one
// later; New makes the one for a single process.
package bus
