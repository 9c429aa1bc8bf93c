// Package talk is the Chat page, and the same lines as a part of the Live page:
// what all rooms say, who is answered and where, what may be done about a line, and
// the rooms' rules.
//
// In: the view of chat and its lines one by one, words, settings, and what she does.
// Out: verbs of the view model. Goroutines: none. All is called on the window's.
package talk
