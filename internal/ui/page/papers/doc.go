// Package papers is the form in which a performer tells staff who she is, and the
// list of countries in her language.
//
// Data in: a Draft, words, what the backend refused. Data out: the application,
// when she sends it. Goroutines: none; all is used on the window's goroutine.
package papers
