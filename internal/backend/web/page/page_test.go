package page

import (
	"net/http"
	"testing"

	"golang.org/x/text/language"

	"github.com/jasmincam/jasmincam/internal/backend/web/page/choice"
	"github.com/jasmincam/jasmincam/internal/domain"
)

func TestCountries(t *testing.T) {
	all := choice.Countries(language.English)
	if len(all) != 249 {
		t.Errorf("%d countries, ISO 3166-1 has 249", len(all))
	}
	found := map[string]string{}
	for _, c := range all {
		found[c.Code] = c.Name
	}
	for code, name := range map[string]string{"HU": "Hungary", "US": "United States", "RO": "Romania", "CO": "Colombia"} {
		if found[code] != name {
			t.Errorf("%s is %q, want %q", code, found[code], name)
		}
	}
	for _, code := range []string{"EU", "UN", "ZZ", "XX", "SU"} {
		if name, ok := found[code]; ok {
			t.Errorf("%s (%s) is no country", code, name)
		}
	}
}

func TestDevice(t *testing.T) {
	for agent, want := range map[string]string{
		"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36":                     "Chrome on Linux",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36 Edg/140.0": "Edge on Windows",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1 Version/18.0 Mobile Safari/604.1":             "Safari on iPhone",
		"Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0":                                                  "Firefox on Android",
		"": "Browser",
	} {
		r, err := http.NewRequest(http.MethodGet, "/", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("User-Agent", agent)
		if got := device(r); got != want {
			t.Errorf("%q: %q, want %q", agent, got, want)
		}
	}
}

// Every state has a filter with a name of its own, and no step leads to itself.
func TestFilters_everyState(t *testing.T) {
	c, err := newCatalogue()
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{}
	for _, f := range filters(c.For("ru"), "active", "status") {
		if names[f.Name] || f.Current != (f.State == "active") || f.Order != "status" {
			t.Errorf("filter %+v", f)
		}
		names[f.Name] = true
	}
	if len(names) != len(domain.AccountStates())+2 {
		t.Errorf("filters %v", names)
	}
	for _, s := range domain.AccountStates() {
		for _, step := range steps(s) {
			if step.State == s || step.Button == "" {
				t.Errorf("%s: step %+v", s, step)
			}
		}
	}
}

func TestDict(t *testing.T) {
	if _, err := dict(1, 2); err == nil {
		t.Error("a number is no name")
	}
}
