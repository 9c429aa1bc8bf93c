package control

import (
	"fyne.io/fyne/v2"
	standard "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// menu is the toolkit's list of choices over the window, with the keyboard in it. The
// toolkit's own drops the window's keys while it is open; this one closes, and hands
// them on.
type menu struct {
	widget.BaseWidget
	canvas fyne.Canvas
	list   *widget.PopUpMenu // never shown by itself: it would have the keyboard
	at     fyne.Position
	width  float32 // that it has at least
}

// PopAt shows a menu at a place of the canvas; the keyboard is in it.
func PopAt(c fyne.Canvas, at fyne.Position, items []*fyne.MenuItem) { popWide(c, at, 0, items) }

func popWide(c fyne.Canvas, at fyne.Position, width float32, items []*fyne.MenuItem) {
	m := &menu{canvas: c, list: widget.NewPopUpMenu(fyne.NewMenu("", items...), c), at: at, width: width}
	m.list.OnDismiss = m.close
	m.ExtendBaseWidget(m)
	c.Overlays().Add(m)
	c.Focus(m)
}

func (m *menu) close() { m.canvas.Overlays().Remove(m) }

// CreateRenderer implements fyne.Widget.
func (m *menu) CreateRenderer() fyne.WidgetRenderer {
	return widget.NewSimpleRenderer(&fyne.Container{Layout: placed{m}, Objects: []fyne.CanvasObject{m.list}})
}

// Tapped implements fyne.Tappable: beside the list.
func (m *menu) Tapped(*fyne.PointEvent) { m.list.Dismiss() }

// TappedSecondary implements fyne.SecondaryTappable.
func (m *menu) TappedSecondary(*fyne.PointEvent) { m.list.Dismiss() }

// FocusGained implements fyne.Focusable.
func (m *menu) FocusGained() {}

// FocusLost implements fyne.Focusable.
func (m *menu) FocusLost() {}

// TypedRune implements fyne.Focusable.
func (m *menu) TypedRune(rune) {}

// TypedKey implements fyne.Focusable.
func (m *menu) TypedKey(key *fyne.KeyEvent) {
	switch {
	case key.Name == fyne.KeyEscape, !forWindow(key):
		m.list.TypedKey(key)
	default:
		m.list.Dismiss()
		handOn(m.canvas, key)
	}
}

// AcceptsTab implements fyne.Tabbable: there is nowhere else to go.
func (m *menu) AcceptsTab() bool { return true }

// placed puts a menu where it was asked for.
type placed struct{ *menu }

// MinSize implements fyne.Layout: it takes no room of its own.
func (placed) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.Size{} }

// Layout implements fyne.Layout.
func (p placed) Layout(_ []fyne.CanvasObject, room fyne.Size) {
	p.list.Move(p.at) // which keeps it within the window
	p.list.Resize(p.list.MinSize().Max(fyne.NewSize(p.width, 0)).Min(room))
}

// Tapped implements fyne.Tappable.
func (s *Select) Tapped(*fyne.PointEvent) {
	if s.Disabled() {
		return
	}
	if c := canvasOf(s); c != nil {
		c.Focus(s)
	}
	s.open()
}

// open shows the options below, as broad as the choice is.
func (s *Select) open() {
	c := fyne.CurrentApp().Driver().CanvasForObject(s)
	if c == nil { // what it stood on was built anew
		return
	}
	items := make([]*fyne.MenuItem, 0, len(s.Options))
	for i, word := range s.Options {
		items = append(items, fyne.NewMenuItem(word, func() { s.SetSelectedIndex(i) }))
	}
	at := fyne.CurrentApp().Driver().AbsolutePositionForObject(s)
	popWide(c, at.AddXY(0, s.Size().Height-standard.Size(standard.SizeNameInputBorder)), s.Size().Width, items)
}
