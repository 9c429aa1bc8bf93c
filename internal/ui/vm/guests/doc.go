// Package guests is the view model of the members whom a performer knows (domain
// C10): what they spent with her, her favourites and her notes.
//
// In: verbs; the list is read when an account comes and on Refresh. Out: View,
// and Known, which tells whoever marks those members elsewhere.
//
// Goroutines: Run's own, and base.Work's, one lane for each account.
package guests
