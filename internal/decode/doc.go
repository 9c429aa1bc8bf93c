// Package decode turns what a member's browser sends back into pictures and sound:
// RTP in, frames and samples out. It is the way back of package encode, for bytes
// that a stranger has made.
//
//	Video  H.264 in RTP (RFC 6184, modes 0 and 1) to capture.Frame
//	Audio  Opus in RTP (RFC 7587) to 48 kHz samples of one channel
//
// Data in: packets in any order, with losses, doubles and nonsense. Data out: whole
// pictures only, the newest as it comes; sound without gaps, lost packets concealed.
// Nothing in a packet makes it fail: what cannot be used is counted and left out, and
// after a damaged or missing picture none is shown before the next key frame, which
// WantKey asks for. Pictures are at most MaxSide wide and high and MaxArea large, which
// is looked up before the library sees a byte of them; everything that waits is bounded.
//
// Goroutines: none. Push is for one goroutine, Stats for any.
package decode
