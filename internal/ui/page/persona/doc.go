// Package persona is the Profile page: what others read of her, her pictures,
// goal and tip menu, prices, and which countries may not come in.
//
// In: the view of persona, words, and what she does. Out: verbs of the view
// model. What she writes waits in a draft until she saves it.
//
// Goroutines: none. All is called on the window's.
package persona
