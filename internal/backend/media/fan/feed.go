package fan

import (
	"slices"
	"time"

	"github.com/pion/rtp"

	"github.com/jasmincam/jasmincam/internal/backend/media/packet"
)

const (
	wakeAfter   = 2 * time.Millisecond // viewers wait no longer for the rest of a picture
	wakePackets = 16                   // or for so many packets
	repairTime  = 300 * time.Millisecond
)

// Feed takes the packets of one track into its source. It belongs to one
// goroutine.
type Feed struct {
	source  *Source
	kind    Kind
	live    func()
	header  rtp.Header
	pending int
	gap     gap
	late    *time.Timer
}

// Feed makes the way in for a track. Live is called with the first key frame,
// and with the first one after a silence.
func (s *Source) Feed(k Kind, live func()) *Feed {
	f := &Feed{source: s, kind: k, live: live, late: time.AfterFunc(time.Hour, s.wake)}
	f.late.Stop()
	return f
}

// Close ends the feed's timer.
func (f *Feed) Close() { f.late.Stop() }

// Take stores one RTP packet as it came; b may be used again. Viewers are woken
// once per picture, so that a picture's packets go out together.
func (f *Feed) Take(b []byte, now time.Time) {
	p := f.store(b, now)
	switch {
	case p == nil:
		return
	case f.kind == Audio:
		f.source.wake()
		return
	case p.Key:
		f.source.keys.came()
		if !f.source.live.Swap(true) {
			f.live()
		}
	}
	if f.gap.isLost(p.Seq, f.source.rings[Video], now) {
		f.source.AskKey()
	}
	if f.pending++; p.Marker || f.pending >= wakePackets {
		f.late.Stop()
		f.pending = 0
		f.source.wake()
	} else if f.pending == 1 {
		f.late.Reset(wakeAfter)
	}
}

// store parses one packet and caches its payload; nil when it is of no use. Header
// extensions and padding end here.
func (f *Feed) store(b []byte, now time.Time) *packet.Packet {
	at, err := f.header.Unmarshal(b)
	if err != nil {
		return nil
	}
	end := len(b)
	if f.header.Padding {
		if end -= int(b[len(b)-1]); end < at {
			return nil
		}
	}
	s, h := f.source, &f.header
	p := s.rings[f.kind].Append(h.SequenceNumber, h.Timestamp, h.Marker, slices.Clone(b[at:end]), now)
	if p == nil {
		return nil
	}
	if s.first[f.kind].Load() == nil {
		s.first[f.kind].Store(p)
	}
	s.clock.seen(f.kind, now, h.Timestamp)
	s.last.Store(now.UnixNano())
	s.counters.PacketsIn.Add(1)
	s.counters.BytesIn.Add(uint64(len(b)))
	return p
}

// Feedback takes an RTCP packet of the publisher for this track: its reports
// relate sound and picture.
func (s *Source) Feedback(k Kind, b []byte, now time.Time) {
	packet.ReadFeedback(b, reports{clock: &s.clock, kind: k, now: now})
}

// reports is the Feedback of a publisher.
type reports struct {
	clock *lipClock
	kind  Kind
	now   time.Time
}

// Missing is nothing that a publisher says.
func (r reports) Missing(uint32, uint16, uint16) {}

// KeyFrame is nothing that a publisher says.
func (r reports) KeyFrame(uint32) {}

// Received is about media that we do not send.
func (r reports) Received(uint32, uint16, int32) {}

// Report passes a report to the clock.
func (r reports) Report(_ uint32, ntp uint64, rtp uint32) { r.clock.report(r.kind, ntp, rtp, r.now) }

// gap looks for packets that are lost for good: not even a retransmission
// brought them.
type gap struct {
	next int64 // the sequence number that should come next
	open int64 // the first missing one
	at   time.Time
}

// isLost tells, once per gap, that it is older than repairTime.
func (g *gap) isLost(seq int64, r *packet.Ring, now time.Time) bool {
	if g.next != 0 && seq > g.next && g.at.IsZero() {
		g.open, g.at = g.next, now
	}
	g.next = max(g.next, seq+1)
	if g.at.IsZero() || now.Sub(g.at) < repairTime {
		return false
	}
	g.at = time.Time{}
	return r.Get(g.open) == nil
}
