package control

import (
	"slices"
	"strings"
	"unicode"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"golang.org/x/text/runes"
	"golang.org/x/text/transform"
	"golang.org/x/text/unicode/norm"
)

// Finder is a choice among very many: what she writes above it leaves only the
// options with these letters, whatever their accents and their case, and Return
// takes the first of them.
type Finder struct {
	Entry  *Entry
	Choice *Select
	words  []string
	folded []string
	shown  []int // places of the options that are offered
	chosen func(i int)
	now    int
}

// NewFinder returns a choice among words, with none chosen; hint stands in the
// entry, and chosen, which may be nil, is told the place of a new one.
func NewFinder(words []string, hint string, chosen func(i int)) *Finder {
	f := &Finder{Entry: NewEntry(), words: words, chosen: chosen, now: -1}
	for i, w := range words {
		f.folded, f.shown = append(f.folded, fold(w)), append(f.shown, i)
	}
	f.Choice = NewSelect(words, func(i int) { f.take(f.shown[i]) })
	f.Entry.SetPlaceHolder(hint)
	f.Entry.OnChanged = f.find
	f.Entry.OnSubmitted = func(text string) {
		if text != "" && len(f.shown) > 0 {
			f.take(f.shown[0])
		}
	}
	return f
}

// Box is the entry above the choice.
func (f *Finder) Box() fyne.CanvasObject { return container.NewVBox(f.Entry, f.Choice) }

// Place is that of the chosen option, -1 without one.
func (f *Finder) Place() int { return f.now }

// Put shows option i, or none with -1, without telling chosen.
func (f *Finder) Put(i int) {
	f.now = i
	if f.Entry.Text != "" {
		f.Entry.SetText("")
	}
	f.Choice.Offer(f.words, i)
}

func (f *Finder) take(i int) {
	f.Put(i)
	if f.chosen != nil {
		f.chosen(i)
	}
}

// find offers what has these letters: first what begins with them.
func (f *Finder) find(text string) {
	wanted := fold(text)
	f.shown = f.shown[:0]
	for _, first := range []bool{true, false} {
		for i, w := range f.folded {
			if strings.Contains(w, wanted) && strings.HasPrefix(w, wanted) == first {
				f.shown = append(f.shown, i)
			}
		}
	}
	offered := make([]string, 0, len(f.shown))
	for _, i := range f.shown {
		offered = append(offered, f.words[i])
	}
	f.Choice.Offer(offered, slices.Index(f.shown, f.now))
}

// fold takes accents and case from words.
func fold(words string) string {
	plain, _, err := transform.String(transform.Chain(norm.NFD, runes.Remove(runes.In(unicode.Mn)), norm.NFC), words)
	if err != nil {
		plain = words
	}
	return strings.ToLower(plain)
}
