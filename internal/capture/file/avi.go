package file

import (
	"encoding/binary"
	"fmt"
	"strings"

	"github.com/jasmincam/jasmincam/internal/capture"
	"github.com/jasmincam/jasmincam/internal/capture/mjpeg"
)

const (
	maxPictures = 1 << 20  // of an AVI file that are played; nine hours at 30 fps
	maxPicture  = 64 << 20 // bytes of one
	maxChunks   = 1 << 22  // that are looked at
	maxDepth    = 6        // of lists in lists
	// maxDamaged is how many pictures in a row may be damaged before the file
	// counts as broken.
	maxDamaged = 60
)

// avi is Motion JPEG in RIFF AVI, OpenDML segments included.
type avi struct {
	*source
	w, h     int
	num, den int64
	stream   int // number of the picture stream; -1 until found
	streams  int // headers seen
	chunks   int
	pictures []span

	at      int
	buf     []byte
	decoder *mjpeg.Decoder
	damaged int
}

// span is one picture in the file.
type span struct {
	off  int64
	size int
}

func openAVI(s *source) (*avi, error) {
	c := &avi{source: s, stream: -1}
	if err := c.walk(0, s.size, 0); err != nil {
		return nil, err
	}
	if c.stream < 0 {
		return nil, c.unknown("holds no Motion JPEG; convert it with: ffmpeg -i FILE -c:v mjpeg -q:v 3 out.avi")
	}
	if len(c.pictures) == 0 {
		return nil, c.broken("holds no picture", nil)
	}
	if err := c.checkRate(c.num, c.den); err != nil {
		return nil, err
	}
	return c, c.checkSize(c.w, c.h)
}

// walk reads the chunks from off to end.
func (c *avi) walk(off, end int64, depth int) error {
	var head [12]byte
	for off+8 <= end && len(c.pictures) < maxPictures {
		if c.chunks++; c.chunks > maxChunks {
			return c.broken("has more parts than any recording", nil)
		}
		if !c.read(head[:8], off) {
			return nil
		}
		id, size := string(head[:4]), int64(binary.LittleEndian.Uint32(head[4:]))
		body := off + 8
		if id == "RIFF" || id == "LIST" {
			if depth == maxDepth || !c.read(head[8:], body) {
				return c.broken("has lists without an end", nil)
			}
			// A recording that was cut off has sizes that were never written.
			stop := body + size
			if stop > end || size < 4 {
				stop = end
			}
			if err := c.walk(body+4, stop, depth+1); err != nil {
				return err
			}
			off = stop + stop&1
			continue
		}
		if err := c.chunk(id, body, size); err != nil {
			return err
		}
		off = body + size + size&1
	}
	return nil
}

func (c *avi) chunk(id string, off, size int64) error {
	switch {
	case id == "strh":
		return c.streamHeader(off, size)
	case id == "strf" && c.stream == c.streams-1 && c.w == 0 && c.stream >= 0:
		var b [12]byte
		if size < 40 || !c.read(b[:], off) {
			return c.broken("has a short picture header", nil)
		}
		c.w = int(int32(binary.LittleEndian.Uint32(b[4:])))
		c.h = int(int32(binary.LittleEndian.Uint32(b[8:])))
		c.h = max(c.h, -c.h) // negative: stored from the top
	case c.isPicture(id):
		if off+size > c.size {
			return c.broken("ends in the middle of a picture", nil)
		}
		if size > maxPicture {
			return c.broken(fmt.Sprintf("has a picture of %d bytes", size), nil)
		}
		p := span{off, int(size)}
		if size == 0 { // the one before again
			if len(c.pictures) == 0 {
				return nil
			}
			p = c.pictures[len(c.pictures)-1]
		}
		c.pictures = append(c.pictures, p)
	}
	return nil
}

// streamHeader notes the first stream of Motion JPEG.
func (c *avi) streamHeader(off, size int64) error {
	var b [28]byte
	if size < int64(len(b)) || !c.read(b[:], off) {
		return c.broken("has a short stream header", nil)
	}
	c.streams++
	if c.stream >= 0 || string(b[:4]) != "vids" {
		return nil
	}
	if codec := strings.ToUpper(string(b[4:8])); codec != "MJPG" && codec != "JPEG" {
		return nil
	}
	c.stream = c.streams - 1
	c.den = int64(binary.LittleEndian.Uint32(b[20:]))
	c.num = int64(binary.LittleEndian.Uint32(b[24:]))
	return nil
}

// isPicture knows ids such as 00dc: two digits of the stream, then the kind.
func (c *avi) isPicture(id string) bool {
	return c.stream >= 0 && (id[2:] == "dc" || id[2:] == "db") &&
		int(id[0]-'0')*10+int(id[1]-'0') == c.stream
}

func (c *avi) format() capture.Format {
	return capture.Format{Width: c.w, Height: c.h, FPS: float64(c.num) / float64(c.den), Pixel: capture.PixelMJPEG}
}

func (c *avi) rate() (num, den int) { return int(c.num), int(c.den) }

func (c *avi) next(pool *capture.Pool) (*capture.Frame, error) {
	if c.decoder == nil {
		c.decoder = mjpeg.NewDecoder(pool)
	}
	p := c.pictures[c.at]
	c.at = (c.at + 1) % len(c.pictures)
	if cap(c.buf) < p.size {
		c.buf = make([]byte, p.size+p.size/4)
	}
	if !c.read(c.buf[:p.size], p.off) {
		return nil, c.broken("became shorter while it was played", nil)
	}
	f, err := c.decoder.Decode(c.buf[:p.size])
	if err == nil {
		c.damaged = 0
		return f, nil
	}
	if c.damaged++; c.damaged >= min(maxDamaged, len(c.pictures)) {
		return nil, c.broken(fmt.Sprintf("has %d damaged pictures in a row", c.damaged), err)
	}
	return nil, nil
}

func (c *avi) close() {
	if c.decoder != nil {
		c.decoder.Close()
	}
	c.source.close()
}
