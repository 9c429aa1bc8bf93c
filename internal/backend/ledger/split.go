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

// Scale is how gross becomes a share: by the level that the whole of it reaches
// (domain B8), or with NoLift each part of it by the level in which it was earned.
type Scale struct {
	Levels []domain.Level
	NoLift bool
}

// Earned is the share of a period's gross that a performer and her studio have.
// More gross never earns less.
func (s Scale) Earned(gross domain.Millicents) (domain.Millicents, error) {
	if !s.NoLift {
		return share(gross, domain.LevelFor(s.Levels, gross).Percent)
	}
	var sum domain.Millicents
	for i, l := range s.Levels {
		part := gross - l.From
		if i+1 < len(s.Levels) {
			part = min(part, s.Levels[i+1].From-l.From)
		}
		if part <= 0 {
			break
		}
		hers, err := share(part, l.Percent)
		if err != nil {
			return 0, err
		}
		sum += hers
	}
	return sum, nil
}

func share(gross domain.Millicents, percent int64) (domain.Millicents, error) {
	parts, err := Split(int64(gross), percent, 100-percent)
	if err != nil {
		return 0, err
	}
	return domain.Millicents(parts[0]), nil
}
