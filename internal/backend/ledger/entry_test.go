package ledger

import (
	"bytes"
	"math"
	"testing"

	"github.com/jasmincam/jasmincam/internal/domain"
)

// lifted is the default table.
func lifted() Scale { return Scale{Levels: domain.Levels()} }

func newHead(id string) Head { return Head{ID: id, Key: "key/" + id, At: 1} }

func income(gross domain.Millicents) Income {
	return Income{Performer: "p", Studio: "s", StudioPercent: 20, Period: "2026-11-10", Scale: lifted(), Gross: gross}
}

// posted applies entries to balances and returns them.
func posted(t *testing.T, entries ...Entry) Balances {
	t.Helper()
	b := Balances{}
	for _, e := range entries {
		if err := b.Apply(e); err != nil {
			t.Fatal(err)
		}
	}
	return b
}

func ok(t *testing.T) func(Entry, error) Entry {
	return func(e Entry, err error) Entry {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return e
	}
}

func firstSale() Sale {
	return Sale{Member: "m", Credits: 300_000, Cents: 29_999, First: true, Locked: 5_000}
}

func TestPurchase_firstFreesTheBonus(t *testing.T) {
	b := posted(t, ok(t)(SignUpBonus(newHead("1"), "m", 5_000)))
	if b.Of(Bonus("m"), Credit) != 5_000 || b.Of(Member("m"), Credit) != 0 {
		t.Errorf("after signing up: %v", b)
	}
	if err := b.Apply(ok(t)(Purchase(newHead("2"), firstSale()))); err != nil {
		t.Fatal(err)
	}
	if b.Of(Member("m"), Credit) != 365_000 || b.Of(Bonus("m"), Credit) != 0 || b.Of(HouseRevenue, USD) != 29_999_000 {
		t.Errorf("after the first purchase: %v", b)
	}
	second := firstSale()
	second.First, second.Locked = false, 0
	if err := b.Apply(ok(t)(Purchase(newHead("3"), second))); err != nil || b.Of(Member("m"), Credit) != 665_000 {
		t.Errorf("after the second: %v %v", b, err)
	}
}

func TestTip_liftsTheWholePeriod(t *testing.T) {
	buy := ok(t)(Purchase(newHead("1"), Sale{Member: "m", Credits: 300_000, Cents: 29_999}))
	below := ok(t)(Tip(newHead("2"), "m", 100_000, income(0)))
	over := ok(t)(Tip(newHead("3"), "m", 10, income(100*100_000)))
	b := posted(t, buy, below)
	if hers, theirs := b.Of(Performer("p", "2026-11-10"), USD), b.Of(Studio("s", "2026-11-10"), USD); hers != 2_400_000 || theirs != 600_000 {
		t.Errorf("at 30 %%: %d and %d", hers, theirs)
	}
	if err := b.Apply(over); err != nil {
		t.Fatal(err)
	}
	if sum := b.Of(Performer("p", "2026-11-10"), USD) + b.Of(Studio("s", "2026-11-10"), USD); sum != 3_500_350 {
		t.Errorf("at 35 %% of 100.01 dollars: %d", sum)
	}
	if g := b.Of(Gross("p", "2026-11-10"), Face); g != 10_001_000 {
		t.Errorf("gross: %d", g)
	}
	alone := income(0)
	alone.Studio = ""
	for _, p := range ok(t)(Tip(newHead("4"), "m", 1_000, alone)).Postings {
		if p.Account.is("studio") {
			t.Errorf("a performer without a studio pays one: %+v", p)
		}
	}
}

