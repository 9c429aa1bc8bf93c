package packet

import "encoding/binary"

// Feedback is told what an RTCP packet asks for. SSRCs are those of the stream
// that the peer receives.
type Feedback interface {
	// Missing names sequence numbers that did not arrive (RFC 4585 section 6.2.1).
	Missing(ssrc uint32, first, mask uint16)
	// KeyFrame asks for a whole picture (PLI, RFC 4585 section 6.3.1; FIR, RFC
	// 5104 section 4.3.1).
	KeyFrame(ssrc uint32)
	// Report is a sender's report (RFC 3550 section 6.4.1): its wall clock as an
	// NTP time and the RTP time of the same moment.
	Report(ssrc uint32, ntp uint64, rtp uint32)
	// Received is a block of a receiver's report (RFC 3550 section 6.4.2): the
	// highest sequence number that arrived, and how many are missing in all.
	Received(ssrc uint32, highest uint16, lost int32)
}

// RTCP packet types and feedback formats.
const (
	rtcpSR    = 200
	rtcpRR    = 201
	rtcpRTPFB = 205
	rtcpPSFB  = 206
	fmtNACK   = 1
	fmtPLI    = 1
	fmtFIR    = 4
)

// ReadFeedback walks through a compound RTCP packet. What it does not know or
// what is malformed is passed over; it allocates nothing.
func ReadFeedback(b []byte, to Feedback) {
	for len(b) >= 4 && b[0]>>6 == 2 {
		size := 4 * (int(binary.BigEndian.Uint16(b[2:])) + 1)
		if size > len(b) {
			return
		}
		part := b[:size]
		b = b[size:]
		format := part[0] & 0x1f
		switch kind := part[1]; {
		case kind == rtcpSR && size >= 28:
			to.Report(binary.BigEndian.Uint32(part[4:]), binary.BigEndian.Uint64(part[8:]), binary.BigEndian.Uint32(part[16:]))
		case kind == rtcpRR:
			for rest := part[min(8, size):]; len(rest) >= 24; rest = rest[24:] {
				lost := int32(binary.BigEndian.Uint32(rest[4:])<<8) >> 8 // 24 bits with a sign
				to.Received(binary.BigEndian.Uint32(rest), binary.BigEndian.Uint16(rest[10:]), lost)
			}
		case kind == rtcpRTPFB && format == fmtNACK && size >= 16:
			ssrc := binary.BigEndian.Uint32(part[8:])
			for rest := part[12:]; len(rest) >= 4; rest = rest[4:] {
				to.Missing(ssrc, binary.BigEndian.Uint16(rest), binary.BigEndian.Uint16(rest[2:]))
			}
		case kind == rtcpPSFB && format == fmtPLI && size >= 12:
			to.KeyFrame(binary.BigEndian.Uint32(part[8:]))
		case kind == rtcpPSFB && format == fmtFIR && size >= 20:
			to.KeyFrame(binary.BigEndian.Uint32(part[12:]))
		}
	}
}
