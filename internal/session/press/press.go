package press

import (
	"bytes"
	"image"
	"image/jpeg"

	"github.com/jasmincam/jasmincam/internal/capture"
	"github.com/jasmincam/jasmincam/internal/domain"
)

// The size of a small picture.
const (
	SmallWidth  = 320
	SmallHeight = 180
)

// LeastQuality is what a whole picture has at least (domain B6).
const LeastQuality = 90

// Press turns frames into JPEGs and keeps its memory. The zero value is ready for use.
type Press struct {
	scaler *capture.Scaler
	pool   *capture.Pool
	out    bytes.Buffer
}

// Small returns f as a small JPEG of a quality of 1 to 100, valid until the next call.
func (p *Press) Small(f *capture.Frame, quality int) ([]byte, error) {
	if p.pool == nil {
		p.pool = capture.NewPool(1)
	}
	if !p.scaler.Fits(f.Width, f.Height) {
		p.scaler = capture.NewScaler(f.Width, f.Height, SmallWidth, SmallHeight)
	}
	small := p.pool.Get(SmallWidth, SmallHeight)
	defer small.Release()
	p.scaler.Scale(small, f)
	return p.print(small, quality)
}

// print brings a frame of its own into full range and makes a JPEG of it.
func (p *Press) print(f *capture.Frame, quality int) ([]byte, error) {
	toFullRange(f)
	p.out.Reset()
	err := jpeg.Encode(&p.out, &image.YCbCr{Y: f.Y, Cb: f.Cb, Cr: f.Cr, YStride: f.YStride, CStride: f.CStride,
		SubsampleRatio: image.YCbCrSubsampleRatio420, Rect: image.Rect(0, 0, f.Width, f.Height)}, &jpeg.Options{Quality: quality})
	return p.out.Bytes(), err
}

// toFullRange spreads video's limited range over JPEG's full one (BT.601 both).
func toFullRange(f *capture.Frame) {
	for i, v := range f.Y {
		f.Y[i] = clamp((int(v) - 16) * 255 / 219)
	}
	for _, plane := range [][]byte{f.Cb, f.Cr} {
		for i, v := range plane {
			plane[i] = clamp((int(v)-128)*255/224 + 128)
		}
	}
}

func clamp(v int) byte { return byte(min(max(v, 0), 255)) } // clamped

// Whole returns f as a JPEG in its own size, valid until the next call: of this
// quality, or, where that is too large to be sent, of LeastQuality. KindTooLarge
// when that is too large as well.
func (p *Press) Whole(f *capture.Frame, quality int) ([]byte, error) {
	if p.pool == nil {
		p.pool = capture.NewPool(1)
	}
	own := p.pool.Get(f.Width, f.Height)
	defer own.Release()
	for q := quality; ; q = LeastQuality {
		copyPlane(own.Y, own.YStride, f.Y, f.YStride, f.Width, f.Height)
		copyPlane(own.Cb, own.CStride, f.Cb, f.CStride, (f.Width+1)/2, (f.Height+1)/2)
		copyPlane(own.Cr, own.CStride, f.Cr, f.CStride, (f.Width+1)/2, (f.Height+1)/2)
		picture, err := p.print(own, q)
		switch {
		case err != nil || len(picture) <= domain.MaxStill:
			return picture, err
		case q == LeastQuality:
			return nil, domain.Errorf("snapshot", domain.KindTooLarge, "The picture is too large for a snapshot. Choose a smaller size.")
		}
	}
}

func copyPlane(to []byte, toStride int, from []byte, fromStride, w, h int) {
	for y := range h {
		copy(to[y*toStride:y*toStride+w], from[y*fromStride:])
	}
}
