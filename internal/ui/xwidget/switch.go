package xwidget

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	standard "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/jasmincam/jasmincam/internal/ui/control"
	"github.com/jasmincam/jasmincam/internal/ui/theme"
)

// Switch is on or off, and says what. It does not move by itself: what it shows
// is set by Put when it is so.
type Switch struct {
	widget.BaseWidget
	pressed           func(on bool) // she wants it on or off
	on, focused, over bool
	track, knob, ring *canvas.Rectangle
	word              *canvas.Text
	colour            fyne.ThemeColorName
}

var (
	_ fyne.Focusable    = (*Switch)(nil)
	_ fyne.Tappable     = (*Switch)(nil)
	_ fyne.Accessible   = (*Switch)(nil)
	_ desktop.Hoverable = (*Switch)(nil)
)

// NewSwitch returns a switch that is off; on, it has the colour.
func NewSwitch(word string, colour fyne.ThemeColorName, pressed func(on bool)) *Switch {
	s := &Switch{pressed: pressed, colour: colour, track: canvas.NewRectangle(color.Transparent), knob: canvas.NewRectangle(color.Transparent),
		ring: canvas.NewRectangle(color.Transparent), word: canvas.NewText(word, theme.Color(standard.ColorNameForeground))}
	s.word.TextSize = standard.TextSize()
	s.ring.CornerRadius, s.ring.StrokeWidth = 6, 2
	s.ExtendBaseWidget(s)
	return s
}

// Put shows that it is on or off.
func (s *Switch) Put(on bool) {
	if s.on != on {
		s.on = on
		s.Refresh()
	}
}

// On tells what it shows.
func (s *Switch) On() bool { return s.on }

// Tapped implements fyne.Tappable.
func (s *Switch) Tapped(*fyne.PointEvent) { s.pressed(!s.on) }

// TypedKey implements fyne.Focusable.
func (s *Switch) TypedKey(key *fyne.KeyEvent) {
	switch key.Name {
	case fyne.KeySpace, fyne.KeyReturn, fyne.KeyEnter:
		s.pressed(!s.on)
	default:
		control.PassOn(s, key)
	}
}

// TypedRune implements fyne.Focusable.
func (s *Switch) TypedRune(rune) {}

// FocusGained implements fyne.Focusable.
func (s *Switch) FocusGained() { s.focused = true; s.Refresh() }

// FocusLost implements fyne.Focusable.
func (s *Switch) FocusLost() { s.focused = false; s.Refresh() }

// MouseIn implements desktop.Hoverable.
func (s *Switch) MouseIn(*desktop.MouseEvent) { s.over = true; s.Refresh() }

// MouseMoved implements desktop.Hoverable.
func (s *Switch) MouseMoved(*desktop.MouseEvent) {}

// MouseOut implements desktop.Hoverable.
func (s *Switch) MouseOut() { s.over = false; s.Refresh() }

// AccessibilityLabel implements fyne.Accessible.
func (s *Switch) AccessibilityLabel() string { return s.word.Text }

// AccessibilityRole implements fyne.Accessible.
func (s *Switch) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleButton }

// CreateRenderer implements fyne.Widget.
func (s *Switch) CreateRenderer() fyne.WidgetRenderer {
	l := &switchLook{s}
	l.paint()
	return l
}

type switchLook struct{ *Switch }

func (l *switchLook) box() fyne.Size {
	return fyne.NewSize(38, 22).AddWidthHeight(38*(theme.Scale()-1), 22*(theme.Scale()-1))
}

func (l *switchLook) MinSize() fyne.Size {
	word := l.word.MinSize()
	box := l.box()
	return fyne.NewSize(box.Width+8+word.Width+8, max(box.Height, word.Height)+8)
}

func (l *switchLook) Layout(size fyne.Size) {
	box, word := l.box(), l.word.MinSize()
	l.ring.Resize(size)
	y := (size.Height - box.Height) / 2
	l.track.Move(fyne.NewPos(4, y))
	l.track.Resize(box)
	l.track.CornerRadius = box.Height / 2
	knob := box.Height - 6
	x := 4 + float32(3)
	if l.on {
		x = 4 + box.Width - 3 - knob
	}
	l.knob.Move(fyne.NewPos(x, y+3))
	l.knob.Resize(fyne.NewSquareSize(knob))
	l.knob.CornerRadius = knob / 2
	l.word.Move(fyne.NewPos(4+box.Width+8, (size.Height-word.Height)/2))
	l.word.Resize(word)
}

func (l *switchLook) paint() {
	l.track.FillColor = theme.Color(standard.ColorNameButton)
	l.track.StrokeWidth, l.track.StrokeColor = 1.5, theme.Color(standard.ColorNameInputBorder)
	l.knob.FillColor = theme.Color(standard.ColorNameForeground)
	if l.on {
		l.track.FillColor, l.track.StrokeColor = theme.Color(l.colour), theme.Color(l.colour)
		l.knob.FillColor = color.White
	}
	l.ring.StrokeColor, l.ring.FillColor = color.Transparent, color.Transparent
	if l.over {
		l.ring.FillColor = theme.Color(standard.ColorNameHover)
	}
	if l.focused {
		l.ring.StrokeColor = theme.Color(standard.ColorNamePrimary)
	}
}

func (l *switchLook) Refresh() {
	l.paint()
	l.Layout(l.Size())
	for _, o := range l.Objects() {
		canvas.Refresh(o)
	}
}

func (l *switchLook) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{l.ring, l.track, l.knob, l.word}
}

func (l *switchLook) Destroy() {}
