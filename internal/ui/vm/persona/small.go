package persona

import (
	"bytes"
	"image"
	"image/jpeg"

	"golang.org/x/image/draw"
)

// SmallSide is the longer side of a small picture, in points.
const SmallSide = 300

// maxPoints bounds what is decoded.
const maxPoints = 64 << 20

// shrink makes the small picture of a large one, on the worker that fetched it;
// nil when it cannot be read.
func shrink(still []byte) image.Image {
	shape, err := jpeg.DecodeConfig(bytes.NewReader(still))
	if err != nil || shape.Width*shape.Height > maxPoints {
		return nil
	}
	large, err := jpeg.Decode(bytes.NewReader(still))
	if err != nil {
		return nil
	}
	w, h := shape.Width, shape.Height
	scale := min(1, SmallSide/float64(max(w, h, 1)))
	small := image.NewRGBA(image.Rect(0, 0, max(1, int(float64(w)*scale)), max(1, int(float64(h)*scale))))
	draw.ApproxBiLinear.Scale(small, small.Bounds(), large, large.Bounds(), draw.Src, nil)
	return small
}
