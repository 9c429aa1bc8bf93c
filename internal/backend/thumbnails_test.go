package backend

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/jpeg"
	"math/rand/v2"
	"testing"

	"github.com/jasmincam/jasmincam/internal/domain"
)

// picture is a JPEG of one colour.
func picture(t testing.TB, w, h int, c color.Color) []byte {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for i := range img.Pix {
		img.Pix[i] = 255
	}
	for y := range h {
		for x := range w {
			img.Set(x, y, c)
		}
	}
	var out bytes.Buffer
	if err := jpeg.Encode(&out, img, nil); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// withMetadata puts an EXIF segment behind the SOI marker, as cameras do.
func withMetadata(raw []byte, text string) []byte {
	body := append([]byte("Exif\x00\x00"), text...)
	segment := append([]byte{0xff, 0xe1, byte((len(body) + 2) >> 8), byte(len(body) + 2)}, body...)
	return append(append(append([]byte{}, raw[:2]...), segment...), raw[2:]...)
}

func TestStills_leaveMetadataBehind(t *testing.T) {
	s := newStills()
	raw := withMetadata(picture(t, 320, 180, color.White), "GPS 47.4979N 19.0402E")
	if err := s.keep(t.Context(), "luna-rose", raw); err != nil {
		t.Fatal(err)
	}
	got, ok := s.of("luna-rose")
	if !ok || bytes.Contains(got.jpeg, []byte("GPS")) || bytes.Contains(got.jpeg, []byte("Exif")) {
		t.Fatal("metadata is still there")
	}
	size, err := jpeg.DecodeConfig(bytes.NewReader(got.jpeg))
	if err != nil || size.Width != 320 || size.Height != 180 {
		t.Fatalf("%+v, %v", size, err)
	}
	s.drop("luna-rose")
	if _, ok := s.of("luna-rose"); ok {
		t.Fatal("kept after the room left")
	}
}

func TestStills_refuse(t *testing.T) {
	noise := make([]byte, domain.MaxThumbnail+1)
	good := picture(t, 320, 180, color.White)
	for name, c := range map[string]struct {
		raw  []byte
		kind domain.Kind
	}{
		"nothing":     {nil, domain.KindInvalid},
		"no JPEG":     {[]byte("<svg onload=alert(1)>"), domain.KindInvalid},
		"cut off":     {good[:len(good)/2], domain.KindInvalid},
		"too many px": {picture(t, 1920, 1080, color.White), domain.KindInvalid},
		"too small":   {picture(t, 4, 4, color.White), domain.KindInvalid},
		"too long":    {noise, domain.KindTooLarge},
	} {
		s := newStills()
		if err := s.keep(t.Context(), "luna-rose", c.raw); err == nil || domain.KindOf(err) != c.kind {
			t.Errorf("%s: %v", name, err)
		}
		if _, ok := s.of("luna-rose"); ok {
			t.Errorf("%s was kept", name)
		}
	}
}

// Two rooms never show the same bytes, nor versions that can be compared.
func TestStills_twoRoomsShareNothing(t *testing.T) {
	s := newStills()
	white := picture(t, 320, 180, color.White)
	if err := s.keep(t.Context(), "luna-rose", white); err != nil {
		t.Fatal(err)
	}
	if err := s.keep(t.Context(), "velvet-sky", withMetadata(white, "other bytes, same picture")); domain.KindOf(err) != domain.KindConflict {
		t.Fatalf("the same picture in two rooms: %v", err)
	}
	if err := s.keep(t.Context(), "velvet-sky", picture(t, 320, 180, color.Black)); err != nil {
		t.Fatal(err)
	}
	a, _ := s.of("luna-rose")
	b, _ := s.of("velvet-sky")
	if bytes.Equal(a.jpeg, b.jpeg) || a.version == b.version {
		t.Fatal("the rooms share something")
	}
	if err := s.keep(t.Context(), "luna-rose", white); err != nil {
		t.Fatal("a room may send its own picture again: ", err)
	}
	if again, _ := s.of("luna-rose"); again.version == a.version {
		t.Fatal("the version did not change with the picture")
	}
}

// What a room showed some seconds ago, or before it left, is no other room's
// still either; the memory of it is bounded.
func TestStills_anOldPictureIsNotAnotherRoomsNewOne(t *testing.T) {
	s := newStills()
	white, black := picture(t, 32, 32, color.White), picture(t, 32, 32, color.Black)
	for _, raw := range [][]byte{white, black} {
		if err := s.keep(t.Context(), "luna-rose", raw); err != nil {
			t.Fatal(err)
		}
	}
	s.drop("luna-rose")
	for _, raw := range [][]byte{white, black} {
		if err := s.keep(t.Context(), "velvet-sky", raw); domain.KindOf(err) != domain.KindConflict {
			t.Errorf("a picture that the other room showed: %v", err)
		}
	}
	for i := range remembered {
		s.remember(shown{room: "amber-day", pixels: [32]byte{byte(i), byte(i >> 8), 1}})
	}
	if err := s.keep(t.Context(), "velvet-sky", white); err != nil || len(s.past) != remembered {
		t.Errorf("%v, %d stills remembered", err, len(s.past))
	}
}

func TestStills_waitIsBounded(t *testing.T) {
	s := newStills()
	s.decoding <- struct{}{}
	s.decoding <- struct{}{}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.keep(ctx, "luna-rose", picture(t, 320, 180, color.White)); domain.KindOf(err) != domain.KindUnavailable {
		t.Fatalf("got %v", err)
	}
}

func FuzzCleanJPEG(f *testing.F) {
	f.Add(picture(f, 32, 32, color.White))
	f.Add(withMetadata(picture(f, 64, 32, color.Black), "x"))
	noise := image.NewYCbCr(image.Rect(0, 0, 48, 48), image.YCbCrSubsampleRatio420)
	for i := range noise.Y {
		noise.Y[i] = byte(rand.Uint32())
	}
	var out bytes.Buffer
	if err := jpeg.Encode(&out, noise, nil); err != nil {
		f.Fatal(err)
	}
	f.Add(out.Bytes())
	f.Fuzz(func(t *testing.T, raw []byte) {
		clean, _, err := cleanJPEG(raw)
		if err != nil {
			return
		}
		if _, err := jpeg.Decode(bytes.NewReader(clean)); err != nil || len(clean) > domain.MaxThumbnail {
			t.Fatalf("%d bytes came out, %v", len(clean), err)
		}
	})
}
