package show

import (
	"math/bits"
	"time"

	"github.com/jasmincam/jasmincam/internal/domain"
)

// part is a price a minute and the time for which it is paid: of the show itself, or
// of an extra.
type part struct {
	price     domain.Millicredits
	delivered time.Duration
}

// charge is what delivered parts cost in all: floor(sum of price × delivered ms ÷
// 60,000), in thousandths of a credit (domain B2 to B4). Negative times cost nothing;
// a sum beyond 64 bits is worked out in 128.
func charge(parts ...part) domain.Millicredits {
	const minute = 60_000
	var high, low uint64
	for _, p := range parts {
		ms := p.delivered.Milliseconds()
		if p.price <= 0 || ms <= 0 {
			continue
		}
		h, l := bits.Mul64(uint64(p.price), uint64(ms))
		var carry uint64
		low, carry = bits.Add64(low, l, 0)
		high += h + carry
		if high >= minute { // the quotient would not fit; nobody pays that much
			return 1<<63 - 1
		}
	}
	quotient, _ := bits.Div64(high, low, minute)
	return domain.Millicredits(min(quotient, 1<<63-1))
}

// lasts is how long the credit pays for: the longest time whose charge it covers.
func lasts(price, credit domain.Millicredits) time.Duration {
	if price <= 0 {
		return 0
	}
	// floor(price × ms ÷ 60,000) ≤ credit  ⇔  price × ms < (credit + 1) × 60,000
	high, low := bits.Mul64(uint64(max(credit, 0))+1, 60_000)
	const longest = 1000 * time.Hour // no show comes near; keeps the time a Duration
	if high >= uint64(price) {
		return longest
	}
	ms, rest := bits.Div64(high, low, uint64(price))
	if rest == 0 {
		ms--
	}
	if ms > uint64(longest.Milliseconds()) {
		return longest
	}
	return time.Duration(ms) * time.Millisecond
}

// ticks is how many whole ticks of delivered picture there were.
func ticks(delivered time.Duration) int { return int(max(0, delivered) / domain.TickEvery) }
