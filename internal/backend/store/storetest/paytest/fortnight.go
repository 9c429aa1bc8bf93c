package paytest

import (
	"context"
	"slices"
	"testing"

	"github.com/jasmincam/jasmincam/internal/domain"
)

// fortnight is one period, 17 November to 1 December 2026, worked out by hand.
//
// Anna works for the studio house, which takes 25 % of her share; bella works alone.
// Max came by bella's link, tom by the studio's, eve by none. One credit is one
// dollar gross. Newcomer 30 %, above 100 Rising 35 %, above 300 Famous 40 %, and
// reaching a level lifts the whole period.
//
//	day  what happens                 anna gross · her share in all   anna     house    bella gross · share
//	17   max buys p150 for 154.99                                                       referral 20 % of 154.99 = 30.998
//	17   tom buys p300 for 299.99                                              59.998 referral, 20 % of 299.99
//	17   eve buys p70 for 74.99
//	18   max tips anna 80.00          80.00    · 30 % = 24.00        +18.00    +6.00
//	19   tom tips anna 40.00          120.00   · 35 % = 42.00        +13.50    +4.50    42.00 − 24.00 = 18.00: 75 and 25 %
//	20   eve tips bella 60.00                                                           60.00  · 30 % = 18.00: +18.00
//	21   tom's show with anna 12.345  132.345  · 35 % = 46.32075     +3.24056  +1.08019 46.32075 − 42.00 = 4.32075
//	         75 % of 4.32075 = 3.2405625, 25 % = 1.0801875: the missing 0.00001 goes to the larger remainder, the house's
//	22   max's 80.00 is refunded      52.345   · 30 % = 15.7035      −22.96294 −7.65431 46.32075 − 15.7035 = 30.61725
//	         75 % of 30.61725 = 22.9629375, 25 % = 7.6543125: the larger remainder is hers
//	23   tom tips bella 250.00                                                          310.00 · 40 % = 124.00: +106.00
//	24   eve's p70 is charged back: she has 89 − 60 = 29 credits left, 60 are the house's receivable
//	25   max buys p10 for 11.99                                                         referral 20 % of 11.99 = +2.398
//	26   max's p10 is charged back                                                      referral −2.398
//	27   tom's show is refunded       40.00    · 30 % = 12.00        −2.77762  −0.92588 15.7035 − 12.00 = 3.7035
//	         in the proportion in which it was earned, 3.24056 : 1.08019: 2.777622…, 0.925877…
//	     sums                                                          9.00000  3.00000, which are 75 and 25 % of 12.00
//
// Credits. Max: 150 + 30 first bonus + 5 of signing up = 185, −80 +80 +10 −10 = 185.
// Tom: 300 + 60 + 5 = 365, −40 = 325, hold −30, show 12.345, void +17.655 = 312.655,
// −250 = 62.655, +12.345 = 75.00. Eve: 70 + 14 + 5 = 89, −60 = 29, −29 = 0.
func fortnight(t *testing.T, w *world) {
	f := &script{world: w, staff: w.Staff(), house: w.studio("house")}
	f.anna, f.bella = w.performer("anna", f.house.ID), w.performer("bella", "")
	f.play()
	f.checkReceipts(t)
	f.checkLevels(t)
	f.checkPayslips(t)
	f.checkPayouts(t)
}

// script is who takes part.
type script struct {
	*world
	staff, house, anna, bella someone
	max, tom, eve             someone
	receipts                  []domain.Millicredits // what each tip left
}

func (f *script) tips(m, p someone, amount domain.Millicredits) domain.Receipt {
	f.T.Helper()
	r := f.tip(m, p, amount)
	f.receipts = append(f.receipts, r.BalanceMillicredits)
	return r
}

func (f *script) refund(entry string) {
	f.T.Helper()
	must(f.Refund(f.staff.Ctx, entry, "A complaint."))(f.T)
}

