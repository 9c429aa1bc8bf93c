// Package libopus is a thin binding of the Opus reference library: 20 ms of 48 kHz PCM in, one Opus packet out
// (RFC 6716), and the way back.
//
// The library itself is the static one that github.com/pion/mediadevices ships; importing that package for its link
// flags is all that is taken from it. Neither Encoder nor Decoder starts a goroutine or locks anything: each belongs
// to one goroutine at a time, which also closes it.
package libopus
