package feed

import (
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// screen is what pieces put beside each other, with a bar between them.
func screen(line string, right bool) string {
	var out []string
	for _, p := range pieces(line, right) {
		out = append(out, p.text)
	}
	return strings.Join(out, "|")
}

func TestPieces_standInTheOrderOfTheScreen(t *testing.T) {
	for _, c := range []struct {
		line  string
		right bool
		want  string
	}{
		{"plain words, 123.", false, "plain words, 123."},
		{"שלום לך", true, "לך| |שלום"},
		{"שלום לך, מה?", true, "?|מה| |,|לך| |שלום"},
		{"abc שלום לך def", false, "abc |לך| |שלום| def"},
		{"שלום abc def עולם", true, "עולם| |abc def| |שלום"},
		{"abc def", true, "abc def"},
		{"abc!", true, "!|abc"},
		{"שלום 123", true, "123| |שלום"},
		{"abc שלום 123 עולם def", false, "abc |עולם| |123| |שלום| def"},
		{"abc שלום 123 def", false, "abc |123| |שלום| def"},
		{"123 שלום", false, "123 |שלום"},
		{"(שלום)", true, "(|שלום|)"},
		{"مرحبا (بك)", true, "(|بك|)| |مرحبا"},
		{"שָׁלוֹם 👩\u200d👩\u200d👧", true, "👩\u200d👩\u200d👧| |שָׁלוֹם"},
		{"كيف حالك؟ أنا", true, "أنا| |حالك؟| |كيف"},
		{"", true, ""},
	} {
		if got := screen(c.line, c.right); got != c.want {
			t.Errorf("%q, from the right %v: %q, want %q", c.line, c.right, got, c.want)
		}
	}
}

// Nothing of a line is lost or there twice, whatever it is.
func TestPieces_haveAllOfTheLine(t *testing.T) {
	alphabet := rapid.SampledFrom([]rune("ab1٣ (),.!אבגשלוםمرحبا\u0301\u05b8\u200d\u200f👩🏽\u200b["))
	rapid.Check(t, func(t *rapid.T) {
		line := string(rapid.SliceOf(alphabet).Draw(t, "line"))
		seen := make([]int, len(line))
		for _, p := range pieces(line, rapid.Bool().Draw(t, "right")) {
			if p.from < 0 || p.to > len(line) || p.from > p.to {
				t.Fatalf("%q has a piece from %d to %d", line, p.from, p.to)
			}
			for i := p.from; i < p.to; i++ {
				seen[i]++
			}
		}
		for i, n := range seen {
			if n != 1 {
				t.Fatalf("byte %d of %q is there %d times", i, line, n)
			}
		}
	})
}

func TestMatches_inAnyLetters(t *testing.T) {
	for _, c := range []struct {
		text, words string
		want        []span
	}{
		{"Hello hello", "hello", []span{{0, 5}, {6, 11}}},
		{"ÉTÉ", "été", []span{{0, 5}}},
		{"İx", "x", []span{{2, 3}}},
		{"aaa", "aa", []span{{0, 2}}},
		{"abc", "", nil},
		{"abc", "abcd", nil},
		{"שלום לך", "לך", []span{{9, 13}}},
	} {
		if got := matches(c.text, c.words); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%q in %q: %v, want %v", c.words, c.text, got, c.want)
		}
	}
}

func TestSpread_followsABrokenText(t *testing.T) {
	text, lines := "one two  three two", []string{"one two", "three", "two"}
	got := spread([]span{{4, 14}, {15, 18}}, text, lines)
	if want := [][]span{{{4, 7}}, {{0, 5}}, {{0, 3}}}; !reflect.DeepEqual(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	if got := spread([]span{{0, 1}}, text, []string{"other"}); len(got) != 1 || got[0] != nil {
		t.Errorf("another text: %v", got)
	}
}

func TestTogether_keepsTheOrder(t *testing.T) {
	for line, want := range map[string]string{
		"abc":           "abc",
		"abc שלום, def": toRight + "abc שלום|, def",
		"שלום":          onLine + "שלום",
		"(שלום) לך":     onLine + "לך|" + toRight + " (שלום|)",
		"مرحبا ٣ مرحبا": onLine + "مرحبا| |٣|" + toRight + " مرحبا",
	} {
		if got := strings.Join(together(pieces(line, fromRight(line))), "|"); got != want {
			t.Errorf("%q is drawn as %q, want %q", line, got, want)
		}
	}
}
