package xwidget

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	standard "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/jasmincam/jasmincam/internal/ui/control"
	"github.com/jasmincam/jasmincam/internal/ui/theme"
)

// Bar is one bar of a chart.
type Bar struct {
	Name  string // below it
	Value float64
	Words string // the value as it is written, above the highest
}

// Chart shows bars beside each other, the first at the left. The values below
// zero are shown as none.
type Chart struct {
	widget.BaseWidget
	bars   []Bar
	shapes []*canvas.Rectangle
	names  []*canvas.Text
	line   *canvas.Rectangle
	top    *canvas.Text // the highest value
	all    []fyne.CanvasObject
}

var (
	_ fyne.Accessible   = (*Chart)(nil)
	_ desktop.Hoverable = (*Chart)(nil)
)

// NewChart returns an empty chart.
func NewChart() *Chart {
	c := &Chart{line: canvas.NewRectangle(theme.Color(standard.ColorNameSeparator)), top: canvas.NewText("", theme.Color(theme.Muted))}
	c.top.TextSize = standard.CaptionTextSize()
	c.ExtendBaseWidget(c)
	return c
}

// Set shows bars.
func (c *Chart) Set(bars []Bar) {
	c.bars, c.shapes, c.names, c.top.Text = bars, nil, nil, ""
	c.all = []fyne.CanvasObject{c.line, c.top}
	highest := 0.0
	for _, b := range bars {
		shape := canvas.NewRectangle(theme.Color(standard.ColorNameSuccess))
		shape.CornerRadius = 3
		name := canvas.NewText(b.Name, theme.Color(theme.Muted))
		name.TextSize, name.Alignment = standard.CaptionTextSize(), fyne.TextAlignCenter
		c.shapes, c.names = append(c.shapes, shape), append(c.names, name)
		c.all = append(c.all, shape, name)
		if b.Value > highest {
			highest, c.top.Text = b.Value, b.Words
		}
	}
	c.Refresh()
}

// said is a bar in words.
func (b Bar) said() string { return b.Name + ": " + b.Words }

// AccessibilityLabel implements fyne.Accessible: every bar in words.
func (c *Chart) AccessibilityLabel() string {
	said := make([]string, 0, len(c.bars))
	for _, b := range c.bars {
		said = append(said, b.said())
	}
	return strings.Join(said, ", ")
}

// AccessibilityRole implements fyne.Accessible.
func (c *Chart) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleText }

// MouseIn implements desktop.Hoverable.
func (c *Chart) MouseIn(e *desktop.MouseEvent) { c.MouseMoved(e) }

// MouseMoved implements desktop.Hoverable: the bar below the mouse is said.
func (c *Chart) MouseMoved(e *desktop.MouseEvent) {
	if i := int(e.Position.X / max(1, c.Size().Width) * float32(len(c.bars))); i >= 0 && i < len(c.bars) {
		control.Tell(c, c.bars[i].said())
	}
}

// MouseOut implements desktop.Hoverable.
func (c *Chart) MouseOut() { control.Tell(c, "") }

// CreateRenderer implements fyne.Widget.
func (c *Chart) CreateRenderer() fyne.WidgetRenderer { return &chartLook{c} }

type chartLook struct{ *Chart }

func (l *chartLook) MinSize() fyne.Size { return fyne.NewSize(120*theme.Scale(), 120*theme.Scale()) }

func (l *chartLook) Layout(size fyne.Size) {
	l.top.Resize(l.top.MinSize())
	l.top.Move(fyne.Position{})
	small := l.top.MinSize().Height
	head := small * 1.3
	floor := size.Height - small*1.2
	l.line.Resize(fyne.NewSize(size.Width, 1))
	l.line.Move(fyne.NewPos(0, floor))
	if len(l.bars) == 0 {
		return
	}
	highest, widest := 0.0, float32(1)
	for i, b := range l.bars {
		highest, widest = max(highest, b.Value), max(widest, l.names[i].MinSize().Width+4)
	}
	slot := size.Width / float32(len(l.bars))
	every := int(widest/slot) + 1 // names that have room
	for i, b := range l.bars {
		height := float32(0)
		if highest > 0 {
			height = (floor - head) * float32(max(0, b.Value)/highest)
		}
		x := slot * float32(i)
		l.shapes[i].Resize(fyne.NewSize(min(slot*0.7, 48*theme.Scale()), height))
		l.shapes[i].Move(fyne.NewPos(x+(slot-l.shapes[i].Size().Width)/2, floor-height))
		l.shapes[i].Hidden = height < 1
		name := l.names[i].MinSize()
		l.names[i].Hidden = i%every != 0
		l.names[i].Resize(name)
		l.names[i].Move(fyne.NewPos(min(max(0, x+(slot-name.Width)/2), size.Width-name.Width), floor+2))
	}
}

func (l *chartLook) Objects() []fyne.CanvasObject {
	if l.all == nil {
		return []fyne.CanvasObject{l.line, l.top}
	}
	return l.all
}

func (l *chartLook) Refresh() {
	l.Layout(l.Size())
	canvas.Refresh(l.Chart)
}

func (l *chartLook) Destroy() {}
