package encodetest

import (
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"time"

	"github.com/jasmincam/jasmincam/internal/capture"
)

const (
	textureBits = 10
	textureSize = 1 << textureBits // texels a side; wraps around
	noiseSize   = 1 << 16
)

// Clip is an endless talking-head scene: a textured room seen by a camera that drifts by fractions of a pixel, a
// textured head and shoulders that sway and a hand that waves, light that breathes, and fresh sensor noise on every
// picture. Picture n is the same on every machine and in every run.
type Clip struct {
	Width, Height, FPS int
	// Start is when picture 0 was captured.
	Start time.Time

	texture []uint8 // textureSize², values around 128
	noise   []int8  // normal, sigma 2
}

// NewClip prepares a clip of this size; both sides even.
func NewClip(width, height, fps int) *Clip {
	rng := rand.New(rand.NewPCG(1, 2))
	c := &Clip{
		Width: width, Height: height, FPS: fps,
		Start:   time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC),
		texture: newTexture(rng), noise: make([]int8, noiseSize),
	}
	for i := range c.noise {
		c.noise[i] = int8(math.Round(min(max(rng.NormFloat64()*2, -12), 12)))
	}
	return c
}

// Frame draws picture n into a fresh frame that belongs to no pool.
func (c *Clip) Frame(n int) *capture.Frame {
	f := (*capture.Pool)(nil).Get(c.Width, c.Height)
	f.At, f.Seq = c.Start.Add(time.Duration(n)*time.Second/time.Duration(c.FPS)), uint64(n)
	c.draw(f, n)
	return f
}

// Frames draws the first n pictures.
func (c *Clip) Frames(n int) []*capture.Frame {
	frames := make([]*capture.Frame, n)
	for i := range frames {
		frames[i] = c.Frame(i)
	}
	return frames
}

// WriteY4M writes the first n pictures as a YUV4MPEG2 stream.
func (c *Clip) WriteY4M(w io.Writer, n int) error {
	if _, err := fmt.Fprintf(w, "YUV4MPEG2 W%d H%d F%d:1 Ip A1:1 C420jpeg\n", c.Width, c.Height, c.FPS); err != nil {
		return err
	}
	for i := range n {
		if _, err := io.WriteString(w, "FRAME\n"); err != nil {
			return err
		}
		if err := writeRaw(w, c.Frame(i)); err != nil {
			return err
		}
	}
	return nil
}

// writeRaw writes the three planes without padding.
func writeRaw(w io.Writer, f *capture.Frame) error {
	for _, p := range []struct {
		pix                   []byte
		stride, width, height int
	}{
		{f.Y, f.YStride, f.Width, f.Height},
		{f.Cb, f.CStride, f.Width / 2, f.Height / 2},
		{f.Cr, f.CStride, f.Width / 2, f.Height / 2},
	} {
		for y := range p.height {
			if _, err := w.Write(p.pix[y*p.stride:][:p.width]); err != nil {
				return err
			}
		}
	}
	return nil
}

// layer is one thing in the scene: the texture, scaled and moved, inside an ellipse.
type layer struct {
	cx, cy, rx, ry float64 // in luma pixels
	u, v           float64 // where its texture begins, in texels; fractions move it by less than a pixel
	gain, lift     int     // of the texture's contrast, in 1/64, and of its brightness
	cb, cr         byte
}

func (c *Clip) layers(n int) []layer {
	t := float64(n) / float64(c.FPS)
	w, h := float64(c.Width), float64(c.Height)
	sway := 0.03 * w * math.Sin(1.1*t)
	nod := 0.012 * h * math.Sin(2.3*t)
	wave := 0.10 * w * math.Sin(4.1*t)
	lift := int(math.Round(2 * math.Sin(0.7*t)))
	pan, tilt := 9*math.Sin(0.45*t), 5*math.Cos(0.6*t)
	return []layer{
		{w / 2, h / 2, w, h, 100 + pan, 200 + tilt, 64, 96 + lift, 122, 134},
		{w/2 + sway*0.6, h * 1.05, w * 0.26, h * 0.42, 400 - sway*0.6, 50, 40, 70 + lift, 140, 110},
		{w/2 + sway, h*0.42 + nod, w * 0.11, h * 0.26, 700 - sway, 500 - nod, 26, 150 + lift, 112, 152},
		{w*0.76 + wave, h * 0.62, w * 0.04, h * 0.09, 900 - wave, 300, 26, 150 + lift, 112, 152},
	}
}

