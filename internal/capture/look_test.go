package capture

import (
	"image"
	"image/color"
	"math"
	"testing"

	"pgregory.net/rapid"
)

func lensOf(l Look) *lens { return &lens{look: l, pool: NewPool(2)} }

func TestLens_leavesThePlainPictureAlone(t *testing.T) {
	f := known(64, 36)
	for _, l := range []Look{{}, {Zoom: 1}, {Zoom: 0.5, X: 1}, {Zoom: math.NaN()}} {
		if !lensOf(l).plain(f, 64, 36) {
			t.Errorf("%+v copies the picture", l)
		}
	}
	if lensOf(Look{}).plain(f, 32, 18) || lensOf(Look{Mirror: true}).plain(f, 64, 36) {
		t.Error("another size or look is plain")
	}
}

func TestLens_mirrorsEveryWidth(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w, h := 2*rapid.IntRange(1, 90).Draw(t, "w"), 2*rapid.IntRange(1, 9).Draw(t, "h")
		src := known(w, h)
		out := lensOf(Look{Mirror: true}).apply(src, w, h)
		defer out.Release()
		for y := range h {
			for x := range w {
				if g, want := out.Y[y*out.YStride+x], src.Y[y*src.YStride+w-1-x]; g != want {
					t.Fatalf("luma at %d,%d is %d, want %d", x, y, g, want)
				}
			}
		}
		for y := range h / 2 {
			for x := range w / 2 {
				i, j := y*out.CStride+x, y*src.CStride+w/2-1-x
				if out.Cb[i] != src.Cb[j] || out.Cr[i] != src.Cr[j] {
					t.Fatalf("chroma at %d,%d", x, y)
				}
			}
		}
	})
}

// A zoom by two shows a quarter of the picture, and never what is outside.
func TestLook_keepsInside(t *testing.T) {
	for _, c := range []struct {
		look Look
		want image.Rectangle
	}{
		{Look{Zoom: 2, X: 0.5, Y: 0.5}, image.Rect(480, 270, 1440, 810)},
		{Look{Zoom: 2}, image.Rect(0, 0, 960, 540)},
		{Look{Zoom: 2, X: 1, Y: 1}, image.Rect(960, 540, 1920, 1080)},
		{Look{Zoom: 9, X: 7, Y: -7}, image.Rect(1440, 0, 1920, 270)},
		{Look{Zoom: 2, X: math.NaN(), Y: math.Inf(1)}, image.Rect(0, 540, 960, 1080)},
	} {
		if got := c.look.kept(1920, 1080); got != c.want {
			t.Errorf("%+v keeps %v, want %v", c.look, got, c.want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		w, h := rapid.IntRange(2, 300).Draw(t, "w"), rapid.IntRange(2, 300).Draw(t, "h")
		look := Look{Zoom: rapid.Float64().Draw(t, "zoom"), X: rapid.Float64().Draw(t, "x"), Y: rapid.Float64().Draw(t, "y")}
		r := look.kept(w, h)
		if !r.In(image.Rect(0, 0, w, h)) || r.Dx() < 2 || r.Dy() < 2 || r.Min.X%2 != 0 || r.Min.Y%2 != 0 {
			t.Fatalf("%+v keeps %v of %dx%d", look, r, w, h)
		}
		f := known(w, h)
		out := lensOf(look).apply(f, w, h)
		out.Release()
	})
}

func TestLens_zoomsIntoTheMiddle(t *testing.T) {
	src := known(64, 64)
	src.Fill(40, 128, 128)
	for y := 16; y < 48; y++ {
		fill(src.Y[y*src.YStride+16:][:32], 200)
	}
	out := lensOf(Look{Zoom: 2, X: 0.5, Y: 0.5}).apply(src, 64, 64)
	defer out.Release()
	for _, p := range []int{0, 63, 63 * out.YStride, 63*out.YStride + 63, 32*out.YStride + 32} {
		if out.Y[p] != 200 {
			t.Errorf("luma %d at %d", out.Y[p], p)
		}
	}
}

// half is an image that is opaque red on the left and nothing on the right.
func half(w, h int) image.Image {
	img := image.NewNRGBA(image.Rect(5, 5, 5+w, 5+h))
	for y := range h {
		for x := range w / 2 {
			img.Set(5+x, 5+y, color.NRGBA{255, 0, 0, 255})
		}
	}
	return img
}

func TestLens_laysTheOverlayOnTop(t *testing.T) {
	src := known(200, 100)
	src.Fill(100, 90, 80)
	// 80 × 40 pixels in the lower right corner, mirrored with nothing.
	l := lensOf(Look{Mirror: true, Overlay: &Overlay{Picture: half(40, 20), X: 1, Y: 1, Width: 0.4}})
	for range 2 {
		out := l.apply(src, 200, 100)
		at := func(x, y int) [3]byte {
			c := y/2*out.CStride + x/2
			return [3]byte{out.Y[y*out.YStride+x], out.Cb[c], out.Cr[c]}
		}
		red, plain := [3]byte{81, 90, 240}, [3]byte{100, 90, 80} // BT.601
		for _, c := range []struct {
			x, y int
			want [3]byte
		}{{122, 62, red}, {150, 98, red}, {118, 62, plain}, {122, 58, plain}, {170, 80, plain}, {198, 98, plain}} {
			got := at(c.x, c.y)
			for i := range got {
				if d := int(got[i]) - int(c.want[i]); d < -1 || d > 1 {
					t.Errorf("at %d,%d: %v, want %v", c.x, c.y, got, c.want)
					break
				}
			}
		}
		out.Release()
	}
	if src.Y[0] != 100 || src.Y[99*src.YStride+130] != 100 {
		t.Error("the camera's own frame was written to")
	}
}

// Whatever the image and the place, nothing is written outside of the picture,
// and black stays black where white was laid over with no opacity.
func TestLayer_everyPlace(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w, h := 2*rapid.IntRange(1, 40).Draw(t, "w"), 2*rapid.IntRange(1, 40).Draw(t, "h")
		o := &Overlay{X: rapid.Float64().Draw(t, "x"), Y: rapid.Float64().Draw(t, "y"), Width: rapid.Float64().Draw(t, "width"),
			Picture: half(rapid.IntRange(1, 50).Draw(t, "ow"), rapid.IntRange(1, 50).Draw(t, "oh"))}
		out := lensOf(Look{Overlay: o}).apply(known(w, h), w, h)
		out.Release()
	})
	for _, o := range []*Overlay{{}, {Width: 1}, {Width: -1, Picture: half(2, 2)}, {Width: math.NaN(), Picture: half(2, 2)}, {Width: 1, Picture: image.NewRGBA(image.Rectangle{})}} {
		f := known(20, 20)
		out := lensOf(Look{Overlay: o}).apply(f, 20, 20)
		same(t, out, f)
	}
}

