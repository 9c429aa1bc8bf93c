package capture

import (
	"image"
	"math"
)

// MaxZoom bounds Look.Zoom: beyond it a webcam's picture is only blocks.
const MaxZoom = 4.0

// Look is what becomes of every picture before anybody sees it, the same for
// preview, members and stills. The zero value leaves it as the camera sends it.
type Look struct {
	Mirror  bool
	Zoom    float64  // 1 to MaxZoom; less is 1: the whole picture
	X, Y    float64  // 0 to 1: the centre of what is kept, moved so that it stays inside
	Overlay *Overlay // nil: none
}

// Overlay is an image that lies over the picture, such as a logo. It is never
// mirrored or zoomed, and not changed once it was given away: the same pointer is
// prepared only once.
type Overlay struct {
	Picture image.Image
	X, Y    float64 // 0 to 1: 0, 0 is the upper left corner, 1, 1 the lower right one; it is always inside
	Width   float64 // 0 to 1 of the picture's width; its height follows from its shape
}

// kept returns the part of a picture of w × h pixels that a zoom shows, of the
// same shape and on even places.
func (l Look) kept(w, h int) image.Rectangle {
	zoom := min(MaxZoom, l.Zoom)
	if !(zoom > 1) {
		return image.Rect(0, 0, w, h)
	}
	kw, kh := max(2, int(float64(w)/zoom)&^1), max(2, int(float64(h)/zoom)&^1)
	x, y := place(l.X*float64(w)-float64(kw)/2, w-kw), place(l.Y*float64(h)-float64(kh)/2, h-kh)
	return image.Rect(x, y, min(w, x+kw), min(h, y+kh))
}

// place is the even number nearest to v that is not below 0 or above most.
func place(v float64, most int) int {
	if !(v > 0) { // NaN too
		return 0
	}
	return int(math.Min(v+1, float64(max(0, most)))) &^ 1
}

// lens applies a Look to one camera's pictures. It serves one goroutine.
type lens struct {
	look   Look
	pool   *Pool
	scaler *Scaler
	view   Frame // the kept part of a frame; owns no memory
	layer  *layer
}

// plain tells whether pictures of w × h pixels go out as they are.
func (l *lens) plain(f *Frame, w, h int) bool {
	return f.Width == w && f.Height == h && !l.look.Mirror && !(l.look.Zoom > 1) && l.look.Overlay == nil
}

// apply returns a new frame of w × h pixels, or nil when there is no buffer.
func (l *lens) apply(f *Frame, w, h int) *Frame {
	out := l.pool.Get(w, h)
	if out == nil {
		return nil
	}
	kept := l.look.kept(f.Width, f.Height)
	l.view.cut(f, kept)
	switch vw, vh := kept.Dx(), kept.Dy(); {
	case vw == w && vh == h:
		out.copyFrom(&l.view)
	default:
		if !l.scaler.Fits(vw, vh) || l.scaler.dw != w || l.scaler.dh != h {
			l.scaler = NewScaler(vw, vh, w, h)
		}
		l.scaler.Scale(out, &l.view)
	}
	l.view.Y, l.view.Cb, l.view.Cr = nil, nil, nil
	if l.look.Mirror {
		out.flip()
	}
	if o := l.look.Overlay; o != nil {
		if !l.layer.fits(o, w, h) {
			l.layer = newLayer(o, w, h)
		}
		l.layer.blend(out)
	}
	out.At, out.Seq = f.At, f.Seq
	return out
}

// cut makes f a part of src; r begins at even places.
func (f *Frame) cut(src *Frame, r image.Rectangle) {
	f.Width, f.Height, f.YStride, f.CStride = r.Dx(), r.Dy(), src.YStride, src.CStride
	c := r.Min.Y/2*src.CStride + r.Min.X/2
	f.Y, f.Cb, f.Cr = src.Y[r.Min.Y*src.YStride+r.Min.X:], src.Cb[c:], src.Cr[c:]
}

// Light is the mean luma of some hundred places, 16 (black) to 235 (white).
func (f *Frame) Light() float64 {
	const places = 24
	sum := 0
	for y := range places {
		row := f.Y[(2*y+1)*f.Height/(2*places)*f.YStride:]
		for x := range places {
			sum += int(row[(2*x+1)*f.Width/(2*places)])
		}
	}
	return float64(sum) / (places * places)
}
