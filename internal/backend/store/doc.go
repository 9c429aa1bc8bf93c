// Package store is what the backend remembers, in SQLite or PostgreSQL by one
// code path and one SQL text.
//
// Data in: domain values and the actor of the context, who is checked here.
// Data out: domain values and domain errors; passwords and tokens only as hashes.
// Exported methods open a transaction, unexported ones take it. Whatever happens
// in a room or to an account becomes an event in the same transaction: the
// number is taken from the stream's row, whose lock is held until the commit, so
// numbers grow in the order of the commits and a reader never misses one. The
// bell rings after the commit. Locks are taken in one order everywhere: keys,
// accounts and rooms and purchases, balances by name, streams by name.
//
// Goroutines: one, the sequencer, which seals ledger entries into a hash chain
// after their commit and throws away what is too old. Close ends it and waits.
package store
