package feed

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	standard "fyne.io/fyne/v2/theme"

	"github.com/jasmincam/jasmincam/internal/ui/theme"
)

// span is a part of a text, in bytes.
type span struct{ from, to int }

// matches finds words, in small letters, in a text of any letters.
func matches(text, words string) (out []span) {
	if words == "" {
		return nil
	}
	for at := 0; at < len(text); {
		if n := begins(text[at:], words); n > 0 {
			out = append(out, span{at, at + n})
			at += n
			continue
		}
		_, size := utf8.DecodeRuneInString(text[at:])
		at += size
	}
	return out
}

// begins tells how many bytes of a text are the words that it begins with, 0 when
// it does not.
func begins(text, words string) int {
	n := 0
	for _, want := range words {
		r, size := utf8.DecodeRuneInString(text[n:])
		if size == 0 || unicode.ToLower(r) != want {
			return 0
		}
		n += size
	}
	return n
}

// spread tells for each line of a text that was broken what of the spans is in it.
func spread(spans []span, text string, lines []string) [][]span {
	if len(spans) == 0 {
		return nil
	}
	out := make([][]span, len(lines))
	at := 0
	for i, line := range lines {
		begin := strings.Index(text[at:], line)
		if begin < 0 {
			return out // what was broken is another text
		}
		begin += at
		at = begin + len(line)
		for _, s := range spans {
			if from, to := max(s.from, begin), min(s.to, at); from < to {
				out[i] = append(out[i], span{from - begin, to - begin})
			}
		}
	}
	return out
}

// mark lays a ground behind what was looked for in a piece of a line. A word that
// is read from the right is marked whole.
func (p *pen) mark(line int, part piece, x float32, l letters) {
	if line >= len(p.found) {
		return
	}
	r := p.row
	for _, s := range p.found[line] {
		from, to := max(s.from, part.from), min(s.to, part.to)
		if from >= to {
			continue
		}
		left, wide := float32(0), l.width(part.text)
		if !part.right && len(part.text) == part.to-part.from {
			left = l.width(part.text[:from-part.from])
			wide = l.width(part.text[:to-part.from]) - left
		}
		if p.marked == len(r.marks) {
			ground := canvas.NewRectangle(nil)
			ground.CornerRadius = 3
			r.marks = append(r.marks, ground)
		}
		ground := r.marks[p.marked]
		p.marked++
		ground.FillColor = faint(theme.Color(standard.ColorNamePrimary), 0x60)
		ground.Resize(fyne.NewSize(wide, l.height()))
		ground.Move(fyne.NewPos(x+left, p.y))
		r.box.Objects = append(r.box.Objects, ground)
	}
}
