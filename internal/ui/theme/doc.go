// Package theme is how the window looks: colours for a dark and a light room,
// and sizes that follow the text size she chose, from 100 to 200 %.
//
// In: the mode (system, light, dark) and the text size in percent. Out: a
// fyne.Theme with the toolkit's names and the names of this package: the states
// of an account, and the colours by which her accounts are told apart. Every
// pair of a text and its ground has a contrast of 4.5 or more (WCAG 2.2, 1.4.3).
// It starts no goroutine and keeps no state.
package theme
