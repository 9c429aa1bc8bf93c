package persona

import (
	"slices"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"github.com/jasmincam/jasmincam/internal/ui/page/papers"
)

// named is a code and what it is called in her language.
type named struct{ code, name string }

// tongues are the languages that may be told, ISO 639-1 (C), by their names.
func tongues(lang string) []named {
	tag := language.Make(lang)
	names := display.Languages(tag)
	var out []named
	for _, code := range []string{"ar", "bg", "cs", "de", "el", "en", "es", "fi", "fr", "hr", "hu", "it", "ja", "ko", "lv", "nl", "no", "pl",
		"pt", "ro", "ru", "sk", "sr", "sv", "tr", "uk", "zh"} {
		out = append(out, named{code, names.Name(language.Make(code))})
	}
	return sorted(tag, out)
}

// countries are the world's, ISO 3166-1 alpha-2, by their names.
func countries(lang string) []named {
	var out []named
	for _, c := range papers.Countries(lang) {
		out = append(out, named{c.Code, c.Name})
	}
	return out
}

func sorted(tag language.Tag, list []named) []named {
	order := collate.New(tag)
	slices.SortFunc(list, func(x, y named) int { return order.CompareString(x.name, y.name) })
	return list
}

// called finds a code's name.
func called(list []named, code string) string {
	for _, n := range list {
		if n.code == code {
			return n.name
		}
	}
	return code
}

func namesOf(list []named) []string {
	out := make([]string, 0, len(list))
	for _, n := range list {
		out = append(out, n.name)
	}
	return out
}
