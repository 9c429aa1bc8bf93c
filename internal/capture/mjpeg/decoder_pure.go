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
		grey := image.NewYCbCr(img.Bounds(), image.YCbCrSubsampleRatio420)
		grey.Y, grey.YStride = img.Pix, img.Stride
		for i := range grey.Cb {
			grey.Cb[i], grey.Cr[i] = 128, 128
		}
		return f.FillYCbCr(grey, true)
	case *image.YCbCr:
		return f.FillYCbCr(img, true)
	default:
		return broken("is of a colour kind that no camera sends", nil)
	}
}
