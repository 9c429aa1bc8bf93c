package page

import (
	"slices"
	"strings"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
)

// country is one line of a list to choose from; Code is ISO 3166-1 alpha-2.
type country struct{ Code, Name string }

// reserved codes are in the tables of languages but name no country of ISO 3166-1.
const reserved = "AC CP DG EA EZ IC TA UN"

// countries lists the world's by their English names.
func countries() []country {
	names := display.English.Regions()
	var out []country
	for a := 'A'; a <= 'Z'; a++ {
		for b := 'A'; b <= 'Z'; b++ {
			region, err := language.ParseRegion(string([]rune{a, b}))
			if err != nil || !region.IsCountry() || region.IsGroup() || region.IsPrivateUse() ||
				region.String() != string([]rune{a, b}) || region.Canonicalize() != region || strings.Contains(reserved, region.String()) {
				continue
			}
			if name := names.Name(region); name != "" && name != "Unknown Region" {
				out = append(out, country{region.String(), name})
			}
		}
	}
	slices.SortFunc(out, func(x, y country) int { return strings.Compare(x.Name, y.Name) })
	return out
}