func TestReverseIncome_takesTheLiftBackAndCoversShortfalls(t *testing.T) {
	buy := ok(t)(Purchase(newHead("1"), Sale{Member: "m", Credits: 300_000, Cents: 29_999}))
	one := ok(t)(Tip(newHead("2"), "m", 50_000, income(0)))
	two := ok(t)(Tip(newHead("3"), "m", 60_000, income(50*100_000)))
	b := posted(t, buy, one, two)
	hers, theirs := Performer("p", "2026-11-10"), Studio("s", "2026-11-10")
	b[Line{hers, USD}] -= 3_000_000 // paid out meanwhile
	b[Line{WorldPayments, USD}] += 3_000_000
	if err := b.Apply(ok(t)(ReverseIncome(newHead("4"), one, "m", b, lifted()))); err != nil {
		t.Fatal(err)
	}
	if b.Of(hers, USD) != 0 || b.Of(theirs, USD) != 770_000-410_000 {
		t.Errorf("she has %d, her studio %d", b.Of(hers, USD), b.Of(theirs, USD))
	}
	if b.Of(Member("m"), Credit) != 240_000 || b.Of(HouseReceivable, USD) != -(1_640_000-80_000) {
		t.Errorf("he has %d, the house lacks %d", b.Of(Member("m"), Credit), b.Of(HouseReceivable, USD))
	}
	for _, e := range []Entry{buy, {}, {Kind: KindTip}} {
		if _, err := ReverseIncome(newHead("5"), e, "m", b, lifted()); domain.KindOf(err) != domain.KindConflict {
			t.Errorf("reversing %q as a tip: %v", e.Kind, err)
		}
	}
}

func TestChargeRefunded_isTheHousesClaim(t *testing.T) {
	buy := ok(t)(Purchase(newHead("1"), Sale{Member: "m", Credits: 10_000, Cents: 1199}))
	e := ok(t)(ChargeRefunded(newHead("2"), buy))
	if e.Kind != KindChargeback || len(e.Postings) != 2 || e.of(HouseReceivable, USD) != -1_199_000 || e.of(WorldPayments, USD) != 1_199_000 {
		t.Errorf("%+v", e)
	}
	if _, err := ChargeRefunded(newHead("3"), Entry{Kind: KindTip}); domain.KindOf(err) != domain.KindConflict {
		t.Errorf("of a tip: %v", err)
	}
}

func TestReversePurchase_leavesTheShortfallToTheHouse(t *testing.T) {
	buy := ok(t)(Purchase(newHead("2"), firstSale()))
	b := posted(t, ok(t)(SignUpBonus(newHead("1"), "m", 5_000)), buy, ok(t)(Tip(newHead("3"), "m", 365_000-1_000, income(0))))
	if err := b.Apply(ok(t)(ReversePurchase(newHead("4"), KindRefund, buy, b))); err != nil {
		t.Fatal(err)
	}
	if b.Of(Member("m"), Credit) != 0 || b.Of(HouseReceivable, Credit) != -364_000 || b.Of(WorldSales, Credit) != 0 || b.Of(WorldPayments, USD) != 0 {
		t.Errorf("after the refund: %v", b)
	}
	if _, err := ReversePurchase(newHead("5"), KindRefund, Entry{Kind: KindPurchase}, b); domain.KindOf(err) != domain.KindConflict {
		t.Errorf("reversing nothing: %v", err)
	}
}

// A referrer earns her part of the price; a chargeback takes it back as far as it is there.
func TestPurchase_referral(t *testing.T) {
	sale := Sale{Member: "m", Credits: 10_000, Cents: 1_199, Referrer: "p", Percent: 20, Period: "2026-11-10"}
	buy := ok(t)(Purchase(newHead("1"), sale))
	b, hers := posted(t, buy), Referrer("p", "2026-11-10")
	if b.Of(hers, USD) != 239_800 || b.Of(HouseRevenue, USD) != 959_200 {
		t.Errorf("of 11.99 she has %d, the house %d", b.Of(hers, USD), b.Of(HouseRevenue, USD))
	}
	if err := b.Apply(ok(t)(Payout(newHead("2"), []Owed{{hers, 239_800}}, 100, 0))); err != nil {
		t.Fatal(err)
	}
	back := ok(t)(ReversePurchase(newHead("3"), KindChargeback, buy, b))
	if err := b.Apply(back); err != nil || back.Kind != KindChargeback {
		t.Fatal(err)
	}
	if b.Of(hers, USD) != 0 || b.Of(HouseRevenue, USD) != 0 || b.Of(WorldPayments, USD) != 0 || b.Of(HouseReceivable, USD) != -100_000 || b.Of(Member("m"), Credit) != 0 {
		t.Errorf("after the chargeback: %v", b)
	}
	sale.Percent = 101
	if _, err := Purchase(newHead("4"), sale); domain.KindOf(err) != domain.KindInvalid || err == nil {
		t.Errorf("101 percent: %v", err)
	}
}

