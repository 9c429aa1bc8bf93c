package control

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	standard "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/jasmincam/jasmincam/internal/ui/theme"
)

// CreateRenderer implements fyne.Widget: the toolkit's button with a ring inside
// its edge while the keyboard is on it. The toolkit only mixes a colour into its
// ground, which is hard to see on a button that has a colour of its own.
func (b *Button) CreateRenderer() fyne.WidgetRenderer {
	ring := canvas.NewRectangle(color.Transparent)
	ring.StrokeWidth = 2
	l := &ringed{WidgetRenderer: b.Button.CreateRenderer(), button: b, ring: ring}
	l.paint()
	return l
}

type ringed struct {
	fyne.WidgetRenderer
	button *Button
	ring   *canvas.Rectangle
}

// ringEdge is how far the ring stands inside the edge.
const ringEdge = 2

func (l *ringed) Layout(size fyne.Size) {
	l.WidgetRenderer.Layout(size)
	l.ring.Move(fyne.NewPos(ringEdge, ringEdge))
	l.ring.Resize(size.SubtractWidthHeight(2*ringEdge, 2*ringEdge))
}

func (l *ringed) Objects() []fyne.CanvasObject {
	return append(l.WidgetRenderer.Objects(), l.ring)
}

func (l *ringed) Refresh() {
	l.paint()
	l.WidgetRenderer.Refresh()
}

// paint gives the ring the colour of the words.
func (l *ringed) paint() {
	ink := standard.ColorNameForeground
	switch l.button.Importance {
	case widget.HighImportance:
		ink = standard.ColorNameForegroundOnPrimary
	case widget.DangerImportance:
		ink = standard.ColorNameForegroundOnError
	case widget.WarningImportance:
		ink = standard.ColorNameForegroundOnWarning
	case widget.SuccessImportance:
		ink = standard.ColorNameForegroundOnSuccess
	}
	l.ring.StrokeColor = theme.Color(ink)
	l.ring.CornerRadius = standard.Size(standard.SizeNameButtonRadius) - 1
	l.ring.Hidden = !l.button.focused
}
