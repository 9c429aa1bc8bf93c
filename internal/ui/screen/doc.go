// Package screen connects the window to the system's screen. It is apart from
// package ui, which is tested without one: what draws by OpenGL is compiled for
// this package alone.
//
// In: the program's version. Out: the toolkit's App, and the language that the
// system speaks. Goroutines: the toolkit's own, from Run of the App to its end.
package screen
