package figure_test

import (
	"testing"
	"time"

	"github.com/jasmincam/jasmincam/internal/ui/page/figure"
)

func TestFigures_readTheSameEverywhere(t *testing.T) {
	for want, got := range map[string]string{
		"0":                      figure.Number(0, 0),
		"999":                    figure.Number(999.4, 0),
		"1\u00a0000":             figure.Number(999.6, 0),
		"-1\u00a0234\u00a0567.5": figure.Number(-1234567.5, 1),
		"$0.05":                  figure.Dollars(5),
		"-$12.30":                figure.Dollars(-1230),
		"$1\u00a0234.56":         figure.Dollars(123456),
		"2.99":                   figure.Credits(2990),
		"2.007":                  figure.Exact(2007),
		"-0.050":                 figure.Exact(-50),
		"0:00":                   figure.Duration(59 * time.Second),
		"0:07":                   figure.Clock(7*time.Second + 900*time.Millisecond),
		"12:34":                  figure.Clock(12*time.Minute + 34*time.Second),
		"1:02:03":                figure.Clock(time.Hour + 2*time.Minute + 3*time.Second),
		"100:07":                 figure.Duration(100*time.Hour + 7*time.Minute),
	} {
		if got != want {
			t.Errorf("wrote %q, want %q", got, want)
		}
	}
}

func TestAccount_followsTheLetter(t *testing.T) {
	if figure.Account("A") != 0 || figure.Account("B") != 1 || figure.Account("") != 0 {
		t.Error("A is the first account, B the second")
	}
}
