package paytest

import (
	"context"
	"strings"
	"testing"

	"github.com/jasmincam/jasmincam/internal/backend/store"
	"github.com/jasmincam/jasmincam/internal/domain"
)

func referralStories(t *testing.T, w *world) {
	anna, staff := w.performer("anna", ""), w.Staff()
	other := w.performer("other", "")
	code := w.payee(anna).Referral.Code
	if !domain.ReferralCode(code) || strings.Contains(code, "anna") || w.payee(anna).Referral.Code != code || w.payee(other).Referral.Code == code {
		t.Errorf("her code is %q", code)
	}
	for name, wrong := range map[string]string{"m-1": "", "m-2": "nonsense", "m-3": strings.Repeat("a", 12), "m-4": "'; --"} {
		w.Pay(w.member(name, wrong), "p10")
	}
	m := w.member("max", strings.ToUpper(code))
	if m.Referral != "" {
		t.Errorf("the account tells %q", m.Referral)
	}
	if r := w.payee(anna).Referral; r.Members != 1 || r.Earned != 0 || r.Percent != 20 {
		t.Errorf("before he buys: %+v", r)
	}
	w.Pay(m, "p10")
	w.day("2027-11-17") // for life
	bought := w.Pay(m, "p30")
	if r := w.payee(anna).Referral; r.Earned != 239_800+679_800 {
		t.Errorf("after two purchases: %+v", r)
	}
	var entry string
	w.Row(`SELECT id FROM entries WHERE key = $1`, "purchase/"+bought.ID)(&entry)
	must(w.Refund(staff.Ctx, entry, "unused"))(t)
	if r := w.payee(anna).Referral; r.Earned != 239_800 {
		t.Errorf("after the refund: %+v", r)
	}
	if _, err := w.Decide(staff.Ctx, "anna", domain.Decision{State: domain.StateClosed, Reason: "She left."}); err != nil {
		t.Fatal(err)
	}
	w.Pay(m, "p10")
	w.member("late", code)
	if r := w.payee(anna).Referral; r.Earned != 239_800 || r.Members != 1 {
		t.Errorf("after she left: %+v", r)
	}
}

func chargebackStories(t *testing.T, w *world) {
	anna := w.performer("anna", "")
	m := w.member("max", w.payee(anna).Referral.Code)
	bought := w.Pay(m, "p10") // 17 credits
	w.tip(m, anna, 12_000)
	send := func(id, state string) error {
		return w.Settle(context.Background(), domain.PaymentNotice{ID: id, Purchase: bought.ID, State: state, Cents: bought.Cents})
	}
	for range 2 { // the provider repeats itself
		if err := send("back-1", "charged_back"); err != nil {
			t.Fatal(err)
		}
	}
	if err := send("back-2", "charged_back"); err != nil {
		t.Errorf("a second notice of it: %v", err)
	}
	if err := send("again", "paid"); err != nil {
		t.Errorf("a late notice of the payment: %v", err)
	}
	w.Refused("a failure of what was charged back", send("late", "failed"), domain.KindConflict)
	if p := must(w.Purchase(m.Ctx, bought.ID))(t); p.State != "charged_back" {
		t.Errorf("the purchase: %+v", p)
	}
	if me := must(w.Me(m.Ctx))(t); me.BalanceMillicredits != 0 {
		t.Errorf("he has %s left", me.BalanceMillicredits)
	}
	if y := w.payee(anna); y.OpenCents != 360 || y.Referral.Earned != 0 {
		t.Errorf("her income stays, her referral does not: %+v", y)
	}
	var short int64
	w.Row(`SELECT SUM(amount) FROM postings WHERE account = 'house:receivable' AND asset = 'CREDIT'`)(&short)
	if short != -12_000 {
		t.Errorf("the house lacks %d millicredits", short)
	}
	var entry string
	w.Row(`SELECT id FROM entries WHERE key = $1`, "purchase/"+bought.ID)(&entry)
	_, err := w.Refund(w.Staff().Ctx, entry, "and once more")
	w.Refused("a refund after the chargeback", err, domain.KindConflict)
	if again := w.Pay(m, "p10"); again.Bonus != 0 {
		t.Error("a charged back first purchase brings its bonus again")
	}
	history := must(w.History(m.Ctx, ""))(t).Lines
	if l := history[1]; l.Kind != "chargeback" || l.With != "p10" || l.Cents != -1199 || l.Credits != -5_000 {
		t.Errorf("his history: %+v", l)
	}
	pending := must(w.Buy(m.Ctx, "p10", w.Key()))(t)
	err = w.Settle(context.Background(), domain.PaymentNotice{ID: "x", Purchase: pending.ID, State: "charged_back", Cents: pending.Cents})
	w.Refused("a chargeback of what was not paid", err, domain.KindConflict)
}

