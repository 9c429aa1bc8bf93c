// Package screen is a virtual screen for tests of the window: Xvfb with real
// keys from xdotool, whose picture is read from the server's own memory.
//
// In: a testing.TB, names of keys. Out: what a person would see, as a picture,
// and the title that the window bears. Goroutines are those of testkit's
// processes; the screen ends with the test.
package screen
