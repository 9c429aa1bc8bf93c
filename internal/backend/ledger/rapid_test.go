package ledger

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"github.com/jasmincam/jasmincam/internal/domain"
)

// TestLedger_anyStory books whatever people may do in any order. After each step
// every asset sums to zero, nothing bounded is negative, a fold of all entries
// equals the balances, and what a period earned is its level's share of its gross.
func TestLedger_anyStory(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		s := &story{r: r, now: Balances{}, held: map[string]domain.AccountID{}, paid: map[domain.AccountID]int64{}}
		r.Repeat(map[string]func(*rapid.T){
			"sign up": s.signUp, "purchase": s.purchase, "tip": s.tip, "hold": s.hold, "capture": s.capture, "void": s.void,
			"refund a tip": s.refundTip, "refund a purchase": s.refundPurchase, "absorb a tip": s.absorbTip, "payout": s.payout,
			"": s.check,
		})
	})
}

type story struct {
	r       *rapid.T
	now     Balances
	entries []Entry
	held    map[string]domain.AccountID
	tips    []Entry
	buys    []Entry
	paid    map[domain.AccountID]int64 // out of what performers earned
}

const storyPeriod = "2026-11-10"

// book applies what a constructor made; only a lack of money may refuse it.
func (s *story) book(r *rapid.T, e Entry, err error) bool {
	if err != nil {
		r.Fatal(err)
	}
	switch err := s.now.Apply(e); domain.KindOf(err) {
	case domain.KindPayment, domain.KindConflict:
		return false
	default:
		if err != nil {
			r.Fatal(err)
		}
	}
	s.entries = append(s.entries, e)
	return true
}

func (s *story) head() Head {
	id := fmt.Sprint(len(s.entries))
	return Head{ID: id, Key: id, At: int64(len(s.entries))}
}

func (s *story) who(r *rapid.T, of string) domain.AccountID {
	return domain.AccountID(rapid.SampledFrom([]string{of + "1", of + "2"}).Draw(r, of))
}

func (s *story) amount(r *rapid.T) domain.Millicredits {
	return domain.Millicredits(rapid.Int64Range(1, 200_000).Draw(r, "amount"))
}

func (s *story) income(r *rapid.T) Income {
	p := s.who(r, "p")
	in := Income{Performer: p, Period: storyPeriod, Scale: lifted(), Gross: domain.Millicents(s.now.Of(Gross(p, storyPeriod), Face))}
	if p == "p1" { // her studio changes its mind about its part
		in.Studio, in.StudioPercent = "s", rapid.Int64Range(0, MaxStudioPercent).Draw(r, "percent")
	}
	return in
}

func (s *story) signUp(r *rapid.T) {
	e, err := SignUpBonus(s.head(), s.who(r, "m"), 5_000)
	s.book(r, e, err)
}

func (s *story) purchase(r *rapid.T) {
	m := s.who(r, "m")
	e, err := Purchase(s.head(), Sale{Member: m, Credits: s.amount(r), Cents: rapid.Int64Range(0, 30_000).Draw(r, "cents"),
		Referrer: rapid.SampledFrom([]domain.AccountID{"", "p1", "s"}).Draw(r, "referrer"), Percent: 20, Period: storyPeriod,
		First: rapid.Bool().Draw(r, "first"), Locked: domain.Millicredits(s.now.Of(Bonus(m), Credit))})
	if s.book(r, e, err) {
		s.buys = append(s.buys, e)
	}
}

func (s *story) tip(r *rapid.T) {
	e, err := Tip(s.head(), s.who(r, "m"), s.amount(r), s.income(r))
	if s.book(r, e, err) {
		s.tips = append(s.tips, e)
	}
}

func (s *story) hold(r *rapid.T) {
	m, id := s.who(r, "m"), fmt.Sprint("h", len(s.held))
	e, err := Reserve(s.head(), m, id, s.amount(r))
	if s.book(r, e, err) {
		s.held[id] = m
	}
}

func (s *story) someHold(r *rapid.T) string {
	if len(s.held) == 0 {
		r.Skip("nothing held")
	}
	return fmt.Sprint("h", rapid.IntRange(0, len(s.held)-1).Draw(r, "hold"))
}

