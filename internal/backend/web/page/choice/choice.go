package choice

import (
	"slices"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/text"
)

// Named is one choice of a list: a code and its name in the list's language.
type Named struct{ Code, Name string }

// spokenCodes are the languages that a visitor may look for, ISO 639-1 (C).
func spokenCodes() []string {
	return []string{"ar", "bg", "cs", "de", "el", "en", "es", "fi", "fr", "hr", "hu", "it", "ja", "ko", "lv", "nl", "no", "pl", "pt", "ro", "ru", "sk", "sr", "sv", "tr", "uk", "zh"}
}

// Tongue names a language in another one.
func Tongue(names display.Namer, code string) string {
	tag, err := language.Parse(code)
	if err != nil {
		return code
	}
	return names.Name(tag)
}

// Spoken lists languages by their names in one.
func Spoken(lang language.Tag) []Named {
	names, order := display.Languages(lang), collate.New(lang)
	var out []Named
	for _, code := range spokenCodes() {
		out = append(out, Named{code, Tongue(names, code)})
	}
	slices.SortFunc(out, func(x, y Named) int { return order.CompareString(x.Name, y.Name) })
	return out
}

// Categories are those of a profile, named.
func Categories(words *text.Words) []Named {
	var out []Named
	for _, c := range domain.Categories() {
		out = append(out, Named{c.Name, words.Say("category." + c.Name)})
	}
	return out
}

// Willing are the services in a private show, named.
func Willing(words *text.Words) []Named {
	var out []Named
	for _, w := range domain.WillingnessChoices() {
		out = append(out, Named{w, words.Say("willing." + w)})
	}
	return out
}

// Looks says an appearance in a few words; what is not told is left out.
func Looks(words *text.Words, a domain.Appearance) []string {
	var out []string
	if a.HeightCM > 0 {
		out = append(out, words.Say("about.height", a.HeightCM))
	}
	for _, told := range [][2]string{{"build.", a.Build}, {"hair.", a.Hair}, {"eyes.", a.Eyes}} {
		if told[1] != "" {
			out = append(out, words.Say(told[0]+told[1]))
		}
	}
	return out
}
