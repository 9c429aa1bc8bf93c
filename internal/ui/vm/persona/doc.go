// Package persona is the view model of what others read of a performer and who
// may come in: profile, prices, tip menu, goal, pictures, closed countries.
//
// In: verbs; the truth is read when an account comes, after every change, after
// tips while a goal is set, and now and then. Out: View, and Priced, which tells
// what a minute in private costs at the moment.
//
// Goroutines: Run's own, and base.Work's: for each account one lane that reads
// and writes, one that sends pictures.
package persona
