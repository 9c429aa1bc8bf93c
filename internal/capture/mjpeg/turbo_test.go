//go:build linux && !purejpeg

package mjpeg

import (
	"bytes"
	"context"
	"flag"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/jasmincam/jasmincam/internal/capture"
	"github.com/jasmincam/jasmincam/internal/capture/internal/turbo"
	"github.com/jasmincam/jasmincam/internal/capture/synthetic"
)

var write = flag.Bool("write", false, "make testdata anew")

// TestWriteTestdata makes testdata anew with the flag -write. Otherwise it checks that every file is there.
func TestWriteTestdata(t *testing.T) {
	small := turbo.Picture{Width: 96, Height: 64, H: 1, V: 1, Quality: 90, At: scene}
	for name, change := range map[string]func(*turbo.Picture){
		"420":         func(p *turbo.Picture) { p.H, p.V = 2, 2 },
		"422":         func(p *turbo.Picture) { p.H = 2 },
		"440":         func(p *turbo.Picture) { p.V = 2 },
		"444":         func(*turbo.Picture) {},
		"grey":        func(p *turbo.Picture) { p.Grey = true },
		"422-odd":     func(p *turbo.Picture) { p.H, p.Width, p.Height = 2, 93, 61 },
		"420-odd":     func(p *turbo.Picture) { p.H, p.V, p.Width, p.Height = 2, 2, 81, 35 },
		"422-restart": func(p *turbo.Picture) { p.H, p.Restart = 2, 1 },
	} {
		p := small
		change(&p)
		path := filepath.Join("testdata", name+".jpg")
		if *write {
			if err := os.WriteFile(path, turbo.Encode(p), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := os.Stat(path); err != nil {
			t.Error(err)
		}
	}
}

// Go's image/jpeg wants the end marker, so this is true of libjpeg-turbo only.
func TestDecode_toleratesAMissingEnd(t *testing.T) {
	d := NewDecoder(nil)
	defer d.Close()
	f, err := d.Decode(bytes.TrimSuffix(picture(t, "422"), []byte{0xff, markEOI}))
	if err != nil {
		t.Fatal(err)
	}
	shows(t, f, false)
}

// Samples four times as dense as those of a colour that is not there: the rows
// of such a picture's blocks would not fit. Go's decoder does not care.
func TestDecode_refusesGreyOfAnotherDensity(t *testing.T) {
	d := NewDecoder(nil)
	defer d.Close()
	for _, density := range []byte{0x44, 0x14, 0x41, 0x33} {
		dense := bytes.Replace(picture(t, "grey"), []byte{1, 1, 0x11, 0}, []byte{1, 1, density, 0}, 1)
		if f, err := d.Decode(dense); f != nil || capture.KindOf(err) != capture.KindBroken {
			t.Errorf("%#x: %v, %v", density, f, err)
		}
	}
	two := bytes.Replace(picture(t, "grey"), []byte{1, 1, 0x11, 0}, []byte{1, 1, 0x22, 0}, 1)
	f, err := d.Decode(two)
	if err != nil {
		t.Fatal(err)
	}
	shows(t, f, true)
}

// camera1080p is what a webcam sends at 1080p30: 4:2:2, about 300 kB, with grain.
func camera1080p(t testing.TB) ([]byte, time.Time) {
	t.Helper()
	cam, err := synthetic.NewCamera(synthetic.CameraConfig{Size: capture.Wish{Width: 1920, Height: 1080, FPS: 60}})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var f *capture.Frame
	if err := cam.Run(ctx, func(drawn *capture.Frame) { f = drawn.Retain(); cancel() }); err != nil {
		t.Fatal(err)
	}
	rnd := uint32(1)
	data := turbo.Encode(turbo.Picture{Width: 1920, Height: 1080, H: 2, V: 1, Quality: 80, At: func(x, y int) (byte, byte, byte) {
		rnd = rnd*1664525 + 1013904223
		grain := int(rnd>>28) - 8
		if y < 1080/30 {
			grain = 0
		}
		luma := (int(f.Y[y*f.YStride+x])-16)*255/219 + grain
		c := y/2*f.CStride + x/2
		return byte(min(255, max(0, luma))), f.Cb[c], f.Cr[c]
	}})
	return data, f.At
}

func TestDecode_theStripSurvivesJPEGAndScaling(t *testing.T) {
	data, when := camera1080p(t)
	d := NewDecoder(nil)
	defer d.Close()
	f, err := d.Decode(data)
	if err != nil {
		t.Fatal(err)
	}
	var pool *capture.Pool
	for _, size := range [][2]int{{1920, 1080}, {1280, 720}, {960, 540}, {320, 180}} {
		out := pool.Get(size[0], size[1])
		capture.NewScaler(1920, 1080, size[0], size[1]).Scale(out, f)
		if stamp, ok := synthetic.ReadStrip(out.Y, out.YStride, out.Width, out.Height); !ok || stamp != synthetic.Stamp(when) {
			t.Errorf("%v: %d, %v; want %d", size, stamp, ok, synthetic.Stamp(when))
		}
	}
}

func BenchmarkMJPEGToI420_1080p(b *testing.B) {
	data, _ := camera1080p(b)
	pool := capture.NewPool(1)
	d := NewDecoder(pool)
	defer d.Close()
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		f, err := d.Decode(data)
		if err != nil {
			b.Fatal(err)
		}
		f.Release()
	}
}

// BenchmarkTurboPlanes_1080p is the yardstick: libjpeg-turbo alone, to planes
// in JPEG's own chroma size and range.
func BenchmarkTurboPlanes_1080p(b *testing.B) {
	data, _ := camera1080p(b)
	planes := turbo.NewPlanes(1920, 1080)
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		turbo.Decode(data, planes)
	}
}
