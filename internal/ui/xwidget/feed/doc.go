// Package feed shows long lists of rows of different heights: Feed places any
// kind of row; ChatRow is a line of the chat, EntryRow an entry of a statement.
//
// In: finished words, told by callbacks row by row, so that only what is seen is
// asked for. Out: which row was pressed, and whether newer ones are out of sight.
// Foreign text is broken where Unicode allows it, and cannot leave its row.
//
// Goroutines: none. All is used on the window's goroutine.
package feed