func (f *script) play() {
	f.T.Helper()
	if err := f.SetStudioShare(f.house.Ctx, "anna", 25); err != nil {
		f.T.Fatal(err)
	}
	f.max = f.member("max", f.payee(f.bella).Referral.Code)
	f.tom = f.member("tom", f.payee(f.house).Referral.Code)
	f.eve = f.member("eve", "")
	f.Pay(f.max, "p150")
	f.Pay(f.tom, "p300")
	first := f.Pay(f.eve, "p70")
	f.day("2026-11-18")
	eighty := f.tips(f.max, f.anna, 80_000)
	f.day("2026-11-19")
	f.tips(f.tom, f.anna, 40_000)
	f.day("2026-11-20")
	f.tips(f.eve, f.bella, 60_000)
	f.day("2026-11-21")
	ctx := context.Background()
	times := domain.Delivered{Base: 755_817} // 12 min 35.817 s at 0.98 a minute
	show := must(f.ChargeShow(ctx, f.show(f.tom, f.anna).ID, 1, times, 12_345, 17_655))(f.T)
	must(f.SettleShow(ctx, f.Step(show, domain.ShowEnded).ID, times, 12_345))(f.T)
	f.day("2026-11-22")
	f.refund(eighty.Entry)
	f.day("2026-11-23")
	f.tips(f.tom, f.bella, 250_000)
	f.day("2026-11-24")
	f.Notice(first, "charged_back")
	f.day("2026-11-25")
	second := f.Pay(f.max, "p10")
	f.day("2026-11-26")
	f.Notice(second, "charged_back")
	f.day("2026-11-27")
	for _, l := range must(f.Statement(f.anna.Ctx, "anna", "", ""))(f.T).Lines {
		for _, part := range l.Parts { // of the show
			f.refund(part.Entry)
		}
	}
	f.day("2026-11-30")
}

// checkReceipts is what members read.
func (f *script) checkReceipts(t *testing.T) {
	if want := []domain.Millicredits{105_000, 325_000, 29_000, 62_655}; !slices.Equal(f.receipts, want) {
		t.Errorf("the receipts say that %v are left, want %v", f.receipts, want)
	}
	for _, c := range []struct {
		who  someone
		left domain.Millicredits
	}{{f.max, 185_000}, {f.tom, 75_000}, {f.eve, 0}} {
		var sum domain.Millicredits
		for _, l := range must(f.History(c.who.Ctx, ""))(t).Lines {
			sum += l.Credits
		}
		if me := must(f.Me(c.who.Ctx))(t); me.BalanceMillicredits != c.left || sum != c.left {
			t.Errorf("%s has %s, by lines %s, want %s", c.who.Name, me.BalanceMillicredits, sum, c.left)
		}
	}
}

// checkLevels is what performers and the studio read while they work.
func (f *script) checkLevels(t *testing.T) {
	for _, c := range []struct {
		who    someone
		earned int64
		level  domain.LevelNow
	}{
		{f.anna, 900, domain.LevelNow{Name: "Newcomer", Percent: 30, GrossCents: 4_000, ToNextCents: 6_001, Next: "Rising"}},
		{f.bella, 12_400, domain.LevelNow{Name: "Famous", Percent: 40, GrossCents: 31_000, ToNextCents: 69_001, Next: "Star"}},
	} {
		me := must(f.Me(c.who.Ctx))(t)
		if me.EarnedCents != c.earned || *me.Level != c.level || me.Period.ID != period {
			t.Errorf("%s: %d cents at %+v in %+v, want %d at %+v", c.who.Name, me.EarnedCents, *me.Level, me.Period, c.earned, c.level)
		}
		s := must(f.Statement(c.who.Ctx, c.who.Name, "", ""))(t)
		if s.Own.Cents() != c.earned || s.Gross.Cents() != c.level.GrossCents {
			t.Errorf("%s's statement: %d of %d", c.who.Name, s.Own, s.Gross)
		}
	}
	if me := must(f.Me(f.house.Ctx))(t); me.EarnedCents != 300 {
		t.Errorf("the studio: %d cents", me.EarnedCents)
	}
}

