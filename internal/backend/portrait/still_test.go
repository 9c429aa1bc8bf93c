package portrait

import (
	"bytes"
	"context"
	"encoding/binary"
	"image"
	"image/jpeg"
	"testing"

	"github.com/jasmincam/jasmincam/internal/domain"
)

// TestStill_keepsThePicture: a plain JPEG stays as it is; whatever it says of itself,
// or has behind its end, is gone.
func TestStill_keepsThePicture(t *testing.T) {
	plain := asJPEG(t, scene(1920, 1080))
	app0 := append([]byte{0xff, 0xd8, 0xff, 0xe0, 0, 16, 'J', 'F', 'I', 'F', 0, 1, 1, 0, 0, 1, 0, 1, 0, 0}, plain[2:]...)
	comment := append([]byte{0xff, 0xd8, 0xff, 0xfe, 0, 8, 's', 'e', 'c', 'r', 'e', 't'}, plain[2:]...)
	for name, c := range map[string]struct {
		raw  []byte
		kept bool
	}{
		"plain": {plain, true}, "with JFIF": {app0, true}, "with a comment": {comment, false}, "with EXIF": {withEXIF(plain, binary.LittleEndian, "II", 1), false},
		"with a tail": {append(bytes.Clone(plain), "secret"...), false}, "with another behind it": {append(bytes.Clone(plain), plain...), false},
	} {
		p, err := NewDesk().Still(t.Context(), c.raw)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if bytes.Equal(p.JPEG, c.raw) != c.kept || bytes.Contains(p.JPEG, []byte("secret")) || bytes.Contains(p.JPEG, []byte("Exif")) {
			t.Errorf("%s: kept %v", name, !c.kept)
		}
		whole, err := jpeg.DecodeConfig(bytes.NewReader(p.JPEG))
		if err != nil || whole.Width != 1920 || whole.Height != 1080 || p.Width != 1920 || p.Height != 1080 {
			t.Errorf("%s: %+v %v", name, whole, err)
		}
		if small, err := jpeg.Decode(bytes.NewReader(p.Small)); err != nil || small.Bounds() != image.Rect(0, 0, 320, 180) {
			t.Errorf("%s: the small one: %v", name, err)
		}
	}
}

func TestStill_refuses(t *testing.T) {
	whole := asJPEG(t, scene(720, 720))
	for name, c := range map[string]struct {
		raw  []byte
		kind domain.Kind
	}{
		"nothing": {nil, domain.KindInvalid}, "a PNG": {asPNG(t, scene(720, 720)), domain.KindInvalid}, "half a picture": {whole[:len(whole)/2], domain.KindInvalid},
		"9 MB": {make([]byte, domain.MaxStill+1), domain.KindTooLarge}, "a dot": {asJPEG(t, scene(8, 8)), domain.KindInvalid},
	} {
		if _, err := NewDesk().Still(t.Context(), c.raw); domain.KindOf(err) != c.kind {
			t.Errorf("%s: %v", name, err)
		}
	}
	d, gone := NewDesk(), func() context.Context { ctx, cancel := context.WithCancel(t.Context()); cancel(); return ctx }()
	d.stills <- struct{}{}
	d.stills <- struct{}{}
	if _, err := d.Still(gone, whole); domain.KindOf(err) != domain.KindUnavailable {
		t.Errorf("a busy desk: %v", err)
	}
}
