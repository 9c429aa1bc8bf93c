//go:build linux && !purejpeg

package mjpeg

// #cgo CFLAGS: -O3
// #cgo LDFLAGS: -ljpeg
// #include "turbo.h"
import "C"

import (
	"errors"
	"runtime"
	"unsafe"

	"github.com/jasmincam/jasmincam/internal/capture"
)

// Native tells whether libjpeg-turbo decodes.
const Native = true

// Decoder decodes picture after picture with one set of buffers.
type Decoder struct {
	pool *capture.Pool
	c    *C.jc_jpeg
}

// NewDecoder returns a decoder whose frames come from pool. Close frees it.
func NewDecoder(pool *capture.Pool) *Decoder { return &Decoder{pool: pool} }

// Close frees the library's memory; the decoder may be used again afterwards.
func (d *Decoder) Close() {
	C.jc_jpeg_free(d.c)
	d.c = nil
}

// Decode returns the picture in data with one reference. The error is of
// KindBroken for a picture that is damaged or of an unknown kind. A nil frame
// without an error means that the pool was empty.
func (d *Decoder) Decode(data []byte) (*capture.Frame, error) {
	h, err := parse(data)
	if err != nil {
		return nil, err
	}
	if d.c == nil {
		if d.c = C.jc_jpeg_new(); d.c == nil {
			return nil, broken("found no memory to be decoded in", nil)
		}
	}
	f := d.pool.Get(h.width, h.height)
	if f == nil {
		return nil, nil
	}
	rc := C.jc_jpeg_decode(d.c, at(data), C.size_t(len(data)), C.jc_planes{
		y: at(f.Y), cb: at(f.Cb), cr: at(f.Cr), ystride: C.int(f.YStride), cstride: C.int(f.CStride),
		w: C.int(f.Width), h: C.int(f.Height)})
	runtime.KeepAlive(d)
	if rc == C.JC_OK {
		return f, nil
	}
	f.Release()
	return nil, d.failure(rc)
}

func (d *Decoder) failure(rc C.int) error {
	switch rc {
	case C.JC_KIND:
		return broken("is of a colour kind that no camera sends", nil)
	case C.JC_SIZE:
		return broken("has two sizes", nil)
	case C.JC_MEMORY:
		return broken("found no memory to be decoded in", nil)
	default:
		return broken("is damaged", errors.New(C.GoString(C.jc_jpeg_message(d.c))))
	}
}

func at(b []byte) *C.uint8_t { return (*C.uint8_t)(unsafe.Pointer(&b[0])) }
