package portrait

import (
	"bytes"
	"context"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/draw"
	"image/gif"
	"image/jpeg"
	"image/png"
	"strings"
	"testing"

	"github.com/jasmincam/jasmincam/internal/domain"
)

// scene is red in its upper left quarter and blue elsewhere.
func scene(w, h int) *image.RGBA {
	m := image.NewRGBA(image.Rect(0, 0, w, h))
	draw.Draw(m, m.Rect, image.NewUniform(color.RGBA{0, 0, 255, 255}), image.Point{}, draw.Src)
	draw.Draw(m, image.Rect(0, 0, w/2, h/2), image.NewUniform(color.RGBA{255, 0, 0, 255}), image.Point{}, draw.Src)
	return m
}

func asJPEG(t testing.TB, m image.Image) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := jpeg.Encode(&out, m, nil); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func asPNG(t testing.TB, m image.Image) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := png.Encode(&out, m); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// withEXIF puts a segment with an orientation and a secret into a JPEG.
func withEXIF(raw []byte, order binary.AppendByteOrder, name string, orientation uint16) []byte {
	tiff := []byte(name)
	tiff = order.AppendUint16(tiff, 42)
	tiff = order.AppendUint32(tiff, 8)
	tiff = order.AppendUint16(tiff, 1)
	tiff = order.AppendUint16(tiff, 0x0112)
	tiff = order.AppendUint16(tiff, 3)
	tiff = order.AppendUint32(tiff, 1)
	tiff = order.AppendUint16(tiff, orientation)
	tiff = append(tiff, 0, 0, 0, 0, 0, 0)
	body := append([]byte("Exif\x00\x00"), tiff...)
	body = append(body, "GPS 47.4979 19.0402, a telephone"...)
	out := append([]byte{}, raw[:2]...)
	out = append(out, 0xff, 0xe1)
	out = binary.BigEndian.AppendUint16(out, uint16(len(body)+2))
	return append(append(out, body...), raw[2:]...)
}

func clean(t testing.TB, raw []byte) (image.Image, []byte, string) {
	t.Helper()
	out, pixels, err := NewDesk().Clean(context.Background(), raw)
	if err != nil {
		t.Fatal(err)
	}
	m, err := jpeg.Decode(bytes.NewReader(out))
	if err != nil {
		t.Fatal(err)
	}
	return m, out, pixels
}

func isRed(m image.Image, x, y int) bool {
	r, _, b, _ := m.At(x, y).RGBA()
	return r > 0xa000 && b < 0x6000
}

func TestClean_leavesNoMetadata(t *testing.T) {
	raw := withEXIF(asJPEG(t, scene(720, 720)), binary.LittleEndian, "II", 1)
	m, out, _ := clean(t, raw)
	if bytes.Contains(out, []byte("GPS")) || bytes.Contains(out, []byte("Exif")) || !bytes.Contains(raw, []byte("GPS")) {
		t.Error("the metadata are still there")
	}
	if m.Bounds() != image.Rect(0, 0, 720, 720) || !isRed(m, 100, 100) || isRed(m, 600, 600) {
		t.Errorf("the picture is another one: %v", m.Bounds())
	}
}

type corner struct{ right, low bool }

// redCorner tells in which corner a scene's red quarter lies.
func redCorner(t *testing.T, m image.Image) (found corner) {
	t.Helper()
	b, n := m.Bounds(), 0
	for _, c := range []corner{{}, {true, false}, {false, true}, {true, true}} {
		x, y := b.Dx()/8, b.Dy()/8
		if c.right {
			x = b.Dx() * 7 / 8
		}
		if c.low {
			y = b.Dy() * 7 / 8
		}
		if isRed(m, x, y) {
			found, n = c, n+1
		}
	}
	if n != 1 {
		t.Errorf("%d corners are red", n)
	}
	return found
}

// TestTurned_asTheCameraWasHeld: where the red corner comes to lie (CIPA DC-008, 4.6.4).
func TestTurned_asTheCameraWasHeld(t *testing.T) {
	for orientation, want := range map[int]corner{1: {}, 2: {true, false}, 3: {true, true}, 4: {false, true}, 5: {}, 6: {true, false}, 7: {true, true}, 8: {false, true}, 9: {}} {
		m := turned(scene(24, 16), orientation)
		wide := orientation < 5 || orientation > 8
		if (m.Bounds().Dx() == 24) != wide || redCorner(t, m) != want {
			t.Errorf("orientation %d: %v, red in %+v", orientation, m.Bounds(), redCorner(t, m))
		}
	}
	for order, name := range map[binary.AppendByteOrder]string{binary.BigEndian: "MM", binary.LittleEndian: "II"} {
		m, _, _ := clean(t, withEXIF(asJPEG(t, scene(768, 720)), order, name, 6))
		if m.Bounds().Dx() != 720 || redCorner(t, m) != (corner{right: true}) {
			t.Errorf("a telephone held upright: %v", m.Bounds())
		}
	}
}

