package feed

import (
	"slices"
	"strings"
	"unicode"

	"github.com/go-text/typesetting/segmenter"
	"golang.org/x/text/unicode/bidi"
)

// piece is a part of a line that is drawn by itself.
type piece struct {
	text     string
	from, to int  // which bytes of the line it is
	right    bool // it is read from the right
}

// pieces cuts a line into parts in the order in which they stand on the screen,
// from left to right (UAX 9). The toolkit puts the parts of what it is given beside
// each other as they follow in memory, and a part ends wherever the font changes:
// a sentence in Hebrew would begin with its end. So each word that is read from the
// right is drawn by itself. right is the direction of the whole text.
func pieces(line string, right bool) []piece {
	if !right && !strings.ContainsFunc(line, turns) {
		return []piece{{text: line, to: len(line)}}
	}
	var out []piece
	for _, r := range inOrder(runs(line, right)) {
		if r.level%2 == 0 {
			out = append(out, piece{text: line[r.from:r.to], from: r.from, to: r.to})
			continue
		}
		words := tokens(line[r.from:r.to])
		slices.Reverse(words)
		for _, w := range words {
			w.from, w.to = w.from+r.from, w.to+r.from
			out = append(out, w)
		}
	}
	return out
}

// toRight is not seen: what follows it stands as it does in memory. onLine is drawn
// before a word that has nothing before it, and takes no place.
const (
	toRight = "\u200e"
	onLine  = toRight + "\u00a0" // no line has one
)

// together joins pieces that the toolkit puts beside each other as they are: what
// is read from the left and one word after it that is read from the right. A word
// in another font stands on the line only when something of the first font, be it
// a space, is drawn with it.
func together(parts []piece) []string {
	var out []string
	held := ""
	for _, part := range parts {
		switch {
		case part.right && held == "":
			out = append(out, onLine+part.text)
		case part.right:
			out, held = append(out, toRight+held+part.text), ""
		case strings.ContainsFunc(part.text, turns): // Arabic numbers would take the space after them along
			if held != "" {
				out = append(out, held)
			}
			out, held = append(out, part.text), ""
		default:
			held += part.text
		}
	}
	if held != "" {
		out = append(out, held)
	}
	return out
}

// turns tells whether a sign is read from the right.
func turns(r rune) bool {
	p, _ := bidi.LookupRune(r)
	return p.Class() == bidi.R || p.Class() == bidi.AL || p.Class() == bidi.AN
}

// run is a part of a line with one direction: to the right when level is even.
type run struct{ from, to, level int }

// runs finds the directions in a line, in the order of memory.
func runs(line string, right bool) []run {
	mark := "\u200e" // of the whole text: what a line happens to begin with does not matter
	if right {
		mark = "\u200f"
	}
	whole := run{to: len(line)}
	if right {
		whole.level = 1
	}
	var p bidi.Paragraph
	if _, err := p.SetString(mark + line); err != nil {
		return []run{whole}
	}
	order, err := p.Order()
	if err != nil {
		return []run{whole}
	}
	var out []run
	at := -len(mark)
	for i := range order.NumRuns() {
		r := order.Run(i)
		next := run{from: max(0, at), to: at + len(r.String())}
		at = next.to
		switch {
		case next.to <= next.from:
			continue
		case r.Direction() == bidi.RightToLeft:
			next.level = 1
		case right:
			next.level = 2
		default:
			if n := number(line[next.from:next.to], len(out) > 0); n > 0 {
				out = append(out, run{next.from, next.from + n, 2})
				next.from += n
			}
		}
		if next.from < next.to {
			out = append(out, next)
		}
	}
	return out
}

// number tells how many bytes of a part that is read from the left belong to the
// words around it that are read from the right: numbers that follow those, and
// Arabic ones.
func number(part string, follows bool) (n int) {
	for i, r := range part {
		p, size := bidi.LookupRune(r)
		switch {
		case p.Class() == bidi.L:
			return n
		case p.Class() == bidi.AN, follows && p.Class() == bidi.EN:
			n = i + size
		}
	}
	return n
}

// inOrder puts runs into the order of the screen (rule L2).
func inOrder(list []run) []run {
	for level := 2; level > 0; level-- {
		for i := 0; i < len(list); i++ {
			end := i
			for end < len(list) && list[end].level >= level {
				end++
			}
			slices.Reverse(list[i:end])
			i = max(i, end)
		}
	}
	return list
}

// tokens cuts text that is read from the right into words and what is between them,
// in the order of memory. Brackets are turned; what is one picture stays one.
func tokens(s string) []piece {
	var out []piece
	var seg segmenter.Segmenter
	seg.InitWithString(s)
	at, inWord := 0, false
	for signs := seg.GraphemeIterator(); signs.Next(); {
		sign := string(signs.Grapheme().Text)
		first := []rune(sign)[0]
		word := unicode.In(first, unicode.L, unicode.M, unicode.Cf) || turns(first)
		if last := len(out) - 1; word && inWord {
			out[last].text += sign
			out[last].to += len(sign)
		} else {
			text := sign
			if len(sign) == len(string(first)) {
				text = bidi.ReverseString(sign)
			}
			out = append(out, piece{text: text, from: at, to: at + len(sign), right: word})
		}
		at, inWord = at+len(sign), word
	}
	return out
}
