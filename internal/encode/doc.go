// Package encode turns frames and samples into Units: immutable H.264 access units and Opus packets (domain A1).
//
// Data in: capture.Frame from a latest-frame slot, read in place, and capture.Samples. Data out: a Unit a call of the
// sink, stamped with the time of capture. There is one Video whatever the number of accounts that are online: a Unit
// is never written again, so any number of outlets may hold it.
//
// Goroutines: none of its own. Video.Run works in its caller's goroutine, owns the encoder there and frees it when it
// returns; RequestKeyFrame, SetBitrate and Stats may be called from anywhere. Audio works in the goroutine that
// calls Encode.
//
// Key frames: the first unit, the first one of another picture size, then only on request (at most two a second) or
// KeyFrameEvery after the last.
package encode