func (c *Clip) draw(f *capture.Frame, n int) {
	rng := rand.New(rand.NewPCG(uint64(n)+1, 77))
	layers := c.layers(n)
	row := make([]int, c.Width)
	for y := range c.Height {
		for _, l := range layers {
			if x0, x1, ok := l.span(y, c.Width); ok {
				c.paint(row[x0:x1], l, x0, y)
			}
		}
		noise := rng.IntN(noiseSize - c.Width)
		out := f.Y[y*f.YStride:][:c.Width]
		for x, v := range row {
			out[x] = byte(min(max(v+int(c.noise[noise+x]), 16), 235))
		}
	}
	for y := range c.Height / 2 {
		cb, cr := f.Cb[y*f.CStride:][:c.Width/2], f.Cr[y*f.CStride:][:c.Width/2]
		for _, l := range layers {
			if x0, x1, ok := l.span(2*y, c.Width); ok {
				for x := x0 / 2; x < x1/2; x++ {
					cb[x], cr[x] = l.cb, l.cr
				}
			}
		}
		noise := rng.IntN(noiseSize - c.Width)
		for x := range cb {
			cb[x] = byte(int(cb[x]) + int(c.noise[noise+x])/2)
			cr[x] = byte(int(cr[x]) + int(c.noise[noise+x+c.Width/2])/2)
		}
	}
}

// span is where row y crosses the layer.
func (l layer) span(y, width int) (x0, x1 int, ok bool) {
	dy := (float64(y) - l.cy) / l.ry
	if dy*dy >= 1 {
		return 0, 0, false
	}
	half := l.rx * math.Sqrt(1-dy*dy)
	x0, x1 = max(0, int(l.cx-half)), min(width, int(l.cx+half))
	return x0, x1, x0 < x1
}

// paint samples the texture bilinearly: the fraction is the same for the whole row.
func (c *Clip) paint(row []int, l layer, x, y int) {
	const mask = textureSize - 1
	u, v := l.u+float64(x), l.v+float64(y)
	iu, iv := int(math.Floor(u)), int(math.Floor(v))
	fu, fv := int((u-math.Floor(u))*64), int((v-math.Floor(v))*64)
	top := c.texture[(iv&mask)<<textureBits:][:textureSize]
	bottom := c.texture[((iv+1)&mask)<<textureBits:][:textureSize]
	for i := range row {
		a, b := (iu+i)&mask, (iu+i+1)&mask
		upper := int(top[a])*(64-fu) + int(top[b])*fu
		lower := int(bottom[a])*(64-fu) + int(bottom[b])*fu
		texel := (upper*(64-fv)+lower*fv)>>12 - 128
		row[i] = l.lift + texel*l.gain>>6
	}
}

// newTexture sums octaves of smooth noise whose amplitude falls with their frequency, as in photographs.
func newTexture(rng *rand.Rand) []uint8 {
	sum := make([]float64, textureSize*textureSize)
	for cells := 8; cells <= 512; cells *= 2 {
		addOctave(sum, cells, 62*math.Pow(8/float64(cells), 0.55), rng)
	}
	texture := make([]uint8, len(sum))
	for i, v := range sum {
		texture[i] = uint8(min(max(128+v, 0), 255))
	}
	return texture
}

func addOctave(sum []float64, cells int, amplitude float64, rng *rand.Rand) {
	lattice := make([]float64, cells*cells)
	for i := range lattice {
		lattice[i] = (rng.Float64()*2 - 1) * amplitude
	}
	step := textureSize / cells
	at := func(x, y int) float64 { return lattice[(y%cells)*cells+x%cells] }
	for y := range textureSize {
		cy, fy := y/step, smooth(float64(y%step)/float64(step))
		for x := range textureSize {
			cx, fx := x/step, smooth(float64(x%step)/float64(step))
			top := at(cx, cy)*(1-fx) + at(cx+1, cy)*fx
			bottom := at(cx, cy+1)*(1-fx) + at(cx+1, cy+1)*fx
			sum[y*textureSize+x] += top*(1-fy) + bottom*fy
		}
	}
}

func smooth(t float64) float64 { return t * t * (3 - 2*t) }
