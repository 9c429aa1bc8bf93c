package feed

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	standard "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/jasmincam/jasmincam/internal/ui/control"
	"github.com/jasmincam/jasmincam/internal/ui/theme"
)

// Row is a row that knows how high it is at a width.
type Row interface {
	fyne.CanvasObject
	// HeightFor tells the height of what the row shows now.
	HeightFor(width float32) float32
	// SetCurrent marks the row under the keyboard's cursor.
	SetCurrent(on bool)
}

// Config is where a feed's rows come from. Row 0 is the oldest.
type Config struct {
	Len       func() int
	ID        func(i int) int64 // stays the same as long as the row lives; 0 when there is no row i
	Make      func() Row
	Fill      func(i int, row Row) // shows row i
	NewestTop bool
	Pressed   func(id int64)                   // by mouse, Return or Space
	Menu      func(id int64, at fyne.Position) // at is on the canvas; by right button, Menu or Shift+F10
	Moved     func()                           // other rows are seen, or Unread is another number
}

// Feed shows a long list of rows of different heights. It measures those that
// are seen and makes objects for no others, so that 10,000 rows cost as much as
// twenty. While its newest row is seen it follows; else it stays where she
// reads, whatever comes in or falls out.
type Feed struct {
	widget.BaseWidget
	cfg Config

	follow bool
	anchor int64   // the row that stays where it is while the feed does not follow
	at     int     // where the anchor was, counted in the order of the screen
	top    float32 // its upper edge
	newest int64   // the newest row when the feed stopped following

	current int64 // under the keyboard's cursor
	focused bool

	shown  []shown // from top to bottom
	spare  []Row
	ground fyne.CanvasObject
	ring   *canvas.Rectangle
	inside *fyne.Container
	clip   *container.Clip
	bar    *bar
	shift  bool
}

type shown struct {
	id  int64
	at  int // in the order of the screen
	y   float32
	h   float32
	row Row
}

var (
	_ fyne.Focusable    = (*Feed)(nil)
	_ fyne.Scrollable   = (*Feed)(nil)
	_ desktop.Keyable   = (*Feed)(nil)
	_ desktop.Mouseable = (*Feed)(nil)
)

// New returns a feed that follows its newest row.
func New(cfg Config) *Feed {
	f := &Feed{cfg: cfg, follow: true, inside: container.NewWithoutLayout()}
	f.ground = control.Ground(theme.Surface, 8)
	f.ring = canvas.NewRectangle(color.Transparent)
	f.ring.CornerRadius = 8
	f.ring.StrokeWidth = 2
	f.ring.StrokeColor = theme.Color(standard.ColorNamePrimary)
	f.ring.Hide()
	f.clip = container.NewClip(f.inside)
	f.bar = newBar(f)
	f.ExtendBaseWidget(f)
	return f
}

// Follows tells whether the newest row is seen and stays so.
func (f *Feed) Follows() bool { return f.follow }

// Unread is how many rows came in since the newest was last seen.
func (f *Feed) Unread() int {
	if f.follow || f.newest == 0 {
		return 0
	}
	n := f.cfg.Len()
	for i := n - 1; i >= 0; i-- {
		if f.cfg.ID(i) == f.newest {
			return n - 1 - i
		}
	}
	return n
}

// ToNewest shows the newest row and follows again.
func (f *Feed) ToNewest() {
	f.follow, f.newest = true, 0
	f.Update()
}

// Restart forgets where she read: the rows are others.
func (f *Feed) Restart() {
	f.current = 0
	f.ToNewest()
}

// SetNewestTop turns the list over.
func (f *Feed) SetNewestTop(on bool) { f.cfg.NewestTop = on }

// Update shows the rows as they are now.
func (f *Feed) Update() {
	f.place()
	if f.cfg.Moved != nil {
		f.cfg.Moved()
	}
}

// index turns a place on the screen into a row's number, and back.
func (f *Feed) index(at int) int {
	if f.cfg.NewestTop {
		return f.cfg.Len() - 1 - at
	}
	return at
}

// find returns where a row is in the order of the screen, looking near a hint
// first; -1 when it is not there any more.
func (f *Feed) find(id int64, hint int) int {
	n := f.cfg.Len()
	for d := 0; d <= n; d++ {
		for _, at := range [2]int{hint - d, hint + d} {
			if at >= 0 && at < n && f.cfg.ID(f.index(at)) == id {
				return at
			}
		}
		if hint-d < 0 && hint+d >= n {
			break
		}
	}
	return -1
}