func TestClean_scalesAndKeepsTheShape(t *testing.T) {
	m, _, _ := clean(t, asPNG(t, scene(2000, 720)))
	if m.Bounds() != image.Rect(0, 0, 1600, 576) || !isRed(m, 100, 100) {
		t.Errorf("scaled to %v", m.Bounds())
	}
	large, _, _ := clean(t, asJPEG(t, scene(4100, 1441))) // averaged by two, then scaled
	if large.Bounds() != image.Rect(0, 0, 1600, 561) || redCorner(t, large) != (corner{}) {
		t.Errorf("scaled to %v", large.Bounds())
	}
	stripes := image.NewGray(image.Rect(7, 9, 3207, 3209)) // a picture need not begin at 0, 0
	for i := range stripes.Pix {
		stripes.Pix[i] = byte(255 * (i & 1))
	}
	if m := scaled(stripes, maxSide); m.Bounds() != image.Rect(0, 0, 1600, 1600) || m.RGBAAt(800, 800) != (color.RGBA{128, 128, 128, 255}) {
		t.Errorf("stripes become %v, %v", m.Bounds(), m.RGBAAt(800, 800))
	}
	glass, _, _ := clean(t, asPNG(t, image.NewNRGBA(image.Rect(0, 0, 720, 720))))
	if r, g, b, _ := glass.At(5, 5).RGBA(); r < 0xf000 || g < 0xf000 || b < 0xf000 {
		t.Error("what is transparent is not white")
	}
}

// TestClean_hashesWhatIsSeen: another comment in the file is the same picture.
func TestClean_hashesWhatIsSeen(t *testing.T) {
	raw := asJPEG(t, scene(800, 800))
	_, _, one := clean(t, raw)
	_, _, two := clean(t, withEXIF(raw, binary.LittleEndian, "II", 1))
	_, _, other := clean(t, asJPEG(t, scene(800, 802)))
	if one != two || one == other || one == "" {
		t.Errorf("hashes %q, %q, %q", one, two, other)
	}
}

// header is a PNG that only says how large it is.
func header(width, height uint32, depth, kind byte) []byte {
	body := binary.BigEndian.AppendUint32([]byte("IHDR"), width)
	body = binary.BigEndian.AppendUint32(body, height)
	body = append(body, depth, kind, 0, 0, 0)
	out := binary.BigEndian.AppendUint32([]byte("\x89PNG\r\n\x1a\n"), 13)
	return binary.BigEndian.AppendUint32(append(out, body...), crc32.ChecksumIEEE(body))
}

func TestClean_refusalsNameTheirReason(t *testing.T) {
	var animated bytes.Buffer
	if err := gif.Encode(&animated, scene(800, 800), nil); err != nil {
		t.Fatal(err)
	}
	whole := asJPEG(t, scene(720, 720))
	for what, c := range map[string]struct {
		raw   []byte
		kind  domain.Kind
		words string
	}{
		"nothing":           {nil, domain.KindInvalid, "neither a JPEG nor a PNG"},
		"words":             {[]byte("hello"), domain.KindInvalid, "neither a JPEG nor a PNG"},
		"a GIF":             {animated.Bytes(), domain.KindInvalid, "neither a JPEG nor a PNG"},
		"16 MB":             {make([]byte, domain.MaxPicture+1), domain.KindTooLarge, "at most 15 MB"},
		"too narrow":        {asPNG(t, scene(719, 800)), domain.KindInvalid, "at least 720×720 pixels; this one has 719×800"},
		"too low":           {asJPEG(t, scene(800, 719)), domain.KindInvalid, "at least 720×720"},
		"half a JPEG":       {whole[:len(whole)/2], domain.KindInvalid, "damaged"},
		"a JPEG's head":     {whole[:20], domain.KindInvalid, "damaged"},
		"a bomb":            {header(30_000, 30_000, 8, 2), domain.KindTooLarge, "30000×30000 pixels, which is too many"},
		"a deep bomb":       {header(6000, 6000, 16, 6), domain.KindTooLarge, "too many"},
		"a bomb of 2^31":    {header(1<<31-1, 1<<31-1, 8, 2), domain.KindInvalid, "damaged"},
		"a promised 720p":   {header(1280, 720, 8, 2), domain.KindInvalid, "damaged"},
		"a line of a metre": {header(40<<20, 720, 1, 0), domain.KindTooLarge, "too many"},
	} {
		_, _, err := NewDesk().Clean(context.Background(), c.raw)
		if err == nil || domain.KindOf(err) != c.kind || !strings.Contains(domain.Sentence(err), c.words) {
			t.Errorf("%s: %v, want %s with %q", what, err, c.kind, c.words)
		}
	}
}

// TestClean_oneAtATime: a second picture waits, and gives up with its sender.
func TestClean_oneAtATime(t *testing.T) {
	d := NewDesk()
	d.busy <- struct{}{}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, _, err := d.Clean(ctx, asJPEG(t, scene(720, 720))); domain.KindOf(err) != domain.KindUnavailable {
		t.Errorf("got %v", err)
	}
	<-d.busy
	clean(t, asJPEG(t, scene(720, 720)))
}

// FuzzOrientation never panics and never tells more than 8.
func FuzzOrientation(f *testing.F) {
	raw := asJPEG(f, scene(16, 16))
	f.Add(raw)
	f.Add(withEXIF(raw, binary.LittleEndian, "II", 6))
	f.Add(withEXIF(raw, binary.BigEndian, "MM", 8))
	f.Fuzz(func(t *testing.T, raw []byte) {
		if v := orientation(raw); v < 1 || v > 8 {
			t.Errorf("orientation %d", v)
		}
	})
}
