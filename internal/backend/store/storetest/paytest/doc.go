// Package paytest is the part of the store's suite about pay: referrals, chargebacks,
// protection, payslips and payouts, and one fortnight worked out by hand.
//
// Data in: a function that makes an empty database and tells its URL. Data out:
// failed tests.
//
// Goroutines: those of a test, waited for in it.
package paytest
