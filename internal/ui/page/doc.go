// Package page holds the window's pages. A page places widgets, renders its
// view model's view, and calls its verbs; it decides nothing.
//
// In: views of package vm, words, and what a person does. Out: verbs of the view
// models. The shell builds a page when it is first shown, and anew when the
// language, the colours or the text size change, so a page keeps nothing that
// its view model does not know.
//
// Goroutines: none of a page's own, unless its file says so; all is called on
// the window's.
package page
