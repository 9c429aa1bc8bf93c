// Package uitest checks what tests place on a window: that nothing is smaller
// than it has to be, lies over its neighbour or is cut (Problems), and that every
// word can be read on the ground that is painted behind it (Faint). Album makes
// small pictures of windows. In: trees of objects, and pictures of them. Out:
// sentences, one for each fault. It is for tests only and starts no goroutine.
package uitest
