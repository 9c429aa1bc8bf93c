// Package payroll pays performers and studios out of what the ledger owes them
// (domain B9 to B11): what an account may be paid and when, payslips, runs by staff,
// immediate payouts, and the terms that the books are kept by.
//
// Data in: domain values and the actor of the context, who is checked here. Data
// out: domain values and domain errors. A payee is paid in one transaction that
// holds the balances of her periods, so that no two runs, requests or servers pay
// the same money; what was paid and what the ledger says is compared by the
// wallet's Verify.
//
// Goroutines: none.
package payroll
