package feed

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	standard "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/jasmincam/jasmincam/internal/ui/theme"
)

// bar is the bar at a feed's side. It measures in rows and not in pixels:
// nobody knows the heights of rows that were never seen.
type bar struct {
	widget.BaseWidget
	feed       *Feed
	begin, len float32 // parts of the whole
	thumb      *canvas.Rectangle
	grabbed    float32
}

var _ fyne.Draggable = (*bar)(nil)

func newBar(f *Feed) *bar {
	b := &bar{feed: f, len: 1, thumb: canvas.NewRectangle(theme.Color(standard.ColorNameScrollBar))}
	b.thumb.CornerRadius = 3
	b.ExtendBaseWidget(b)
	return b
}

func (b *bar) show(begin, part float32) {
	if b.begin != begin || b.len != part {
		b.begin, b.len = begin, part
		b.lay(b.Size())
		canvas.Refresh(b.thumb)
	}
}

func (b *bar) lay(size fyne.Size) {
	if b.thumb.Hidden = b.len >= 0.999; b.thumb.Hidden {
		return
	}
	height := max(28, size.Height*b.len)
	room := size.Height - height
	b.thumb.Resize(fyne.NewSize(size.Width-4, height))
	b.thumb.Move(fyne.NewPos(2, min(room, room*b.begin/max(0.0001, 1-b.len))))
}

// Dragged implements fyne.Draggable.
func (b *bar) Dragged(e *fyne.DragEvent) {
	room := b.Size().Height - b.thumb.Size().Height
	if room < 1 {
		return
	}
	b.grabbed += e.Dragged.DY
	b.feed.goTo(b.begin + b.grabbed/room*(1-b.len))
	b.grabbed = 0
}

// DragEnd implements fyne.Draggable.
func (b *bar) DragEnd() { b.grabbed = 0 }

// Tapped implements fyne.Tappable: a page towards the click.
func (b *bar) Tapped(e *fyne.PointEvent) {
	page := b.feed.clip.Size().Height * 0.9
	if e.Position.Y < b.thumb.Position().Y {
		page = -page
	}
	b.feed.scroll(page)
}

// CreateRenderer implements fyne.Widget.
func (b *bar) CreateRenderer() fyne.WidgetRenderer { return &barLook{b} }

type barLook struct{ bar *bar }

func (l *barLook) Layout(size fyne.Size)        { l.bar.lay(size) }
func (l *barLook) MinSize() fyne.Size           { return fyne.NewSize(8, 28) }
func (l *barLook) Objects() []fyne.CanvasObject { return []fyne.CanvasObject{l.bar.thumb} }
func (l *barLook) Refresh()                     { canvas.Refresh(l.bar.thumb) }
func (l *barLook) Destroy()                     {}
