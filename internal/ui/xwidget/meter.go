package xwidget

import (
	"image/color"
	"math"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	standard "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/jasmincam/jasmincam/internal/ui/control"
	"github.com/jasmincam/jasmincam/internal/ui/theme"
)

// Bounds of the meter in dBFS, and where it begins to be loud and too loud.
const (
	meterLow  = -60.0
	meterLoud = -12.0
	meterOver = -4.0
)

// Meter shows how loud the microphone is: a bar that turns amber and red where
// it is too loud, with a mark at the newest peak.
type Meter struct {
	widget.BaseWidget
	ground, bar, peak *canvas.Rectangle
	level, held       float64 // dBFS
	hold              int
	muted             bool
	over              bool
	says              func(level int) string // of a level in dBFS
}

var (
	_ fyne.Accessible   = (*Meter)(nil)
	_ desktop.Hoverable = (*Meter)(nil)
)

// NewMeter returns a meter that hears nothing; says puts a level in dBFS into
// words.
func NewMeter(says func(level int) string) *Meter {
	m := &Meter{says: says, level: meterLow, held: meterLow, ground: canvas.NewRectangle(theme.Color(standard.ColorNameInputBackground)),
		bar: canvas.NewRectangle(color.Transparent), peak: canvas.NewRectangle(color.Transparent)}
	m.ground.StrokeWidth, m.ground.StrokeColor = 1, theme.Color(standard.ColorNameInputBorder)
	m.ground.CornerRadius, m.bar.CornerRadius = 4, 3
	m.ExtendBaseWidget(m)
	return m
}

// Set shows a level in dBFS; muted shows it in grey: it is heard here, and by
// nobody else.
func (m *Meter) Set(level float64, muted bool) {
	if math.IsNaN(level) {
		level = meterLow
	}
	level = min(max(level, meterLow), 0)
	m.hold++
	if level >= m.held || m.hold > 20 {
		m.held, m.hold = level, 0
	}
	if math.Abs(level-m.level) < 0.5 && muted == m.muted && level > m.held-0.5 {
		return
	}
	m.level, m.muted = level, muted
	m.Refresh()
	if m.over {
		control.Tell(m, m.AccessibilityLabel())
	}
}

// AccessibilityLabel implements fyne.Accessible.
func (m *Meter) AccessibilityLabel() string { return m.says(int(math.Round(m.level))) }

// AccessibilityRole implements fyne.Accessible.
func (m *Meter) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleText }

// MouseIn implements desktop.Hoverable.
func (m *Meter) MouseIn(*desktop.MouseEvent) {
	m.over = true
	control.Tell(m, m.AccessibilityLabel())
}

// MouseMoved implements desktop.Hoverable.
func (m *Meter) MouseMoved(*desktop.MouseEvent) {}

// MouseOut implements desktop.Hoverable.
func (m *Meter) MouseOut() {
	m.over = false
	control.Tell(m, "")
}

// part is how much of the bar a level fills.
func part(level float64) float32 { return float32((level - meterLow) / -meterLow) }

// CreateRenderer implements fyne.Widget.
func (m *Meter) CreateRenderer() fyne.WidgetRenderer { return &meterLook{m} }

type meterLook struct{ *Meter }

func (l *meterLook) MinSize() fyne.Size {
	return fyne.NewSize(80*theme.Scale(), 14*theme.Scale())
}

func (l *meterLook) colour(level float64) color.Color {
	switch {
	case l.muted:
		return theme.Color(standard.ColorNameDisabled)
	case level > meterOver:
		return theme.Color(standard.ColorNameError)
	case level > meterLoud:
		return theme.Color(standard.ColorNameWarning)
	}
	return theme.Color(standard.ColorNameSuccess)
}

func (l *meterLook) Layout(size fyne.Size) {
	height := min(size.Height, l.MinSize().Height)
	top := (size.Height - height) / 2
	l.ground.Move(fyne.NewPos(0, top))
	l.ground.Resize(fyne.NewSize(size.Width, height))
	room := size.Width - 4
	l.bar.Move(fyne.NewPos(2, top+2))
	l.bar.Resize(fyne.NewSize(room*part(l.level), height-4))
	l.bar.FillColor = l.colour(l.level)
	l.peak.Move(fyne.NewPos(2+max(0, room*part(l.held)-3), top+2))
	l.peak.Resize(fyne.NewSize(3, height-4))
	l.peak.FillColor = l.colour(l.held)
	l.peak.Hidden = l.held <= meterLow
}

func (l *meterLook) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{l.ground, l.bar, l.peak}
}

func (l *meterLook) Refresh() {
	l.Layout(l.Size())
	canvas.Refresh(l.bar)
}

func (l *meterLook) Destroy() {}
