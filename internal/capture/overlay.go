package capture

// #include "kernels.h"
import "C"

import (
	"image"
	"math"

	"golang.org/x/image/draw"
)

// layer is an overlay made ready for pictures of one size: of each plane, what
// is kept of the picture (255: all) and what is added to it.
type layer struct {
	of   *Overlay
	w, h int             // of the picture
	at   image.Rectangle // where it lies; even, and empty for nothing to see
	y    blending
	cb   blending
	cr   blending
}

type blending struct{ keep, add []byte }

// fits tells whether l is what newLayer would make.
func (l *layer) fits(o *Overlay, w, h int) bool {
	return l != nil && l.of == o && l.w == w && l.h == h
}

// newLayer scales the overlay's image and turns it into planes.
func newLayer(o *Overlay, w, h int) *layer {
	l := &layer{of: o, w: w, h: h}
	if o.Picture == nil || o.Picture.Bounds().Empty() || !(o.Width > 0) {
		return l
	}
	size := o.Picture.Bounds().Size()
	width := math.Min(1, o.Width) * float64(w)
	height := width * float64(size.Y) / float64(size.X)
	if height > float64(h) {
		width, height = width*float64(h)/height, float64(h)
	}
	lw, lh := int(width)&^1, int(height)&^1
	if lw < 2 || lh < 2 {
		return l
	}
	x, y := place(o.X*float64(w-lw), w-lw), place(o.Y*float64(h-lh), h-lh)
	l.at = image.Rect(x, y, x+lw, y+lh)
	scaled := image.NewRGBA(image.Rect(0, 0, lw, lh))
	draw.CatmullRom.Scale(scaled, scaled.Bounds(), o.Picture, o.Picture.Bounds(), draw.Src, nil)
	l.fill(scaled)
	return l
}

// fill turns premultiplied RGBA into planes, BT.601 with limited range.
func (l *layer) fill(img *image.RGBA) {
	w, h := l.at.Dx(), l.at.Dy()
	l.y, l.cb, l.cr = newBlending(w*h), newBlending(w*h/4), newBlending(w*h/4)
	for y := range h {
		for x := range w {
			p := img.Pix[y*img.Stride+4*x:]
			r, g, b, a := float64(p[0]), float64(p[1]), float64(p[2]), float64(p[3])
			l.y.set(y*w+x, a, 16*a/255+0.25679*r+0.50413*g+0.09791*b)
		}
	}
	for y := 0; y < h; y += 2 {
		for x := 0; x < w; x += 2 {
			var sum [4]float64
			for _, i := range []int{y*img.Stride + 4*x, y*img.Stride + 4*x + 4, (y+1)*img.Stride + 4*x, (y+1)*img.Stride + 4*x + 4} {
				for c := range sum {
					sum[c] += float64(img.Pix[i+c]) / 4
				}
			}
			r, g, b, a := sum[0], sum[1], sum[2], sum[3]
			i := y/2*(w/2) + x/2
			l.cb.set(i, a, 128*a/255-0.14822*r-0.29099*g+0.43922*b)
			l.cr.set(i, a, 128*a/255+0.43922*r-0.36779*g-0.07143*b)
		}
	}
}

func newBlending(n int) blending { return blending{keep: make([]byte, n), add: make([]byte, n)} }

// set makes place i of opacity a (0 to 255) with the premultiplied value v; the
// sum of both never passes what a byte holds.
func (b blending) set(i int, a, v float64) {
	keep := 255 - int(a+0.5)
	b.keep[i] = byte(keep)
	b.add[i] = byte(min(max(v+0.5, 0), float64(255-keep)))
}

// blend lays the overlay over f, which has the size it was made for.
func (l *layer) blend(f *Frame) {
	if l.at.Empty() {
		return
	}
	w, h := l.at.Dx(), l.at.Dy()
	l.y.over(f.Y[l.at.Min.Y*f.YStride+l.at.Min.X:], f.YStride, w, h)
	c := l.at.Min.Y/2*f.CStride + l.at.Min.X/2
	l.cb.over(f.Cb[c:], f.CStride, w/2, h/2)
	l.cr.over(f.Cr[c:], f.CStride, w/2, h/2)
}

func (b blending) over(plane []byte, stride, w, h int) {
	C.jc_blend_plane(at(plane, 0), C.int(stride), at(b.keep, 0), at(b.add, 0), C.int(w), C.int(h))
}

// copyFrom copies the planes of src, which has the same size.
func (f *Frame) copyFrom(src *Frame) {
	cw, ch := C.int((f.Width+1)/2), C.int((f.Height+1)/2)
	C.jc_copy_plane(at(f.Y, 0), C.int(f.YStride), at(src.Y, 0), C.int(src.YStride), C.int(f.Width), C.int(f.Height))
	C.jc_copy_plane(at(f.Cb, 0), C.int(f.CStride), at(src.Cb, 0), C.int(src.CStride), cw, ch)
	C.jc_copy_plane(at(f.Cr, 0), C.int(f.CStride), at(src.Cr, 0), C.int(src.CStride), cw, ch)
}

// flip mirrors the picture in place.
func (f *Frame) flip() {
	cw, ch := C.int((f.Width+1)/2), C.int((f.Height+1)/2)
	C.jc_flip_plane(at(f.Y, 0), C.int(f.YStride), C.int(f.Width), C.int(f.Height))
	C.jc_flip_plane(at(f.Cb, 0), C.int(f.CStride), cw, ch)
	C.jc_flip_plane(at(f.Cr, 0), C.int(f.CStride), cw, ch)
}
