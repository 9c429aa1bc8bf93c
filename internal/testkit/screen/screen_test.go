package screen

import (
	"encoding/binary"
	"image"
	"image/color"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jasmincam/jasmincam/internal/testkit"
)

func TestMain(m *testing.M) { testkit.Main(m) }

// A real server shows a picture of the size it was asked for, and takes keys.
func TestScreen_isThere(t *testing.T) {
	s := Open(t, 320, 200)
	if got := s.Picture().Rect; got != image.Rect(0, 0, 320, 200) {
		t.Errorf("the picture is %v", got)
	}
	s.Keys("F1", "ctrl+q")
	s.Type("word")
	if s.Titled("JasminCam") {
		t.Error("an empty screen has a window")
	}
	s.Keep("empty")
	if _, err := os.Stat(filepath.Join(t.ArtifactDir(), "empty.png")); err != nil {
		t.Error(err)
	}
}

// The server lives on without anybody: the pointer stays where it was left, and whoever
// comes just behind the last one is let in.
func TestScreen_staysWhileNobodyIsThere(t *testing.T) {
	s := Open(t, 320, 200)
	if _, err := s.do("mousemove", "7", "9"); err != nil {
		t.Fatal(err)
	}
	for range 50 {
		if at, err := s.do("getmouselocation"); err != nil || !strings.HasPrefix(at, "x:7 y:9 ") {
			t.Fatalf("the pointer is at %q: %v", at, err)
		}
	}
}

func TestDecode_readsBlueFirst(t *testing.T) {
	dump := make([]byte, fields*4+colourSize+2*2*4)
	for i, v := range map[int]uint32{headerSize: fields * 4, pixelWidth: 2, pixelHeight: 2, bitsPerPixel: 32, bytesPerLine: 8, colours: 1} {
		binary.BigEndian.PutUint32(dump[i*4:], v)
	}
	copy(dump[fields*4+colourSize+8:], []byte{1, 2, 3, 0})
	picture, err := decode(dump)
	if err != nil || picture.RGBAAt(0, 1) != (color.RGBA{3, 2, 1, 255}) || picture.RGBAAt(1, 1) != (color.RGBA{0, 0, 0, 255}) {
		t.Errorf("%v %v", picture, err)
	}
	for name, broken := range map[string][]byte{"short": dump[:50], "cut": dump[:len(dump)-1], "empty": nil} {
		if _, err := decode(broken); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestChanged_countsWithinTheRegion(t *testing.T) {
	a, b := image.NewRGBA(image.Rect(0, 0, 4, 4)), image.NewRGBA(image.Rect(0, 0, 4, 4))
	b.SetRGBA(1, 1, color.RGBA{1, 0, 0, 255})
	if got := Changed(a, b, image.Rect(0, 0, 2, 2)); got != 0.25 {
		t.Errorf("%v of the corner has changed, want a quarter", got)
	}
	if got := Changed(a, b, image.Rect(2, 2, 40, 40)); got != 0 {
		t.Errorf("%v of the rest has changed, want nothing", got)
	}
}
