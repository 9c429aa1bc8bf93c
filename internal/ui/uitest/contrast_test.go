package uitest_test

import (
	"image"
	"image/color"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/jasmincam/jasmincam/internal/ui/uitest"
)

func grey(v uint8) color.NRGBA { return color.NRGBA{R: v, G: v, B: v, A: 0xff} }

// painted is a word in a colour on shapes of others.
func painted(ink color.Color, grounds ...color.Color) fyne.CanvasObject {
	word := canvas.NewText("eight letters", ink)
	word.Resize(word.MinSize())
	c := container.NewWithoutLayout()
	for i, g := range grounds {
		shape := canvas.NewRectangle(g)
		part := word.MinSize().Width / float32(len(grounds))
		shape.Resize(fyne.NewSize(part, 40))
		shape.Move(fyne.NewPos(part*float32(i), 0))
		c.Add(shape)
	}
	c.Add(word)
	return c
}

func TestFaint_measuresWhatIsPainted(t *testing.T) {
	test.NewTempApp(t)
	hint := widget.NewEntry()
	hint.SetPlaceHolder("a hint")
	disabled := widget.NewButton("not now", nil)
	disabled.Disable()
	for _, row := range []struct {
		name string
		o    fyne.CanvasObject
		want string
	}{
		{"black on white", painted(color.Black, color.White), ""},
		{"grey on grey", painted(grey(0x80), grey(0x50)), "“eight letters” in #808080 on #505050 has a contrast of 2.0"},
		{"the half of its ground", painted(color.White, color.Black, grey(0xd0)), "on #d0d0d0"},
		{"half seen through", painted(color.NRGBA{R: 0xff, G: 0xff, B: 0xff, A: 0x30}, color.Black), "contrast of 1."},
		{"nothing is painted", painted(color.Transparent, color.White), ""},
		{"a sign", container.NewWithoutLayout(sign(grey(0xff), grey(0x30))), ""},
		{"a faint sign", container.NewWithoutLayout(sign(grey(0x40), grey(0x60))), "the sign"},
		{"the hint of an entry", container.NewVBox(hint), "a hint"}, // the toolkit's own colours
		{"a button that cannot be pressed", container.NewVBox(disabled), "not now"},
	} {
		t.Run(row.name, func(t *testing.T) {
			w := test.NewTempWindow(t, row.o)
			w.SetPadded(false)
			w.Resize(fyne.NewSize(300, 60))
			got := strings.Join(uitest.Faint(w.Content(), w.Canvas().Capture()), "\n")
			if row.want == "" && got != "" || !strings.Contains(got, row.want) {
				t.Errorf("found %q, want %q", got, row.want)
			}
		})
	}
}

// sign is a square sign of a colour on a ground.
func sign(ink, ground color.NRGBA) fyne.CanvasObject {
	shape := canvas.NewRectangle(ground)
	shape.Resize(fyne.NewSquareSize(40))
	hex := string([]byte{"0123456789abcdef"[ink.R>>4], "0123456789abcdef"[ink.R&15]})
	svg := `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><rect x="2" y="2" width="4" height="4" fill="#` + hex + hex + hex + `"/></svg>`
	picture := canvas.NewImageFromResource(fyne.NewStaticResource(hex+".svg", []byte(svg)))
	picture.Resize(fyne.NewSquareSize(40))
	c := container.NewWithoutLayout(shape, picture)
	c.Resize(fyne.NewSquareSize(40))
	return c
}

func TestFaint_leavesOutWhatIsScrolledAway(t *testing.T) {
	test.NewTempApp(t)
	away := canvas.NewText("scrolled away", theme.Color(theme.ColorNameBackground))
	w := test.NewTempWindow(t, container.NewVScroll(container.NewVBox(widget.NewLabel("seen"), widget.NewLabel("cut"), away)))
	w.SetPadded(false)
	w.Resize(fyne.NewSize(300, 50))
	if got := uitest.Faint(w.Content(), w.Canvas().Capture()); len(got) > 0 {
		t.Error(got)
	}
}

func TestContrast(t *testing.T) {
	for _, row := range []struct {
		a, b color.Color
		want float64
	}{{color.Black, color.White, 21}, {color.White, color.White, 1}, {grey(0x76), color.White, 4.54}} {
		if got := uitest.Contrast(row.a, row.b); got < row.want-0.01 || got > row.want+0.01 {
			t.Errorf("%v and %v: %.3f, want %.2f", row.a, row.b, got, row.want)
		}
	}
}

func TestFlat_keepsWhatThereIsMostOf(t *testing.T) {
	m := image.NewNRGBA(image.Rect(0, 0, 10, 10))
	for i := range 100 {
		m.SetNRGBA(i%10, i/10, grey(uint8(0xff-i/90)))
	}
	m.SetNRGBA(0, 0, color.NRGBA{R: 0xff, A: 0xff})
	flat := uitest.Flat(m, 2)
	if r, g, _, _ := flat.At(0, 0).RGBA(); r != 0xffff || g != 0 {
		t.Errorf("the red point is %v", flat.At(0, 0))
	}
	if got := len(flat.Palette); got != 2 || flat.At(5, 5) != color.Color(grey(0xff)) {
		t.Errorf("%d colours, the ground is %v", got, flat.At(5, 5))
	}
}

func TestSheet_hasEveryPicture(t *testing.T) {
	m := image.NewNRGBA(image.Rect(0, 0, 30, 20))
	for i := range 600 {
		m.SetNRGBA(i%30, i/30, grey(0x20))
	}
	one := uitest.Cell{Caption: "one", Picture: uitest.Flat(m, 4)}
	got := uitest.Sheet(2, []uitest.Cell{one, one, one})
	if want := image.Rect(0, 0, 12+30+12+30+12, 12+40+12+40+12); got.Rect != want {
		t.Fatalf("the sheet is %v, want %v", got.Rect, want)
	}
	dark, words := 0, 0
	for y := range got.Rect.Dy() {
		for x := range got.Rect.Dx() {
			switch got.At(x, y) {
			case color.Color(grey(0x20)):
				dark++
			case color.Color(grey(0)):
				words++
			}
		}
	}
	if dark != 3*600 || words < 50 {
		t.Errorf("%d points of the pictures, %d of the words", dark, words)
	}
}
