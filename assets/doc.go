// Package assets holds what the programs show and say and did not write in Go:
// the app's icon, the signs of the window, and its words in every language. In:
// nothing. Out: embedded files. It starts no goroutine.
package assets
