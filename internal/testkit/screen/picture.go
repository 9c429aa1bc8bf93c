package screen

import (
	"encoding/binary"
	"fmt"
	"image"
	"image/png"
	"os"
	"path/filepath"
)

// Picture is what the screen shows now.
func (s *Screen) Picture() *image.RGBA {
	s.t.Helper()
	dump, err := os.ReadFile(s.memory)
	if err != nil {
		s.t.Fatal(err)
	}
	picture, err := decode(dump)
	if err != nil {
		s.t.Fatal(err)
	}
	return picture
}

// Part is what the server keeps of a part of the screen, 4 bytes a pixel. It
// costs little enough to be looked at every few milliseconds.
func (s *Screen) Part(r image.Rectangle) []byte {
	s.t.Helper()
	f, err := os.Open(s.memory)
	if err != nil {
		s.t.Fatal(err)
	}
	defer func() { _ = f.Close() }() // it was only read
	head := make([]byte, fields*4)
	if _, err := f.ReadAt(head, 0); err != nil {
		s.t.Fatal(err)
	}
	field := func(i int) int { return int(binary.BigEndian.Uint32(head[i*4:])) }
	first := field(headerSize) + field(colours)*colourSize
	part := make([]byte, 4*r.Dx()*r.Dy())
	for y := range r.Dy() {
		at := first + (r.Min.Y+y)*field(bytesPerLine) + 4*r.Min.X
		if _, err := f.ReadAt(part[4*r.Dx()*y:4*r.Dx()*(y+1)], int64(at)); err != nil {
			s.t.Fatal(err)
		}
	}
	return part
}

// Keep writes what the screen shows into the folder that go test -artifacts
// keeps, as NAME.png.
func (s *Screen) Keep(name string) {
	s.t.Helper()
	path := filepath.Join(s.t.ArtifactDir(), name+".png")
	f, err := os.Create(path)
	if err != nil {
		s.t.Fatal(err)
	}
	if err := png.Encode(f, s.Picture()); err != nil {
		s.t.Error(err)
	}
	if err := f.Close(); err != nil {
		s.t.Error(err)
	}
}

// Changed is the share of the pixels of r that differ, 0 to 1. Both pictures
// have the same size.
func Changed(a, b *image.RGBA, r image.Rectangle) float64 {
	r = r.Intersect(a.Rect)
	if r.Empty() {
		return 0
	}
	n := 0
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			if a.RGBAAt(x, y) != b.RGBAAt(x, y) {
				n++
			}
		}
	}
	return float64(n) / float64(r.Dx()*r.Dy())
}

// Fields of an XWD header, XWDFile.h of X11: numbers of 32 bits, the most
// significant byte first.
const (
	headerSize   = 0
	pixelWidth   = 4
	pixelHeight  = 5
	byteOrder    = 7
	bitsPerPixel = 11
	bytesPerLine = 12
	colours      = 19
	fields       = 25
	colourSize   = 12
	maxSide      = 1 << 14
)

// decode reads an XWD file of 32 bits a pixel, blue first, as Xvfb writes it.
func decode(dump []byte) (*image.RGBA, error) {
	if len(dump) < fields*4 {
		return nil, fmt.Errorf("an X dump of %d bytes has no header", len(dump))
	}
	field := func(i int) int { return int(binary.BigEndian.Uint32(dump[i*4:])) }
	w, h, line := field(pixelWidth), field(pixelHeight), field(bytesPerLine)
	first := field(headerSize) + field(colours)*colourSize
	if field(bitsPerPixel) != 32 || field(byteOrder) != 0 || w < 1 || h < 1 || w > maxSide || h > maxSide || line < 4*w || first+line*h > len(dump) {
		return nil, fmt.Errorf("an X dump of %d bytes with %d × %d pixels of %d bits is not what Xvfb writes", len(dump), w, h, field(bitsPerPixel))
	}
	picture := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		from, to := dump[first+y*line:], picture.Pix[y*picture.Stride:]
		for x := 0; x < 4*w; x += 4 {
			to[x], to[x+1], to[x+2], to[x+3] = from[x+2], from[x+1], from[x], 0xff
		}
	}
	return picture, nil
}
