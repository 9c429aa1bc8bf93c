package capture

import (
	"image"
	"image/color"
	"math"
	"testing"

	"pgregory.net/rapid"
)

// known is a picture whose every sample can be told from its place.
func known(w, h int) *Frame {
	var pool *Pool
	f := pool.Get(w, h)
	for y := range h {
		for x := range w {
			f.Y[y*f.YStride+x] = byte(16 + (x*7+y*13)%220)
		}
	}
	for y := range (h + 1) / 2 {
		for x := range (w + 1) / 2 {
			f.Cb[y*f.CStride+x] = byte(16 + (x*5+y*3)%225)
			f.Cr[y*f.CStride+x] = byte(240 - (x*3+y*11)%225)
		}
	}
	return f
}

// pack writes f as px with the stride, as a driver would.
func pack(f *Frame, px PixelFormat, stride int) []byte {
	raw := make([]byte, rawSize(px, stride, f.Width, f.Height))
	cw, ch := (f.Width+1)/2, (f.Height+1)/2
	put := func(i int, v byte) { raw[i] = v }
	for y := range f.Height {
		for x := range f.Width {
			v := f.Y[y*f.YStride+x]
			switch px {
			case PixelYUYV:
				put(y*stride+2*x, v)
			case PixelUYVY:
				put(y*stride+2*x+1, v)
			default:
				put(y*stride+x, v)
			}
		}
		for x := range cw {
			u, v := f.Cb[y/2*f.CStride+x], f.Cr[y/2*f.CStride+x]
			switch px {
			case PixelYUYV:
				put(y*stride+4*x+1, u)
				put(y*stride+4*x+3, v)
			case PixelUYVY:
				put(y*stride+4*x, u)
				put(y*stride+4*x+2, v)
			}
		}
	}
	base := stride * f.Height
	cs := (stride + 1) / 2
	for y := range ch {
		for x := range cw {
			u, v := f.Cb[y*f.CStride+x], f.Cr[y*f.CStride+x]
			switch px {
			case PixelNV12:
				put(base+y*stride+2*x, u)
				put(base+y*stride+2*x+1, v)
			case PixelI420:
				put(base+y*cs+x, u)
				put(base+cs*ch+y*cs+x, v)
			}
		}
	}
	return raw
}

func same(t interface{ Fatalf(string, ...any) }, got, want *Frame) {
	for y := range want.Height {
		for x := range want.Width {
			if g, w := got.Y[y*got.YStride+x], want.Y[y*want.YStride+x]; g != w {
				t.Fatalf("luma at %d,%d is %d, want %d", x, y, g, w)
			}
		}
	}
	for y := range (want.Height + 1) / 2 {
		for x := range (want.Width + 1) / 2 {
			i, j := y*got.CStride+x, y*want.CStride+x
			if got.Cb[i] != want.Cb[j] || got.Cr[i] != want.Cr[j] {
				t.Fatalf("chroma at %d,%d is %d %d, want %d %d", x, y, got.Cb[i], got.Cr[i], want.Cb[j], want.Cr[j])
			}
		}
	}
}

func TestFill420_everyFormatAndSize(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		px := rapid.SampledFrom([]PixelFormat{PixelYUYV, PixelUYVY, PixelNV12, PixelI420}).Draw(t, "format")
		w, h := rapid.IntRange(1, 2100).Draw(t, "w"), rapid.IntRange(1, 40).Draw(t, "h")
		pad := rapid.IntRange(0, 40).Draw(t, "padding")
		want := known(w, h)
		stride := minStride(px, w) + pad
		raw := pack(want, px, stride)
		var pool *Pool
		got := pool.Get(w, h)
		got.Fill(1, 2, 3)
		if err := got.Fill420(raw, px, stride); err != nil {
			t.Fatal(err)
		}
		same(t, got, want)
		if err := got.Fill420(raw[:len(raw)-1], px, stride); KindOf(err) != KindFormat {
			t.Fatalf("one byte short: %v", err)
		}
	})
}

