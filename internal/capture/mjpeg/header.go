package mjpeg

import (
	"encoding/binary"
	"fmt"

	"github.com/jasmincam/jasmincam/internal/capture"
)

// header is what has to be known before a frame can be taken from the pool.
type header struct {
	width, height int
	tables        bool // Huffman tables are there
}

// Markers of ITU T.81, table B.1.
const (
	markSOI  = 0xd8
	markSOF0 = 0xc0 // baseline
	markSOF1 = 0xc1 // extended sequential
	markDHT  = 0xc4
	markSOS  = 0xda
	markTEM  = 0x01
	markRST0 = 0xd0
	markEOI  = 0xd9
)

// parse walks the markers up to the first scan. It accepts sequential JPEG in
// one scan only: cameras send nothing else, and any number of scans can be made
// to cost a decoder any amount of time.
func parse(data []byte) (header, error) {
	var h header
	components := 0
	if len(data) < 4 || data[0] != 0xff || data[1] != markSOI {
		return h, broken("does not begin like a JPEG", nil)
	}
	for p := 2; p+4 <= len(data); {
		if data[p] != 0xff {
			return h, broken("has bytes where a marker must be", nil)
		}
		mark := data[p+1]
		if mark == 0xff { // fill byte
			p++
			continue
		}
		if mark == markTEM || mark >= markRST0 && mark <= markEOI {
			return h, broken(fmt.Sprintf("has the marker %#x before its picture", mark), nil)
		}
		n := int(binary.BigEndian.Uint16(data[p+2:]))
		body := data[p+4:]
		if n < 2 || len(body) < n-2 {
			return h, broken("ends within its header", nil)
		}
		body = body[:n-2]
		switch {
		case mark == markSOS:
			if h.width == 0 {
				return h, broken("has no frame header", nil)
			}
			if len(body) < 1 || int(body[0]) != components {
				return h, broken("comes in several scans", nil)
			}
			return h, nil
		case mark == markDHT:
			h.tables = true
		case mark == markSOF0 || mark == markSOF1:
			if len(body) < 6 {
				return h, broken("has a short frame header", nil)
			}
			h.height, h.width = int(binary.BigEndian.Uint16(body[1:])), int(binary.BigEndian.Uint16(body[3:]))
			components = int(body[5])
			if h.width < 1 || h.height < 1 || h.width > capture.MaxWidth || h.height > capture.MaxHeight {
				return h, broken(fmt.Sprintf("claims to be %dx%d", h.width, h.height), nil)
			}
		case mark > markSOF1 && mark < markRST0 && mark != 0xc8 && mark != 0xcc:
			return h, broken("is not sequential", nil)
		}
		p += 2 + n
	}
	return h, broken("ends within its header", nil)
}

// broken says what is wrong with a picture.
func broken(what string, err error) error {
	return &capture.Error{Op: "mjpeg.Decode", Kind: capture.KindBroken, Err: err,
		Message: "A JPEG picture " + what + "; it is left out."}
}
