package ui

import (
	"cmp"
	"slices"

	"fyne.io/fyne/v2"
	standard "fyne.io/fyne/v2/theme"

	"github.com/jasmincam/jasmincam/internal/ui/page"
)

// rect is a part of the window.
type rect struct{ x, y, width, height float32 }

// spot is a place for something over the page.
type spot struct{ x, y, height float32 }

func (r rect) overlaps(q rect) bool {
	return r.x < q.x+q.width && q.x < r.x+r.width && r.y < q.y+q.height && q.y < r.y+r.height
}

// where is an object's part of the window.
func where(o fyne.CanvasObject) rect {
	at, size := fyne.CurrentApp().Driver().AbsolutePositionForObject(o), o.Size()
	return rect{at.X, at.Y, size.Width, size.Height}
}

// places are where objects are in the window.
func places(objects []fyne.CanvasObject) []rect {
	list := make([]rect, 0, len(objects))
	for _, o := range objects {
		list = append(list, where(o))
	}
	return list
}

// area is the page's part of the window, without a margin.
func (s *Shell) area() rect {
	gap := 2 * standard.Padding()
	at, size := s.body.Position(), s.body.Size()
	return rect{at.X + gap, at.Y + gap, max(0, size.Width-2*gap), max(0, size.Height-2*gap)}
}

// needed are the parts of the page that nothing may lie over.
func (s *Shell) needed() []fyne.CanvasObject {
	if card := s.over.card.Content(); card.Visible() {
		return append([]fyne.CanvasObject{card}, s.pageNeeds()...)
	}
	return s.pageNeeds()
}

func (s *Shell) pageNeeds() []fyne.CanvasObject {
	if p, ok := s.at.(page.Crowded); ok {
		return p.Needed()
	}
	return nil
}

// columns are where something so wide may stand: at the right, the left, and in
// the middle of the page.
func (s *Shell) columns(width float32) []float32 {
	a := s.area()
	return []float32{a.x + a.width - width, a.x, a.x + (a.width-width)/2}
}

// room finds a place in one of the columns, for what is so wide, where most of
// it fits and nothing of taken is covered. Where there is no such place,
// what is needed least is given up, one by one.
func (s *Shell) room(taken []rect, columns []float32, width float32, fits func(height float32) int) spot {
	gap, area := 2*standard.Padding(), s.area()
	for {
		best, most := spot{}, -1
		for _, x := range columns {
			free := widest(rect{x, area.y, width, area.height}, taken, gap)
			if n := fits(free.height); n > most {
				best, most = spot{x, free.y, free.height}, n
			}
		}
		if most > 0 || len(taken) == 0 {
			return best
		}
		taken = taken[:len(taken)-1]
	}
}

// widest is the highest part of a column that nothing of taken reaches into.
func widest(column rect, taken []rect, gap float32) rect {
	edges := []rect{{y: column.y}} // what ends the free parts, from above
	for _, t := range taken {
		if t.overlaps(column) {
			edges = append(edges, rect{y: t.y - gap, height: t.height + 2*gap})
		}
	}
	edges = append(edges, rect{y: column.y + column.height})
	slices.SortFunc(edges, func(a, b rect) int { return cmp.Compare(a.y, b.y) })
	best := rect{column.x, column.y, column.width, 0}
	from := column.y
	for _, e := range edges {
		if high := e.y - from; high > best.height {
			best = rect{column.x, from, column.width, high}
		}
		from = max(from, e.y+e.height)
	}
	return best
}
