package page

import (
	"net/http"
	"testing"

	"golang.org/x/text/language"
	"pgregory.net/rapid"

	"github.com/jasmincam/jasmincam/internal/domain"
)

func TestParseCredits(t *testing.T) {
	for text, want := range map[string]domain.Millicredits{
		"5": 5000, "2.50": 2500, "2,5": 2500, ".01": 10, "0": 0, " 7 ": 7000, "10.": 10_000, "0.001": 1, "999999999": 999_999_999_000,
	} {
		if got, err := parseCredits(text); err != nil || got != want {
			t.Errorf("%q: %d %v, want %d", text, got, err, want)
		}
	}
	for _, text := range []string{"", ".", "-1", "+1", "1e3", "five", "1.2345", "1 000", "0x10", "1.-5", "9999999999", "١", "1.2.3"} {
		if got, err := parseCredits(text); domain.KindOf(err) != domain.KindInvalid {
			t.Errorf("%q: %d %v", text, got, err)
		}
	}
}

func TestParseCredits_neverPanicsOrGoesNegative(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		if got, err := parseCredits(rapid.String().Draw(t, "text")); err == nil && got < 0 {
			t.Fatalf("negative: %d", got)
		}
	})
}

// What is shown can be typed again and means the same.
func TestParseCredits_readsWhatIsShown(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := domain.Millicredits(rapid.Int64Range(0, 1_000_000).Draw(t, "hundredths") * 10)
		if got, err := parseCredits(m.String()); err != nil || got != m {
			t.Fatalf("%s: %d %v", m, got, err)
		}
	})
}

func TestDollars(t *testing.T) {
	for cents, want := range map[int64]string{0: "$0.00", 5: "$0.05", 1199: "$11.99", 29999: "$299.99", 100: "$1.00"} {
		if got := dollars(cents); got != want {
			t.Errorf("%d: %s, want %s", cents, got, want)
		}
	}
}

func TestCountries(t *testing.T) {
	all := countries(language.English)
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
