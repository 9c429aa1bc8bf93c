package papers

import (
	"slices"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
)

// Country is one of the world's.
type Country struct{ Code, Name string } // ISO 3166-1 alpha-2, and its name in her language

// Countries are the world's, in the order of their names in a language.
func Countries(lang string) []Country {
	tag := language.Make(lang)
	names := display.Regions(tag)
	none := []string{"AC", "CP", "DG", "EA", "EZ", "IC", "TA", "UN"} // in the tables, and no countries
	var out []Country
	for a := 'A'; a <= 'Z'; a++ {
		for b := 'A'; b <= 'Z'; b++ {
			code := string([]rune{a, b})
			region, err := language.ParseRegion(code)
			if err != nil || !region.IsCountry() || region.IsPrivateUse() || region.String() != code || region.Canonicalize() != region ||
				slices.Contains(none, code) {
				continue
			}
			if name := names.Name(region); name != "" {
				out = append(out, Country{code, name})
			}
		}
	}
	order := collate.New(tag)
	slices.SortFunc(out, func(x, y Country) int { return order.CompareString(x.Name, y.Name) })
	return out
}
