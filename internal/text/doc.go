// Package text holds the words of a surface (the window, the site) in several
// languages.
//
// In: catalogues, one JSON object of key to sentence per language, named after
// it: en.json, pt.json. A sentence has places {0}, {1}… for values. A key that
// counts has one entry per plural form of its language: "viewers.one",
// "viewers.few", "viewers.other" (CLDR cardinal forms).
// Out: sentences. A key that a catalogue lacks is said in English, and
// Book.Problems names it, so that a test can refuse it.
// Goroutines: none. A Book never changes after Load.
package text
