package uitest

import (
	"image"
	"image/color"
	"image/draw"

	"golang.org/x/image/font"
	"golang.org/x/image/font/basicfont"
	"golang.org/x/image/math/fixed"
)

// Flat is a picture in few colours: those that there are most of and that differ
// most. A window has few, and its picture is small on the disk then.
func Flat(m image.Image, colours int) *image.Paletted {
	b := m.Bounds()
	counts, names := map[color.NRGBA]int{}, make([]color.NRGBA, 0, b.Dx()*b.Dy())
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			c := color.NRGBAModel.Convert(m.At(x, y)).(color.NRGBA)
			counts[c]++
			names = append(names, c)
		}
	}
	palette, nearest := choose(counts, colours)
	out := image.NewPaletted(image.Rect(0, 0, b.Dx(), b.Dy()), palette)
	for i, c := range names {
		out.Pix[i] = nearest[c]
	}
	return out
}

// choose picks colours, each time the one that is worst served by those chosen,
// and tells which of them stands for each.
func choose(counts map[color.NRGBA]int, most int) (color.Palette, map[color.NRGBA]uint8) {
	type one struct {
		c    color.NRGBA
		n    int
		far  int
		near uint8
	}
	all := make([]one, 0, len(counts))
	for c, n := range counts {
		all = append(all, one{c: c, n: n, far: 1 << 20})
	}
	var palette color.Palette
	for len(palette) < min(most, len(all)) {
		worst, at := -1, 0
		for i, o := range all {
			if cost := o.n * o.far; cost > worst || cost == worst && before(o.c, all[at].c) {
				worst, at = cost, i
			}
		}
		chosen := all[at].c
		for i := range all {
			if d := distance(all[i].c, chosen); d < all[i].far {
				all[i].far, all[i].near = d, uint8(len(palette))
			}
		}
		palette = append(palette, chosen)
	}
	nearest := make(map[color.NRGBA]uint8, len(all))
	for _, o := range all {
		nearest[o.c] = o.near
	}
	return palette, nearest
}

// before orders colours, so that the same picture gives the same file.
func before(a, b color.NRGBA) bool {
	if a.R != b.R {
		return a.R < b.R
	}
	if a.G != b.G {
		return a.G < b.G
	}
	return a.B < b.B
}

func distance(a, b color.NRGBA) int {
	r, g, bl := int(a.R)-int(b.R), int(a.G)-int(b.G), int(a.B)-int(b.B)
	return 2*r*r + 4*g*g + 3*bl*bl
}

// Cell is a picture on a sheet, with the line above it.
type Cell struct {
	Caption string
	Picture *image.Paletted
}

// Room on a sheet, in points.
const (
	sheetGap     = 12
	sheetCaption = 20
)

// Sheet puts pictures beside and below each other. Their colours together are
// 254 at most; what is more becomes the nearest.
func Sheet(columns int, cells []Cell) *image.Paletted {
	palette := color.Palette{color.NRGBA{0x80, 0x84, 0x88, 0xff}, color.NRGBA{0, 0, 0, 0xff}}
	have := map[color.Color]bool{}
	for _, c := range cells {
		for _, one := range c.Picture.Palette {
			if !have[one] && len(palette) < 256 {
				have[one] = true
				palette = append(palette, one)
			}
		}
	}
	widths, heights := make([]int, columns), make([]int, (len(cells)+columns-1)/columns)
	for i, c := range cells {
		widths[i%columns] = max(widths[i%columns], c.Picture.Rect.Dx())
		heights[i/columns] = max(heights[i/columns], c.Picture.Rect.Dy()+sheetCaption)
	}
	out := image.NewPaletted(image.Rect(0, 0, along(widths), along(heights)), palette)
	for i, c := range cells {
		at := image.Pt(along(widths[:i%columns]), along(heights[:i/columns]))
		d := font.Drawer{Dst: out, Src: image.Black, Face: basicfont.Face7x13, Dot: fixed.P(at.X, at.Y+14)}
		d.DrawString(c.Caption)
		to := c.Picture.Rect.Add(at.Add(image.Pt(0, sheetCaption)))
		draw.Draw(out, to, c.Picture, image.Point{}, draw.Src)
	}
	return out
}

// along is how far rows or columns reach, with the room around them.
func along(sizes []int) int {
	sum := sheetGap
	for _, s := range sizes {
		sum += s + sheetGap
	}
	return sum
}
