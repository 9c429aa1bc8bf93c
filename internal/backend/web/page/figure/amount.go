package figure

import (
	"strconv"
	"strings"

	"github.com/jasmincam/jasmincam/internal/domain"
)

// ParseCredits reads credits as a person writes them, such as "5" or "2.50",
// exactly. KindInvalid.
func ParseCredits(text string) (domain.Millicredits, error) {
	wrong := domain.Errorf("amount", domain.KindInvalid, "Write the amount in credits, for example 5 or 2.50.").Because("amount.credits")
	whole, part, _ := strings.Cut(strings.Replace(strings.TrimSpace(text), ",", ".", 1), ".")
	if whole == "" && part == "" || len(whole) > 9 || len(part) > 3 {
		return 0, wrong
	}
	n, err := strconv.ParseUint("0"+whole+(part + "000")[:3], 10, 63)
	if err != nil {
		return 0, wrong
	}
	return domain.Millicredits(n), nil
}

// Signed writes credits that came with a plus.
func Signed(m domain.Millicredits) string {
	if m > 0 {
		return "+" + m.String()
	}
	return m.String()
}

// ParseDollars reads dollars as a person writes them, such as "150" or "150.50",
// as cents. KindInvalid.
func ParseDollars(text string) (int64, error) {
	m, err := ParseCredits(strings.TrimPrefix(strings.TrimSpace(text), "$"))
	if err != nil || m%10 != 0 {
		return 0, domain.Errorf("amount", domain.KindInvalid, "Write the amount in dollars, for example 150 or 150.50.")
	}
	return int64(m) / 10, nil
}

// Exact writes an amount of the ledger with all its digits, so that lines visibly
// add up.
func Exact(m domain.Millicents) string {
	if m < 0 {
		return "-$" + Decimal(-m)
	}
	return "$" + Decimal(m)
}

// Decimal writes dollars with all five digits, as programs read them.
func Decimal(m domain.Millicents) string {
	if m < 0 {
		return "-" + Decimal(-m)
	}
	return strconv.FormatInt(int64(m)/100_000, 10) + "." + strconv.FormatInt(int64(m)%100_000+100_000, 10)[1:]
}

// Plain writes cents as dollars for a field.
func Plain(cents int64) string { return strings.TrimPrefix(domain.Dollars(cents), "$") }
