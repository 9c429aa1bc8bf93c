// Package book is the Money page: what she earned, her level, and the statement
// of a period with a bar a day.
//
// In: the view of money, words, and what she does. Out: verbs of the view model.
// Goroutines: none. All is called on the window's.
package book
