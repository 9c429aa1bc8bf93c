package xwidget

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	standard "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/jasmincam/jasmincam/internal/ui/theme"
)

// Chip is a word on a ground of its colour, such as LIVE.
type Chip struct {
	widget.BaseWidget
	size       fyne.ThemeSizeName
	ground     *canvas.Rectangle
	word       *canvas.Text
	name, text fyne.ThemeColorName
}

var _ fyne.Accessible = (*Chip)(nil)

// NewChip returns an empty chip in letters of a size.
func NewChip(size fyne.ThemeSizeName) *Chip {
	c := &Chip{size: size, ground: canvas.NewRectangle(color.Transparent), word: canvas.NewText("", color.Transparent)}
	c.word.TextSize = standard.Size(size)
	c.word.TextStyle.Bold = true
	c.ground.CornerRadius = 5
	c.ExtendBaseWidget(c)
	return c
}

// Set shows a word in the colours of a ground and the text on it, and tells
// whether anything is new.
func (c *Chip) Set(word string, ground, text fyne.ThemeColorName) bool {
	if c.word.Text == word && c.name == ground && c.text == text {
		return false
	}
	c.word.Text, c.name, c.text = word, ground, text
	c.word.Color = theme.Color(text)
	c.ground.FillColor = theme.Color(ground)
	c.Refresh()
	return true
}

// AccessibilityLabel implements fyne.Accessible.
func (c *Chip) AccessibilityLabel() string { return c.word.Text }

// AccessibilityRole implements fyne.Accessible.
func (c *Chip) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleText }

// CreateRenderer implements fyne.Widget.
func (c *Chip) CreateRenderer() fyne.WidgetRenderer { return &chipLook{c} }

type chipLook struct{ *Chip }

func (l *chipLook) side() float32 { return l.word.TextSize * 0.55 }

func (l *chipLook) MinSize() fyne.Size {
	return l.word.MinSize().AddWidthHeight(2*l.side(), l.side()*0.5)
}

func (l *chipLook) Layout(size fyne.Size) {
	l.ground.Resize(size)
	word := l.word.MinSize()
	l.word.Resize(word)
	l.word.Move(fyne.NewPos((size.Width-word.Width)/2, (size.Height-word.Height)/2))
}

func (l *chipLook) Objects() []fyne.CanvasObject { return []fyne.CanvasObject{l.ground, l.word} }

func (l *chipLook) Refresh() {
	l.Layout(l.Size())
	canvas.Refresh(l.ground)
	canvas.Refresh(l.word)
}

func (l *chipLook) Destroy() {}
