package synthetic

import (
	"image"
	"image/color"
	"image/draw"
	"math"

	"golang.org/x/image/font"
	"golang.org/x/image/font/basicfont"
	"golang.org/x/image/math/fixed"

	"github.com/jasmincam/jasmincam/internal/capture"
)

const glyphs = "0123456789:. UTC"

// scene holds everything that can be painted beforehand, so that a frame costs
// little more than a copy of the background.
type scene struct {
	back    *capture.Frame
	sprites []sprite
	glyph   map[rune][]byte // luma, glyphW × glyphH
	glyphW  int
	glyphH  int
	text    []byte // of the clock, reused
}

// sprite is a textured ball that swings around a place.
type sprite struct {
	radius       int    // even
	luma         []byte // (2 radius)²
	cb, cr       byte
	span         []int // half width of each luma row
	x, y         float64
	swayX, swayY float64
	perX, perY   float64 // seconds
}

func newScene(w, h int) *scene {
	var pool *capture.Pool
	s := &scene{back: pool.Get(w, h)}
	s.paintBackground()
	fw, fh := float64(w), float64(h)
	// One large shape that sways as a sitting person does, two that travel.
	s.sprites = []sprite{
		newSprite(h/5, 150, 118, 146, fw*0.5, fh*0.58, fw*0.03, fh*0.02, 3.1, 2.3),
		newSprite(h/14, 190, 90, 120, fw*0.5, fh*0.4, fw*0.40, fh*0.1, 6.7, 1.9),
		newSprite(h/18, 90, 160, 110, fw*0.5, fh*0.75, fw*0.42, fh*0.15, 9.1, 4.3),
	}
	s.paintGlyphs(max(1, h/216))
	return s
}

// paintBackground is a lit wall with some grain.
func (s *scene) paintBackground() {
	f := s.back
	rnd := uint32(1)
	// A camera is opened while she is live: what is the same in every row is
	// computed once.
	fold, far := make([]float64, f.Width), make([]float64, f.Width)
	for x := range f.Width {
		fold[x] = 8 * math.Sin(float64(x)*40/float64(f.Width))
		dx := float64(x)/float64(f.Width) - 0.3
		far[x] = dx * dx
	}
	for y := range f.Height {
		row := f.Y[y*f.YStride:][:f.Width]
		dy := float64(y)/float64(f.Height) - 0.4
		for x := range row {
			rnd = rnd*1664525 + 1013904223
			row[x] = byte(150 - 110*math.Sqrt(far[x]+dy*dy) + fold[x] + float64(rnd>>30))
		}
	}
	for y := range (f.Height + 1) / 2 {
		for x := range (f.Width + 1) / 2 {
			f.Cb[y*f.CStride+x] = byte(120 + 16*2*x/f.Width)
			f.Cr[y*f.CStride+x] = byte(124 + 16*2*y/f.Height)
		}
	}
}

func newSprite(radius int, luma, cb, cr byte, x, y, swayX, swayY, perX, perY float64) sprite {
	radius = max(2, radius&^1)
	p := sprite{radius: radius, cb: cb, cr: cr, x: x, y: y,
		swayX: swayX, swayY: swayY, perX: perX, perY: perY}
	d := 2 * radius
	p.luma, p.span = make([]byte, d*d), make([]int, d)
	r := float64(radius)
	for j := range d {
		dy := (float64(j) + 0.5 - r) / r
		p.span[j] = int(r * math.Sqrt(max(0, 1-dy*dy)))
		for i := range d {
			dx := (float64(i) + 0.5 - r) / r
			shade := 40*(dx*0.6+dy) + 10*math.Sin(12*dx)*math.Cos(9*dy)
			p.luma[j*d+i] = byte(min(white, max(black, float64(luma)-shade)))
		}
	}
	return p
}

// paintGlyphs renders the clock's characters, scaled up by whole pixels.
func (s *scene) paintGlyphs(scale int) {
	face := basicfont.Face7x13
	w, h := face.Advance, face.Height
	s.glyphW, s.glyphH = w*scale, h*scale
	s.glyph = make(map[rune][]byte, len(glyphs))
	for _, r := range glyphs {
		small := image.NewGray(image.Rect(0, 0, w, h))
		draw.Draw(small, small.Bounds(), image.NewUniform(color.Gray{Y: black}), image.Point{}, draw.Src)
		d := font.Drawer{Dst: small, Src: image.NewUniform(color.Gray{Y: white}), Face: face,
			Dot: fixed.P(0, face.Ascent)}
		d.DrawString(string(r))
		big := make([]byte, s.glyphW*s.glyphH)
		for i := range big {
			big[i] = small.GrayAt(i%s.glyphW/scale, i/s.glyphW/scale).Y
		}
		s.glyph[r] = big
	}
}

// draw paints the picture of the moment f.At; it allocates nothing.
func (s *scene) draw(f *capture.Frame) {
	copy(f.Y, s.back.Y)
	copy(f.Cb, s.back.Cb)
	copy(f.Cr, s.back.Cr)
	sec := float64(f.At.UnixNano()%int64(1e13)) / 1e9
	for i := range s.sprites {
		s.sprites[i].draw(f, sec)
	}
	s.text = f.At.UTC().AppendFormat(s.text[:0], "15:04:05.000 UTC")
	x := max(0, (f.Width-len(s.text)*s.glyphW)/2) &^ 1
	s.write(f, x, f.Height/10&^1)
	drawStrip(f)
}

func (s *scene) write(f *capture.Frame, x, y int) {
	for _, r := range s.text {
		g := s.glyph[rune(r)]
		if g == nil || x+s.glyphW > f.Width || y+s.glyphH > f.Height {
			return
		}
		for j := range s.glyphH {
			copy(f.Y[(y+j)*f.YStride+x:], g[j*s.glyphW:(j+1)*s.glyphW])
		}
		for j := y / 2; j < (y+s.glyphH)/2; j++ {
			paint(f.Cb[j*f.CStride+x/2:][:s.glyphW/2], 128)
			paint(f.Cr[j*f.CStride+x/2:][:s.glyphW/2], 128)
		}
		x += s.glyphW
	}
}

func (p *sprite) draw(f *capture.Frame, sec float64) {
	r, d := p.radius, 2*p.radius
	cx := int(p.x+p.swayX*math.Sin(2*math.Pi*sec/p.perX)) &^ 1
	cy := int(p.y+p.swayY*math.Sin(2*math.Pi*sec/p.perY)) &^ 1
	for j := range d {
		y, half := cy-r+j, p.span[j]
		if y < 0 || y >= f.Height {
			continue
		}
		x0, x1 := max(0, cx-half), min(f.Width, cx+half)
		if x0 >= x1 {
			continue
		}
		copy(f.Y[y*f.YStride+x0:][:x1-x0], p.luma[j*d+x0-cx+r:])
		if y%2 == 0 {
			paint(f.Cb[y/2*f.CStride:][x0/2:x1/2], p.cb)
			paint(f.Cr[y/2*f.CStride:][x0/2:x1/2], p.cr)
		}
	}
}

func paint(b []byte, v byte) {
	for i := range b {
		b[i] = v
	}
}
