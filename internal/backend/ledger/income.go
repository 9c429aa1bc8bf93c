package ledger

import "github.com/jasmincam/jasmincam/internal/domain"

// Income tells who earns and how far the period has come.
type Income struct {
	Performer     domain.AccountID
	Studio        domain.AccountID // empty when she works for herself
	StudioPercent int64            // the studio's part of HER earnings, 0 to 50 (domain B8)
	Period        string
	Scale         Scale
	Gross         domain.Millicents // the face value received in the period so far
}

// MaxStudioPercent bounds a studio's part of its performers' earnings (domain B8).
const MaxStudioPercent = 50

// Tip moves credits from a member to the house, and a share of their face value
// from the house's dollars to the performer and her studio. When the tip reaches
// a level, the whole period's income is lifted to it in the same entry.
func Tip(h Head, member domain.AccountID, amount domain.Millicredits, in Income) (Entry, error) {
	return in.earn(newDraft(h, KindTip), Member(member), amount)
}

// Snapshot pays for a picture like a tip.
func Snapshot(h Head, member domain.AccountID, amount domain.Millicredits, in Income) (Entry, error) {
	return in.earn(newDraft(h, KindSnapshot), Member(member), amount)
}

// Capture pays a part of a hold to the performer like a tip; in.Period is the one
// in which the show started (domain rule 2).
func Capture(h Head, hold string, amount domain.Millicredits, in Income) (Entry, error) {
	return in.earn(newDraft(h, KindCapture), Hold(hold), amount)
}

func (in Income) earn(d *draft, payer Account, amount domain.Millicredits) (Entry, error) {
	if !possible(amount) || in.StudioPercent < 0 || in.StudioPercent > MaxStudioPercent {
		return Entry{}, errAmount()
	}
	sum, ok := add(int64(in.Gross), int64(amount.Face()))
	if !ok {
		return Entry{}, errAmount()
	}
	before, err := in.Scale.Earned(in.Gross)
	if err != nil {
		return Entry{}, err
	}
	after, err := in.Scale.Earned(domain.Millicents(sum))
	if err != nil {
		return Entry{}, err
	}
	percent := in.StudioPercent
	if in.Studio == "" {
		percent = 0
	}
	parts, err := Split(int64(after-before), 100-percent, percent)
	if err != nil {
		return Entry{}, err
	}
	d.move(Credit, payer, HouseRedeemed, int64(amount))
	d.move(Face, WorldFace, Gross(in.Performer, in.Period), int64(amount.Face()))
	d.move(USD, HouseRevenue, Performer(in.Performer, in.Period), parts[0])
	d.move(USD, HouseRevenue, Studio(in.Studio, in.Period), parts[1])
	return d.done()
}

// ReverseIncome gives a tip, what a snapshot cost, or a captured part of a hold, back to the member. The
// period's income is as if it had not been, its lift included; what performer and
// studio no longer have on their accounts is the house's receivable, never a
// negative balance.
func ReverseIncome(h Head, income Entry, member domain.AccountID, now Balances, scale Scale) (Entry, error) {
	r, err := reversalOf(income, now, scale)
	if err != nil {
		return Entry{}, err
	}
	d := newDraft(h, KindRefund)
	d.move(Credit, HouseRedeemed, Member(member), r.credits)
	d.move(Face, r.gross, WorldFace, r.face)
	return d.takeBack(income, now, r.due)
}

// Absorb gives a tip or a captured part of a hold back to the member, and leaves the
// income of a protected performer as it is: what it costs is the house's (domain B9).
func Absorb(h Head, income Entry, member domain.AccountID, now Balances, scale Scale) (Entry, error) {
	r, err := reversalOf(income, now, scale)
	if err != nil {
		return Entry{}, err
	}
	d := newDraft(h, KindRefund)
	d.move(Credit, HouseRedeemed, Member(member), r.credits)
	d.move(Face, WorldFace, Protected(r.gross.Owner(), r.gross.Period()), r.face)
	d.move(USD, HouseProtection, HouseRevenue, r.due)
	return d.done()
}

// reversal is what taking an income back moves.
type reversal struct {
	gross   Account
	credits int64
	face    int64
	due     int64 // what performer and studio earned by it, as the period stands
}

func reversalOf(income Entry, now Balances, scale Scale) (r reversal, err error) {
	payer := map[Kind]string{KindTip: "member", KindSnapshot: "member", KindCapture: "hold"}[income.Kind]
	paid, ok := income.Find(payer, Credit)
	gross, memo := income.Find("gross", Face)
	if payer == "" || !ok || !memo {
		return r, errReverse()
	}
	was := domain.Millicents(now.Of(gross.Account, Face))
	r = reversal{gross: gross.Account, credits: -paid.Amount, face: min(gross.Amount, int64(was))}
	before, err := scale.Earned(was)
	if err != nil {
		return r, err
	}
	after, err := scale.Earned(was - domain.Millicents(r.face))
	r.due = int64(before - after)
	return r, err
}

// takeBack takes due millicents back from those who earned by the tip, in the
// proportion in which they did.
func (d *draft) takeBack(tip Entry, now Balances, due int64) (Entry, error) {
	hers, _ := tip.Find("performer", USD)
	theirs, shared := tip.Find("studio", USD)
	if hers.Account == "" { // the tip was too small to earn a thousandth of a cent
		gross, _ := tip.Find("gross", Face)
		hers.Account, hers.Amount = Performer(gross.Account.Owner(), gross.Account.Period()), 1
	}
	parts, err := Split(due, hers.Amount, theirs.Amount)
	if err != nil {
		return Entry{}, err
	}
	d.move(USD, hers.Account, HouseReceivable, min(parts[0], now.Of(hers.Account, USD)))
	if shared {
		d.move(USD, theirs.Account, HouseReceivable, min(parts[1], now.Of(theirs.Account, USD)))
	}
	d.move(USD, HouseReceivable, HouseRevenue, due)
	return d.done()
}
