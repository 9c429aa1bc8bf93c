package media

import (
	"context"
	"slices"
	"sync/atomic"
	"time"

	"github.com/pion/rtcp"
	"github.com/pion/rtp"
	"github.com/pion/webrtc/v4"

	"github.com/jasmincam/jasmincam/internal/backend/media/packet"
)

const (
	wakeAfter  = 2 * time.Millisecond // viewers wait no longer for the rest of a picture
	wakePacket = 16                   // or for so many packets
	repairTime = 300 * time.Millisecond
)

// upload is one publisher's session.
type upload struct {
	session
	engine *Engine
	token  string
	actor  context.Context // who asked, for Recheck
	grant  Upload

	src   *source
	video atomic.Uint32 // SSRC, for key-frame requests
	last  atomic.Int64  // UnixNano of the newest packet
	live  atomic.Bool   // a key frame came, and no silence since

	// Guarded by Engine.mu.
	rooms     []string        // still fed
	opened    map[string]bool // gates opened before the upload was connected
	connected bool
}

// requestKey sends a PLI to the publisher.
func (u *upload) requestKey() {
	if ssrc := u.video.Load(); ssrc != 0 {
		u.engine.counters.keyRequests.Add(1)
		_ = u.pc.WriteRTCP([]rtcp.Packet{&rtcp.PictureLossIndication{MediaSSRC: ssrc}}) // the next wish tries again
	}
}

// track starts the readers of one of the publisher's tracks.
func (u *upload) track(t *webrtc.TrackRemote, r *webrtc.RTPReceiver) {
	k := audio
	if t.Kind() == webrtc.RTPCodecTypeVideo {
		k = video
		u.video.Store(uint32(t.SSRC()))
	}
	u.readers.Go(func() { u.readReports(k, r) })
	u.readers.Go(func() { u.read(k, t) })
}

// readReports feeds the publisher's reports to the clock. Reading also drives
// the interceptors.
func (u *upload) readReports(k kind, r *webrtc.RTPReceiver) {
	b := make([]byte, 1500)
	take := &reports{clock: &u.src.clock, kind: k}
	for {
		n, _, err := r.Read(b)
		if err != nil {
			return
		}
		packet.ReadFeedback(b[:n], take)
	}
}

// reports is the Feedback of a publisher: only its reports matter.
type reports struct {
	clock *lipClock
	kind  kind
}

func (r *reports) Missing(uint32, uint16, uint16) {}
func (r *reports) KeyFrame(uint32)                {}
func (r *reports) Report(_ uint32, ntp uint64, rtp uint32) {
	r.clock.report(r.kind, ntp, rtp, time.Now())
}

// read copies packets into the cache until the track ends. Viewers are woken
// once per picture, so that a picture's packets go out together.
func (u *upload) read(k kind, t *webrtc.TrackRemote) {
	var (
		b       = make([]byte, 1600)
		header  rtp.Header
		pending int
		gaps    gapWatch
		late    = time.AfterFunc(time.Hour, u.src.wake)
	)
	defer late.Stop()
	for {
		n, _, err := t.Read(b)
		if err != nil {
			return
		}
		now := time.Now()
		p := u.take(k, &header, b[:n], now)
		if p == nil {
			continue
		}
		if k == audio {
			u.src.wake()
			continue
		}
		if p.Key {
			u.src.keys.came()
			u.setLive()
		}
		if gaps.unrepaired(p.Seq, u.src.rings[video], now) {
			u.src.askKey()
		}
		if pending++; p.Marker || pending >= wakePacket {
			late.Stop()
			pending = 0
			u.src.wake()
		} else if pending == 1 {
			late.Reset(wakeAfter)
		}
	}
}

// take parses one packet and stores its payload; nil when it is of no use.
func (u *upload) take(k kind, header *rtp.Header, b []byte, now time.Time) *packet.Packet {
	at, err := header.Unmarshal(b)
	if err != nil {
		return nil
	}
	end := len(b)
	if header.Padding {
		if end -= int(b[len(b)-1]); end < at {
			return nil
		}
	}
	p := u.src.rings[k].Append(header.SequenceNumber, header.Timestamp, header.Marker, slices.Clone(b[at:end]), now)
	if p == nil {
		return nil
	}
	u.src.first[k].CompareAndSwap(nil, p)
	u.src.clock.seen(k, now, header.Timestamp)
	u.last.Store(now.UnixNano())
	u.engine.counters.packetsIn.Add(1)
	u.engine.counters.bytesIn.Add(uint64(len(b)))
	return p
}

// setLive tells the rooms when the picture begins, or comes back after silence.
func (u *upload) setLive() {
	if !u.live.Swap(true) {
		u.engine.pictureCame(u)
	}
}

// gapWatch looks for packets that were lost for good: not even a retransmission
// brought them.
type gapWatch struct {
	next int64 // the sequence number that should come next
	open int64 // the first missing one
	at   time.Time
}

// unrepaired tells, once per gap, that the gap is older than repairTime.
func (g *gapWatch) unrepaired(seq int64, r *packet.Ring, now time.Time) bool {
	if g.next != 0 && seq > g.next && g.at.IsZero() {
		g.open, g.at = g.next, now
	}
	g.next = max(g.next, seq+1)
	if g.at.IsZero() || now.Sub(g.at) < repairTime {
		return false
	}
	missing := r.Get(g.open) == nil
	g.at = time.Time{}
	return missing
}
