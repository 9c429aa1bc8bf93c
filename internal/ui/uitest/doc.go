// Package uitest checks what tests place on a window: that nothing is smaller
// than it has to be and nothing lies over its neighbour. In: the root of a tree
// of objects. Out: sentences, one for each fault. It is for tests only and starts
// no goroutine.
package uitest
