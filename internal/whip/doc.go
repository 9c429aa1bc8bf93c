// Package whip holds the wire rules of WHIP (RFC 9725) and WHEP
// (draft-ietf-wish-whep) for both ends: who sends which HTTP request with which
// headers, and which status answers it. It knows no media: an SDP is text here,
// and what an offer leads to is decided by a Peer.
//
//	Server  HTTP requests in, calls on a Peer out, statuses back
//	Client  one upload or view against somebody's server; never retries
//	Fragment  the body of a PATCH (RFC 8840): trickled candidates, ICE restart
//
// Data in: HTTP bodies of at most MaxBody bytes. Data out: SDP text, fragments
// and Refusals. The package starts no goroutine and keeps no state between
// requests except what a Session of the client must remember (its address, its
// ETag).
package whip
