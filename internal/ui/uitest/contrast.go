package uitest

import (
	"fmt"
	"image"
	"image/color"
	"math"

	"fyne.io/fyne/v2"
)

// Contrasts that are asked for: of words (WCAG 2.2, 1.4.3) and of signs (1.4.11).
const (
	wordContrast = 4.5
	signContrast = 3
)

// share is the part of a word's place from which on a colour there counts as its
// ground: what lies half on one thing is read on both.
const share = 0.2

// Faint measures, in a picture of the window at one pixel a unit, every word of
// root that is seen whole: its colour against the colours that are painted behind
// it. Signs are measured too. Of objects that lie over root the caller knows.
func Faint(root fyne.CanvasObject, picture image.Image) []string {
	w := &walk{}
	seen := boxOf(fyne.Position{}, fyne.NewSize(float32(picture.Bounds().Dx()), float32(picture.Bounds().Dy())))
	w.visit(root, place{room: everything(), view: seen})
	w.found = nil
	for _, one := range w.words {
		if ink := letters(one.ink); !one.text.Hidden && ink.within(one.view) {
			w.faintWord(one, count(picture, ink))
		}
	}
	for i, one := range w.signs {
		covered := i+1 < len(w.signs) && w.signs[i+1].ink == one.ink // it is the ground of the next
		if !covered && one.ink.within(one.view) {
			w.faintSign(one, count(picture, one.ink))
		}
	}
	return w.found
}

func (w *walk) faintWord(one word, seen map[color.NRGBA]int) {
	ink := color.NRGBAModel.Convert(one.text.Color).(color.NRGBA)
	if ink.A == 0 {
		return // nothing is painted
	}
	all := 0
	ground, most := color.NRGBA{}, 0
	for c, n := range seen {
		all += n
		if n > most && !near(c, ink) {
			ground, most = c, n
		}
	}
	worst := 1.0
	if most > 0 {
		worst = Contrast(over(ink, ground), ground)
	}
	for c, n := range seen {
		if float64(n) < share*float64(all) || near(c, ink) {
			continue
		}
		if got := Contrast(over(ink, c), c); got < worst {
			worst, ground = got, c
		}
	}
	if worst < wordContrast {
		w.say("%s: “%s” in %s on %s has a contrast of %.2f", one.path, one.text.Text, hex(ink), hex(ground), worst)
	}
}

// faintSign compares the colour of which there is most with the one that differs
// most from it.
func (w *walk) faintSign(one word, seen map[color.NRGBA]int) {
	ground, most, all := color.NRGBA{}, 0, 0
	for c, n := range seen {
		all += n
		if n > most {
			ground, most = c, n
		}
	}
	best := 1.0
	for c, n := range seen {
		if n*100 >= all { // a hundredth of it, and no stray pixel
			best = max(best, Contrast(c, ground))
		}
	}
	if best < signContrast {
		w.say("%s: the sign on %s has a contrast of %.2f", one.path, hex(ground), best)
	}
}

// count tells how many pixels of each colour are in a place.
func count(picture image.Image, b box) map[color.NRGBA]int {
	seen := map[color.NRGBA]int{}
	for y := int(b.top); y < int(math.Ceil(float64(b.bottom))); y++ {
		for x := int(b.left); x < int(math.Ceil(float64(b.right))); x++ {
			if (image.Point{X: x, Y: y}).In(picture.Bounds()) {
				seen[color.NRGBAModel.Convert(picture.At(x, y)).(color.NRGBA)]++
			}
		}
	}
	return seen
}

// near tells whether two colours are the same to the eye.
func near(a, b color.NRGBA) bool {
	d := func(p, q uint8) int { return max(int(p)-int(q), int(q)-int(p)) }
	return d(a.R, b.R) <= 8 && d(a.G, b.G) <= 8 && d(a.B, b.B) <= 8
}

// over is a colour laid over a ground.
func over(c, ground color.NRGBA) color.NRGBA {
	mix := func(p, q uint8) uint8 { return uint8((int(p)*int(c.A) + int(q)*(255-int(c.A))) / 255) }
	return color.NRGBA{R: mix(c.R, ground.R), G: mix(c.G, ground.G), B: mix(c.B, ground.B), A: 255}
}

func hex(c color.NRGBA) string { return fmt.Sprintf("#%02x%02x%02x", c.R, c.G, c.B) }

// Contrast is the contrast ratio of two opaque colours, 1 to 21 (WCAG 2.2).
func Contrast(a, b color.Color) float64 {
	x, y := luminance(a), luminance(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

// luminance is the relative luminance of WCAG 2.2.
func luminance(c color.Color) float64 {
	n := color.NRGBAModel.Convert(c).(color.NRGBA)
	part := func(v uint8) float64 {
		x := float64(v) / 255
		if x <= 0.04045 {
			return x / 12.92
		}
		return math.Pow((x+0.055)/1.055, 2.4)
	}
	return 0.2126*part(n.R) + 0.7152*part(n.G) + 0.0722*part(n.B)
}
