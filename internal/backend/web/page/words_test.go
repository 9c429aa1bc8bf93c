package page

import (
	"encoding/json"
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/language"

	"github.com/jasmincam/jasmincam/internal/backend/web/page/choice"
	"github.com/jasmincam/jasmincam/internal/domain"
)

func TestCatalogue_everyLanguageIsComplete(t *testing.T) {
	c, err := newCatalogue()
	if err != nil {
		t.Fatal(err)
	}
	for _, problem := range c.Problems() {
		t.Error(problem)
	}
	want := []choice.Named{{Code: "en", Name: "English"}, {Code: "es", Name: "Español"}, {Code: "pt", Name: "Português"}, {Code: "ro", Name: "Română"}, {Code: "ru", Name: "Русский"}}
	if !slices.Equal(c.languages, want) {
		t.Errorf("the languages are %v, want %v", c.languages, want)
	}
}

// Each level of pay has a word in every language, and a level that we do not know
// its own name.
func TestCatalogue_namesTheLevels(t *testing.T) {
	c, err := newCatalogue()
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, lang := range c.Languages() {
		for _, l := range domain.Levels() {
			said := c.For(lang).Level(l.Name)
			if (lang == "en") != (said == l.Name) {
				t.Errorf("%s in %s is %q", l.Name, lang, said)
			}
			if key := lang + " " + said; seen[key] {
				t.Errorf("two levels are %q in %s", said, lang)
			} else {
				seen[key] = true
			}
		}
		if said := c.For(lang).Level("Comet"); said != "Comet" {
			t.Errorf("an unknown level is %q in %s", said, lang)
		}
	}
}

// Every key that a template or a script says is in the catalogue, and none is
// there that nobody says.
func TestCatalogue_holdsWhatIsSaid(t *testing.T) {
	raw, err := wordFiles.ReadFile("words/en.json")
	if err != nil {
		t.Fatal(err)
	}
	var keys map[string]string
	if err := json.Unmarshal(raw, &keys); err != nil {
		t.Fatal(err)
	}
	all := ""
	for _, files := range []fs.FS{templateFiles, assetFiles} {
		err := fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			content, err := fs.ReadFile(files, name)
			all += string(content)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	known := func(key string) bool { return keys[key] != "" || keys[key+".other"] != "" }
	for _, said := range regexp.MustCompile(`\b(?:say|count) "([a-z_.-]+)"`).FindAllStringSubmatch(all, -1) {
		if !known(said[1]) {
			t.Errorf("a template says %q, which en.json has not", said[1])
		}
	}
	for _, said := range regexp.MustCompile(`'((?:site|chat|room|show|snap|broadcast)\.[a-z_]+)'`).FindAllStringSubmatch(all, -1) {
		if !known("js." + said[1]) {
			t.Errorf("a script says %q, which en.json has not as js.%s", said[1], said[1])
		}
	}
	for key := range keys {
		if !isSaid(key, all) {
			t.Errorf("nobody says %q", key)
		}
	}
}

// isSaid tells whether a key stands in a template or script, or is made of a
// value there or in Go.
func isSaid(key, all string) bool {
	base := strings.TrimPrefix(key, "js.")
	for _, form := range []string{".one", ".few", ".many", ".other"} {
		base = strings.TrimSuffix(base, form)
	}
	made := []string{"payout.held_", "payout.suspended", "payout.ended", "payouts.held_", "payslip.of_", "done.", "problem.", "state.", "offline.", "room.", "checkout.", "staff.", "js.broadcast.", "history.", "budget.", "pictures.", "order.", "category.", "willing.", "build.", "hair.", "eyes.", "about.", "js.show.", "js.snap.reason_"}
	titles := []string{"home.title", "performer.title"}
	return strings.Contains(all, `"`+key+`"`) || strings.Contains(all, `"`+base+`"`) || strings.Contains(all, `'`+base+`'`) || slices.Contains(titles, key) ||
		slices.ContainsFunc(made, func(prefix string) bool { return strings.HasPrefix(key, prefix) })
}

func TestCountries_inTheOrderOfTheLanguage(t *testing.T) {
	for lang, want := range map[string][3]string{
		"en": {"HU", "Hungary", "Afghanistan"}, "es": {"HU", "Hungría", "Afganistán"}, "ru": {"HU", "Венгрия", "Австралия"},
		"ro": {"HU", "Ungaria", "Afganistan"}, "pt": {"HU", "Hungria", "Afeganistão"},
	} {
		all := choice.Countries(language.Make(lang))
		if len(all) != 249 {
			t.Errorf("%s: %d countries, ISO 3166-1 has 249", lang, len(all))
		}
		if !slices.Contains(all, choice.Named{Code: want[0], Name: want[1]}) || all[0].Name != want[2] {
			t.Errorf("%s: the first is %v, want %s; %s is to be %s", lang, all[0], want[2], want[0], want[1])
		}
	}
}
