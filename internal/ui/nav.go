package ui

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	standard "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/jasmincam/jasmincam/internal/text"
	"github.com/jasmincam/jasmincam/internal/ui/control"
	"github.com/jasmincam/jasmincam/internal/ui/page"
	"github.com/jasmincam/jasmincam/internal/ui/theme"
)

// nav is the list of pages.
type nav struct {
	box    *fyne.Container
	items  []*navItem
	folded bool
}

func newNav(words *text.Words, pages []page.Page, turn func(id string)) *nav {
	n := &nav{}
	list := container.NewVBox()
	for _, p := range pages {
		item := newNavItem(p.ID(), words.Say(p.Title()), p.Icon(), func() { turn(p.ID()) })
		n.items = append(n.items, item)
		list.Add(item)
	}
	n.box = container.NewStack(control.Ground(theme.Surface, 0), container.NewVScroll(container.NewPadded(list)))
	return n
}

// mark shows which page is open.
func (n *nav) mark(id string) {
	for _, item := range n.items {
		if on := item.id == id; on != item.open {
			item.open = on
			item.Refresh()
		}
	}
}

// fold shows the words or only the signs.
func (n *nav) fold(folded bool) {
	if n.folded == folded {
		return
	}
	n.folded = folded
	for _, item := range n.items {
		item.folded = folded
		item.Refresh()
	}
}

// foldedWidth is the width without words.
func (n *nav) foldedWidth() float32 {
	if len(n.items) == 0 {
		return 0
	}
	return n.items[0].side() + 2*standard.Padding()
}

// navItem leads to a page: a sign and a word, or the sign alone.
type navItem struct {
	widget.BaseWidget
	id, word           string
	sign               fyne.Resource
	tapped             func()
	open, folded       bool
	hovered, isFocused bool
}

var (
	_ fyne.Tappable     = (*navItem)(nil)
	_ fyne.Focusable    = (*navItem)(nil)
	_ fyne.Accessible   = (*navItem)(nil)
	_ desktop.Hoverable = (*navItem)(nil)
)

func newNavItem(id, word string, sign fyne.Resource, tapped func()) *navItem {
	i := &navItem{id: id, word: word, sign: sign, tapped: tapped}
	i.ExtendBaseWidget(i)
	return i
}

// side is the length of the square in which the sign stands.
func (i *navItem) side() float32 {
	return standard.IconInlineSize() + 2*standard.InnerPadding()
}

// Tapped implements fyne.Tappable.
func (i *navItem) Tapped(*fyne.PointEvent) { i.tapped() }

// TypedKey implements fyne.Focusable.
func (i *navItem) TypedKey(key *fyne.KeyEvent) {
	c := fyne.CurrentApp().Driver().CanvasForObject(i)
	switch key.Name {
	case fyne.KeySpace, fyne.KeyReturn, fyne.KeyEnter:
		i.tapped()
	case fyne.KeyDown:
		if c != nil {
			c.FocusNext()
		}
	case fyne.KeyUp:
		if c != nil {
			c.FocusPrevious()
		}
	default:
		if c != nil && c.OnTypedKey() != nil {
			c.OnTypedKey()(key)
		}
	}
}

// TypedRune implements fyne.Focusable.
func (i *navItem) TypedRune(rune) {}

// FocusGained implements fyne.Focusable.
func (i *navItem) FocusGained() { i.isFocused = true; i.Refresh(); i.tell() }

// FocusLost implements fyne.Focusable.
func (i *navItem) FocusLost() { i.isFocused = false; i.Refresh(); control.Tell(i, "") }

// MouseIn implements desktop.Hoverable.
func (i *navItem) MouseIn(*desktop.MouseEvent) { i.hovered = true; i.Refresh(); i.tell() }

// MouseMoved implements desktop.Hoverable.
func (i *navItem) MouseMoved(*desktop.MouseEvent) {}

// MouseOut implements desktop.Hoverable.
func (i *navItem) MouseOut() { i.hovered = false; i.Refresh(); control.Tell(i, "") }

// tell has the window say the word that is not shown.
func (i *navItem) tell() {
	if i.folded {
		control.Tell(i, i.word)
	}
}

// AccessibilityLabel implements fyne.Accessible.
func (i *navItem) AccessibilityLabel() string { return i.word }

// AccessibilityRole implements fyne.Accessible.
func (i *navItem) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleButton }

// CreateRenderer implements fyne.Widget.
func (i *navItem) CreateRenderer() fyne.WidgetRenderer {
	r := &navItemRenderer{item: i, ground: canvas.NewRectangle(color.Transparent), bar: canvas.NewRectangle(color.Transparent),
		sign: widget.NewIcon(i.sign), word: canvas.NewText(i.word, color.White)}
	r.ground.CornerRadius, r.bar.CornerRadius = 8, 2
	r.Refresh()
	return r
}

type navItemRenderer struct {
	item        *navItem
	ground, bar *canvas.Rectangle
	sign        *widget.Icon
	word        *canvas.Text
}

// MinSize implements fyne.WidgetRenderer.
func (r *navItemRenderer) MinSize() fyne.Size {
	side := r.item.side()
	if r.item.folded {
		return fyne.NewSquareSize(side)
	}
	word := fyne.MeasureText(r.item.word, standard.TextSize(), fyne.TextStyle{Bold: true}) // open or not, the width stays
	return fyne.NewSize(side+word.Width+2*standard.InnerPadding(), max(side, word.Height))
}

// Layout implements fyne.WidgetRenderer.
func (r *navItemRenderer) Layout(size fyne.Size) {
	side, icon := r.item.side(), standard.IconInlineSize()
	r.ground.Resize(size)
	r.bar.Move(fyne.NewPos(0, size.Height*0.2))
	r.bar.Resize(fyne.NewSize(4, size.Height*0.6))
	r.sign.Move(fyne.NewPos((side-icon)/2, (size.Height-icon)/2))
	r.sign.Resize(fyne.NewSquareSize(icon))
	word := r.word.MinSize()
	r.word.Move(fyne.NewPos(side, (size.Height-word.Height)/2))
	r.word.Resize(word)
}

// Refresh implements fyne.WidgetRenderer.
func (r *navItemRenderer) Refresh() {
	i := r.item
	r.word.TextSize = standard.TextSize()
	r.word.TextStyle.Bold = i.open
	r.word.Color = theme.Color(standard.ColorNameForeground)
	r.word.Hidden = i.folded
	r.bar.FillColor = color.Transparent
	if i.open {
		r.bar.FillColor = theme.Color(standard.ColorNamePrimary)
	}
	switch {
	case i.isFocused:
		r.ground.FillColor = theme.Color(standard.ColorNameFocus)
	case i.open:
		r.ground.FillColor = theme.Color(standard.ColorNameButton)
	case i.hovered:
		r.ground.FillColor = theme.Color(standard.ColorNameHover)
	default:
		r.ground.FillColor = color.Transparent
	}
	r.Layout(i.Size())
	canvas.Refresh(i)
}

// Objects implements fyne.WidgetRenderer.
func (r *navItemRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.ground, r.bar, r.sign, r.word}
}

// Destroy implements fyne.WidgetRenderer.
func (r *navItemRenderer) Destroy() {}
