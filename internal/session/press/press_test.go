package press

import (
	"bytes"
	"image"
	"image/jpeg"
	"testing"

	"github.com/jasmincam/jasmincam/internal/capture"
)

// TestPress_whole: a frame of any size comes out as it is, brighter only by its
// range, and is not touched.
func TestPress_whole(t *testing.T) {
	var p Press
	for _, size := range [][2]int{{1920, 1080}, {641, 359}, {16, 16}} {
		f := capture.NewPool(1).Get(size[0], size[1])
		for i := range f.Y {
			f.Y[i] = byte(16 + i%220)
		}
		for i := range f.Cb {
			f.Cb[i], f.Cr[i] = 128, 128
		}
		before := bytes.Clone(f.Y)
		file, err := p.Whole(f, 92)
		if err != nil {
			t.Fatal(err)
		}
		picture, err := jpeg.Decode(bytes.NewReader(file))
		if err != nil || picture.Bounds() != image.Rect(0, 0, size[0], size[1]) || !bytes.Equal(before, f.Y) {
			t.Errorf("%v: %v, %v", size, picture.Bounds(), err)
		}
	}
}
