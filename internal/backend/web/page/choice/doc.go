// Package choice has the lists that pages offer and the names of what was chosen:
// countries, languages, and the choices of a profile.
//
// Data in: codes, and the language that a page is read in. Data out: names in it.
//
// Goroutines: none.
package choice
