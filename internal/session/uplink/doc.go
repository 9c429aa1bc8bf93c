// Package uplink is one WebRTC connection that sends one picture and one sound,
// as WHIP wants it (RFC 9725): complete offers, H.264 constrained baseline with
// packetization mode 1, and Opus.
//
// Data in: encode.Unit, cut into packets with RTP time from capture time, and
// the other side's feedback. Data out: packets, sender reports that tie both
// clocks to the time of capture, key-frame wishes, and an estimate of what the
// path carries. It never retries: whoever holds a Peer watches its State.
//
// Goroutines: none of its own besides those of the WebRTC library, for which
// Close waits. Send is for one goroutine; Listen reads feedback on two, one a
// track, until the Peer is closed, and waits for them.
package uplink