// protectionStories is domain B9.
func protectionStories(t *testing.T, w *world) {
	anna, staff := w.performer("anna", ""), w.Staff()
	w.earns(301, anna)
	w.day("2026-12-02")
	m := w.Rich("max")
	w.Pay(m, "p300")
	small, large := w.tip(m, anna, 90_000), w.tip(m, anna, 250_000)
	if p := w.payee(anna).Protection; p.State != "" || p.Level != "Famous" || p.LimitCents != 10_000 {
		t.Errorf("before the second period closed: %+v", p)
	}
	w.day("2026-12-16")
	if p := w.payee(anna).Protection; p.State != domain.ProtectionOn || p.Since != "2026-12-01" {
		t.Errorf("after it: %+v", p)
	}
	before, his := w.slip(anna, "2026-12-01"), must(w.Me(m.Ctx))(t).BalanceMillicredits
	must(w.Refund(staff.Ctx, small.Entry, "He complained."))(t)
	if s := w.slip(anna, "2026-12-01"); s.Left != before.Left || s.Gross != before.Gross || len(s.Lines) != len(before.Lines) {
		t.Errorf("a refund within the limit cost her: %+v", s)
	}
	if me := must(w.Me(m.Ctx))(t); me.BalanceMillicredits != his+90_000 {
		t.Errorf("he has %s back", me.BalanceMillicredits-his)
	}
	if l := must(w.History(m.Ctx, ""))(t).Lines[0]; l.Kind != "refund" || l.With != "anna" {
		t.Errorf("his history: %+v", l)
	}
	must(w.Refund(staff.Ctx, large.Entry, "He complained again."))(t) // 90 + 250 dollars are above 100
	// 340 gross at Famous were 136.00; the large one taken away, 90 at Newcomer are 27.00.
	if s := w.slip(anna, "2026-12-01"); s.Left != 2_700_000 || s.Gross != 9_000_000 {
		t.Errorf("a refund beyond the limit: %+v", s)
	}
	if p := w.payee(anna).Protection; p.State != domain.ProtectionOn {
		t.Errorf("a refund took her protection away: %+v", p)
	}
	staffDecides(t, w, staff, anna, m)
}

func staffDecides(t *testing.T, w *world, staff, anna, m someone) {
	_, err := w.SetProtection(anna.Ctx, "anna", domain.ProtectionChange{State: domain.ProtectionOn, Reason: "me"})
	w.Refused("by herself", err, domain.KindForbidden)
	_, err = w.SetProtection(staff.Ctx, "anna", domain.ProtectionChange{State: domain.ProtectionEnded})
	w.Refused("without a reason", err, domain.KindInvalid)
	_, err = w.SetProtection(staff.Ctx, "anna", domain.ProtectionChange{State: "odd", Reason: "x"})
	w.Refused("an odd state", err, domain.KindInvalid)
	_, err = w.SetProtection(staff.Ctx, "nobody", domain.ProtectionChange{State: domain.ProtectionEnded, Reason: "x"})
	w.Refused("nobody's", err, domain.KindNotFound)
	must(w.SetProtection(staff.Ctx, "anna", domain.ProtectionChange{State: domain.ProtectionSuspended, Reason: "A violation."}))(t)
	tip := w.tip(m, anna, 10_000)
	must(w.Refund(staff.Ctx, tip.Entry, "He complained."))(t)
	if y := w.payee(anna); y.OpenCents != 0 || y.Protection.Reason != "A violation." {
		t.Errorf("a refund while it is suspended: %+v", y)
	}
	list := must(w.Protections(staff.Ctx))(t)
	if len(list) != 1 || list[0].Performer != "anna" || list[0].State != domain.ProtectionSuspended {
		t.Errorf("staff's list: %+v", list)
	}
	_, err = w.Protections(m.Ctx)
	w.Refused("the list for a member", err, domain.KindForbidden)
	if acts := must(w.AuditLog(staff.Ctx, "anna", ""))(t).Acts; acts[0].Act != "protection" || !strings.Contains(acts[0].Reason, "protected → suspended: A violation.") {
		t.Errorf("the audit log: %+v", acts[0])
	}
}

