package page

import (
	"slices"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/text"
)

// spokenCodes are the languages that a visitor may look for, ISO 639-1 (C).
func spokenCodes() []string {
	return []string{"ar", "bg", "cs", "de", "el", "en", "es", "fi", "fr", "hr", "hu", "it", "ja", "ko", "lv", "nl", "no", "pl", "pt", "ro", "ru", "sk", "sr", "sv", "tr", "uk", "zh"}
}

// tongue names a language in another one.
func tongue(names display.Namer, code string) string {
	tag, err := language.Parse(code)
	if err != nil {
		return code
	}
	return names.Name(tag)
}

// spoken lists languages by their names in one.
func spoken(lang language.Tag) []named {
	names, order := display.Languages(lang), collate.New(lang)
	var out []named
	for _, code := range spokenCodes() {
		out = append(out, named{code, tongue(names, code)})
	}
	slices.SortFunc(out, func(x, y named) int { return order.CompareString(x.Name, y.Name) })
	return out
}

// categories and willing are the choices of a profile, named.
func categories(words *text.Words) []named {
	var out []named
	for _, c := range domain.Categories() {
		out = append(out, named{c.Name, words.Say("category." + c.Name)})
	}
	return out
}

func willing(words *text.Words) []named {
	var out []named
	for _, w := range domain.WillingnessChoices() {
		out = append(out, named{w, words.Say("willing." + w)})
	}
	return out
}

// looks says an appearance in a few words; what is not told is left out.
func looks(words *text.Words, a domain.Appearance) []string {
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
