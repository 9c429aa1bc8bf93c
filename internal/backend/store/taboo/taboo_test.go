package taboo_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/jasmincam/jasmincam/internal/backend/store/taboo"
	"github.com/jasmincam/jasmincam/internal/domain"
)

func TestWords_findsWholeWords(t *testing.T) {
	for _, c := range []struct {
		word, text string
		want       bool
	}{
		{"damn", "damn", true},
		{"damn", "well, DAMN!", true},
		{"Damn", "oh damn", true},
		{"damn", "damned if I know", false},
		{"damn", "condamn", false},
		{"ass", "a class of its own in Scunthorpe", false},
		{"ass", "class, ass", true},
		{"aa", "aaa aa", true},
		{"damn", "d\u00adamn", true},
		{"damn", "da\u200bmn", true},
		{"damn", "d\u0338a\u0336m\u0335n\u0334", true},
		{"damn", "ｄａｍｎ", true},
		{"damn", "𝕕𝕒𝕞𝕟", true},
		{"damn", "damn_you", true},
		{"damn", "damn5", false},
		{"nice feet", "such Nice \t feet, really", true},
		{"nice feet", "nice, feet", false},
		{"STRASSE", "die Straße", true},
		{"İ", "i̇", true},
		{"ano", "feliz año", false},
		{"año", "feliz an\u0303o", true},
		{"дура", "ДУРА!", true},
		{"дура", "придурак", false},
		{"ёж", "ЁЖ", true},
		{"μ", "µ", true},
		{"שלום", "אמר שלום, והלך", true},
		{"שלום", "בשלום", false},
		{"حمار", "يا حِمَار!", true},
		{"バカ", "このバカめ", true},
		{"馬鹿", "お前は馬鹿だ", true},
		{"🍆", "hey🍆🍆", true},
		{"$$$", "send $$$ now", true},
		{"a.b", "see a.b or x", true},
		{"a.b", "see aa.b", false},
		{"damn", "", false},
	} {
		words, err := taboo.Check([]string{"something else", c.word})
		if err != nil {
			t.Fatalf("%q: %v", c.word, err)
		}
		if got := taboo.Parse(words.String()).In(c.text); got != c.want {
			t.Errorf("%q in %q: %v, want %v", c.word, c.text, got, c.want)
		}
	}
	if taboo.Words(nil).In("damn") || taboo.Parse("").In("damn") || taboo.Parse("").In("") {
		t.Error("an empty list bans something")
	}
}

func TestCheck_cleansTheList(t *testing.T) {
	got, err := taboo.Check([]string{"  two \n words ", "damn", "DAMN", "d\u202eamn", "ok"})
	if err != nil || !slices.Equal(got, []string{"two words", "damn", "ok"}) {
		t.Errorf("%q, %v", got, err)
	}
	if empty, err := taboo.Check(nil); err != nil || empty == nil || empty.String() != "" {
		t.Errorf("no words: %#v, %v", empty, err)
	}
	if !got.Same(taboo.Parse(got.String())) || got.Same(nil) {
		t.Error("what was kept is another list")
	}
}

func TestCheck_limits(t *testing.T) {
	many := func(n int) (list []string) {
		for i := range n {
			list = append(list, fmt.Sprint("word", i))
		}
		return list
	}
	if list, err := taboo.Check(many(domain.MaxBannedWords)); err != nil || len(list) != domain.MaxBannedWords {
		t.Errorf("as many as may be: %d, %v", len(list), err)
	}
	if _, err := taboo.Check([]string{strings.Repeat("é", domain.MaxBannedWord)}); err != nil {
		t.Errorf("as long as may be: %v", err)
	}
	for what, list := range map[string][]string{
		"one too many": many(domain.MaxBannedWords + 1), "a long one": {strings.Repeat("é", domain.MaxBannedWord+1)}, "a very long one": {strings.Repeat("a", 1<<20)},
		"nothing": {""}, "a comma": {","}, "what nobody sees": {"\u200b\u200d"}, "a stroke": {"\u0338"},
	} {
		if _, err := taboo.Check(list); domain.KindOf(err) != domain.KindInvalid {
			t.Errorf("%s: %v", what, err)
		}
	}
}

// However a line goes on around it, a word that stands by itself is found.
func TestWords_isFoundBetweenAnything(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.StringMatching(`[a-zA-Zа-яА-Я]{2,12}`).Draw(t, "word")
		words, err := taboo.Check([]string{word})
		if err != nil {
			t.Fatal(err)
		}
		before, after := rapid.String().Draw(t, "before"), rapid.String().Draw(t, "after")
		if text := before + ". " + strings.ToUpper(word) + " !" + after; !words.In(text) {
			t.Fatalf("%q is not found in %q", word, text)
		}
	})
}
