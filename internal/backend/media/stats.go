package media

// Stats counts what the engine did since it was made; all but the first two
// only grow.
type Stats struct {
	Uploads int
	Viewers int

	PacketsIn   uint64 // RTP from publishers
	BytesIn     uint64
	PacketsOut  uint64 // RTP to viewers over UDP
	BytesOut    uint64
	Calls       uint64 // system calls for them
	Failed      uint64 // messages that the network refused
	Dropped     uint64 // times that a viewer was behind and skipped to a key frame
	KeyAsked    uint64 // key frames wished by viewers and joiners
	KeyRequests uint64 // those wishes that reached a publisher
	KeyCached   uint64 // joiners served from the cache
	NackHits    uint64 // retransmitted packets
	NackMisses  uint64 // packets asked for that the cache does not have
}

// Stats returns the counters.
func (e *Engine) Stats() Stats {
	c, u := &e.counters, e.udp.Counters()
	e.mu.Lock()
	uploads, viewers := len(e.uploads), len(e.views)
	e.mu.Unlock()
	return Stats{Uploads: uploads, Viewers: viewers,
		PacketsIn: c.PacketsIn.Load(), BytesIn: c.BytesIn.Load(),
		PacketsOut: u.Packets.Load(), BytesOut: u.Bytes.Load(), Calls: u.Calls.Load(), Failed: u.Failed.Load(),
		Dropped: c.Dropped.Load(), KeyAsked: c.KeyAsked.Load(), KeyRequests: c.KeyRequests.Load(), KeyCached: c.KeyCached.Load(),
		NackHits: c.NackHits.Load(), NackMisses: c.NackMisses.Load()}
}