// withoutLift: each dollar is paid at the level in which it came, and a refund takes
// back what the last ones earned.
func withoutLift(t *testing.T, w *world) {
	w.reopen(func(c *store.Config) { c.Terms.NoLift = true })
	anna, staff := w.performer("anna", ""), w.Staff()
	m := w.Rich("max")
	first := w.tip(m, anna, 80_000)
	w.tip(m, anna, 40_000)
	if y := w.payee(anna); y.OpenCents != 3_700 { // 30 % of 100 and 35 % of 20
		t.Errorf("of 120 dollars she has %d cents", y.OpenCents)
	}
	must(w.Refund(staff.Ctx, first.Entry, "a mistake"))(t)
	if y := w.payee(anna); y.OpenCents != 1_200 {
		t.Errorf("of 40 dollars she has %d cents", y.OpenCents)
	}
}

// calendarStories: half-months close on the 16th and the 1st; a calendar can be
// chosen until somebody earns.
func calendarStories(t *testing.T, w *world) {
	ctx, anna := context.Background(), w.performer("anna", "")
	half := func(c *store.Config) { c.Terms.Calendar.HalfMonths = true }
	for _, change := range []func(*store.Config){func(*store.Config) {}, half} {
		w.reopen(change)
		if err := w.KeepTerms(ctx); err != nil {
			t.Fatal(err)
		}
	}
	m := w.Rich("max")
	w.tip(m, anna, 10_000)
	w.day("2026-12-01")
	w.tip(m, anna, 20_000)
	if s := w.slip(anna, "2026-11-16"); s.Left != 300_000 || s.Through != "2026-11-30" || s.Payable != "2026-12-26" {
		t.Errorf("the second half of November: %+v", s)
	}
	if s := w.slip(anna, "2026-12-01"); s.Left != 600_000 {
		t.Errorf("the first half of December: %+v", s)
	}
	w.reopen(func(c *store.Config) { c.Terms.Calendar.HalfMonths = false })
	w.Refused("another calendar for kept books", w.KeepTerms(ctx), domain.KindInvalid)
	w.reopen(half)
	if err := w.KeepTerms(ctx); err != nil {
		t.Errorf("the calendar of before: %v", err)
	}
}

