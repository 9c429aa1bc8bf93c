package uplink

import "bytes"

// maxPayload is the largest RTP payload: with RTP header, extension, SRTP tag
// and UDP over IPv6 a packet stays within 1280 bytes, which every path carries.
const maxPayload = 1180

// NAL unit types (H.264, table 7-1) and payload types (RFC 6184, table 1).
const (
	nalSPS    = 7
	nalPPS    = 8
	nalAUD    = 9
	nalFiller = 12
	nalSTAPA  = 24
	nalFUA    = 28

	nalTypeMask = 0x1f
	nalRefMask  = 0x60
)

// packetizer cuts access units into payloads of RFC 6184, packetization mode 1.
// It keeps its memory from one unit to the next and serves one goroutine.
type packetizer struct {
	nals [][]byte
	buf  [maxPayload]byte
}

// cut hands the payloads of an Annex B access unit to emit, in order. A payload
// is valid inside the call; last marks the unit's end.
func (p *packetizer) cut(unit []byte, emit func(payload []byte, last bool) error) error {
	p.split(unit)
	for i := 0; i < len(p.nals); {
		n := p.together(i)
		last := i+n == len(p.nals)
		var err error
		switch {
		case n > 1:
			err = emit(p.aggregate(p.nals[i:i+n]), last)
		case len(p.nals[i]) <= maxPayload:
			err = emit(p.nals[i], last)
		default:
			err = p.fragment(p.nals[i], last, emit)
		}
		if err != nil {
			return err
		}
		i += n
	}
	return nil
}

// split finds the NAL units between start codes; delimiters and filler are of
// no use to a receiver.
func (p *packetizer) split(unit []byte) {
	p.nals = p.nals[:0]
	code := []byte{0, 0, 1}
	at := bytes.Index(unit, code)
	for at >= 0 {
		unit = unit[at+3:]
		at = bytes.Index(unit, code)
		nal := unit
		if at >= 0 {
			nal = unit[:at]
		}
		nal = bytes.TrimRight(nal, "\x00")
		if len(nal) == 0 || nal[0]&nalTypeMask == nalAUD || nal[0]&nalTypeMask == nalFiller {
			continue
		}
		p.nals = append(p.nals, nal)
	}
}

// together tells how many NAL units from i on travel in one packet: parameter
// sets do, everything else goes alone.
func (p *packetizer) together(i int) int {
	size, n := 1, 0
	for _, nal := range p.nals[i:] {
		t := nal[0] & nalTypeMask
		if size += 2 + len(nal); size > maxPayload || (t != nalSPS && t != nalPPS) {
			break
		}
		n++
	}
	return max(n, 1)
}

// aggregate makes a STAP-A (RFC 6184, section 5.7.1).
func (p *packetizer) aggregate(nals [][]byte) []byte {
	out := append(p.buf[:0], nalSTAPA)
	for _, nal := range nals {
		out[0] |= nal[0] & nalRefMask
		out = append(out, byte(len(nal)>>8), byte(len(nal)))
		out = append(out, nal...)
	}
	return out
}

// fragment makes FU-As (RFC 6184, section 5.8) of about equal size.
func (p *packetizer) fragment(nal []byte, last bool, emit func([]byte, bool) error) error {
	const start, end = 0x80, 0x40
	head := nal[0]
	rest := nal[1:]
	parts := (len(rest) + maxPayload - 3) / (maxPayload - 2)
	for i := range parts {
		size := (len(rest) + parts - i - 1) / (parts - i)
		flags := head & nalTypeMask
		if i == 0 {
			flags |= start
		}
		if i == parts-1 {
			flags |= end
		}
		out := append(p.buf[:0], head&nalRefMask|nalFUA, flags)
		out = append(out, rest[:size]...)
		if err := emit(out, last && i == parts-1); err != nil {
			return err
		}
		rest = rest[size:]
	}
	return nil
}