func TestFill420_averagesChromaOfTwoRows(t *testing.T) {
	raw := []byte{10, 100, 11, 200, 12, 110, 13, 210} // two rows of two pixels
	var pool *Pool
	f := pool.Get(2, 2)
	if err := f.Fill420(raw, PixelYUYV, 0); err != nil {
		t.Fatal(err)
	}
	if f.Cb[0] != 105 || f.Cr[0] != 205 || f.Y[f.YStride+1] != 13 {
		t.Errorf("got %d %d %d", f.Cb[0], f.Cr[0], f.Y[f.YStride+1])
	}
	for _, px := range []PixelFormat{PixelMJPEG, "RGB3", ""} {
		if err := f.Fill420(raw, px, 0); KindOf(err) != KindFormat {
			t.Errorf("%q: %v", px, err)
		}
	}
	if err := f.Fill420(raw, PixelYUYV, 3); KindOf(err) != KindFormat {
		t.Errorf("stride shorter than a row: %v", err)
	}
}

func TestFillYCbCr_everyChroma(t *testing.T) {
	var pool *Pool
	for _, ratio := range []image.YCbCrSubsampleRatio{image.YCbCrSubsampleRatio420, image.YCbCrSubsampleRatio422, image.YCbCrSubsampleRatio444} {
		for _, full := range []bool{false, true} {
			img := image.NewYCbCr(image.Rect(0, 0, 40, 30), ratio).SubImage(image.Rect(4, 2, 37, 27)).(*image.YCbCr)
			for i := range img.Y {
				img.Y[i] = 255
			}
			for i := range img.Cb {
				img.Cb[i], img.Cr[i] = 0, 200
			}
			f := pool.Get(33, 25)
			if err := f.FillYCbCr(img, full); err != nil {
				t.Fatal(err)
			}
			want := [3]byte{255, 0, 200}
			if full {
				want = [3]byte{235, 16, 191}
			}
			for _, i := range []int{0, f.CStride*12 + 16} {
				if got := [3]byte{f.Y[24*f.YStride+32], f.Cb[i], f.Cr[i]}; got != want {
					t.Errorf("%v, full %v: %v, want %v", ratio, full, got, want)
				}
			}
		}
	}
	if err := pool.Get(4, 4).FillYCbCr(image.NewYCbCr(image.Rect(0, 0, 4, 5), 0), false); KindOf(err) != KindFormat {
		t.Errorf("another size: %v", err)
	}
}

func TestRGBA_agreesWithTheStandard(t *testing.T) {
	f := known(67, 23)
	img := image.NewRGBA(image.Rect(0, 0, 70, 23))
	RGBA(img.SubImage(image.Rect(0, 0, 67, 23)).(*image.RGBA), f)
	for y := range 23 {
		for x := range 67 {
			l := (float64(f.Y[y*f.YStride+x]) - 16) * 255 / 219
			u := (float64(f.Cb[y/2*f.CStride+x/2]) - 128) * 255 / 224
			v := (float64(f.Cr[y/2*f.CStride+x/2]) - 128) * 255 / 224
			want := [3]float64{l + 1.402*v, l - 0.344136*u - 0.714136*v, l + 1.772*u}
			c := img.RGBAAt(x, y)
			for i, g := range [3]byte{c.R, c.G, c.B} {
				if math.Abs(float64(g)-min(255, max(0, want[i]))) > 3 {
					t.Fatalf("at %d,%d: %v, want %.1f", x, y, c, want)
				}
			}
			if c.A != 255 {
				t.Fatal("not opaque")
			}
		}
	}
	if img.RGBAAt(68, 3) != (color.RGBA{}) {
		t.Error("wrote beyond the frame")
	}
	RGBA(&image.RGBA{}, f)
	f.Fill(235, 128, 128)
	RGBA(img, f)
	if c := img.RGBAAt(1, 1); c != (color.RGBA{255, 255, 255, 255}) {
		t.Errorf("white is %v", c)
	}
	f.Fill(16, 128, 128)
	RGBA(img, f)
	if c := img.RGBAAt(66, 22); c != (color.RGBA{0, 0, 0, 255}) {
		t.Errorf("black is %v", c)
	}
}

