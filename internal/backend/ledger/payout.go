package ledger

import "github.com/jasmincam/jasmincam/internal/domain"

// Owed is what lies on an earner's account of one period.
type Owed struct {
	Account Account
	Amount  domain.Millicents
}

// Payable is the sum of what is owed in whole cents; the rest of a cent rolls over.
func Payable(owed []Owed) (cents int64, err error) {
	var sum int64
	for _, o := range owed {
		var ok bool
		if sum, ok = add(sum, int64(o.Amount)); !ok || o.Amount < 0 {
			return 0, errAmount()
		}
	}
	return domain.Millicents(sum).Cents(), nil
}

// Payout pays cents out of what is owed, the first accounts first, less a fee that
// the house keeps (domain B10).
func Payout(h Head, owed []Owed, cents, fee int64) (Entry, error) {
	if cents <= fee || fee < 0 || cents > int64(maxAmount) {
		return Entry{}, errAmount()
	}
	d, left := newDraft(h, KindPayout), cents*1000
	for _, o := range owed {
		part := min(left, int64(o.Amount))
		d.move(USD, o.Account, WorldPayouts, part)
		left -= part
	}
	d.move(USD, WorldPayouts, HouseFees, fee*1000)
	if left > 0 {
		return Entry{}, domain.Errorf("payout", domain.KindConflict, "There is not enough left for this payout. Look at the sums again.")
	}
	return d.done()
}
