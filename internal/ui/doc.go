// Package ui is the window: the banner that always tells the state, the
// navigation, the toasts, dialogs, shortcuts, and the place where pages are
// shown.
//
// In: view models, the words, the pages' makers, and wishes to be shown from a
// second start. Out: what a person does, as verbs of the view models.
//
// Everything here runs on the window's goroutine, which is the main one. Post
// is the only way to it from others. Goroutines, owned by Run: one for each
// view model, which waits for its wakes; one that draws what they woke for,
// once for however many; one that waits for the end and for wishes; one that
// waits for the window to be hidden or seen.
package ui