func TestScaler_keepsAGradientAtEverySize(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		size := rapid.IntRange(1, 100)
		sw, sh := 2*size.Draw(t, "sw"), 2*size.Draw(t, "sh")
		dw, dh := 2*size.Draw(t, "dw"), 2*size.Draw(t, "dh")
		var pool *Pool
		src, dst := pool.Get(sw, sh), pool.Get(dw, dh)
		src.Fill(0, 90, 170)
		for y := range sh {
			for x := range sw {
				src.Y[y*src.YStride+x] = byte(20 + 200*x/sw)
			}
		}
		s := NewScaler(sw, sh, dw, dh)
		if !s.Scale(dst, src) {
			t.Fatal("refused its own sizes")
		}
		for y := range dh {
			for x := range dw {
				v, u := int(dst.Y[y*dst.YStride+x]), dst.Cb[y/2*dst.CStride+x/2]
				if x < s.x || x >= s.x+s.w || y < s.y || y >= s.y+s.h {
					if v != 16 || u != 128 {
						t.Fatalf("bar at %d,%d is %d %d", x, y, v, u)
					}
					continue
				}
				want := 20 + 200*(float64(x-s.x)+0.5)/float64(s.w) - 100/float64(sw)
				slack := 2 + 200/float64(sw)/2 + 200/float64(s.w)/2
				if math.Abs(float64(v)-want) > slack || u != 90 || dst.Cr[y/2*dst.CStride+x/2] != 170 {
					t.Fatalf("%dx%d to %dx%d: at %d,%d got %d, want %.1f, chroma %d", sw, sh, dw, dh, x, y, v, want, u)
				}
			}
		}
	})
}

func TestScaler_keepsTheShape(t *testing.T) {
	for _, c := range []struct{ sw, sh, dw, dh, x, y, w, h int }{
		{640, 480, 1920, 1080, 240, 0, 1440, 1080},
		{1280, 720, 640, 480, 0, 60, 640, 360},
		{1920, 1080, 1280, 720, 0, 0, 1280, 720},
		{1920, 1080, 960, 540, 0, 0, 960, 540},
	} {
		s := NewScaler(c.sw, c.sh, c.dw, c.dh)
		if s.x != c.x || s.y != c.y || s.w != c.w || s.h != c.h {
			t.Errorf("%+v: got %d,%d %dx%d", c, s.x, s.y, s.w, s.h)
		}
	}
	if NewScaler(4, 4, 2, 2).Scale(known(2, 2), known(6, 4)) {
		t.Error("scaled a frame of another size")
	}
}

func benchmarkFill(b *testing.B, px PixelFormat) {
	raw := pack(known(1920, 1080), px, minStride(px, 1920))
	pool := NewPool(1)
	b.ReportAllocs()
	for b.Loop() {
		f := pool.Get(1920, 1080)
		if err := f.Fill420(raw, px, 0); err != nil {
			b.Fatal(err)
		}
		f.Release()
	}
}

func BenchmarkYUYVToI420_1080p(b *testing.B) { benchmarkFill(b, PixelYUYV) }
func BenchmarkUYVYToI420_1080p(b *testing.B) { benchmarkFill(b, PixelUYVY) }
func BenchmarkNV12ToI420_1080p(b *testing.B) { benchmarkFill(b, PixelNV12) }

func benchmarkScale(b *testing.B, sw, sh, dw, dh int) {
	src, dst := known(sw, sh), known(dw, dh)
	s := NewScaler(sw, sh, dw, dh)
	b.ReportAllocs()
	for b.Loop() {
		s.Scale(dst, src)
	}
}

func BenchmarkScale_1080pTo540p(b *testing.B)  { benchmarkScale(b, 1920, 1080, 960, 540) }
func BenchmarkScale_1080pTo720p(b *testing.B)  { benchmarkScale(b, 1920, 1080, 1280, 720) }
func BenchmarkScale_720pTo1080p(b *testing.B)  { benchmarkScale(b, 1280, 720, 1920, 1080) }
func BenchmarkScale_1080pToThumb(b *testing.B) { benchmarkScale(b, 1920, 1080, 320, 180) }

func BenchmarkRGBA_1080pTo360p(b *testing.B) {
	f, img := known(1920, 1080), image.NewRGBA(image.Rect(0, 0, 640, 360))
	b.ReportAllocs()
	for b.Loop() {
		RGBA(img, f)
	}
}

func BenchmarkRGBA_540p(b *testing.B) {
	f, img := known(960, 540), image.NewRGBA(image.Rect(0, 0, 960, 540))
	b.ReportAllocs()
	for b.Loop() {
		RGBA(img, f)
	}
}
