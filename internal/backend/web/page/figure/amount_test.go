package figure

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/jasmincam/jasmincam/internal/domain"
)

func TestParseCredits(t *testing.T) {
	for text, want := range map[string]domain.Millicredits{
		"5": 5000, "2.50": 2500, "2,5": 2500, ".01": 10, "0": 0, " 7 ": 7000, "10.": 10_000, "0.001": 1, "999999999": 999_999_999_000,
	} {
		if got, err := ParseCredits(text); err != nil || got != want {
			t.Errorf("%q: %d %v, want %d", text, got, err, want)
		}
	}
	for _, text := range []string{"", ".", "-1", "+1", "1e3", "five", "1.2345", "1 000", "0x10", "1.-5", "9999999999", "١", "1.2.3"} {
		if got, err := ParseCredits(text); domain.KindOf(err) != domain.KindInvalid {
			t.Errorf("%q: %d %v", text, got, err)
		}
	}
}

func TestParseCredits_neverPanicsOrGoesNegative(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		if got, err := ParseCredits(rapid.String().Draw(t, "text")); err == nil && got < 0 {
			t.Fatalf("negative: %d", got)
		}
	})
}

// What is shown can be typed again and means the same.
func TestParseCredits_readsWhatIsShown(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := domain.Millicredits(rapid.Int64Range(0, 1_000_000).Draw(t, "hundredths") * 10)
		if got, err := ParseCredits(m.String()); err != nil || got != m {
			t.Fatalf("%s: %d %v", m, got, err)
		}
	})
}

func TestDollars(t *testing.T) {
	for cents, want := range map[int64]string{0: "$0.00", 5: "$0.05", 1199: "$11.99", 29999: "$299.99", 100: "$1.00", -1: "-$0.01", -1250: "-$12.50"} {
		if got := domain.Dollars(cents); got != want {
			t.Errorf("%d: %s, want %s", cents, got, want)
		}
	}
}

func TestParseDollars(t *testing.T) {
	for text, want := range map[string]int64{"150": 15_000, "$150.50": 15_050, "150,5": 15_050, "0": 0} {
		if got, err := ParseDollars(text); err != nil || got != want {
			t.Errorf("%q: %d %v, want %d", text, got, err, want)
		}
	}
	for _, text := range []string{"", "$", "-1", "150.505", "€5"} {
		if got, err := ParseDollars(text); domain.KindOf(err) != domain.KindInvalid || err == nil || !strings.Contains(domain.Sentence(err), "dollars") {
			t.Errorf("%q: %d %v", text, got, err)
		}
	}
}

func TestExact_hasAllDigits(t *testing.T) {
	for m, want := range map[domain.Millicents]string{0: "$0.00000", 1: "$0.00001", -1: "-$0.00001", 15_499_800: "$154.99800", -324_056: "-$3.24056"} {
		if got := Exact(m); got != want || strings.Replace(want, "$", "", 1) != Decimal(m) {
			t.Errorf("%d: %s and %s, want %s", m, got, Decimal(m), want)
		}
	}
}
