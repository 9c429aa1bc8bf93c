// Package fan is the way of the media from one upload to many viewers.
//
// Data in: raw RTP and RTCP of a publisher (Source, Feed) and the feedback of
// viewers. Data out: RTP to every Viewer of every open Fan, under the viewer's
// own numbers, and wishes for key frames to the publisher.
//
//	Source  one upload's packet caches, clock and wishes; shared by its rooms
//	Fan     one room: opened on a source or closed, with its own RTP time
//	shard   one goroutine that writes for up to shardSize of the room's viewers
//	Viewer  two tracks of one peer connection
//
// Locks are taken in the order Fan, shard, Source. Goroutines: one per shard,
// from its first viewer to its last, in the WaitGroup that New was given; timers
// of a Source end with Close.
package fan
