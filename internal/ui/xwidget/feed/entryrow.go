package feed

import (
	"image/color"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	standard "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/jasmincam/jasmincam/internal/ui/theme"
)

// Entry is a line of a statement, in finished words.
type Entry struct {
	Letter            string // of the account
	Account           int    // its number, for its colour
	Time, What        string
	Gross, Share, Own string // amounts
	Head              bool   // the names of the columns
}

// entryLines is how many lines the words of an entry may take: the longest name of
// a member needs so many beside a payment's name.
const entryLines = 3

// EntryRow shows an Entry in columns, with its words in entryLines at most. Where
// there is little room, the amounts stand below the words.
type EntryRow struct {
	widget.BaseWidget
	entry   Entry
	width   float32
	high    float32
	ground  *canvas.Rectangle
	disc    *canvas.Circle
	letter  *canvas.Text
	time    *canvas.Text
	what    [entryLines]*canvas.Text
	amounts [3]*canvas.Text
	box     *fyne.Container
}

var _ Row = (*EntryRow)(nil)

// NewEntryRow returns an empty row.
func NewEntryRow() *EntryRow {
	text := func(size float32, bold bool) *canvas.Text {
		t := canvas.NewText("", color.Transparent)
		t.TextSize, t.TextStyle.Bold = size, bold
		return t
	}
	size, small := standard.TextSize(), standard.CaptionTextSize()
	r := &EntryRow{ground: canvas.NewRectangle(color.Transparent), disc: canvas.NewCircle(color.Transparent), letter: text(size*0.82, true),
		time: text(small, false), amounts: [3]*canvas.Text{text(small, false), text(small, false), text(size, true)}}
	r.letter.Alignment = fyne.TextAlignCenter
	r.ground.CornerRadius = 6
	objects := []fyne.CanvasObject{r.ground, r.disc, r.letter, r.time}
	for i := range r.what {
		r.what[i] = text(size, false)
		objects = append(objects, r.what[i])
	}
	for _, a := range r.amounts {
		objects = append(objects, a)
	}
	r.box = container.NewWithoutLayout(objects...)
	r.ExtendBaseWidget(r)
	return r
}

// Set shows an entry.
func (r *EntryRow) Set(e Entry) {
	e.What = oneLine(e.What)
	if r.entry != e {
		r.entry, r.width = e, 0
	}
}

// HeightFor implements Row.
func (r *EntryRow) HeightFor(width float32) float32 {
	if r.width != width {
		r.width = width
		r.lay()
	}
	return r.high
}

// SetCurrent implements Row.
func (r *EntryRow) SetCurrent(on bool) {
	stroke := color.Color(color.Transparent)
	if on {
		stroke = theme.Color(standard.ColorNamePrimary)
	}
	if r.ground.StrokeColor != stroke {
		r.ground.StrokeWidth, r.ground.StrokeColor = 2, stroke
		canvas.Refresh(r.ground)
	}
}

// MinSize implements fyne.CanvasObject: at least one line.
func (r *EntryRow) MinSize() fyne.Size { return fyne.NewSize(1, 1) }

// CreateRenderer implements fyne.Widget.
func (r *EntryRow) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(r.box) }

// lay places the texts for the row's width.
func (r *EntryRow) lay() {
	e, scale := r.entry, theme.Scale()
	text, small := letters{size: standard.TextSize()}, letters{size: standard.CaptionTextSize()}
	bold := letters{size: text.size, style: fyne.TextStyle{Bold: true}}
	line, column := text.height(), 78*scale
	ink, muted := theme.Color(standard.ColorNameForeground), theme.Color(theme.Muted)
	if e.Head {
		ink = muted
	}
	left, right, y := 32*scale, r.width-8*scale, 4*scale
	mark, on := theme.Account(e.Account)
	put(r.letter, e.Letter, theme.Color(on))
	r.disc.Hidden = e.Letter == ""
	r.disc.FillColor = theme.Color(mark)
	r.disc.Resize(fyne.NewSquareSize(18 * scale))
	r.disc.Move(fyne.NewPos(6*scale, y+(line-18*scale)/2))
	r.letter.Resize(fyne.NewSize(18*scale, line))
	r.letter.Move(fyne.NewPos(6*scale, y))
	columns := float32(1)
	if e.Gross != "" || e.Share != "" {
		columns = 3
	}
	begin := left + small.width("0000-00-00 00:00") + line*0.4
	narrow := right-columns*column-begin < 200*scale
	end := right - columns*column
	if narrow {
		end = right
	}
	low := y + (line-small.height())*0.7
	put(r.time, e.Time, muted)
	r.time.Move(fyne.NewPos(left, low))
	words := text.wrap(e.What, 0, max(line, end-begin))
	if len(words) > entryLines {
		words = append(words[:entryLines-1:entryLines-1], text.cut(strings.Join(words[entryLines-1:], " "), max(line, end-begin)))
	}
	for i := range r.what {
		r.what[i].Hidden = i >= len(words)
	}
	for i, part := range words {
		put(r.what[i], part, ink)
		r.what[i].Move(fyne.NewPos(begin, y+float32(i)*line))
	}
	under := y + float32(len(words))*line
	if narrow {
		y = under
		low = y + (line-small.height())*0.7
		under += line
	}
	for i, amount := range [3]string{e.Gross, e.Share, e.Own} {
		set, at, colour := small, low, muted
		if i == 2 {
			set, at, colour = bold, y, ink
		}
		put(r.amounts[i], set.cut(amount, column-4), colour)
		r.amounts[i].Move(fyne.NewPos(right-float32(2-i)*column-set.width(r.amounts[i].Text), at))
	}
	r.high = under + 4*scale
	r.ground.Resize(fyne.NewSize(r.width, r.high-1))
	canvas.Refresh(r.box)
}

// Heading puts the names of the columns above a feed's rows.
func Heading(r *EntryRow) fyne.CanvasObject { return container.New(heading{r}, r) }

type heading struct{ row *EntryRow }

// MinSize implements fyne.Layout.
func (h heading) MinSize([]fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(1, h.row.HeightFor(max(h.row.width, 1)))
}

// Layout implements fyne.Layout: the row is as wide as those in the feed below.
func (h heading) Layout(_ []fyne.CanvasObject, size fyne.Size) {
	width := size.Width - 10*theme.Scale() - 6
	h.row.Resize(fyne.NewSize(width, h.row.HeightFor(width)))
	h.row.Move(fyne.NewPos(3, 0))
}
