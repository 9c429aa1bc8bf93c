package uplink

import (
	"sync/atomic"
	"time"

	"github.com/pion/rtcp"
	"github.com/pion/rtp"
	"github.com/pion/webrtc/v4"

	"github.com/jasmincam/jasmincam/internal/encode"
)

// reportEvery is the time between two sender reports of a track (RFC 3550).
const reportEvery = time.Second

// track is a webrtc.TrackLocal that makes the packets itself: one header and
// one payload buffer for its whole life, RTP time from capture time. Only the
// goroutine that sends may call write.
type track struct {
	codec    webrtc.RTPCodecCapability
	id       string
	stream   string
	rate     int64
	bound    atomic.Pointer[binding]
	header   rtp.Header
	epoch    time.Time // what the random base of the RTP time stands for
	base     uint32
	packets  uint32
	octets   uint32
	reported time.Time
}

// binding is what negotiation gave.
type binding struct {
	writer  webrtc.TrackLocalWriter
	ssrc    webrtc.SSRC
	payload webrtc.PayloadType
}

var _ webrtc.TrackLocal = (*track)(nil)

func newTrack(codec webrtc.RTPCodecCapability, id, stream string, sequence uint16, base uint32) *track {
	return &track{codec: codec, id: id, stream: stream, rate: int64(codec.ClockRate), base: base,
		header: rtp.Header{Version: 2, SequenceNumber: sequence}}
}

// Bind implements webrtc.TrackLocal.
func (t *track) Bind(ctx webrtc.TrackLocalContext) (webrtc.RTPCodecParameters, error) {
	for _, c := range ctx.CodecParameters() {
		if c.MimeType == t.codec.MimeType {
			t.bound.Store(&binding{ctx.WriteStream(), ctx.SSRC(), c.PayloadType})
			return c, nil
		}
	}
	return webrtc.RTPCodecParameters{}, webrtc.ErrUnsupportedCodec
}

// Unbind implements webrtc.TrackLocal.
func (t *track) Unbind(webrtc.TrackLocalContext) error {
	t.bound.Store(nil)
	return nil
}

// ID implements webrtc.TrackLocal.
func (t *track) ID() string { return t.id }

// RID implements webrtc.TrackLocal.
func (t *track) RID() string { return "" }

// StreamID implements webrtc.TrackLocal: sound and picture share it, so that a
// receiver keeps them together.
func (t *track) StreamID() string { return t.stream }

// Kind implements webrtc.TrackLocal.
func (t *track) Kind() webrtc.RTPCodecType {
	if t.rate == audioRate {
		return webrtc.RTPCodecTypeAudio
	}
	return webrtc.RTPCodecTypeVideo
}

// at sets the header's time to that of a unit.
func (t *track) at(u encode.Unit) { t.header.Timestamp = t.base + ticks(u.At.Sub(t.epoch), t.rate) }

// write sends one packet of the unit that at was told of.
func (t *track) write(b *binding, payload []byte, last bool) error {
	t.header.SSRC, t.header.PayloadType, t.header.Marker = uint32(b.ssrc), uint8(b.payload), last
	_, err := b.writer.WriteRTP(&t.header, payload)
	t.header.SequenceNumber++
	t.packets++
	t.octets += uint32(len(payload)) // wraps by RFC 3550
	return err
}

// report returns a sender report when one is due. It ties RTP time to the clock
// of capture, the same for both tracks, so that lips and voice stay together
// however long each was on its way through an encoder.
func (t *track) report(b *binding, now time.Time) *rtcp.SenderReport {
	if !t.reported.IsZero() && now.Sub(t.reported) < reportEvery {
		return nil
	}
	t.reported = now
	return &rtcp.SenderReport{SSRC: uint32(b.ssrc), NTPTime: ntp(now), RTPTime: t.base + ticks(now.Sub(t.epoch), t.rate),
		PacketCount: t.packets, OctetCount: t.octets}
}
