package uitest

import (
	"fmt"
	"reflect"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"
)

// slack is what rounding may cost, in units.
const slack = 0.6

// Problems looks through everything that is visible below root, which has its
// size: what is smaller than its minimum, what lies over its sibling, what sticks
// out of its container or of what can be scrolled to, words that lie over others,
// and words that are cut. whole are words that may be shortened with an ellipsis,
// because the window says them in full elsewhere.
func Problems(root fyne.CanvasObject, whole ...string) []string {
	w := &walk{}
	w.visit(root, place{room: everything(), view: everything()})
	w.cut(whole)
	w.overlaps()
	return w.found
}

// Each calls see for every visible object below root that is the app's own or
// one of the toolkit's widgets, deepest last.
func Each(root fyne.CanvasObject, see func(o fyne.CanvasObject)) {
	if root == nil || !root.Visible() {
		return
	}
	see(root)
	if toolkits(root) {
		return
	}
	for _, child := range children(root) {
		Each(child, see)
	}
}

// box is a rectangle in units of the window.
type box struct{ left, top, right, bottom float32 }

func everything() box { return box{-1e6, -1e6, 1e6, 1e6} }

func boxOf(at fyne.Position, size fyne.Size) box {
	return box{at.X, at.Y, at.X + size.Width, at.Y + size.Height}
}

func (b box) within(o box) bool {
	return b.left >= o.left-slack && b.top >= o.top-slack && b.right <= o.right+slack && b.bottom <= o.bottom+slack
}

func (b box) and(o box) box {
	return box{max(b.left, o.left), max(b.top, o.top), min(b.right, o.right), min(b.bottom, o.bottom)}
}

func (b box) empty() bool { return b.right-b.left < slack || b.bottom-b.top < slack }

// place is where an object stands, and what is around it.
type place struct {
	path   string
	at     fyne.Position     // of the parent
	parent box               // what a word may not leave: the parent's own place
	room   box               // what can be brought on the screen by scrolling
	view   box               // what is on the screen now
	inside fyne.CanvasObject // the toolkit's widget in which it is; nil in the app's own tree
	rich   *widget.RichText  // whose words they are
	scroll fyne.CanvasObject // the innermost scroll or clip around it
	firm   bool              // scrolling does not count: the words are not hers
}

// word is a painted text.
type word struct {
	text *canvas.Text
	ink  box
	place
}

type walk struct {
	found []string
	words []word
	signs []word // pictures of the toolkit's icons; text is nil
}

func (w *walk) say(format string, args ...any) {
	w.found = append(w.found, fmt.Sprintf(format, args...))
}

// toolkits tells whether an object is a widget of the toolkit, or one of the
// app's that only adds to one; what is inside is the toolkit's affair.
func toolkits(o fyne.CanvasObject) bool {
	if _, ok := o.(fyne.Widget); !ok {
		return false
	}
	switch o.(type) {
	case *container.Scroll, *container.Clip:
		return false
	}
	pkg := reflect.TypeOf(o).Elem().PkgPath()
	if strings.HasPrefix(pkg, "fyne.io/") {
		return true
	}
	_, button := o.(interface{ SetIcon(fyne.Resource) })
	_, entry := o.(interface{ SetPlaceHolder(string) })
	_, check := o.(interface{ SetChecked(bool) })
	_, choice := o.(interface{ SetSelectedIndex(int) })
	_, slider := o.(interface{ SetValue(float64) })
	return button || entry || check || choice || slider
}

func children(o fyne.CanvasObject) []fyne.CanvasObject {
	switch o := o.(type) {
	case *fyne.Container:
		return o.Objects
	case *container.Scroll:
		return []fyne.CanvasObject{o.Content}
	case *container.Clip:
		return []fyne.CanvasObject{o.Content}
	case fyne.Widget:
		return test.WidgetRenderer(o).Objects()
	}
	return nil
}

