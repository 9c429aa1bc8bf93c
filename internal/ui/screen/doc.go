// Package screen connects the window to the system's screen. It is apart from
// package ui, which is tested without one: what draws by OpenGL is compiled for
// this package alone.
//
// In: the program's version, a window. Out: the toolkit's App, the language that
// the system speaks, how much room its screen has, and whether a window can be seen: the toolkit does not tell
// when it is minimised, on another desktop or covered. Goroutines: the toolkit's
// own, from Run of the App to its end; Watch runs on its caller's.
package screen
