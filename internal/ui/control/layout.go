package control

import (
	"image"
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	standard "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/jasmincam/jasmincam/internal/ui/theme"
)

// Panel puts content on a ground of its own.
func Panel(content fyne.CanvasObject) fyne.CanvasObject {
	return container.NewStack(Ground(theme.Surface, 10), container.NewPadded(container.NewPadded(content)))
}

// Flat is an area of one colour with square corners. It is an image of one
// pixel: where no graphics card helps, it is drawn in a fraction of a
// rectangle's time, and of a rounded one's even more.
func Flat(c color.Color) *canvas.Image {
	return &canvas.Image{Image: pixel(c), FillMode: canvas.ImageFillStretch, ScaleMode: canvas.ImageScalePixels}
}

// Tint gives a Flat another colour; it draws only what is new.
func Tint(flat *canvas.Image, c color.Color) {
	next := pixel(c)
	if before, ok := flat.Image.(*image.RGBA); ok && before.RGBAAt(0, 0) == next.RGBAAt(0, 0) {
		return
	}
	flat.Image = next
	flat.Refresh()
}

func pixel(c color.Color) *image.RGBA {
	one := image.NewRGBA(image.Rect(0, 0, 1, 1))
	one.Set(0, 0, c)
	return one
}

// Ground is a Flat with round corners.
func Ground(colour fyne.ThemeColorName, radius float32) fyne.CanvasObject {
	flat := Flat(theme.Color(colour))
	flat.CornerRadius = radius
	return flat
}

// Column centres content and makes it no wider than width at a text size of
// 100 %; it grows with the text.
func Column(width float32, content fyne.CanvasObject) fyne.CanvasObject {
	return container.New(column(width*theme.Scale()), content)
}

type column float32

// MinSize implements fyne.Layout.
func (column) MinSize(objects []fyne.CanvasObject) fyne.Size { return largest(objects) }

// Layout implements fyne.Layout.
func (c column) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	width := min(size.Width, max(float32(c), largest(objects).Width))
	for _, o := range objects {
		o.Move(fyne.NewPos((size.Width-width)/2, 0))
		o.Resize(fyne.NewSize(width, size.Height))
	}
}

func largest(objects []fyne.CanvasObject) fyne.Size {
	var size fyne.Size
	for _, o := range objects {
		if o.Visible() {
			size = size.Max(o.MinSize())
		}
	}
	return size
}

// Scrolled is content that scrolls up and down and breaks its lines at the width
// that there is.
func Scrolled(content fyne.CanvasObject) fyne.CanvasObject {
	return container.New(scrolled{}, container.NewVScroll(content))
}

type scrolled struct{}

// MinSize implements fyne.Layout.
func (scrolled) MinSize(objects []fyne.CanvasObject) fyne.Size { return largest(objects) }

// Layout implements fyne.Layout: the content learns its width first, and tells
// its height then.
func (scrolled) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	scroll := objects[0].(*container.Scroll)
	for range 2 {
		scroll.Content.Resize(scroll.Content.MinSize().Max(size))
	}
	scroll.Move(fyne.Position{})
	scroll.Resize(size)
}

// Stacked puts panels below one another, with room between them.
func Stacked(objects ...fyne.CanvasObject) *fyne.Container {
	return container.New(layout.NewCustomPaddedVBoxLayout(3*standard.Padding()), objects...)
}

// TwoLines is a name above what there is to say of it; long ones break.
func TwoLines(name, under string) fyne.CanvasObject {
	t := widget.NewRichText(
		&widget.TextSegment{Text: name, Style: widget.RichTextStyle{TextStyle: fyne.TextStyle{Bold: true}, ColorName: standard.ColorNameForeground}},
		&widget.TextSegment{Text: under, Style: widget.RichTextStyle{ColorName: theme.Muted}})
	t.Wrapping = fyne.TextWrapWord
	return t
}

// Halves puts two objects side by side; the first takes three fifths.
type Halves struct{}

// MinSize implements fyne.Layout.
func (h Halves) MinSize(objects []fyne.CanvasObject) fyne.Size {
	a, b := objects[0].MinSize(), objects[1].MinSize()
	return fyne.NewSize(a.Width+b.Width, max(a.Height, b.Height))
}

// Layout implements fyne.Layout.
func (h Halves) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	first := max(size.Width*0.6, objects[0].MinSize().Width)
	objects[0].Move(fyne.NewPos(0, 0))
	objects[0].Resize(fyne.NewSize(first, size.Height))
	height := objects[1].MinSize().Height
	objects[1].Move(fyne.NewPos(first, (size.Height-height)/2))
	objects[1].Resize(fyne.NewSize(size.Width-first, height))
}

// Field puts a word above what it names.
func Field(word string, o fyne.CanvasObject) fyne.CanvasObject {
	return container.New(layout.NewCustomPaddedVBoxLayout(0), Text(word), o)
}

// Text is a label that breaks its lines.
func Text(words string) *widget.Label {
	l := widget.NewLabel(words)
	l.Wrapping = fyne.TextWrapWord
	return l
}

// Heading is a line in large letters.
func Heading(words string) *widget.Label {
	l := Text(words)
	l.SizeName = standard.SizeNameSubHeadingText
	l.TextStyle.Bold = true
	return l
}

// Say shows words, and hides the label when there are none. It draws only what
// is new.
func Say(l *widget.Label, words string) {
	if l.Text != words {
		l.SetText(words)
	}
	Show(l, words != "")
}

// Show shows or hides an object, when it is not so already.
func Show(o fyne.CanvasObject, on bool) {
	switch {
	case on && !o.Visible():
		o.Show()
	case !on && o.Visible():
		o.Hide()
	}
}

// Mark is the round sign of an account: its letter on its colour.
func Mark(letter string, account int) fyne.CanvasObject {
	colour, on := theme.Account(account)
	size := 22 * theme.Scale()
	disc := canvas.NewCircle(theme.Color(colour))
	word := canvas.NewText(letter, theme.Color(on))
	word.TextSize = 13 * theme.Scale()
	word.TextStyle.Bold = true
	word.Alignment = fyne.TextAlignCenter
	return container.NewCenter(container.NewGridWrap(fyne.NewSquareSize(size), container.NewStack(disc, word)))
}

// Quiet is a text of lesser weight that breaks its lines.
func Quiet(words string) *widget.RichText {
	r := widget.NewRichText(&widget.TextSegment{Text: words, Style: widget.RichTextStyle{ColorName: theme.Muted}})
	r.Wrapping = fyne.TextWrapWord
	return r
}

// SayQuiet gives a quiet text other words.
func SayQuiet(r *widget.RichText, words string) {
	if seg := r.Segments[0].(*widget.TextSegment); seg.Text != words {
		seg.Text = words
		r.Refresh()
	}
}