// whosePay: everybody's own, a studio's as far as it goes, and nobody else's.
func whosePay(t *testing.T, w *world) {
	studio, rival, staff := w.studio("house"), w.studio("rival"), w.Staff()
	anna, bella, fan := w.performer("anna", studio.ID), w.performer("bella", ""), w.member("max", "")
	method := domain.PayoutMethod{Holder: "Some Body", Reference: "HU42"}
	for name, c := range map[string]struct {
		who  someone
		kind domain.Kind
	}{"a guest": {someone{Ctx: context.Background()}, domain.KindUnauthenticated}, "bella": {bella, domain.KindForbidden}, "her studio": {studio, domain.KindForbidden},
		"a rival": {rival, domain.KindForbidden}, "max": {fan, domain.KindForbidden}} {
		_, err := w.Payee(c.who.Ctx, "anna")
		w.Refused("her account for "+name, err, c.kind)
		_, err = w.Payslip(c.who.Ctx, "anna", "")
		w.Refused("her payslip for "+name, err, c.kind)
		_, err = w.PayNow(c.who.Ctx, "anna", domain.Immediate{Key: w.Key()})
		w.Refused("her payout for "+name, err, c.kind)
		w.Refused("her bank for "+name, w.SetPayoutMethod(c.who.Ctx, "anna", method), c.kind)
		if name != "her studio" {
			w.Refused("her limit for "+name, w.SetPayoutLimit(c.who.Ctx, "anna", 20_000), c.kind)
			w.Refused("her studio's part for "+name, w.SetStudioShare(c.who.Ctx, "anna", 50), domain.KindForbidden)
		}
		_, err = w.Payouts(c.who.Ctx, "")
		w.Refused("the run for "+name, err, domain.KindForbidden)
		_, err = w.RunPayouts(c.who.Ctx, domain.PayoutOrder{ID: "run-00001"})
		w.Refused("running for "+name, err, domain.KindForbidden)
		_, err = w.Payee(c.who.Ctx, "nobody")
		w.Refused("nobody's account for "+name, err, c.kind)
	}
	must(w.Payslip(staff.Ctx, "anna", ""))(t)
	if err := w.SetPayoutLimit(studio.Ctx, "anna", 20_000); err != nil {
		t.Error(err)
	}
	for _, percent := range []int64{-1, 51} {
		w.Refused("an impossible part", w.SetStudioShare(studio.Ctx, "anna", percent), domain.KindInvalid)
	}
	if err := w.SetStudioShare(studio.Ctx, "anna", 0); err != nil {
		t.Error(err)
	}
	w.Refused("her own part", w.SetStudioShare(anna.Ctx, "anna", 0), domain.KindForbidden)
	if d := w.payee(studio).Performers; len(d) != 1 || d[0] != (domain.Dependent{Name: "anna", LimitCents: 20_000}) {
		t.Errorf("the studio's performers: %+v", d)
	}
	for _, m := range []domain.PayoutMethod{{}, {Holder: "Some Body"}, {Holder: strings.Repeat("x", 201), Reference: "HU42"}, {Holder: "Some Body", Reference: strings.Repeat("é", 201)}, {Holder: "\u202e", Reference: "HU42"}} {
		w.Refused("a bank that is none", w.SetPayoutMethod(anna.Ctx, "anna", m), domain.KindInvalid)
	}
	for _, id := range []string{"x", "2026-11-18", "2027-11-16", "' OR 1=1"} {
		_, err := w.Payslip(anna.Ctx, "anna", id)
		w.Refused("the payslip of "+id, err, domain.KindInvalid)
	}
	_, err := w.Payouts(staff.Ctx, "run-of-nobody")
	w.Refused("a run that never was", err, domain.KindNotFound)
	_, err = w.RunPayouts(staff.Ctx, domain.PayoutOrder{ID: "x"})
	w.Refused("a run without an id", err, domain.KindInvalid)
}

// tampering: what was written down as paid and the ledger say the same, or the audit
// names the entry.
func tampering(t *testing.T, w *world) {
	staff, anna := w.Staff(), w.performer("anna", "")
	w.earns(350, anna)
	w.banks(anna)
	w.day("2026-12-26")
	entry := must(w.order(staff, "run-00001"))(t).Lines[0].Entry
	for _, change := range [][2]string{
		{`UPDATE payouts SET cents = cents + 1`, `UPDATE payouts SET cents = cents - 1`},
		{`UPDATE payouts SET fee = fee + 1, cents = cents + 1`, `UPDATE payouts SET fee = fee - 1, cents = cents - 1`},
	} {
		w.Exec(change[0])
		if r := must(w.Verify(context.Background()))(t); r.OK() || r.BadEntry != entry {
			t.Errorf("%s: %+v", change[0], r)
		}
		w.Exec(change[1])
	}
}
