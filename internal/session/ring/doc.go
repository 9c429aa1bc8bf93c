// Package ring is the queue between the encoder and one upload. Coded pictures and
// sound go in, without ever waiting; the upload takes them out, sound first. It
// starts no goroutines, and is safe for one that puts and one that takes, and for
// whoever covers it.
package ring