func TestPreviewSize_keepsTheShape(t *testing.T) {
	for _, c := range [][4]int{
		{1920, 1080, 640, 360}, {1280, 720, 640, 360}, {640, 480, 480, 360}, {320, 180, 320, 180},
		{1080, 1920, 202, 360}, {7680, 2, 640, 1}, {2, 4320, 1, 360}, {0, 5, 0, 0},
	} {
		if w, h := PreviewSize(c[0], c[1]); w != c[2] || h != c[3] {
			t.Errorf("%v: %d×%d", c, w, h)
		}
	}
}

func TestRGBA_scalesAGradient(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		sw, sh := rapid.IntRange(1, 2000).Draw(t, "sw"), rapid.IntRange(1, 60).Draw(t, "sh")
		dw, dh := rapid.IntRange(1, 1100).Draw(t, "dw"), rapid.IntRange(1, 60).Draw(t, "dh")
		var pool *Pool
		f := pool.Get(sw, sh)
		f.Fill(0, 128, 128)
		for y := range sh {
			for x := range sw {
				f.Y[y*f.YStride+x] = byte(16 + 219*x/sw)
			}
		}
		whole := image.NewRGBA(image.Rect(0, 0, dw+2, dh+2))
		RGBA(whole.SubImage(image.Rect(1, 1, dw+1, dh+1)).(*image.RGBA), f)
		for y := range dh + 2 {
			for x := range dw + 2 {
				c := whole.RGBAAt(x, y)
				if x == 0 || y == 0 || x == dw+1 || y == dh+1 {
					if c != (color.RGBA{}) {
						t.Fatalf("wrote outside at %d,%d", x, y)
					}
					continue
				}
				want := 255 * (float64(x-1) + 0.5) / float64(dw)
				if slack := 4 + 255/float64(sw) + 128/float64(dw); math.Abs(float64(c.G)-want) > slack || c.A != 255 || c.R != c.G || c.B != c.G {
					t.Fatalf("%dx%d to %dx%d: at %d,%d %v, want %.1f", sw, sh, dw, dh, x, y, c, want)
				}
			}
		}
	})
}

func BenchmarkLook_mirror1080p(b *testing.B) { benchmarkLook(b, Look{Mirror: true}) }
func BenchmarkLook_zoom1080p(b *testing.B)   { benchmarkLook(b, Look{Zoom: 1.5, X: 0.5, Y: 0.5}) }
func BenchmarkLook_overlay1080p(b *testing.B) {
	benchmarkLook(b, Look{Overlay: &Overlay{Picture: half(400, 200), X: 1, Y: 1, Width: 0.2}})
}

func benchmarkLook(b *testing.B, look Look) {
	src, l := known(1920, 1080), lensOf(look)
	b.ReportAllocs()
	for b.Loop() {
		l.apply(src, 1920, 1080).Release()
	}
}
