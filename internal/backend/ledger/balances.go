package ledger

import "github.com/jasmincam/jasmincam/internal/domain"

// Line is one balance: an account in an asset.
type Line struct {
	Account Account
	Asset   Asset
}

// Balances are the sums of postings. A missing line is zero.
type Balances map[Line]int64

// Of reads one balance.
func (b Balances) Of(account Account, asset Asset) int64 { return b[Line{account, asset}] }

// Apply adds an entry, all of it or nothing. KindPayment when the member has not
// enough credits, KindConflict when another bounded account would be negative.
func (b Balances) Apply(e Entry) error {
	if err := e.Check(); err != nil {
		return err
	}
	after := make(Balances, len(e.Postings))
	for _, p := range e.Postings {
		line := Line{p.Account, p.Asset}
		before, seen := after[line]
		if !seen {
			before = b[line]
		}
		sum, ok := add(before, p.Amount)
		if !ok {
			return errAmount()
		}
		after[line] = sum
	}
	for line, sum := range after {
		if sum < 0 && line.Account.Bounded() {
			return errNegative(line)
		}
	}
	for line, sum := range after {
		b[line] = sum
	}
	return nil
}

func errNegative(l Line) error {
	if l.Account.is("member") {
		return domain.Errorf("credits", domain.KindPayment, "You do not have enough credits. Get credits first.").Because("credits.few")
	}
	return domain.Errorf("ledger", domain.KindConflict, "There is not enough left on %s for this.", l.Account)
}
