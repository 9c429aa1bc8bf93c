// Package snaptest is the suite about paying snapshots that every database under the
// store passes, beside storetest's.
//
// Data in: a function that makes an empty database and tells its URL. Data out:
// failed tests. It reads as stories of a performer with two accounts and members,
// told through the store's exported methods.
//
// Goroutines: those of a test, waited for in it.
package snaptest
