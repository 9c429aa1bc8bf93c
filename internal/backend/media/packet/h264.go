package packet

// NAL unit types of ITU-T H.264 table 7-1 and RFC 6184 section 5.2.
const (
	nalIDR   = 5
	nalSPS   = 7
	nalSTAPA = 24
	nalFUA   = 28
)

// StartsKeyFrame tells whether an H.264 payload (RFC 6184, packetization-mode
// 1) holds parameter sets or the beginning of an IDR picture.
func StartsKeyFrame(payload []byte) bool {
	if len(payload) == 0 {
		return false
	}
	switch kind := payload[0] & 0x1f; kind {
	case nalIDR, nalSPS:
		return true
	case nalFUA:
		return len(payload) > 1 && payload[1]&0x80 != 0 && payload[1]&0x1f == nalIDR
	case nalSTAPA:
		return aggregateStartsKeyFrame(payload[1:])
	default:
		return false
	}
}

// aggregateStartsKeyFrame looks at the units of a STAP-A, each behind its
// length in two bytes.
func aggregateStartsKeyFrame(rest []byte) bool {
	for len(rest) > 2 {
		size := int(rest[0])<<8 | int(rest[1])
		if size == 0 || size > len(rest)-2 {
			return false
		}
		if kind := rest[2] & 0x1f; kind == nalIDR || kind == nalSPS {
			return true
		}
		rest = rest[2+size:]
	}
	return false
}
