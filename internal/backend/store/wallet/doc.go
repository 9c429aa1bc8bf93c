// Package wallet moves money in the database by the rules of package ledger: tips,
// purchases, snapshots, holds, refunds; and proves that nothing went wrong: entries are
// sealed into a hash chain after their commit, and Verify audits all of it.
//
// Data in: domain values and the actor of the context, who is checked here. Data
// out: domain values and domain errors. Locks are taken in one order: keys and
// purchases, balances by name, streams by name. Balances of the house and the
// world have no row, because every payment would wait for it.
//
// Goroutines: none; the store's sequencer calls Seal when Unsealed wakes it.
package wallet
