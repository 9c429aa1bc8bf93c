package capture

// #include "kernels.h"
import "C"

import "unsafe"

// Scaler brings frames of one size to another. The whole picture stays visible
// in its own shape: what is left over at two sides is black. Downwards it
// averages, upwards it interpolates. It allocates only when it is made and
// serves one goroutine.
type Scaler struct {
	dw, dh, sw, sh   int // whole frames
	x, y, w, h       int // where the picture lies in the output; even
	lx, ly, cx, cy   axis
	tmp              []uint16
	halve, letterbox bool
}

// axis is jc_axis in Go's memory.
type axis struct {
	start  []int32
	weight []uint16
	taps   int
}

// c is valid for the one C call it is passed to.
func (a axis) c() C.jc_axis {
	return C.jc_axis{start: (*C.int32_t)(unsafe.Pointer(&a.start[0])), weight: (*C.uint16_t)(unsafe.Pointer(&a.weight[0])), taps: C.int(a.taps)}
}

// NewScaler returns a scaler from sw × sh to dw × dh pixels, all within the
// limits of this package.
func NewScaler(sw, sh, dw, dh int) *Scaler {
	s := &Scaler{sw: sw, sh: sh, dw: dw, dh: dh, w: dw, h: dh}
	if sw*dh > sh*dw { // wider than the output: bars above and below
		s.h = min(dh, max(2, evenRound(sh*dw, sw)))
	} else if sw*dh < sh*dw {
		s.w = min(dw, max(2, evenRound(sw*dh, sh)))
	}
	s.x, s.y = (dw-s.w)/2&^1, (dh-s.h)/2&^1
	s.letterbox = s.w != dw || s.h != dh
	s.halve = sw == 2*s.w && sh == 2*s.h && s.w%2 == 0 && s.h%2 == 0
	if !s.halve {
		s.lx, s.ly = newAxis(sw, s.w), newAxis(sh, s.h)
		s.cx, s.cy = newAxis((sw+1)/2, (s.w+1)/2), newAxis((sh+1)/2, (s.h+1)/2)
		s.tmp = make([]uint16, sw+1)
	}
	return s
}

func evenRound(a, b int) int { return (a + b) / (2 * b) * 2 }

// Fits tells whether the scaler is the one for frames of w × h pixels.
func (s *Scaler) Fits(w, h int) bool { return s != nil && s.sw == w && s.sh == h }

// Scale paints src into dst, which must have the sizes the scaler was made for;
// frames of other sizes are left alone and false is returned.
func (s *Scaler) Scale(dst, src *Frame) bool {
	if src.Width != s.sw || src.Height != s.sh || dst.Width != s.dw || dst.Height != s.dh {
		return false
	}
	if s.letterbox {
		dst.Fill(16, 128, 128)
	}
	cx, cy, cw, ch := s.x/2, s.y/2, (s.w+1)/2, (s.h+1)/2
	csw := (s.sw + 1) / 2
	s.plane(dst.Y[s.y*dst.YStride+s.x:], dst.YStride, s.w, s.h, src.Y, src.YStride, s.sw, s.lx, s.ly)
	s.plane(dst.Cb[cy*dst.CStride+cx:], dst.CStride, cw, ch, src.Cb, src.CStride, csw, s.cx, s.cy)
	s.plane(dst.Cr[cy*dst.CStride+cx:], dst.CStride, cw, ch, src.Cr, src.CStride, csw, s.cx, s.cy)
	dst.At, dst.Seq = src.At, src.Seq
	return true
}

func (s *Scaler) plane(dst []byte, ds, w, h int, src []byte, ss, sw int, ax, ay axis) {
	if s.halve {
		C.jc_halve_plane(at(dst, 0), C.int(ds), C.int(w), C.int(h), at(src, 0), C.int(ss))
		return
	}
	C.jc_scale_plane(at(dst, 0), C.int(ds), C.int(w), C.int(h), at(src, 0), C.int(ss), C.int(sw),
		ax.c(), ay.c(), (*C.uint16_t)(unsafe.Pointer(&s.tmp[0])))
}

// newAxis computes a triangle filter that is as wide as an output pixel, and at
// least as wide as two input pixels.
func newAxis(in, out int) axis {
	ratio := float64(in) / float64(out)
	reach := max(1, ratio)
	taps := min(in, int(2*reach)+1)
	if reach == 1 {
		taps = min(in, 2)
	}
	a := axis{start: make([]int32, out), weight: make([]uint16, out*taps), taps: taps}
	raw := make([]float64, taps)
	for i := range out {
		centre := (float64(i)+0.5)*ratio - 0.5
		start := min(max(0, ceil(centre-reach)), in-taps)
		var sum float64
		for k := range raw {
			d := centre - float64(start+k)
			raw[k] = max(0, 1-max(d, -d)/reach)
			sum += raw[k]
		}
		a.start[i] = int32(start)
		normalise(a.weight[i*taps:(i+1)*taps], raw, sum)
	}
	return a
}

// normalise writes raw as 1/256ths whose sum is exactly 256.
func normalise(dst []uint16, raw []float64, sum float64) {
	left, largest := 256, 0
	for k, v := range raw {
		dst[k] = uint16(v/sum*256 + 0.5)
		left -= int(dst[k])
		if raw[k] > raw[largest] {
			largest = k
		}
	}
	dst[largest] = uint16(int(dst[largest]) + left)
}

func ceil(v float64) int {
	n := int(v)
	if float64(n) < v {
		n++
	}
	return n
}
