package file

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"

	"github.com/jasmincam/jasmincam/internal/capture"
)

const (
	maxLine  = 1024  // bytes of a header line
	maxProbe = 10000 // pictures that are looked for when the file is opened
)

// y4m is a YUV4MPEG2 stream: a line of parameters, then for each picture a line
// that begins with FRAME and the three planes.
type y4m struct {
	*source
	w, h     int
	num, den int64
	fps      float64
	first    int64 // offset of the first FRAME line
	at       int64 // of the next
	bytes    int64 // of a picture
	line     []byte
	scratch  []byte     // a picture whose rows do not fit the frame's strides
	limited  *[256]byte // luma of a full-range stream; nil: as it is
	chroma   *[256]byte
}

func openY4M(s *source) (*y4m, error) {
	c := &y4m{source: s, line: make([]byte, maxLine), num: 30, den: 1}
	head, err := c.readLine(0)
	if err != nil {
		return nil, err
	}
	c.first = int64(len(head)) + 1
	if err := c.parse(strings.Fields(string(head))[1:]); err != nil {
		return nil, err
	}
	c.at = c.first
	return c, c.probe()
}

// readLine returns the line at off without its end; the bytes are c.line's.
func (c *y4m) readLine(off int64) ([]byte, error) {
	n, _ := c.r.ReadAt(c.line, off)
	end := bytes.IndexByte(c.line[:n], '\n')
	if end < 0 {
		return nil, c.broken(fmt.Sprintf("has no header line at byte %d", off), nil)
	}
	return c.line[:end], nil
}

func (c *y4m) parse(params []string) error {
	for _, p := range params {
		v := p[1:]
		var err error
		switch p[0] {
		case 'W':
			c.w, err = strconv.Atoi(v)
		case 'H':
			c.h, err = strconv.Atoi(v)
		case 'F':
			err = c.parseRate(v)
		case 'I':
			if v != "p" && v != "?" {
				return c.unknown("is interlaced; convert it with: ffmpeg -i FILE -vf yadif -pix_fmt yuv420p out.y4m")
			}
		case 'C':
			switch v {
			case "420", "420jpeg", "420mpeg2", "420paldv":
			default:
				return c.unknown("has pixels of the kind " + strconv.Quote(v) + "; convert it with: ffmpeg -i FILE -pix_fmt yuv420p out.y4m")
			}
		case 'X':
			if v == "COLORRANGE=FULL" {
				c.limited, c.chroma = rangeTable(219, 16), rangeTable(224, 16)
			}
		}
		if err != nil {
			return c.broken("has the strange parameter "+strconv.Quote(p), err)
		}
	}
	if err := c.checkSize(c.w, c.h); err != nil {
		return err
	}
	if err := c.checkRate(c.num, c.den); err != nil {
		return err
	}
	c.bytes = int64(c.w*c.h + 2*((c.w+1)/2)*((c.h+1)/2))
	c.fps = float64(c.num) / float64(c.den)
	return nil
}

func (c *y4m) parseRate(v string) error {
	a, b, ok := strings.Cut(v, ":")
	num, err := strconv.ParseInt(a, 10, 64)
	if err != nil {
		return err
	}
	den, err := strconv.ParseInt(b, 10, 64)
	if err != nil || !ok {
		return fmt.Errorf("rate %q: %w", v, err)
	}
	if num == 0 && den == 0 { // unknown, says the format
		return nil
	}
	c.num, c.den = num, den
	return nil
}

// rangeTable brings full range to limited: 0 to 255 become foot to foot+span.
func rangeTable(span, foot int) *[256]byte {
	var t [256]byte
	for i := range t {
		t[i] = byte((i*span+127)/255 + foot)
	}
	return &t
}

// probe finds out now what would otherwise end the show in the middle.
func (c *y4m) probe() error {
	at := c.first
	for range maxProbe {
		if at == c.size && at > c.first {
			return nil
		}
		data, err := c.picture(at)
		if err != nil {
			return err
		}
		if at = data + c.bytes; at > c.size {
			return c.broken("ends in the middle of a picture", nil)
		}
	}
	return nil
}

// picture returns the offset of the planes whose FRAME line is at off.
func (c *y4m) picture(off int64) (int64, error) {
	line, err := c.readLine(off)
	if err != nil {
		return 0, err
	}
	if !bytes.HasPrefix(line, []byte("FRAME")) {
		return 0, c.broken(fmt.Sprintf("has no picture at byte %d", off), nil)
	}
	return off + int64(len(line)) + 1, nil
}

func (c *y4m) format() capture.Format {
	return capture.Format{Width: c.w, Height: c.h, FPS: c.fps, Pixel: capture.PixelI420}
}

func (c *y4m) rate() (num, den int) { return int(c.num), int(c.den) }

func (c *y4m) next(pool *capture.Pool) (*capture.Frame, error) {
	if c.at >= c.size {
		c.at = c.first
	}
	data, err := c.picture(c.at)
	if err != nil {
		return nil, err
	}
	if data+c.bytes > c.size { // cut off far behind the probe
		c.at = c.first
		return nil, nil
	}
	c.at = data + c.bytes
	f := pool.Get(c.w, c.h)
	if f == nil {
		return nil, nil
	}
	if err := c.load(f, data); err != nil {
		f.Release()
		return nil, err
	}
	return f, nil
}

func (c *y4m) load(f *capture.Frame, off int64) error {
	ok := true
	if f.YStride == c.w && f.CStride == (c.w+1)/2 {
		for _, p := range [...][]byte{f.Y, f.Cb, f.Cr} {
			ok = ok && c.read(p, off)
			off += int64(len(p))
		}
	} else {
		if c.scratch == nil {
			c.scratch = make([]byte, c.bytes)
		}
		ok = c.read(c.scratch, off)
		if err := f.Fill420(c.scratch, capture.PixelI420, c.w); err != nil {
			return err
		}
	}
	if !ok {
		return c.broken("became shorter while it was played", nil)
	}
	if c.limited != nil {
		translate(f.Y, c.limited)
		translate(f.Cb, c.chroma)
		translate(f.Cr, c.chroma)
	}
	return nil
}

func translate(b []byte, t *[256]byte) {
	for i, v := range b {
		b[i] = t[v]
	}
}
