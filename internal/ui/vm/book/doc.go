// Package book is the view model of money: what each account earned in the
// current period, and a table of every entry, for one account or all joined.
//
// In: earnings events through Follower, and the backend's truth and statements,
// read when an account comes, once a minute, and after events while the table is
// open, at most every readApart. Out: View, and a file of CSV.
//
// Goroutines: Run's own, and base.Work's: one lane for each account, one for the
// export.
package book
