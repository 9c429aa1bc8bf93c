package xwidget

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	standard "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/jasmincam/jasmincam/internal/ui/theme"
)

// Progress is a quiet bar that fills. What it counts is said beside it.
type Progress struct {
	widget.BaseWidget
	done         float64
	ground, fill *canvas.Rectangle
}

// NewProgress returns an empty bar.
func NewProgress() *Progress {
	p := &Progress{ground: canvas.NewRectangle(theme.Color(standard.ColorNameButton)), fill: canvas.NewRectangle(theme.Color(standard.ColorNameSuccess))}
	p.ground.CornerRadius, p.fill.CornerRadius = 5, 5
	p.ExtendBaseWidget(p)
	return p
}

// Put fills a part of it, 0 to 1.
func (p *Progress) Put(done float64) {
	if done = min(max(done, 0), 1); done != p.done {
		p.done = done
		p.Refresh()
	}
}

// Done is the part that is filled.
func (p *Progress) Done() float64 { return p.done }

// CreateRenderer implements fyne.Widget.
func (p *Progress) CreateRenderer() fyne.WidgetRenderer { return &progressLook{p} }

type progressLook struct{ *Progress }

func (l *progressLook) MinSize() fyne.Size {
	return fyne.NewSize(80*theme.Scale(), 10*theme.Scale())
}

func (l *progressLook) Layout(size fyne.Size) {
	l.ground.Resize(size)
	l.fill.Resize(fyne.NewSize(size.Width*float32(l.done), size.Height))
}

func (l *progressLook) Objects() []fyne.CanvasObject { return []fyne.CanvasObject{l.ground, l.fill} }

func (l *progressLook) Refresh() {
	l.Layout(l.Size())
	canvas.Refresh(l.ground)
	canvas.Refresh(l.fill)
}

func (l *progressLook) Destroy() {}
