// Package socket is the media plane's edge to the network: one UDP socket whose
// outgoing RTP is gathered and sent with few system calls, and TCP connections
// whose writes never block.
//
// Data in: datagrams from the ICE mux (one encrypted packet each). Data out: the
// same datagrams, unchanged and in order for every address. RTP waits in a batch
// until Flush; everything else (STUN, DTLS, RTCP) goes out at once.
//
// Goroutines: UDP starts none. Every accepted TCP connection owns one writer,
// which ends with the connection.
package socket
