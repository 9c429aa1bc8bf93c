// Package figure writes numbers the way that every page shows them. In: numbers.
// Out: words. It starts no goroutine.
package figure
