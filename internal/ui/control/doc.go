// Package control holds the toolkit's entries, buttons and choices made good for
// the keyboard, and the few layouts that every page needs. They know nothing of
// the app: in go values and callbacks, out comes what a person did. Colours come
// from package theme.
//
// Goroutines: none. All is used on the window's goroutine.
package control
