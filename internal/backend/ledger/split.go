package ledger

import (
	"math/bits"
	"sort"

	"github.com/jasmincam/jasmincam/internal/domain"
)

// Split divides total by weights with the method of the largest remainder:
// every part is its exact share rounded down or up, and the parts sum to total.
// Equal remainders go to the earlier part. KindInternal for negative numbers,
// and when the weights are all zero or sum above the range.
func Split(total int64, weights ...int64) ([]int64, error) {
	var sum, carry uint64
	for _, w := range weights {
		if w < 0 {
			return nil, errSplit()
		}
		if sum, carry = bits.Add64(sum, uint64(w), 0); carry != 0 {
			return nil, errSplit()
		}
	}
	if sum == 0 || total < 0 {
		return nil, errSplit()
	}
	parts, rest, left := make([]int64, len(weights)), make([]uint64, len(weights)), total
	order := make([]int, len(weights))
	for i, w := range weights {
		hi, lo := bits.Mul64(uint64(total), uint64(w))
		q, r := bits.Div64(hi, lo, sum) // w <= sum, so the quotient fits
		parts[i], rest[i], order[i] = int64(q), r, i
		left -= int64(q)
	}
	sort.SliceStable(order, func(a, b int) bool { return rest[order[a]] > rest[order[b]] })
	for _, i := range order[:left] {
		parts[i]++
	}
	return parts, nil
}

func errSplit() error {
	return domain.Errorf("ledger", domain.KindInternal, "An amount cannot be split that way.")
}

// Earned is the share of gross that a performer (and her studio) has at the level
// which gross reaches, for the whole period's income (domain B8).
func Earned(levels []domain.Level, gross domain.Millicents) (domain.Millicents, error) {
	percent := domain.LevelFor(levels, gross).Percent
	parts, err := Split(int64(gross), percent, 100-percent)
	if err != nil {
		return 0, err
	}
	return domain.Millicents(parts[0]), nil
}

// CheckLevels refuses a table that does not start at 0 or does not rise, because
// then reaching a level would take money away.
func CheckLevels(levels []domain.Level) error {
	if len(levels) == 0 || levels[0].From != 0 {
		return errLevels()
	}
	for i, l := range levels {
		if l.Percent < 0 || l.Percent > 100 || (i > 0 && (l.From <= levels[i-1].From || l.Percent < levels[i-1].Percent)) {
			return errLevels()
		}
	}
	return nil
}

func errLevels() error {
	return domain.Errorf("levels", domain.KindInvalid, "The level table must start at 0 and rise in income and percent up to 100. Correct it.")
}
