package fan

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"sync/atomic"
	"time"

	"github.com/pion/rtcp"
	"github.com/pion/rtp"
	"github.com/pion/webrtc/v4"

	"github.com/jasmincam/jasmincam/internal/backend/media/packet"
	"github.com/jasmincam/jasmincam/internal/backend/media/socket"
)

const (
	reportEvery = 2 * time.Second                 // after the first ones, which synchronise lips
	repairBurst = 48                              // packets looked up and retransmitted for a viewer at once …
	repairRate  = 1000                            // … and per second
	catchUp     = 16                              // packets from the cache to a joiner at once, so that its buffers hold them …
	catchEvery  = 4 * time.Millisecond            // … and how often
	oldSegments = 8                               // numberings that retransmissions remember
	youngKey    = keyEvery + 100*time.Millisecond // a key frame in the cache that joiners begin at: the next may be as far away
)

// Conn is what a viewer needs of its peer connection.
type Conn interface {
	WriteRTCP(packets []rtcp.Packet) error
}

// Viewer is one viewer's two tracks. What a shard writes with is guarded by the
// shard's lock.
type Viewer struct {
	conn     Conn
	counters *Counters

	place atomic.Pointer[shard]
	legs  [kinds]leg
	tcp   *socket.Conn // nil over UDP
	drops uint64       // of tcp, as far as they were noticed

	reportAt  time.Time
	reports   int
	repairs   float64 // tokens
	repairsAt time.Time

	acked [kinds]ack // where delivery is metered

	paused atomic.Bool // ICE is between two paths
}

// NewViewer makes a viewer whose tracks are to be added to its peer connection.
func NewViewer(conn Conn, c *Counters) *Viewer {
	v := &Viewer{conn: conn, counters: c, repairs: repairBurst, repairsAt: time.Now()}
	for k := range kinds {
		v.legs[k].kind = k
	}
	return v
}

// leg is one track on its way to one viewer.
type leg struct {
	kind    Kind
	out     webrtc.TrackLocalWriter // nil until the answer is made
	header  rtp.Header              // of the packet being written
	repair  rtp.Header              // of a retransmission on a stream of its own
	rtx     bool
	scratch []byte

	running  bool
	catching bool      // still being sent what the cache has
	caught   int64     // the number to go on with
	caughtAt time.Time // when the last ones were sent
	begin    int64     // position in the cache from which on it takes part
	top      int64     // highest number written, extended
	segments []segment
	packets  uint32
	octets   uint32
}

// segment is a run of the source's numbers: those from first on are sent as
// number + shift.
type segment struct{ first, shift int64 }

// bind notes what was negotiated; pion calls it while the answer is made.
func (l *leg) bind(ctx webrtc.TrackLocalContext, codec webrtc.RTPCodecParameters) {
	l.out = ctx.WriteStream()
	l.header = rtp.Header{Version: 2, PayloadType: uint8(codec.PayloadType), SSRC: uint32(ctx.SSRC())}
	l.top = int64(rand.IntN(1 << 15)) // the first number is random (RFC 3550 section 5.1)
	if ctx.SSRCRetransmission() == 0 {
		return
	}
	for _, c := range ctx.CodecParameters() {
		if c.MimeType == webrtc.MimeTypeRTX && c.SDPFmtpLine == fmt.Sprintf("apt=%d", codec.PayloadType) {
			l.rtx = true
			l.repair = rtp.Header{Version: 2, PayloadType: uint8(c.PayloadType), SSRC: uint32(ctx.SSRCRetransmission()),
				SequenceNumber: uint16(rand.Uint32())}
		}
	}
}

// start lets numbers from first on follow what was written before.
func (l *leg) start(first int64) {
	if len(l.segments) == oldSegments {
		l.segments = append(l.segments[:0], l.segments[1:]...)
	}
	l.segments = append(l.segments, segment{first: first, shift: l.top + 1 - first})
	l.running = true
}

// write sends one packet; one from before the start is passed over.
func (l *leg) write(p *packet.Packet, offset uint32) {
	s := l.segments[len(l.segments)-1]
	if p.Seq < s.first {
		return
	}
	number := p.Seq + s.shift
	l.top = max(l.top, number)
	l.header.SequenceNumber = uint16(number)
	l.header.Timestamp = p.TS + offset
	l.header.Marker = p.Marker
	_, _ = l.out.WriteRTP(&l.header, p.Payload) // a closed connection is noticed by its state
	l.packets++
	l.octets += uint32(len(p.Payload))
}

// source finds the source's sequence number of the packet that was sent with a
// number, and that number extended; 0 for one that was not sent.
func (l *leg) source(number uint16) (seq, wide int64) {
	wide = l.top + int64(int16(number-uint16(l.top)))
	for i := len(l.segments) - 1; i >= 0; i-- {
		if s := l.segments[i]; wide >= s.first+s.shift {
			return wide - s.shift, wide
		}
	}
	return 0, wide
}

