// Package accounts is the page of the accounts: sign in, sign up, apply, sign out, and
// where sign-ins are kept.
//
// Data in: vm.SignIn's view. Data out: its verbs. Goroutines: none; all is used on
// the window's goroutine.
package accounts
