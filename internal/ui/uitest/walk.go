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
// size: what is smaller than its minimum, what lies over its sibling, and what
// sticks out of its container. What is inside the toolkit's own widgets is the
// toolkit's affair; the app's own ones are looked into.
func Problems(root fyne.CanvasObject) []string {
	w := &walk{}
	w.visit(root, "")
	return w.found
}

// Each calls see for every visible object below root, deepest last.
func Each(root fyne.CanvasObject, see func(o fyne.CanvasObject)) {
	if !root.Visible() {
		return
	}
	see(root)
	for _, child := range children(root) {
		Each(child, see)
	}
}

type walk struct{ found []string }

func (w *walk) say(format string, args ...any) {
	w.found = append(w.found, fmt.Sprintf(format, args...))
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
		if strings.Contains(reflect.TypeOf(o).Elem().PkgPath(), "/internal/ui/xwidget") {
			return test.WidgetRenderer(o).Objects()
		}
	}
	return nil
}

func (w *walk) visit(o fyne.CanvasObject, path string) {
	if !o.Visible() {
		return
	}
	path += "/" + name(o)
	size, least := o.Size(), o.MinSize()
	if size.Width < least.Width-slack || size.Height < least.Height-slack {
		w.say("%s is %.0f × %.0f and needs %.0f × %.0f", path, size.Width, size.Height, least.Width, least.Height)
	}
	if c, ok := o.(*fyne.Container); ok {
		w.siblings(c, path)
	}
	for _, child := range children(o) {
		w.visit(child, path)
	}
}

// siblings checks the places of a container's objects.
func (w *walk) siblings(c *fyne.Container, path string) {
	var seen []fyne.CanvasObject
	stacked := strings.Contains(fmt.Sprintf("%T", c.Layout), "stack")
	for _, o := range c.Objects {
		if !o.Visible() || o.Size().Width == 0 || o.Size().Height == 0 {
			continue
		}
		at, size := o.Position(), o.Size()
		clipped := strings.HasSuffix(path, "container.Clip/"+name(c)) // scrolled rows begin and end outside
		if !clipped && (at.X < -slack || at.Y < -slack || at.X+size.Width > c.Size().Width+slack || at.Y+size.Height > c.Size().Height+slack) {
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
	case *widget.Label:
		return kind + " “" + o.Text + "”"
	case *canvas.Text:
		return kind + " “" + o.Text + "”"
	case interface{ AccessibilityLabel() string }:
		return kind + " “" + o.AccessibilityLabel() + "”"
	}
	return kind
}