// resend writes a packet again: on the retransmission stream with its number in
// front (RFC 4588 section 4), or as it was.
func (l *leg) resend(p *packet.Packet, number uint16, offset uint32) {
	if !l.rtx {
		h := l.header
		h.SequenceNumber, h.Timestamp, h.Marker = number, p.TS+offset, p.Marker
		_, _ = l.out.WriteRTP(&h, p.Payload)
		return
	}
	l.scratch = binary.BigEndian.AppendUint16(l.scratch[:0], number)
	l.scratch = append(l.scratch, p.Payload...)
	l.repair.SequenceNumber++
	l.repair.Timestamp, l.repair.Marker = p.TS+offset, p.Marker
	_, _ = l.out.WriteRTP(&l.repair, l.scratch)
}

// rest ends both legs until the next source. With numbers kept, what was sent can
// still be confirmed.
func (v *Viewer) rest(keepNumbers bool) {
	for k := range kinds {
		v.legs[k].running, v.legs[k].catching = false, false
		v.legs[k].begin = 0
		if !keepNumbers {
			v.legs[k].segments = v.legs[k].segments[:0]
		}
	}
}

// skip drops what a leg has missed: a picture goes on with the next key frame,
// sound with the next packet.
func (v *Viewer) skip(k Kind) {
	if v.legs[k].running {
		v.legs[k].running, v.legs[k].catching = false, false
		v.counters.Dropped.Add(1)
	}
}

// turn writes what is new for this viewer, and tells whether it waits for a key
// frame. The caller holds the shard.
func (v *Viewer) turn(s *shard, from [kinds]int64, now time.Time) (wished bool) {
	if v.paused.Load() {
		v.skip(Video)
		return false
	}
	if v.tcp != nil && v.behind() {
		return false
	}
	wished = v.turnVideo(s, from[Video], now)
	v.turnAudio(s, from[Audio])
	v.sendReport(s, now)
	return wished
}

// behind notices a TCP connection that lost packets, and tells whether it still
// has too much to send.
func (v *Viewer) behind() bool {
	if d := v.tcp.Dropped(); d != v.drops {
		v.drops = d
		v.skip(Video)
	}
	return !v.legs[Video].running && !v.tcp.Drained()
}

// turnVideo begins at a key frame as soon as the cache has a young and whole
// one that came since the gate was opened, and goes on with what is new. It
// tells whether it waits for a key frame.
func (v *Viewer) turnVideo(s *shard, at int64, now time.Time) (wished bool) {
	if s.probing.held {
		v.probe(s)
		return false
	}
	l := &v.legs[Video]
	if !s.pass[Video] {
		return false
	}
	if !l.running && s.placed[Video] {
		since := now.Add(-youngKey)
		if s.opened.After(since) {
			since = s.opened
		}
		if first, ok := s.src.rings[Video].Key(since); ok {
			v.counters.KeyCached.Add(1)
			v.begin(s, Video, first)
			l.catching, l.caught, l.caughtAt = true, first, time.Time{}
		}
	}
	if !l.running {
		return true
	}
	if l.catching {
		v.catchUp(s, now)
		return false
	}
	for _, p := range s.fresh[Video] {
		at++
		if at <= l.begin {
			continue
		}
		l.write(p, s.offset[Video])
	}
	return false
}

// catchUp sends the next few packets from the cache; at its end the viewer
// joins the others.
func (v *Viewer) catchUp(s *shard, now time.Time) {
	l := &v.legs[Video]
	if now.Sub(l.caughtAt) < catchEvery {
		s.again = true
		return
	}
	var end int64
	s.spare, l.caught, end = s.src.rings[Video].Tail(l.caught, catchUp, s.spare[:0])
	for _, p := range s.spare {
		l.write(p, s.offset[Video])
	}
	clear(s.spare)
	l.caughtAt, l.catching, l.begin = now, end == 0, end
	s.again = s.again || l.catching
}

func (v *Viewer) turnAudio(s *shard, at int64) {
	if !s.pass[Audio] {
		return
	}
	l := &v.legs[Audio]
	for _, p := range s.fresh[Audio] {
		at++
		if at <= l.begin {
			continue
		}
		if !l.running {
			v.begin(s, Audio, p.Seq)
		}
		l.write(p, s.offset[Audio])
	}
}

// begin starts a leg at the source's packet seq.
func (v *Viewer) begin(s *shard, k Kind, seq int64) {
	if d := s.fan.paid[k]; d != nil {
		d.begin(&v.acked[k], seq, v.legs[k].top)
	}
	v.legs[k].start(seq)
}

