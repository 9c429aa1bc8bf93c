package page

import (
	"slices"
	"strings"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
)

// country is one line of a list to choose from; Code is ISO 3166-1 alpha-2.
type country struct{ Code, Name string }

// countries lists the world's by their English names.
func countries() []country {
	names := display.English.Regions()
	var out []country
	for a := 'A'; a <= 'Z'; a++ {
		for b := 'A'; b <= 'Z'; b++ {
			region, err := language.ParseRegion(string([]rune{a, b}))
			if err != nil || !region.IsCountry() || region.IsGroup() || region.String() != string([]rune{a, b}) {
				continue
			}
			if name := names.Name(region); name != "" && !strings.HasPrefix(name, "Unknown") {
				out = append(out, country{region.String(), name})
			}
		}
	}
	slices.SortFunc(out, func(x, y country) int { return strings.Compare(x.Name, y.Name) })
	return out
}
