// Package packet holds what the media plane knows of single packets: the cache
// of a stream that late joiners and retransmissions are served from, where an
// H.264 key frame begins, and the few RTCP messages that peers send back.
//
// Data in: RTP and RTCP bytes of foreign peers, of any length and content. Data
// out: immutable Packets, and calls for feedback. No goroutine, no I/O.
package packet
