// Package chrome drives a real Chromium for tests: pages as members and guests
// see them, and performers' browser pages with a fake camera.
//
// In: a testing.TB and addresses on loopback. Out: what a page shows, says on
// its console and hears; the readable picture and tone as decoded. Goroutines
// are those of chromedp; all end with the test, and so do the browser's
// processes.
package chrome