func (w *walk) visit(o fyne.CanvasObject, p place) {
	if o == nil || !o.Visible() {
		return
	}
	own := p.inside == nil
	if own {
		p.path = under(p.path, name(o))
	}
	p.at = p.at.Add(o.Position())
	here := boxOf(p.at, o.Size())
	switch o := o.(type) {
	case *canvas.Text:
		w.word(o, p)
		return
	case *canvas.Image:
		if o.Resource != nil && !here.and(p.view).empty() {
			w.signs = append(w.signs, word{ink: here, place: p})
		}
		return
	}
	if own {
		w.size(o, here, p)
	}
	p.parent = here
	switch o := o.(type) {
	case *container.Scroll:
		p = scrolled(p, here, o)
	case *container.Clip:
		p.scroll = o
		p.view, p.room = p.view.and(here), box{max(p.room.left, here.left), -1e6, min(p.room.right, here.right), 1e6}
	case *widget.RichText:
		p.rich = o
	case *fyne.Container:
		if own {
			w.siblings(o, p.path)
		}
	}
	if own && toolkits(o) {
		p.inside, p.firm = o, hint(o)
	}
	for _, child := range children(o) {
		w.visit(child, p)
	}
}

// scrolled is the place inside a scroll: it reaches on in the directions in
// which it can be scrolled.
func scrolled(p place, here box, s *container.Scroll) place {
	p.view, p.scroll = p.view.and(here), s
	p.room = p.room.and(here)
	if p.firm {
		return p
	}
	if _, entry := p.inside.(interface{ SetPlaceHolder(string) }); entry {
		p.room = everything() // the cursor brings the rest
		return p
	}
	if s.Direction == container.ScrollBoth || s.Direction == container.ScrollVerticalOnly {
		p.room.top, p.room.bottom = -1e6, 1e6
	}
	if s.Direction == container.ScrollBoth || s.Direction == container.ScrollHorizontalOnly {
		p.room.left, p.room.right = -1e6, 1e6
	}
	return p
}

// hint tells whether an object is a field that shows what may be written there:
// that does not scroll.
func hint(o fyne.CanvasObject) bool {
	if _, ok := o.(interface{ SetPlaceHolder(string) }); !ok {
		return false
	}
	text := reflect.ValueOf(o).Elem().FieldByName("Text")
	return text.Kind() == reflect.String && text.String() == ""
}

// size checks the size and the place of an object of the app's own tree.
func (w *walk) size(o fyne.CanvasObject, here box, p place) {
	size, least := o.Size(), o.MinSize()
	if ground(o) {
		return // a shape may be nothing
	}
	if size.Width < least.Width-slack || size.Height < least.Height-slack {
		w.say("%s is %.0f × %.0f and needs %.0f × %.0f", p.path, size.Width, size.Height, least.Width, least.Height)
	}
	if toolkits(o) && !here.within(p.room) {
		w.say("%s at %.0f, %.0f with %.0f × %.0f is cut: there is %.0f … %.0f and %.0f … %.0f", p.path, here.left, here.top,
			size.Width, size.Height, p.room.left, p.room.right, p.room.top, p.room.bottom)
	}
}

// word notes a text with the place of its letters.
func (w *walk) word(t *canvas.Text, p place) {
	if strings.TrimSpace(t.Text) == "" {
		return
	}
	least, left := t.MinSize(), p.at.X
	switch t.Alignment {
	case fyne.TextAlignTrailing:
		left += t.Size().Width - least.Width
	case fyne.TextAlignCenter:
		left += (t.Size().Width - least.Width) / 2
	}
	top := p.at.Y + max(0, (t.Size().Height-least.Height)/2)
	w.words = append(w.words, word{text: t, place: p, ink: box{left, top, left + least.Width, top + least.Height}})
}

// cut says which words are not there whole.
func (w *walk) cut(whole []string) {
	for _, one := range w.words {
		said := one.text.Text
		short, ends := strings.CutSuffix(said, "…")
		switch {
		case !one.ink.within(one.room):
			w.say("%s: “%s” at %.0f … %.0f is cut: there is %.0f … %.0f", one.path, said, one.ink.left, one.ink.right, one.room.left, one.room.right)
		case one.inside == nil && !one.ink.within(one.parent):
			w.say("%s: “%s” at %.0f … %.0f leaves its place: %.0f … %.0f, %.0f … %.0f", one.path, said, one.ink.left, one.ink.right,
				one.parent.left, one.parent.right, one.parent.top, one.parent.bottom)
		case ends && !(one.rich != nil && strings.Contains(one.rich.String(), said)) && !begins(whole, short):
			w.say("%s: “%s” is shortened", one.path, said)
		}
	}
}