// checkPayslips holds every line against the table.
func (f *script) checkPayslips(t *testing.T) {
	type line struct {
		kind, source, with string
		amount             domain.Millicents
	}
	for _, c := range []struct {
		who   someone
		lines []line
		sums  domain.Payslip
	}{
		{f.anna, []line{
			{"tip", "own", "max", 1_800_000}, {"tip", "own", "tom", 1_350_000}, {"capture", "own", "tom", 324_056},
			{"refund", "own", "max", -2_296_294}, {"refund", "own", "tom", -277_762},
		}, domain.Payslip{Gross: 4_000_000, Earned: 3_474_056, Taken: -2_574_056, Left: 900_000}},
		{f.house, []line{
			{"purchase", "referral", "", 5_999_800}, {"tip", "studio", "anna", 600_000}, {"tip", "studio", "anna", 450_000}, {"capture", "studio", "anna", 108_019},
			{"refund", "studio", "anna", -765_431}, {"refund", "studio", "anna", -92_588},
		}, domain.Payslip{Gross: 4_000_000, Earned: 1_158_019, Referral: 5_999_800, Taken: -858_019, Left: 6_299_800}},
		{f.bella, []line{
			{"purchase", "referral", "", 3_099_800}, {"tip", "own", "eve", 1_800_000}, {"tip", "own", "tom", 10_600_000},
			{"purchase", "referral", "", 239_800}, {"chargeback", "referral", "", -239_800},
		}, domain.Payslip{Gross: 31_000_000, Earned: 12_400_000, Referral: 3_339_600, Taken: -239_800, Left: 15_499_800}},
	} {
		s := f.slip(c.who, period)
		var got []line
		for _, l := range s.Lines {
			got = append(got, line{l.Kind, l.Source, l.With, l.Amount})
		}
		if !slices.Equal(got, c.lines) {
			t.Errorf("%s's payslip:\n%+v, want\n%+v", c.who.Name, got, c.lines)
		}
		if s.Gross != c.sums.Gross || s.Earned != c.sums.Earned || s.Referral != c.sums.Referral || s.Taken != c.sums.Taken || s.Left != c.sums.Left || s.Paid != 0 {
			t.Errorf("%s's sums: %+v, want %+v", c.who.Name, s, c.sums)
		}
	}
	if l := f.slip(f.bella, period).Level; l.Name != "Famous" || f.slip(f.house, period).Level != nil {
		t.Errorf("bella's level on the payslip: %+v", l)
	}
}

// checkPayouts: anna takes her 9.00 at once, less the lowest fee of 5.00. On 26
// December bella is paid 154.99 and 0.00800 roll over; the studio's 62.998 are below
// its limit of 100 and roll over whole.
func (f *script) checkPayouts(t *testing.T) {
	f.day("2026-12-02")
	f.banks(f.anna, f.bella, f.house)
	if now := f.payee(f.anna).Now; now == nil || now.Cents != 900 || now.FeeCents != 500 {
		t.Fatalf("anna's immediate payout: %+v", now)
	}
	must(f.PayNow(f.anna.Ctx, "anna", domain.Immediate{Cents: 900, FeeCents: 500, Key: f.Key()}))(t)
	f.day("2026-12-25")
	if run := must(f.Payouts(f.staff.Ctx, ""))(t); run.TotalCents != 0 || len(run.Lines) != 0 {
		t.Errorf("a day too early: %+v", run)
	}
	f.day("2026-12-26")
	run := must(f.RunPayouts(f.staff.Ctx, domain.PayoutOrder{ID: "run-of-december", TotalCents: 15_499}))(t)
	if !run.Done || run.TotalCents != 15_499 || len(run.Lines) != 1 || run.Lines[0].Payee != "bella" {
		t.Errorf("the run: %+v", run)
	}
	for _, c := range []struct {
		who        someone
		paid, left domain.Millicents
	}{{f.anna, -900_000, 0}, {f.bella, -15_499_000, 800}, {f.house, 0, 6_299_800}} {
		if s := f.slip(c.who, period); s.Paid != c.paid || s.Left != c.left {
			t.Errorf("%s was paid %d and has %d left, want %d and %d", c.who.Name, s.Paid, s.Left, c.paid, c.left)
		}
	}
	if y := f.payee(f.house); y.PayableCents != 6_299 || y.Held != domain.HeldLimit || y.Referral.Members != 1 || y.Referral.Earned != 5_999_800 {
		t.Errorf("the studio rolls over: %+v", y)
	}
}
