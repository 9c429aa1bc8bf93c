// Package taboo knows banned words (domain C8): which list a performer may keep,
// and whether a text has one of its words.
//
// In: the list as she wrote it, and what others say. Out: the list cleaned, and
// yes or no. A word is found whole and not inside another one, so that a place
// called Scunthorpe may be named; capitals, the width of letters, invisible signs
// and strokes piled on a letter make no difference. Letters of one script that
// look like those of another are other letters. No SQL, no clock.
//
// Goroutines: none.
package taboo
