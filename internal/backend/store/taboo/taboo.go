package taboo

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"

	"github.com/jasmincam/jasmincam/internal/backend/store/database"
	"github.com/jasmincam/jasmincam/internal/domain"
)

// Words is a list that Check has let through; nil bans nothing.
type Words []string

// Check accepts a list within the limits of the domain: each word on one line, with
// single spaces inside, once however it is written, in her order. KindInvalid.
func Check(list []string) (Words, error) {
	words, seen := Words{}, map[string]bool{}
	for _, word := range list {
		if len(word) > 4*domain.MaxBannedWord {
			return nil, errLong()
		}
		word = strings.Join(strings.Fields(database.Clean(word)), " ")
		if utf8.RuneCountInString(word) > domain.MaxBannedWord {
			return nil, errLong()
		}
		key := fold(word)
		if !strings.ContainsFunc(key, telling) {
			return nil, domain.Errorf("", domain.KindInvalid, "A banned word has at least one letter, digit or picture. Write it anew, or take it away.").Because("words.none")
		}
		if !seen[key] {
			words, seen[key] = append(words, word), true
		}
	}
	if len(words) > domain.MaxBannedWords {
		return nil, domain.Errorf("", domain.KindInvalid, "At most %d words can be banned. Take some away.", domain.MaxBannedWords).Because("words.many", domain.MaxBannedWords)
	}
	return words, nil
}

func errLong() error {
	return domain.Errorf("", domain.KindInvalid, "A banned word has at most %d characters. Shorten it.", domain.MaxBannedWord).Because("words.long", domain.MaxBannedWord)
}

// telling tells whether a sign may ban by itself: a comma alone would drop nearly
// every line.
func telling(r rune) bool { return unicode.In(r, unicode.L, unicode.N, unicode.S) }

// Parse reads what String wrote.
func Parse(kept string) Words {
	if kept == "" {
		return Words{}
	}
	return strings.Split(kept, "\n")
}

// String is how a list is kept: a word a line.
func (w Words) String() string { return strings.Join(w, "\n") }

// Same tells whether two lists have the same words in the same order.
func (w Words) Same(other Words) bool { return slices.Equal(w, other) }

// In tells whether a text has one of the words.
func (w Words) In(text string) bool {
	if len(w) == 0 {
		return false
	}
	text = strings.Join(strings.Fields(fold(text)), " ")
	return slices.ContainsFunc(w, func(word string) bool { return has(text, fold(word)) })
}

// has finds a word that stands by itself; both are folded.
func has(text, word string) bool {
	first, _ := utf8.DecodeRuneInString(word)
	last, _ := utf8.DecodeLastRuneInString(word)
	for at := 0; word != ""; {
		i := strings.Index(text[at:], word)
		if i < 0 {
			break
		}
		from, to := at+i, at+i+len(word)
		before, _ := utf8.DecodeLastRuneInString(text[:from])
		after, _ := utf8.DecodeRuneInString(text[to:])
		if !joined(before, first) && !joined(last, after) {
			return true
		}
		_, size := utf8.DecodeRuneInString(text[from:])
		at = from + size
	}
	return false
}

// joined tells whether two neighbours belong to one word. Scripts that write no
// spaces between words have no such neighbours.
func joined(a, b rune) bool {
	part := func(r rune) bool { return unicode.In(r, unicode.L, unicode.M, unicode.Nd) }
	unspaced := func(r rune) bool {
		return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar)
	}
	return part(a) && part(b) && !unspaced(a) && !unspaced(b)
}

// fold makes texts alike that read alike: compatible forms and capitals (Unicode's
// NFKC and full case folding), without what is invisible, and without strokes that
// belong to no letter of any language.
func fold(text string) string {
	text = strings.Map(func(r rune) rune {
		if unicode.In(r, unicode.Cf, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector) {
			return -1
		}
		return r
	}, text)
	text = norm.NFKC.String(cases.Fold().String(norm.NFKC.String(text)))
	return strings.Map(func(r rune) rune {
		if unicode.In(r, unicode.M) && unicode.Is(unicode.Inherited, r) {
			return -1
		}
		return r
	}, text)
}
