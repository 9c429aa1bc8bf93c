// Package press makes JPEGs of captured frames: small ones that show a room, and
// whole ones that are sold. Both are without metadata. It starts no goroutines; a
// Press serves one at a time.
package press