// place decides which rows are seen and where.
func (f *Feed) place() {
	size := f.clip.Size()
	if size.Width < 1 || size.Height < 1 {
		return
	}
	n := f.cfg.Len()
	if n == 0 {
		f.keep(nil)
		f.bar.show(0, 1)
		return
	}
	b := &placing{feed: f, old: f.shown, width: size.Width, height: size.Height, n: n}
	switch {
	case f.follow && f.cfg.NewestTop:
		b.down(0, 0)
	case f.follow:
		b.up(n-1, size.Height)
	default:
		at := f.find(f.anchor, f.at)
		if at < 0 { // it fell out, and all before it
			at = min(f.at, n-1)
			if !f.cfg.NewestTop {
				at, f.top = 0, 0
			}
		}
		b.down(at, f.top)
		b.up(at-1, f.top)
	}
	b.settle()
	f.keep(b)
}

// keep takes the new rows and gives those back that are not seen any more.
func (f *Feed) keep(b *placing) {
	var shown []shown
	if b != nil {
		shown = b.rows
	}
	used := map[Row]bool{}
	objects := make([]fyne.CanvasObject, 0, len(shown))
	for _, s := range shown {
		used[s.row] = true
		s.row.Resize(fyne.NewSize(b.width, s.h))
		s.row.Move(fyne.NewPos(0, s.y))
		s.row.SetCurrent(f.focused && s.id == f.current)
		objects = append(objects, s.row)
	}
	for _, old := range f.shown {
		if old.row != nil && !used[old.row] {
			f.spare = append(f.spare, old.row)
		}
	}
	f.shown = shown
	f.inside.Objects = objects
	canvas.Refresh(f.inside)
	if b == nil || len(shown) == 0 {
		return
	}
	f.remember(b)
}

// remember notes where she reads, and tells the bar.
func (f *Feed) remember(b *placing) {
	first, last := f.shown[0], f.shown[len(f.shown)-1]
	f.anchor, f.at, f.top = first.id, first.at, first.y
	seen := float32(last.at) + min(1, (b.height-last.y)/last.h)
	begin := float32(first.at) + max(0, -first.y/first.h)
	f.bar.show(begin/float32(b.n), (seen-begin)/float32(b.n))
	edge := last.at == b.n-1 && last.y+last.h <= b.height+0.5
	if f.cfg.NewestTop {
		edge = first.at == 0 && first.y >= -0.5
	}
	switch {
	case edge:
		f.follow, f.newest = true, 0
	case f.follow:
		f.follow = false
	}
	if !f.follow && f.newest == 0 {
		f.newest = f.cfg.ID(b.n - 1)
	}
}

// scroll moves what is seen by a distance, down when it is positive.
func (f *Feed) scroll(by float32) {
	if len(f.shown) == 0 {
		return
	}
	f.follow = false
	f.top -= by
	f.Update()
}

// goTo shows a part of the list; 0 is its top, 1 its end.
func (f *Feed) goTo(part float32) {
	n := f.cfg.Len()
	if n == 0 {
		return
	}
	exact := min(max(part, 0), 1) * float32(n)
	at := min(int(exact), n-1)
	f.follow, f.anchor, f.at, f.top = false, f.cfg.ID(f.index(at)), at, 0
	if len(f.shown) > 0 {
		f.top = -(exact - float32(at)) * f.shown[0].h
	}
	f.Update()
}

// CreateRenderer implements fyne.Widget.
func (f *Feed) CreateRenderer() fyne.WidgetRenderer {
	return &look{feed: f}
}

type look struct{ feed *Feed }

func (l *look) Layout(size fyne.Size) {
	f := l.feed
	f.ground.Resize(size)
	f.ring.Resize(size)
	bar := 10 * theme.Scale()
	f.clip.Move(fyne.NewPos(3, 3))
	f.clip.Resize(fyne.NewSize(max(0, size.Width-bar-6), max(0, size.Height-6)))
	f.inside.Resize(f.clip.Size())
	f.bar.Move(fyne.NewPos(size.Width-bar-2, 3))
	f.bar.Resize(fyne.NewSize(bar, max(0, size.Height-6)))
	f.Update()
}

func (l *look) MinSize() fyne.Size {
	line := letters{size: standard.TextSize()}.height()
	return fyne.NewSize(8*line, 3*line)
}

func (l *look) Objects() []fyne.CanvasObject {
	f := l.feed
	return []fyne.CanvasObject{f.ground, f.clip, f.bar, f.ring}
}

func (l *look) Refresh() { l.feed.place() }
func (l *look) Destroy() {}
