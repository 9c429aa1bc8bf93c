// Package showtest stands between a stage and its book, for tests in which something
// happens at one of the book's writes.
//
// Data in: a book, and what is done around its writes. Data out: the same book.
//
// Goroutines: none.
package showtest