// What is refunded of a protected performer's income is the house's loss, not hers.
func TestAbsorb_leavesHerIncome(t *testing.T) {
	in := income(0)
	b := posted(t, ok(t)(Purchase(newHead("1"), Sale{Member: "m", Credits: 300_000, Cents: 29_999})), ok(t)(Reserve(newHead("2"), "m", "h", 20_000)))
	tip := ok(t)(Tip(newHead("3"), "m", 50_000, in))
	in.Gross = 5_000_000
	show := ok(t)(Capture(newHead("4"), "h", 20_000, in))
	for _, e := range []Entry{tip, show} {
		if err := b.Apply(e); err != nil {
			t.Fatal(err)
		}
	}
	hers, theirs := b.Of(Performer("p", in.Period), USD), b.Of(Studio("s", in.Period), USD)
	for i, e := range []Entry{tip, show} {
		if err := b.Apply(ok(t)(Absorb(newHead(string(rune('5'+i))), e, "m", b, in.Scale))); err != nil {
			t.Fatal(err)
		}
	}
	if b.Of(Performer("p", in.Period), USD) != hers || b.Of(Studio("s", in.Period), USD) != theirs || b.Of(Gross("p", in.Period), Face) != 7_000_000 {
		t.Errorf("her income changed: %v", b)
	}
	if b.Of(Member("m"), Credit) != 300_000 || b.Of(HouseProtection, USD) != -2_100_000 || b.Of(Protected("p", in.Period), Face) != 7_000_000 || b.Of(HouseRedeemed, Credit) != 0 {
		t.Errorf("the house bears %d: %v", b.Of(HouseProtection, USD), b)
	}
	if err := b.Apply(ok(t)(ReverseIncome(newHead("9"), show, "m", b, in.Scale))); err != nil || b.Of(Gross("p", in.Period), Face) != 5_000_000 || b.Of(Performer("p", in.Period), USD) != 1_200_000 {
		t.Errorf("what a show was paid, charged to her: %v %v", b, err)
	}
}

func TestPayout_takesTheOldestFirstAndKeepsTheFee(t *testing.T) {
	owed := []Owed{{Performer("p", "1"), 150_000}, {Performer("p", "2"), 700_999}, {Referrer("p", "2"), 1}}
	if cents, err := Payable(owed); cents != 851 || err != nil {
		t.Fatalf("payable: %d %v", cents, err)
	}
	b := Balances{{owed[0].Account, USD}: 150_000, {owed[1].Account, USD}: 700_999, {owed[2].Account, USD}: 1}
	if err := b.Apply(ok(t)(Payout(newHead("1"), owed, 851, 500))); err != nil {
		t.Fatal(err)
	}
	if b.Of(owed[0].Account, USD) != 0 || b.Of(owed[1].Account, USD) != 0 || b.Of(owed[2].Account, USD) != 0 || b.Of(WorldPayouts, USD) != 351_000 || b.Of(HouseFees, USD) != 500_000 {
		t.Errorf("after the payout: %v", b)
	}
	for what, c := range map[string]struct{ cents, fee int64 }{"nothing": {0, 0}, "less than the fee": {500, 500}, "a negative fee": {10, -1}, "more than is owed": {852, 0}} {
		if _, err := Payout(newHead("2"), owed, c.cents, c.fee); err == nil {
			t.Errorf("%s was paid out", what)
		}
	}
	if _, err := Payable([]Owed{{"a", math.MaxInt64}, {"b", 1}}); err == nil {
		t.Error("a sum beyond the range was accepted")
	}
}

func TestConstructors_refuseImpossibleAmounts(t *testing.T) {
	for _, amount := range []domain.Millicredits{0, -1, maxAmount + 1, math.MaxInt64, math.MinInt64} {
		for what, f := range map[string]func() (Entry, error){
			"sign-up":  func() (Entry, error) { return SignUpBonus(newHead("1"), "m", amount) },
			"purchase": func() (Entry, error) { return Purchase(newHead("1"), Sale{Member: "m", Credits: amount}) },
			"tip":      func() (Entry, error) { return Tip(newHead("1"), "m", amount, income(0)) },
			"hold":     func() (Entry, error) { return Reserve(newHead("1"), "m", "h", amount) },
			"capture":  func() (Entry, error) { return Capture(newHead("1"), "h", amount, income(0)) },
			"void":     func() (Entry, error) { return Void(newHead("1"), "m", "h", amount) },
		} {
			if _, err := f(); domain.KindOf(err) != domain.KindInvalid || err == nil {
				t.Errorf("%s of %d: %v", what, amount, err)
			}
		}
	}
	in := income(math.MaxInt64 - 1)
	if _, err := Tip(newHead("1"), "m", 1_000, in); err == nil {
		t.Error("a gross beyond the range was accepted")
	}
	in = income(0)
	in.StudioPercent = MaxStudioPercent + 1
	if _, err := Tip(newHead("1"), "m", 1_000, in); err == nil {
		t.Error("a studio took more than half")
	}
}

