package feed

import (
	"image/color"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	standard "fyne.io/fyne/v2/theme"

	"github.com/jasmincam/jasmincam/internal/ui/control"
	"github.com/jasmincam/jasmincam/internal/ui/theme"
)

// pen puts the texts of a row into their places.
type pen struct {
	row         *ChatRow
	left, right float32 // where text may begin and has to end
	y, line     float32
	text, small letters
	found       [][]span // what was looked for, in each line of the text
	marked      int      // marks that are in use
}

// lay breaks the row's texts for its width, places them and notes its height.
func (r *ChatRow) lay() {
	scale := theme.Scale()
	p := &pen{row: r, left: 36 * scale, right: max(60*scale, r.width-8*scale), y: 4 * scale,
		text: letters{size: standard.TextSize()}, small: letters{size: standard.CaptionTextSize()}}
	p.line = p.text.height()
	r.paintGround()
	r.edge.Resize(fyne.NewSize(4*scale, 0))
	mark, on := theme.Account(r.line.Account)
	r.disc.FillColor = theme.Color(mark)
	r.disc.Resize(fyne.NewSquareSize(18 * scale))
	r.disc.Move(fyne.NewPos(11*scale, p.y+(p.line-18*scale)/2))
	put(r.letter, r.line.Letter, theme.Color(on))
	r.letter.Resize(fyne.NewSize(18*scale, p.line))
	r.letter.Move(fyne.NewPos(11*scale, p.y))
	r.box.Objects = []fyne.CanvasObject{r.ground, r.edge, r.disc, r.letter, r.badges, r.room, r.at}

	first := p.head()
	p.body(first)
	p.fate()
	r.high = p.y + 4*scale
	r.ground.Resize(fyne.NewSize(r.width, r.high-1))
	r.edge.Resize(fyne.NewSize(4*scale, r.high-5))
	r.edge.Move(fyne.NewPos(0, 2))
	canvas.Refresh(r.box)
}

// head writes who, badges, room and time, and returns where the text may begin
// beside them: below them when that is 0.
func (p *pen) head() (begin float32) {
	r, l := p.row, p.row.line
	who, _, small := r.colours()
	mark, _ := theme.Account(l.Account)
	gap := p.line * 0.4
	low := p.y + (p.line-p.small.height())*0.7 // small letters stand on the same line
	put(r.at, l.Time, small)
	room := p.right - p.left
	end := p.right - p.small.width(l.Time)
	r.at.Move(fyne.NewPos(end, low))
	bold := letters{size: p.text.size, style: fyne.TextStyle{Bold: true}}
	name := p.small.cut(l.Room, room*0.3)
	if name != l.Room && bold.width(l.Who)+gap*2+p.small.width(name) > end-p.left {
		name = "" // the account's letter says it, too; nothing else says who wrote
	}
	put(r.room, name, theme.Color(mark))
	if name != "" {
		end -= p.small.width(name) + gap*0.7
	}
	r.room.Move(fyne.NewPos(end, low))
	if l.Who == "" {
		put(r.badges, "", small)
		p.keepOut(end - gap)
		return p.left
	}
	name = bold.cut(l.Who, max(p.line*2, end-gap-p.left))
	put(r.who, name, who)
	r.who.Move(fyne.NewPos(p.left, p.y))
	p.found = [][]span{matches(name, l.Found)}
	p.mark(0, piece{text: name, to: len(name)}, p.left, bold)
	r.box.Objects = append(r.box.Objects, r.who)
	begin = p.left + bold.width(name) + gap
	badges := strings.Join(l.Badges, " · ")
	beside := p.small.width(badges)
	if beside > max(0, end-gap-begin) { // in a line of their own
		p.y += p.line
		put(r.badges, p.small.cut(badges, p.right-p.left), small)
		r.badges.Move(fyne.NewPos(p.left, p.y))
		p.y += p.small.height()
		return 0
	}
	put(r.badges, badges, small)
	r.badges.Move(fyne.NewPos(begin, low))
	if badges != "" {
		begin += beside + gap
	}
	if r.width < 30*p.line || end-begin < 12*p.line || fromRight(l.Text) {
		p.y += p.line
		return 0
	}
	p.keepOut(end - gap)
	return begin
}

// keepOut keeps the text out of the column of room and time.
func (p *pen) keepOut(x float32) { p.right = max(x, p.left+p.line*4) }

// body writes the text.
func (p *pen) body(begin float32) {
	r, l := p.row, p.row.line
	_, colour, _ := r.colours()
	if l.Text == "" {
		if begin > 0 {
			p.y += p.line
		}
		r.text = show(r, r.text, nil, p, p.text, colour, 0, false)
		return
	}
	first := float32(0)
	if begin > 0 {
		first = begin - p.left
	}
	lines := p.text.wrap(l.Text, first, p.right-p.left)
	p.found = spread(matches(l.Text, l.Found), l.Text, lines)
	r.text = show(r, r.text, lines, p, p.text, colour, first, fromRight(l.Text))
}

// fate tells what became of a line of hers, with what she can do about it.
func (p *pen) fate() {
	r, l := p.row, p.row.line
	colour := theme.Color(theme.Muted)
	if l.Refused {
		colour = theme.Color(standard.ColorNameError)
	}
	p.found = nil
	var lines []string
	if l.Fate != "" {
		lines = p.small.wrap(l.Fate, 0, p.right-p.left)
	}
	r.fate = show(r, r.fate, lines, p, p.small, colour, 0, false)
	control.Show(r.retry, l.Refused)
	control.Show(r.back, l.Refused)
	if !l.Refused {
		return
	}
	x := p.left
	for _, b := range []*control.Button{r.retry, r.back} {
		size := b.MinSize()
		if x > p.left && x+size.Width > r.width {
			x = p.left
			p.y += size.Height
		}
		b.Resize(size)
		b.Move(fyne.NewPos(x, p.y))
		x += size.Width
	}
	p.y += r.back.MinSize().Height
	r.box.Objects = append(r.box.Objects, r.retry, r.back)
}

// show writes lines below each other, the first one indented, and returns the
// objects, which it makes as they are needed. What was looked for is marked.
func show(r *ChatRow, have []*canvas.Text, lines []string, p *pen, l letters, colour color.Color, first float32, right bool) []*canvas.Text {
	height, n := l.height(), 0
	for i, line := range lines {
		parts := pieces(line, right)
		var width float32
		for _, part := range parts {
			width += l.width(part.text)
		}
		x := p.left
		switch {
		case right:
			x = max(p.left, p.right-width)
		case i == 0:
			x += first
		}
		for _, part := range parts {
			p.mark(i, part, x, l)
			x += l.width(part.text)
		}
		x -= width
		for _, words := range together(parts) {
			if n == len(have) {
				t := canvas.NewText("", colour)
				t.TextSize, t.TextStyle = l.size, l.style
				have = append(have, t)
			}
			wide := l.width(words)
			put(have[n], words, colour)
			have[n].Resize(fyne.NewSize(wide, height))
			have[n].Move(fyne.NewPos(x, p.y))
			if alone := strings.TrimPrefix(words, onLine); alone != words {
				have[n].Move(fyne.NewPos(x-l.width(onLine), p.y))
				wide = l.width(alone)
			}
			r.box.Objects = append(r.box.Objects, have[n])
			n++
			x += wide
		}
		p.y += height
	}
	return have
}

// put writes a text and draws it anew only when it is another one.
func put(t *canvas.Text, s string, c color.Color) {
	if t.Text != s || t.Color != c {
		t.Text, t.Color = s, c
		t.Refresh()
	}
	t.Resize(t.MinSize())
}
