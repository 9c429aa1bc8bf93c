package media

import (
	"context"
	"encoding/binary"
	"math/rand/v2"
	"net/netip"
	"sync/atomic"
	"time"

	"github.com/pion/rtcp"
	"github.com/pion/rtp"
	"github.com/pion/webrtc/v4"

	"github.com/jasmincam/jasmincam/internal/backend/media/packet"
	"github.com/jasmincam/jasmincam/internal/backend/media/socket"
)

const (
	reportEvery = 2 * time.Second // after the first ones, which synchronise lips
	repairBurst = 256             // packets retransmitted to a viewer at once …
	repairRate  = 512             // … and per second
	oldSegments = 8               // numberings that retransmissions remember
)

// view is one viewer's session. What a shard writes with is guarded by the
// shard's lock.
type view struct {
	session
	engine *Engine
	room   string
	actor  context.Context // who watches, for Recheck

	place atomic.Pointer[shard]
	legs  [kinds]leg
	tcp   *socket.Conn // nil over UDP
	drops uint64       // of tcp, as far as they were noticed

	reportAt  time.Time
	reports   int
	repairs   float64 // tokens
	repairsAt time.Time

	joined bool        // guarded by Engine.mu
	paused atomic.Bool // ICE is between two paths
}

// leg is one track on its way to one viewer.
type leg struct {
	kind    kind
	out     webrtc.TrackLocalWriter // nil until the answer is made
	header  rtp.Header              // of the packet being written
	repair  rtp.Header              // of a retransmission on a stream of its own
	rtx     bool
	scratch []byte

	running  bool
	begin    int64 // position in the cache from which on it takes part
	top      int64 // highest number written, extended
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
		if c.MimeType == webrtc.MimeTypeRTX && c.SDPFmtpLine == aptOf(codec.PayloadType) {
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

// source finds the packet that was sent with a number.
func (l *leg) source(r *packet.Ring, number uint16) *packet.Packet {
	wide := l.top + int64(int16(number-uint16(l.top)))
	for i := len(l.segments) - 1; i >= 0; i-- {
		if s := l.segments[i]; wide >= s.first+s.shift {
			return r.Get(wide - s.shift)
		}
	}
	return nil
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

// rest ends both legs until the next source.
func (v *view) rest() {
	for k := range kinds {
		v.legs[k].running = false
		v.legs[k].begin = 0
		v.legs[k].segments = v.legs[k].segments[:0]
	}
}

// skip drops what a leg has missed: a picture goes on with the next key frame,
// sound with the next packet.
func (v *view) skip(k kind) {
	if v.legs[k].running {
		v.legs[k].running = false
		v.engine.counters.dropped.Add(1)
	}
}

// turn writes what is new for this viewer, and tells whether it waits for a key
// frame. The caller holds the shard.
func (v *view) turn(s *shard, from [kinds]int64, now time.Time) (wished bool) {
	if v.paused.Load() {
		v.skip(video)
		return false
	}
	if v.tcp != nil && v.behind() {
		return false
	}
	wished = v.turnVideo(s, from[video], now)
	v.turnAudio(s, from[audio])
	v.sendReport(s, now)
	return wished
}

// behind notices a TCP connection that lost packets, and tells whether it still
// has too much to send.
func (v *view) behind() bool {
	if d := v.tcp.Dropped(); d != v.drops {
		v.drops = d
		v.skip(video)
	}
	return !v.legs[video].running && !v.tcp.Drained()
}

func (v *view) turnVideo(s *shard, at int64, now time.Time) (wished bool) {
	l := &v.legs[video]
	if !l.running && s.placed[video] {
		if burst, next := s.src.rings[video].FromKey(now.Add(-youngKey)); burst != nil {
			v.engine.counters.keyCached.Add(1)
			l.start(burst[0].Seq)
			l.begin = next
			for _, p := range burst {
				l.write(p, s.offset[video])
			}
		}
	}
	for _, p := range s.fresh[video] {
		at++
		if at <= l.begin {
			continue
		}
		if !l.running {
			if !p.Key {
				continue
			}
			l.start(p.Start)
			for _, before := range s.src.rings[video].Range(p.Start, p.Seq-1, nil) {
				l.write(before, s.offset[video])
			}
		}
		l.write(p, s.offset[video])
	}
	return !l.running
}

func (v *view) turnAudio(s *shard, at int64) {
	l := &v.legs[audio]
	for _, p := range s.fresh[audio] {
		at++
		if at <= l.begin {
			continue
		}
		if !l.running {
			l.start(p.Seq)
		}
		l.write(p, s.offset[audio])
	}
}

// sendReport tells the relation of sound and picture now and then, oftener at
// the beginning (browsers need two reports before they synchronise).
func (v *view) sendReport(s *shard, now time.Time) {
	if now.Before(v.reportAt) {
		return
	}
	reports := make([]rtcp.Packet, 0, int(kinds))
	for k := range kinds {
		l := &v.legs[k]
		at, known := s.src.clock.rtp(k, now)
		if !known || !l.running || !s.placed[k] {
			continue
		}
		reports = append(reports, &rtcp.SenderReport{SSRC: l.header.SSRC, NTPTime: toNTP(now), RTPTime: at + s.offset[k],
			PacketCount: l.packets, OctetCount: l.octets})
	}
	if len(reports) < int(kinds) && v.reports == 0 {
		return
	}
	_ = v.pc.WriteRTCP(reports) // the next report comes anyway
	v.reports++
	v.reportAt = now.Add(min(reportEvery, time.Duration(v.reports)*300*time.Millisecond))
}

// readFeedback serves what the viewer asks for until the connection ends.
func (v *view) readFeedback(r *webrtc.RTPSender) {
	b := make([]byte, 1500)
	for {
		n, _, err := r.Read(b)
		if err != nil {
			return
		}
		packet.ReadFeedback(b[:n], v)
	}
}

// Missing answers a NACK from the cache.
func (v *view) Missing(ssrc uint32, first, mask uint16) {
	s := v.lockShard()
	if s == nil {
		return
	}
	defer s.mu.Unlock()
	l := &v.legs[video]
	if ssrc != l.header.SSRC || s.src == nil || !l.running || v.tcp != nil && !v.tcp.Drained() {
		return
	}
	v.again(s, first)
	for i := range uint16(16) {
		if mask>>i&1 == 1 {
			v.again(s, first+1+i)
		}
	}
	s.fan.flush()
}

// again retransmits one packet of the picture, if the cache has it.
func (v *view) again(s *shard, number uint16) {
	l := &v.legs[video]
	p := l.source(s.src.rings[video], number)
	if p == nil {
		v.engine.counters.nackMisses.Add(1)
		return
	}
	if v.mayRepair(time.Now()) {
		v.engine.counters.nackHits.Add(1)
		l.resend(p, number, s.offset[video])
	}
}

// mayRepair bounds what a viewer can make us send.
func (v *view) mayRepair(now time.Time) bool {
	v.repairs = min(repairBurst, v.repairs+now.Sub(v.repairsAt).Seconds()*repairRate)
	v.repairsAt = now
	if v.repairs < 1 {
		return false
	}
	v.repairs--
	return true
}

// KeyFrame passes the viewer's wish on.
func (v *view) KeyFrame(ssrc uint32) {
	s := v.lockShard()
	if s == nil {
		return
	}
	src, mine := s.src, ssrc == v.legs[video].header.SSRC
	s.mu.Unlock()
	if src != nil && mine {
		src.askKey()
	}
}

// Report does nothing: viewers send no media.
func (v *view) Report(uint32, uint64, uint32) {}

// lockShard returns the viewer's shard, locked; nil before it has one.
func (v *view) lockShard() *shard {
	s := v.place.Load()
	if s != nil {
		s.mu.Lock()
	}
	return s
}

// resume goes on after ICE has found a path, over tcp or (nil) over UDP.
func (v *view) resume(tcp *socket.Conn) {
	if s := v.lockShard(); s != nil {
		defer s.mu.Unlock()
	}
	v.tcp, v.drops = tcp, 0
	if tcp != nil {
		v.drops = tcp.Dropped()
	}
	v.paused.Store(false)
}

// findTCP notes the TCP connection that ICE has chosen, if it is one.
func (v *view) findTCP(t *socket.TCP) *socket.Conn {
	if t == nil {
		return nil
	}
	pair, err := v.pc.GetSenders()[0].Transport().ICETransport().GetSelectedCandidatePair()
	if err != nil || pair == nil || pair.Remote == nil || pair.Remote.Protocol != webrtc.ICEProtocolTCP {
		return nil
	}
	addr, err := netip.ParseAddr(pair.Remote.Address)
	if err != nil {
		return nil
	}
	return t.Find(netip.AddrPortFrom(addr, pair.Remote.Port))
}
