package choice

import (
	"slices"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
)

// reserved codes are in the tables of languages but name no country of ISO 3166-1.
func reserved() []string { return []string{"AC", "CP", "DG", "EA", "EZ", "IC", "TA", "UN"} }

// Countries lists the world's by their names in a language; codes are ISO 3166-1 alpha-2.
func Countries(lang language.Tag) []Named {
	names, english := display.Regions(lang), display.English.Regions()
	var out []Named
	for a := 'A'; a <= 'Z'; a++ {
		for b := 'A'; b <= 'Z'; b++ {
			code := string([]rune{a, b})
			region, err := language.ParseRegion(code)
			if err != nil || !region.IsCountry() || region.IsGroup() || region.IsPrivateUse() ||
				region.String() != code || region.Canonicalize() != region || slices.Contains(reserved(), code) {
				continue
			}
			if name := english.Name(region); name == "" || name == "Unknown Region" {
				continue
			}
			out = append(out, Named{code, names.Name(region)})
		}
	}
	order := collate.New(lang)
	slices.SortFunc(out, func(x, y Named) int { return order.CompareString(x.Name, y.Name) })
	return out
}

// Land is a country's name by its code; the code where there is none.
func Land(world []Named, code string) string {
	if i := slices.IndexFunc(world, func(c Named) bool { return c.Code == code }); i >= 0 {
		return world[i].Name
	}
	return code
}
