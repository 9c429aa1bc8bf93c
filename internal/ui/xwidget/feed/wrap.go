package feed

import (
	"strings"
	"unicode"

	"fyne.io/fyne/v2"
	"github.com/go-text/typesetting/segmenter"
	"golang.org/x/text/unicode/bidi"
)

// letters is how a text is set.
type letters struct {
	size  float32
	style fyne.TextStyle
}

func (l letters) width(s string) float32 {
	if s == "" {
		return 0
	}
	return fyne.MeasureText(s, l.size, l.style).Width
}

// height is that of a line with high and deep letters.
func (l letters) height() float32 { return fyne.MeasureText("Ég", l.size, l.style).Height }

// maxStrokes is how many marks may be piled on a letter; more would be drawn over
// other rows.
const maxStrokes = 4

// oneLine takes what would break a row of the chat out of foreign text: line
// ends, other controls, piles of marks, and marks that turn the direction of what
// follows.
func oneLine(s string) string {
	strokes := 0
	return strings.Map(func(r rune) rune {
		if !unicode.In(r, unicode.Mn, unicode.Me) {
			strokes = 0
		} else if strokes++; strokes > maxStrokes {
			return -1
		}
		switch {
		case unicode.IsSpace(r), r == '\u2028', r == '\u2029':
			return ' '
		case unicode.IsControl(r), r >= '\u202a' && r <= '\u202e', r >= '\u2066' && r <= '\u2069':
			return -1
		}
		return r
	}, s)
}

// fromRight tells whether a text is read from the right: its first letter with
// a direction says so.
func fromRight(s string) bool {
	for _, r := range s {
		p, _ := bidi.LookupRune(r)
		switch p.Class() {
		case bidi.R, bidi.AL:
			return true
		case bidi.L:
			return false
		}
	}
	return false
}

// wrap breaks a text into lines: the first begins at first and all end at width.
// It breaks where Unicode allows it (UAX 14), and inside a word only when a
// whole line is too short for it; never inside what looks like one letter.
func (l letters) wrap(s string, first, width float32) []string {
	var seg segmenter.Segmenter
	seg.InitWithString(s)
	var lines []string
	line, x := "", first
	put := func(piece string) {
		w := l.width(piece)
		bare := strings.TrimRight(piece, " ")
		if x > 0 && x+l.width(bare) > width {
			lines = append(lines, strings.TrimRight(line, " "))
			line, x = "", 0
		}
		line += piece
		x += w
	}
	for words := seg.LineIterator(); words.Next(); {
		piece := string(words.Line().Text)
		if l.width(strings.TrimRight(piece, " ")) <= width {
			put(piece)
			continue
		}
		var inside segmenter.Segmenter
		inside.InitWithString(piece)
		for signs := inside.GraphemeIterator(); signs.Next(); {
			put(string(signs.Grapheme().Text))
		}
	}
	return append(lines, strings.TrimRight(line, " "))
}

// cut shortens a text to a width, with dots at its end.
func (l letters) cut(s string, width float32) string {
	if l.width(s) <= width {
		return s
	}
	var seg segmenter.Segmenter
	seg.InitWithString(s)
	out, x := "", l.width("…")
	for signs := seg.GraphemeIterator(); signs.Next(); {
		sign := string(signs.Grapheme().Text)
		if x += l.width(sign); x > width {
			break
		}
		out += sign
	}
	return out + "…"
}
