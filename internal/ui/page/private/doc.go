// Package private draws what the window says of private shows over and above every
// page: the card of those who ask, the receipt with the one button that opens her
// rooms, and the words of the banner. It belongs to no page.
//
// In: the View of vm/private. Out: its verbs. Everything runs on the window's
// goroutine.
package private