func (s *story) capture(r *rapid.T) {
	e, err := Capture(s.head(), s.someHold(r), s.amount(r), s.income(r))
	s.book(r, e, err)
}

func (s *story) void(r *rapid.T) {
	id := s.someHold(r)
	if left := s.now.Of(Hold(id), Credit); left > 0 {
		e, err := Void(s.head(), s.held[id], id, domain.Millicredits(left))
		if !s.book(r, e, err) {
			r.Fatal("what is held cannot be given back")
		}
	}
}

func take(r *rapid.T, from *[]Entry) Entry {
	if len(*from) == 0 {
		r.Skip("nothing to refund")
	}
	i := rapid.IntRange(0, len(*from)-1).Draw(r, "entry")
	e := (*from)[i]
	*from = append((*from)[:i], (*from)[i+1:]...)
	return e
}

func (s *story) refundTip(r *rapid.T) {
	tip := take(r, &s.tips)
	paid, _ := tip.Find("member", Credit)
	e, err := ReverseIncome(s.head(), tip, paid.Account.Owner(), s.now, lifted())
	if !s.book(r, e, err) {
		r.Fatal("a tip cannot be refunded")
	}
}

func (s *story) refundPurchase(r *rapid.T) {
	why := rapid.SampledFrom([]Kind{KindRefund, KindChargeback}).Draw(r, "why")
	e, err := ReversePurchase(s.head(), why, take(r, &s.buys), s.now)
	if !s.book(r, e, err) {
		r.Fatal("a purchase cannot be refunded")
	}
}

func (s *story) absorbTip(r *rapid.T) {
	tip := take(r, &s.tips)
	paid, _ := tip.Find("member", Credit)
	e, err := Absorb(s.head(), tip, paid.Account.Owner(), s.now, lifted())
	if !s.book(r, e, err) {
		r.Fatal("a tip cannot be absorbed")
	}
}

// payout pays a whole part of what somebody has, and remembers that it is gone.
func (s *story) payout(r *rapid.T) {
	p := s.who(r, "p")
	var owed []Owed
	for _, a := range []Account{Performer(p, storyPeriod), Referrer(p, storyPeriod)} {
		owed = append(owed, Owed{a, domain.Millicents(s.now.Of(a, USD))})
	}
	cents, err := Payable(owed)
	if err != nil || cents == 0 {
		r.Skip("nothing to pay")
	}
	hers := s.now.Of(owed[0].Account, USD)
	e, err := Payout(s.head(), owed, cents, min(cents-1, 500))
	if !s.book(r, e, err) {
		r.Fatal("what is owed cannot be paid")
	}
	s.paid[p] += hers - s.now.Of(owed[0].Account, USD)
}

func (s *story) check(r *rapid.T) {
	fold, sums := Balances{}, map[Asset]int64{}
	for _, e := range s.entries {
		for _, p := range e.Postings {
			fold[Line{p.Account, p.Asset}] += p.Amount
			sums[p.Asset] += p.Amount
		}
	}
	for asset, sum := range sums {
		if sum != 0 {
			r.Fatalf("%s sums to %d", asset, sum)
		}
	}
	for line, amount := range fold {
		if amount != s.now[line] || (amount < 0 && line.Account.Bounded()) {
			r.Fatalf("%v is %d, its postings sum to %d", line, s.now[line], amount)
		}
	}
	for _, p := range []domain.AccountID{"p1", "p2"} {
		want, err := lifted().Earned(domain.Millicents(s.now.Of(Gross(p, storyPeriod), Face)))
		got := s.now.Of(Performer(p, storyPeriod), USD) + s.paid[p]
		if p == "p1" {
			got += s.now.Of(Studio("s", storyPeriod), USD)
		}
		// A shortfall of a refund, which the house bears, can leave more; never less.
		if err != nil || got < int64(want) || (got > int64(want) && s.now.Of(HouseReceivable, USD) == 0) {
			r.Fatalf("%s earned %d, want %d: %v", p, got, want, err)
		}
	}
}