// begins tells whether short is the beginning of one of the words, or one of them
// ends in an ellipsis by itself.
func begins(words []string, short string) bool {
	for _, one := range words {
		if end, open := strings.CutSuffix(one, "…"); strings.HasPrefix(one, strings.TrimSpace(short)) || open && strings.HasSuffix(short, end) {
			return true
		}
	}
	return false
}

// overlaps says which words are painted over others. Those of one scroll are
// compared where they stand, others where they are seen.
func (w *walk) overlaps() {
	for i, a := range w.words {
		for _, b := range w.words[:i] {
			p, q := letters(a.ink), letters(b.ink)
			if a.scroll != b.scroll || a.inside != b.inside {
				p, q = p.and(a.view), q.and(b.view)
			}
			if both := p.and(q); !p.empty() && !q.empty() && !both.empty() {
				w.say("%s: “%s” is painted over “%s” of %s", a.path, a.text.Text, b.text.Text, b.path)
			}
		}
	}
}

// letters is where the ink of a line is: without the space between lines.
func letters(b box) box {
	rest := (b.bottom - b.top) * 0.2
	return box{b.left + 1, b.top + rest, b.right - 1, b.bottom - rest}
}

// siblings checks the places of a container's objects.
func (w *walk) siblings(c *fyne.Container, path string) {
	var seen []fyne.CanvasObject
	stacked := strings.Contains(strings.ToLower(fmt.Sprintf("%T", c.Layout)), "stack")
	for _, o := range c.Objects {
		if !o.Visible() || o.Size().Width == 0 || o.Size().Height == 0 {
			continue
		}
		at, size := o.Position(), o.Size()
		clipped := strings.HasSuffix(path, "container.Clip/"+name(c)) // scrolled rows begin and end outside
		if !clipped && !boxOf(at, size).within(boxOf(fyne.Position{}, c.Size())) {
			w.say("%s/%s at %.0f, %.0f with %.0f × %.0f sticks out of %.0f × %.0f", path, name(o), at.X, at.Y, size.Width, size.Height,
				c.Size().Width, c.Size().Height)
		}
		for _, other := range seen {
			if !stacked && !ground(o) && !ground(other) && overlap(o, other) {
				w.say("%s: %s lies over %s", path, name(o), name(other))
			}
		}
		seen = append(seen, o)
	}
}

// ground tells whether an object is only a shape behind others.
func ground(o fyne.CanvasObject) bool {
	switch o.(type) {
	case *canvas.Rectangle, *canvas.Circle:
		return true
	}
	return false
}

func overlap(a, b fyne.CanvasObject) bool {
	p, q, s, r := a.Position(), b.Position(), a.Size(), b.Size()
	return p.X+slack < q.X+r.Width && q.X+slack < p.X+s.Width && p.Y+slack < q.Y+r.Height && q.Y+slack < p.Y+s.Height
}

// name tells what an object is, with its words when it has some.
func name(o fyne.CanvasObject) string {
	kind := strings.TrimPrefix(fmt.Sprintf("%T", o), "*")
	switch o := o.(type) {
	case *fyne.Container:
		return "box"
	case *widget.Label:
		return kind + " “" + o.Text + "”"
	case *canvas.Text:
		return kind + " “" + o.Text + "”"
	case interface{ AccessibilityLabel() string }:
		return kind + " “" + o.AccessibilityLabel() + "”"
	}
	return kind
}

// under is the path of an object below another; only its end is told.
func under(path, name string) string {
	parts := strings.Split(path+"/"+name, "/")
	return strings.Join(parts[max(0, len(parts)-5):], "/")
}
