// Package figure reads amounts as people type them and writes them as pages and
// tables have them.
//
// Data in: text of forms, domain values. Data out: amounts, text. Goroutines: none.
package figure
