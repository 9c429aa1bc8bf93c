package mjpeg

import (
	"bytes"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/jasmincam/jasmincam/internal/capture"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// scene is a smooth picture, in full range, that JPEG keeps well.
func scene(x, y int) (luma, cb, cr byte) {
	fx, fy := float64(x), float64(y)
	return byte(128 + 110*math.Sin(fx/9)*math.Cos(fy/7)),
		byte(128 + 90*math.Sin(fx/40)), byte(128 + 90*math.Cos(fy/30))
}

// picture is one of the files in testdata, which TestWriteTestdata made.
func picture(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name+".jpg"))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// shows fails t unless f shows the scene in limited range.
func shows(t testing.TB, f *capture.Frame, grey bool) {
	t.Helper()
	worst := 0.0
	for y := range f.Height {
		for x := range f.Width {
			l, u, v := scene(x, y)
			got := []byte{f.Y[y*f.YStride+x], f.Cb[y/2*f.CStride+x/2], f.Cr[y/2*f.CStride+x/2]}
			want := []float64{16 + float64(l)*219/255, 128 + (float64(u)-128)*224/255, 128 + (float64(v)-128)*224/255}
			if grey {
				want[1], want[2] = 128, 128
			}
			for i := range got {
				worst = max(worst, math.Abs(float64(got[i])-want[i]))
			}
		}
	}
	if worst > 12 {
		t.Errorf("a sample is %.0f off", worst)
	}
}

func TestDecode_everyChromaAndOddSizes(t *testing.T) {
	pool := capture.NewPool(1)
	d := NewDecoder(pool)
	defer d.Close()
	for _, name := range []string{"420", "422", "440", "444", "grey", "422-odd", "420-odd", "422-restart"} {
		t.Run(name, func(t *testing.T) {
			for range 2 { // the second time with used buffers
				f, err := d.Decode(picture(t, name))
				if err != nil {
					t.Fatal(err)
				}
				shows(t, f, name == "grey")
				f.Release()
			}
		})
	}
}

func TestDecode_withoutHuffmanTables(t *testing.T) {
	data := picture(t, "422")
	var bare []byte
	for p := 2; ; {
		n := int(data[p+2])<<8 | int(data[p+3])
		if data[p+1] == markSOS {
			bare = append(append(data[:2:2], bare...), data[p:]...)
			break
		}
		if data[p+1] != markDHT {
			bare = append(bare, data[p:p+2+n]...)
		}
		p += 2 + n
	}
	if len(bare) > len(data)-400 {
		t.Fatal("the tables were not taken out")
	}
	d := NewDecoder(nil)
	defer d.Close()
	f, err := d.Decode(bare)
	if err != nil {
		t.Fatal(err)
	}
	shows(t, f, false)
}

func TestDecode_dropsDamagedPicturesAndGoesOn(t *testing.T) {
	pool := capture.NewPool(1)
	d := NewDecoder(pool)
	defer d.Close()
	whole := picture(t, "422")
	flipped := bytes.Clone(whole)
	for i := len(whole) / 2; i < len(whole)/2+40; i++ {
		flipped[i] = 0xff
	}
	for name, data := range map[string][]byte{
		"empty": nil, "no JPEG": []byte("hello, world"), "header only": whole[:100],
		"cut in half": whole[:len(whole)/2], "overwritten": flipped,
		"huge":        bytes.Replace(whole, []byte{8, 0, 64, 0, 96}, []byte{8, 0xff, 0xff, 0xff, 0xff}, 1),
		"no size":     bytes.Replace(whole, []byte{8, 0, 64, 0, 96}, []byte{8, 0, 0, 0, 96}, 1),
		"progressive": bytes.Replace(whole, []byte{0xff, markSOF0}, []byte{0xff, 0xc2}, 1),
		"in scans":    inScans(picture(t, "420"), 3),
		"four parts":  bytes.Replace(whole, []byte{8, 0, 64, 0, 96, 3}, []byte{8, 0, 64, 0, 96, 4}, 1),
	} {
		f, err := d.Decode(data)
		if f != nil || capture.KindOf(err) != capture.KindBroken || !strings.HasSuffix(err.Error(), "is left out.") {
			t.Errorf("%s: %v, %v", name, f, err)
		}
		f, err = d.Decode(whole)
		if err != nil {
			t.Fatalf("after %s: %v", name, err)
		}
		shows(t, f, false)
		f.Release()
	}
	if out, _, misused := pool.Stats(); out != 0 || misused != 0 {
		t.Errorf("%d out, %d misused", out, misused)
	}
}

// inScans brings the colours of a picture one after the other: nobody's camera
// does, and as many scans as a picture has room for would keep a decoder busy
// for hours.
func inScans(data []byte, n int) []byte {
	at := bytes.Index(data, []byte{0xff, markSOS})
	out := bytes.Clone(data[:at])
	for i := range n {
		out = append(out, 0xff, markSOS, 0, 8, 1, byte(1+i%3), 0, 0, 63, 0, 0x55)
	}
	return append(out, 0xff, markEOI)
}

func TestDecode_spendsNoTimeOnEndlessScans(t *testing.T) {
	data := bytes.Replace(inScans(picture(t, "420"), 20000), []byte{8, 0, 64, 0, 96}, []byte{8, 0x10, 0, 0x10, 0}, 1)
	d := NewDecoder(nil)
	defer d.Close()
	began := time.Now()
	if _, err := d.Decode(data); capture.KindOf(err) != capture.KindBroken || time.Since(began) > 2*time.Second {
		t.Errorf("%v after %v", err, time.Since(began))
	}
}

func TestDecode_tellsAnEmptyPool(t *testing.T) {
	d := NewDecoder(capture.NewPool(0))
	defer d.Close()
	if f, err := d.Decode(picture(t, "420")); f != nil || err != nil {
		t.Errorf("%v, %v", f, err)
	}
}

func FuzzDecode(f *testing.F) {
	for _, name := range []string{"420", "grey", "422-restart"} {
		f.Add(picture(f, name))
	}
	pool := capture.NewPool(1)
	d := NewDecoder(pool)
	f.Fuzz(func(t *testing.T, data []byte) {
		if h, err := parse(data); err == nil && h.width*h.height > 1<<20 {
			return // large pictures only slow the search
		}
		frame, err := d.Decode(data)
		if (frame == nil) == (err == nil) {
			t.Fatalf("%v, %v", frame, err)
		}
		frame.Release()
		if out, _, _ := pool.Stats(); out != 0 {
			t.Fatal("a frame leaked")
		}
	})
}