// sendReport tells the relation of sound and picture now and then, oftener at
// the beginning (browsers need two reports before they synchronise).
func (v *Viewer) sendReport(s *shard, now time.Time) {
	if now.Before(v.reportAt) {
		return
	}
	reports, passing := make([]rtcp.Packet, 0, int(kinds)), 0
	for k := range kinds {
		if !s.pass[k] {
			continue
		}
		passing++
		l := &v.legs[k]
		at, known := s.src.clock.rtp(k, now)
		if !known || !l.running || !s.placed[k] {
			continue
		}
		reports = append(reports, &rtcp.SenderReport{SSRC: l.header.SSRC, NTPTime: toNTP(now), RTPTime: at + s.offset[k],
			PacketCount: l.packets, OctetCount: l.octets})
	}
	if len(reports) < passing && v.reports == 0 || passing == 0 {
		return
	}
	_ = v.conn.WriteRTCP(reports) // the next report comes anyway
	v.reports++
	v.reportAt = now.Add(min(reportEvery, time.Duration(v.reports)*300*time.Millisecond))
}

// Feedback serves what an RTCP packet of the viewer asks for.
func (v *Viewer) Feedback(b []byte) { packet.ReadFeedback(b, (*wishes)(v)) }

// wishes is the packet.Feedback of a viewer.
type wishes Viewer

// Missing answers a NACK from the cache, as far as the viewer's tokens reach: one
// RTCP packet can name thousands of numbers, and looking one up costs the shard
// as much whether it is there or not.
func (w *wishes) Missing(ssrc uint32, first, mask uint16) {
	v := (*Viewer)(w)
	s := v.lockShard()
	if s == nil {
		return
	}
	defer s.mu.Unlock()
	l := &v.legs[Video]
	if ssrc != l.header.SSRC || s.src == nil || !l.running || s.probing.held || v.tcp != nil && !v.tcp.Drained() {
		return
	}
	now, sent := time.Now(), false
	for i := range uint16(17) {
		if i > 0 && mask>>(i-1)&1 == 0 {
			continue
		}
		if !v.mayRepair(now) {
			break
		}
		sent = v.again(s, first+i) || sent
	}
	if sent {
		s.fan.flush()
	}
}

// again retransmits one packet of the picture, and tells whether the cache had
// it.
func (v *Viewer) again(s *shard, number uint16) bool {
	l := &v.legs[Video]
	seq, _ := l.source(number)
	p := s.src.rings[Video].Get(seq)
	if p == nil {
		v.counters.NackMisses.Add(1)
		return false
	}
	v.counters.NackHits.Add(1)
	l.resend(p, number, s.offset[Video])
	return true
}

// mayRepair bounds what a viewer can make us look up and send.
func (v *Viewer) mayRepair(now time.Time) bool {
	v.repairs = min(repairBurst, v.repairs+now.Sub(v.repairsAt).Seconds()*repairRate)
	v.repairsAt = now
	if v.repairs < 1 {
		return false
	}
	v.repairs--
	return true
}

// KeyFrame passes the viewer's wish on.
func (w *wishes) KeyFrame(ssrc uint32) {
	v := (*Viewer)(w)
	s := v.lockShard()
	if s == nil {
		return
	}
	src, mine := s.src, ssrc == v.legs[Video].header.SSRC
	s.mu.Unlock()
	if src != nil && mine {
		src.AskKey()
	}
}

// Received tells a metered room how far a track has arrived, also when it has
// been closed meanwhile.
func (w *wishes) Received(ssrc uint32, highest uint16, lost int32) {
	v := (*Viewer)(w)
	s := v.lockShard()
	if s == nil {
		return
	}
	defer s.mu.Unlock()
	for k := range kinds {
		l := &v.legs[k]
		if d := s.fan.paid[k]; d != nil && ssrc == l.header.SSRC {
			if seq, wide := l.source(highest); wide <= l.top {
				d.confirm(&v.acked[k], seq, wide, lost)
			}
		}
	}
}

// Report does nothing: viewers send no media.
func (w *wishes) Report(uint32, uint64, uint32) {}

// lockShard returns the viewer's shard, locked; nil before it has one, and after it
// was taken out.
func (v *Viewer) lockShard() *shard {
	s := v.place.Load()
	if s == nil {
		return nil
	}
	s.mu.Lock()
	if v.place.Load() != s {
		s.mu.Unlock()
		return nil
	}
	return s
}

// Pause keeps packets back while ICE has no path.
func (v *Viewer) Pause() { v.paused.Store(true) }

// Resume goes on after ICE has found a path, over tcp or (nil) over UDP.
func (v *Viewer) Resume(tcp *socket.Conn) {
	if s := v.lockShard(); s != nil {
		defer s.mu.Unlock()
	}
	v.tcp, v.drops = tcp, 0
	if tcp != nil {
		v.drops = tcp.Dropped()
	}
	v.paused.Store(false)
}
