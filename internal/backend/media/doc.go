// Package media is the backend's media plane: it takes uploads by WHIP, feeds
// the rooms of each upload, and sends every viewer of a room the same packets
// by WHEP. It forwards and never decodes.
//
// Data in: one upload (H.264 and Opus over RTP) per person, with the rooms that
// its token grants. Data out: for every viewer the same payload bytes under the
// viewer's own SSRC, sequence numbers and the room's own RTP time, so that two
// rooms fed by one upload share nothing that a viewer can compare (domain rule
// 4). Header extensions and reports of the publisher end here.
//
// The way of a packet: upload.read → fan.Source, one cache per stream that all
// rooms of the upload share → fan.Fan of each room whose gate is open → a shard,
// which writes for many viewers → socket.UDP, which sends the whole turn with a
// few system calls. A viewer begins at a key frame, from the cache when a young
// one is there; retransmissions come from the same cache.
//
// A show has a way back besides: one upload of the payer's, in a fan of its own, and
// one view of the performer's; each of its tracks passes only while it is on.
//
// A gate is closed until somebody opens it, and after every new upload; closing
// it returns only when no more packet is on its way.
//
// Goroutines, all waited for when Run returns: two readers per upload and track,
// two readers of feedback per viewer, one per shard, one that tells changes, one
// that keeps time, and those of pion, ended by closing each connection.
package media
