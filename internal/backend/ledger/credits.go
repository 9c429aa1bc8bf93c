package ledger

import "github.com/jasmincam/jasmincam/internal/domain"

// maxAmount bounds one movement, in millicredits: a billion credits.
const maxAmount domain.Millicredits = 1e12

// FirstPurchasePercent is the bonus on a member's first purchase (domain B1).
const FirstPurchasePercent = 20

// SignUpBonus gives a new member credits that are locked until the first purchase.
func SignUpBonus(h Head, member domain.AccountID, amount domain.Millicredits) (Entry, error) {
	if !possible(amount) {
		return Entry{}, errAmount()
	}
	d := newDraft(h, KindSignUp)
	d.move(Credit, WorldPromotion, Bonus(member), int64(amount))
	return d.done()
}

// FirstBonus is what comes on top of a first purchase, rounded down.
func FirstBonus(credits domain.Millicredits) domain.Millicredits {
	return credits / 100 * FirstPurchasePercent
}

// Sale is a paid purchase. First and Locked are those of the moment it is booked.
type Sale struct {
	Member  domain.AccountID
	Credits domain.Millicredits
	Cents   int64
	First   bool                // the member's first: the bonus of B1 comes on top
	Locked  domain.Millicredits // what lies on Bonus(Member); the first purchase frees it

	Referrer domain.AccountID // who brought the member and earns Percent of the price; empty for nobody
	Percent  int64            // 0 to 100
	Period   string           // in which she earns it
}

// Purchase books a paid purchase.
func Purchase(h Head, s Sale) (Entry, error) {
	if !possible(s.Credits) || s.Cents < 0 || s.Cents > int64(maxAmount) || s.Locked < 0 || s.Percent < 0 || s.Percent > 100 {
		return Entry{}, errAmount()
	}
	d := newDraft(h, KindPurchase)
	d.move(Credit, WorldSales, Member(s.Member), int64(s.Credits))
	if s.First {
		d.move(Credit, WorldPromotion, Member(s.Member), int64(FirstBonus(s.Credits)))
		d.move(Credit, Bonus(s.Member), Member(s.Member), int64(s.Locked))
	}
	d.move(USD, WorldPayments, HouseRevenue, s.Cents*1000)
	if s.Referrer != "" {
		parts, err := Split(s.Cents*1000, s.Percent, 100-s.Percent)
		if err != nil {
			return Entry{}, err
		}
		d.move(USD, HouseRevenue, Referrer(s.Referrer, s.Period), parts[0])
	}
	return d.done()
}

// Reserve sets credits aside for a show (domain B2).
func Reserve(h Head, member domain.AccountID, hold string, amount domain.Millicredits) (Entry, error) {
	if !possible(amount) {
		return Entry{}, errAmount()
	}
	d := newDraft(h, KindHold)
	d.move(Credit, Member(member), Hold(hold), int64(amount))
	return d.done()
}

// Void gives what is left of a hold back to the member.
func Void(h Head, member domain.AccountID, hold string, left domain.Millicredits) (Entry, error) {
	if !possible(left) {
		return Entry{}, errAmount()
	}
	d := newDraft(h, KindVoid)
	d.move(Credit, Hold(hold), Member(member), int64(left))
	return d.done()
}

// ReversePurchase takes a purchase back with everything it gave, as a refund or a
// chargeback. What the member has spent meanwhile, and what the referrer was paid
// out of it, becomes the house's receivable, never a negative balance.
func ReversePurchase(h Head, why Kind, purchase Entry, now Balances) (Entry, error) {
	got, ok := purchase.Find("member", Credit)
	sold := -purchase.of(WorldSales, Credit)
	if !ok || purchase.Kind != KindPurchase {
		return Entry{}, errReverse()
	}
	d := newDraft(h, why)
	d.move(Credit, got.Account, HouseReceivable, min(got.Amount, now.Of(got.Account, Credit)))
	d.move(Credit, HouseReceivable, WorldSales, sold)
	d.move(Credit, HouseReceivable, WorldPromotion, got.Amount-sold)
	d.move(USD, HouseRevenue, WorldPayments, -purchase.of(WorldPayments, USD))
	if referral, ok := purchase.Find("referrer", USD); ok {
		d.move(USD, referral.Account, HouseReceivable, min(referral.Amount, now.Of(referral.Account, USD)))
		d.move(USD, HouseReceivable, HouseRevenue, referral.Amount)
	}
	return d.done()
}

// ChargeRefunded books that the member's bank took back a purchase which was refunded
// before: the dollars left twice, and the house has a claim on the second time. The
// credits were taken by the refund.
func ChargeRefunded(h Head, purchase Entry) (Entry, error) {
	if purchase.Kind != KindPurchase {
		return Entry{}, errReverse()
	}
	d := newDraft(h, KindChargeback)
	d.move(USD, HouseReceivable, WorldPayments, -purchase.of(WorldPayments, USD))
	return d.done()
}

func possible(amount domain.Millicredits) bool { return amount > 0 && amount <= maxAmount }

func errReverse() error {
	return domain.Errorf("refund", domain.KindConflict, "Only a purchase, a tip, a snapshot or what a show was paid can be refunded, and only once.")
}
