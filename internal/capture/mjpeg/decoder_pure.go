//go:build !linux || purejpeg

package mjpeg

import (
	"bytes"
	"image"
	"image/jpeg"

	"github.com/jasmincam/jasmincam/internal/capture"
)

// Native tells whether libjpeg-turbo decodes.
const Native = false

// Decoder decodes picture after picture.
type Decoder struct {
	pool   *capture.Pool
	filled []byte // a picture with its tables put in
}

// NewDecoder returns a decoder whose frames come from pool. Close frees it.
func NewDecoder(pool *capture.Pool) *Decoder { return &Decoder{pool: pool} }

// Close does nothing here: there is no memory outside Go's.
func (d *Decoder) Close() {}

// Decode returns the picture in data with one reference. The error is of
// KindBroken for a picture that is damaged or of an unknown kind. A nil frame
// without an error means that the pool was empty.
func (d *Decoder) Decode(data []byte) (*capture.Frame, error) {
	h, err := parse(data)
	if err != nil {
		return nil, err
	}
	if !h.tables {
		d.filled = append(append(append(d.filled[:0], data[:2]...), standardTables()...), data[2:]...)
		data = d.filled
	}
	img, err := jpeg.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, broken("is damaged", err)
	}
	f := d.pool.Get(h.width, h.height)
	if f == nil {
		return nil, nil
	}
	if err := paint(f, img); err != nil {
		f.Release()
		return nil, err
	}
	return f, nil
}

// paint brings img into f and from full into limited range.
func paint(f *capture.Frame, img image.Image) error {
	switch img := img.(type) {
	case *image.Gray:
		f.Fill(0, 128, 128)
		for y := range f.Height {
			lumaRow(f.Y[y*f.YStride:][:f.Width], img.Pix[y*img.Stride:])
		}
	case *image.YCbCr:
		for y := range f.Height {
			lumaRow(f.Y[y*f.YStride:][:f.Width], img.Y[y*img.YStride:])
		}
		for y := range (f.Height + 1) / 2 {
			chromaRow(f, img, y)
		}
	default:
		return broken("is of a colour kind that no camera sends", nil)
	}
	return nil
}

func lumaRow(dst, src []byte) {
	for x := range dst {
		dst[x] = byte((int(src[x])*219+127)/255 + 16)
	}
}

// chromaRow averages the chroma of the four pixels that share a sample in f.
func chromaRow(f *capture.Frame, img *image.YCbCr, y int) {
	bottom := min(2*y+1, f.Height-1)
	for x := range (f.Width + 1) / 2 {
		right := min(2*x+1, f.Width-1)
		i := [4]int{img.COffset(2*x, 2*y), img.COffset(right, 2*y), img.COffset(2*x, bottom), img.COffset(right, bottom)}
		var u, v int
		for _, i := range i {
			u += int(img.Cb[i])
			v += int(img.Cr[i])
		}
		f.Cb[y*f.CStride+x] = limited(u)
		f.Cr[y*f.CStride+x] = limited(v)
	}
}

// limited turns the sum of four full-range chroma samples into one of limited range.
func limited(sum int) byte { return byte(((sum-512)*224 + 128*1020 + 510) / 1020) }
