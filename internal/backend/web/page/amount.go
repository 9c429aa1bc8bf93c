package page

import (
	"strconv"
	"strings"

	"github.com/jasmincam/jasmincam/internal/domain"
)

// parseCredits reads credits as a person writes them, such as "5" or "2.50",
// exactly. KindInvalid.
func parseCredits(text string) (domain.Millicredits, error) {
	wrong := domain.Errorf("amount", domain.KindInvalid, "Write the amount in credits, for example 5 or 2.50.")
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

// signed writes credits that came with a plus.
func signed(m domain.Millicredits) string {
	if m > 0 {
		return "+" + m.String()
	}
	return m.String()
}

// dollars writes US cents.
func dollars(cents int64) string {
	digits := strconv.FormatInt(cents%100+100, 10)[1:]
	return "$" + strconv.FormatInt(cents/100, 10) + "." + digits
}
