package figure

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/jasmincam/jasmincam/internal/domain"
)

// thin stands between groups of three digits in every language.
const thin = "\u00a0"

// Number writes a number with digits behind the point and groups of three
// before it.
func Number(x float64, digits int) string {
	s := strconv.FormatFloat(x, 'f', digits, 64)
	whole, rest, _ := strings.Cut(s, ".")
	sign := ""
	if strings.HasPrefix(whole, "-") {
		sign, whole = "-", whole[1:]
	}
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + thin + whole[i:]
	}
	if rest != "" {
		whole += "." + rest
	}
	return sign + whole
}

// Dollars writes cents.
func Dollars(cents int64) string {
	sign := ""
	if cents < 0 {
		sign, cents = "-", -cents
	}
	return fmt.Sprintf("%s$%s.%02d", sign, Number(float64(cents/100), 0), cents%100)
}

// Credits writes a price.
func Credits(milli int64) string { return domain.Millicredits(milli).String() }

// Exact writes credits with all their digits: lines of a receipt add up by them.
func Exact(milli int64) string {
	sign := ""
	if milli < 0 {
		sign, milli = "-", -milli
	}
	return fmt.Sprintf("%s%d.%03d", sign, milli/1000, milli%1000)
}

// Duration writes hours and minutes, like 3:07.
func Duration(d time.Duration) string {
	minutes := int(d / time.Minute)
	return fmt.Sprintf("%d:%02d", minutes/60, minutes%60)
}

// Clock is how long something runs, to the second: 0:07, 12:34, 1:02:03.
func Clock(d time.Duration) string {
	s := int(max(0, d).Seconds())
	if s < 3600 {
		return fmt.Sprintf("%d:%02d", s/60, s%60)
	}
	return fmt.Sprintf("%d:%02d:%02d", s/3600, s/60%60, s%60)
}

// Account is the number of the account with a letter, for its colour.
func Account(letter string) int {
	if letter == "" {
		return 0
	}
	return int(letter[0] - 'A')
}
