package peer

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"math/rand/v2"
	"time"
)

// Unit is one access unit, sent or received.
type Unit struct {
	Hash  [32]byte // SHA-256 of the Annex B bytes
	TS    uint32   // RTP time
	Key   bool     // with SPS, PPS and an IDR picture
	Whole bool     // no packet of it was missing
	Size  int      // bytes
	Data  []byte   // Annex B, kept when Watch.Keep says so
	At    time.Time
}

// annexB joins NAL units with start codes.
func annexB(nals [][]byte) []byte {
	var b bytes.Buffer
	for _, n := range nals {
		b.Write([]byte{0, 0, 0, 1})
		b.Write(n)
	}
	return b.Bytes()
}

// picture makes an access unit of about size bytes for frame number n.
func picture(r *rand.Rand, n uint32, key bool, size int) [][]byte {
	body := make([]byte, max(size, 16))
	for i := 0; i+8 <= len(body); i += 8 {
		binary.LittleEndian.PutUint64(body[i:], r.Uint64()|0x0101010101010101) // no zero bytes: no start codes inside
	}
	for i := range 4 { // the frame number, without zero bytes
		body[1+2*i], body[2+2*i] = 0x10|byte(n>>(28-8*i))&0x0f, 0x10|byte(n>>(24-8*i))&0x0f
	}
	if !key {
		body[0] = 0x41 // a slice of a picture that refers to others
		return [][]byte{body}
	}
	body[0] = 0x65 // a slice of an IDR picture
	return [][]byte{{0x67, 0x42, 0xe0, 0x1f, 0x95, 0xa0, 0x14, 0x01, 0x6e, 0x40}, {0x68, 0xce, 0x3c, 0x80}, body}
}

func hashOf(nals [][]byte) (sum [32]byte, size int) {
	b := annexB(nals)
	return sha256.Sum256(b), len(b)
}
