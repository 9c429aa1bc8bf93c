package openh264

// #include "bridge.h"
import "C"

import (
	"errors"
	"fmt"
	"image"
)

// MaxUnit is the largest access unit that Decode takes, in bytes.
const MaxUnit = 8 << 20

// Decoder turns access units back into pictures: for tests, benchmarks and viewers written in Go. It conceals
// nothing: a damaged or missing picture is an error. One goroutine at a time may use it.
type Decoder struct {
	c       *C.jc_decoder
	picture image.YCbCr
}

// NewDecoder makes a decoder that waits for a key frame; the caller must Close it.
func NewDecoder() (*Decoder, error) {
	d := &Decoder{}
	if rv := C.jc_decoder_new(&d.c); rv != 0 {
		return nil, fmt.Errorf("openh264: the decoder did not start (code %d)", int(rv))
	}
	return d, nil
}

// Decode reads one whole Annex B access unit. The picture (4:2:0, rows without padding) belongs to the decoder and
// stays valid until its next call. A nil picture without an error means that the unit held none.
func (d *Decoder) Decode(unit []byte) (*image.YCbCr, error) {
	switch {
	case d.c == nil:
		return nil, ErrClosed
	case len(unit) == 0:
		return nil, nil
	case len(unit) > MaxUnit:
		return nil, fmt.Errorf("openh264: an access unit of %d bytes is over the limit of %d", len(unit), MaxUnit)
	}
	var out C.jc_picture
	if rv := C.jc_decoder_decode(d.c, (*C.uint8_t)(&unit[0]), C.int(len(unit)), &out); rv != 0 {
		return nil, fmt.Errorf("openh264: the picture cannot be decoded (state %#x): wait for a key frame", int(rv))
	}
	if out.ready == 0 {
		return nil, nil
	}
	if out.width < 1 || out.height < 1 || out.planes[0] == nil || out.planes[1] == nil || out.planes[2] == nil {
		return nil, errors.New("openh264: the decoded picture has no size: wait for a key frame")
	}
	d.size(int(out.width), int(out.height))
	C.jc_picture_copy(&out, (*C.uint8_t)(&d.picture.Y[0]), (*C.uint8_t)(&d.picture.Cb[0]), (*C.uint8_t)(&d.picture.Cr[0]))
	return &d.picture, nil
}

// Close frees the library's memory. A second call does nothing.
func (d *Decoder) Close() {
	if d.c != nil {
		C.jc_decoder_free(d.c)
		d.c = nil
	}
}

func (d *Decoder) size(w, h int) {
	rect := image.Rect(0, 0, w, h)
	if d.picture.Rect != rect {
		d.picture = *image.NewYCbCr(rect, image.YCbCrSubsampleRatio420)
	}
}