func TestApply_allOrNothing(t *testing.T) {
	b := Balances{{Member("m"), Credit}: 500, {Hold("h"), Credit}: 500, {WorldPayments, USD}: math.MinInt64 + 5}
	for what, c := range map[string]struct {
		entry Entry
		kind  domain.Kind
	}{
		"more than he has":  {ok(t)(Tip(newHead("1"), "m", 501, income(0))), domain.KindPayment},
		"more than is held": {ok(t)(Void(newHead("1"), "m", "h", 501)), domain.KindConflict},
		"beyond the range":  {ok(t)(Purchase(newHead("1"), firstSale())), domain.KindInvalid},
		"not balanced":      {Entry{Postings: []Posting{{Member("m"), Credit, 1}}}, domain.KindInternal},
		"nothing":           {Entry{}, domain.KindInternal},
		"a zero posting":    {Entry{Postings: []Posting{{Member("m"), Credit, 0}}}, domain.KindInternal},
		"overflowing":       {Entry{Postings: []Posting{{"a", Credit, math.MaxInt64}, {"b", Credit, 1}}}, domain.KindInternal},
	} {
		if err := b.Apply(c.entry); err == nil || domain.KindOf(err) != c.kind {
			t.Errorf("%s: %v, want %s", what, err, c.kind)
		}
		if len(b) != 3 || b.Of(Member("m"), Credit) != 500 {
			t.Errorf("%s was refused, yet left %v", what, b)
		}
	}
}

func TestAccount_names(t *testing.T) {
	for a, want := range map[Account]struct {
		bounded bool
		owner   domain.AccountID
		period  string
	}{
		Member("m"): {true, "m", ""}, Bonus("m"): {true, "m", ""}, Hold("h"): {true, "h", ""}, Performer("p", "d"): {true, "p", "d"},
		Studio("s", "d"): {true, "s", "d"}, Gross("p", "d"): {true, "p", "d"}, Referrer("p", "d"): {true, "p", "d"}, Protected("p", "d"): {true, "p", "d"}, HouseFees: {false, "fees", ""}, WorldPayouts: {false, "payouts", ""}, HouseRevenue: {false, "revenue", ""}, WorldFace: {false, "face", ""}, "odd": {true, "", ""},
	} {
		if a.Bounded() != want.bounded || a.Owner() != want.owner || a.Period() != want.period {
			t.Errorf("%s: %v %s %s", a, a.Bounded(), a.Owner(), a.Period())
		}
	}
}

func TestSeal_changesWithEveryField(t *testing.T) {
	e := ok(t)(Tip(newHead("1"), "m", 1_000, income(0)))
	first := e.Seal(nil)
	if !bytes.Equal(first, e.Seal(nil)) || len(first) != 32 {
		t.Error("the same entry has two seals")
	}
	for what, change := range map[string]func(*Entry){
		"id": func(e *Entry) { e.ID = "2" }, "key": func(e *Entry) { e.Key += "x" }, "kind": func(e *Entry) { e.Kind = KindVoid }, "time": func(e *Entry) { e.At++ },
		"account": func(e *Entry) { e.Postings[0].Account = "member:x" }, "asset": func(e *Entry) { e.Postings[0].Asset = USD },
		"amount": func(e *Entry) { e.Postings[0].Amount-- }, "fewer": func(e *Entry) { e.Postings = e.Postings[1:] },
		"border": func(e *Entry) { e.ID, e.Key = e.ID+e.Key[:1], e.Key[1:] },
	} {
		other := e
		other.Postings = append([]Posting{}, e.Postings...)
		change(&other)
		if bytes.Equal(first, other.Seal(nil)) {
			t.Errorf("another %s has the same seal", what)
		}
	}
	if bytes.Equal(first, e.Seal(first)) {
		t.Error("another predecessor has the same seal")
	}
}
