// Package book is the view model of money: what each account earned in the
// current period.
//
// In: earnings events through Follower, and the backend's truth when an account
// comes. Out: View.
//
// Goroutines: Run's own, and base.Work's.
package book
