// Package ledger holds the rules by which money moves, and nothing else: no SQL,
// no clock, no randomness.
//
// Data in: amounts, who pays, who earns, and the balances as they are. Data out:
// an Entry whose postings sum to zero in every asset, because constructors can
// only move an amount from one account to another. Balances.Apply folds entries
// and refuses what would make a member's, hold's, performer's, studio's or gross
// account negative (domain rule 2); the house and the world are unbounded.
//
// Three assets: CREDIT in millicredits, USD in millicents, and FACE, a memo in
// millicents that counts the face value a performer received in a period, which
// decides her level (domain B8).
//
// Goroutines: none.
package ledger
