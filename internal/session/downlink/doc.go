// Package downlink is one WebRTC connection that receives one picture and one sound,
// as WHEP wants it: complete offers, H.264 constrained baseline with packetization
// mode 1, and Opus. It is the way back of package uplink.
//
// Data in: RTP, sender reports. Data out: each packet as it came, lost ones of the
// picture asked for again, receiver reports, which are what the backend counts as
// delivered, and wishes for key frames. A Peer decodes nothing and never retries; an
// Inlet holds one after the other, has them decoded, and comes back after every loss.
//
// Goroutines: two a track, one that hands its packets over and one that reads reports,
// until Close, which waits for them; besides those of the WebRTC library.
package downlink
