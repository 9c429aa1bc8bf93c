package capture

// #cgo CFLAGS: -O3
// #include "kernels.h"
import "C"

import (
	"fmt"
	"image"
	"unsafe"
)

// Fill420 turns one raw picture of the frame's size, packed as px, into f. The
// stride is in bytes and that of the first plane; 0 means without padding. The
// planes of I420 and NV12 follow each other without a gap, chroma strides being
// derived from the luma's as V4L2 defines them. An error of KindFormat says
// that raw is too short or px unknown. It allocates nothing.
func (f *Frame) Fill420(raw []byte, px PixelFormat, stride int) error {
	if stride == 0 {
		stride = minStride(px, f.Width)
	}
	if need := rawSize(px, stride, f.Width, f.Height); need == 0 || len(raw) < need {
		return &Error{Op: "capture.Fill420", Kind: KindFormat, Message: fmt.Sprintf(
			"The camera sent %d bytes for a %dx%d %s picture, which needs %d; choose another size or unplug it and plug it in again.",
			len(raw), f.Width, f.Height, px, need)}
	}
	dst := f.picture()
	src := (*C.uint8_t)(unsafe.Pointer(&raw[0]))
	switch px {
	case PixelYUYV:
		C.jc_packed_to_i420(src, C.int(stride), 1, dst)
	case PixelUYVY:
		C.jc_packed_to_i420(src, C.int(stride), 0, dst)
	case PixelNV12:
		C.jc_nv12_to_i420(src, C.int(stride), at(raw, stride*f.Height), C.int(stride), dst)
	case PixelI420:
		cw, ch, cs := (f.Width+1)/2, (f.Height+1)/2, (stride+1)/2
		cb := stride * f.Height
		C.jc_copy_plane(dst.y, dst.ystride, src, C.int(stride), dst.w, dst.h)
		C.jc_copy_plane(dst.cb, dst.cstride, at(raw, cb), C.int(cs), C.int(cw), C.int(ch))
		C.jc_copy_plane(dst.cr, dst.cstride, at(raw, cb+cs*ch), C.int(cs), C.int(cw), C.int(ch))
	}
	return nil
}

func minStride(px PixelFormat, w int) int {
	switch px {
	case PixelYUYV, PixelUYVY:
		return 2 * ((w + 1) &^ 1)
	case PixelNV12:
		return (w + 1) &^ 1
	default:
		return w
	}
}

// rawSize is the number of bytes that a picture must have, without the padding
// of its last row; 0 for a format that is not raw or a stride that is too small.
func rawSize(px PixelFormat, stride, w, h int) int {
	least := minStride(px, w)
	if stride < least {
		return 0
	}
	ch := (h + 1) / 2
	switch px {
	case PixelYUYV, PixelUYVY:
		return stride*(h-1) + least
	case PixelNV12:
		return stride*h + stride*(ch-1) + least
	case PixelI420:
		cs := (stride + 1) / 2
		return stride*h + cs*ch + cs*(ch-1) + (w+1)/2
	default:
		return 0
	}
}

// picture is valid for the one C call it is passed to.
func (f *Frame) picture() C.jc_picture {
	return C.jc_picture{y: at(f.Y, 0), cb: at(f.Cb, 0), cr: at(f.Cr, 0),
		ystride: C.int(f.YStride), cstride: C.int(f.CStride), w: C.int(f.Width), h: C.int(f.Height)}
}

func at(b []byte, i int) *C.uint8_t { return (*C.uint8_t)(unsafe.Pointer(&b[i])) }

// The preview's size at most, in pixels.
const (
	PreviewWidth  = 640
	PreviewHeight = 360
)

// PreviewSize returns the size in which a picture of w × h pixels is shown: its
// own shape, not larger than it is nor than PreviewWidth × PreviewHeight; 0, 0
// for no picture.
func PreviewSize(w, h int) (pw, ph int) {
	if w < 1 || h < 1 {
		return 0, 0
	}
	pw, ph = w, h
	if pw > PreviewWidth {
		pw, ph = PreviewWidth, max(1, h*PreviewWidth/w)
	}
	if ph > PreviewHeight {
		pw, ph = max(1, w*PreviewHeight/h), PreviewHeight
	}
	return pw, ph
}

// RGBA paints the whole of f over the whole of dst, opaque, scaled quickly where
// their sizes differ. It allocates nothing; an empty dst stays empty.
func RGBA(dst *image.RGBA, f *Frame) {
	b := dst.Bounds()
	if b.Empty() {
		return
	}
	C.jc_i420_to_rgba(f.picture(), at(dst.Pix, 0), C.int(dst.Stride), C.int(b.Dx()), C.int(b.Dy()))
}
