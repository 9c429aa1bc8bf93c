// Package guests is the Members page: whom she knows, what they spent with her,
// her favourites and her notes.
//
// In: the view of guests, words, and what she does. Out: verbs of the view model.
// Goroutines: none. All is called on the window's.
package guests
