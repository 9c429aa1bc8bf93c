package paytest

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jasmincam/jasmincam/internal/backend/store"
	"github.com/jasmincam/jasmincam/internal/domain"
)

// earns lets performers earn dollars each in the present period, at 30 %.
func (w *world) earns(dollars domain.Millicredits, who ...someone) {
	w.T.Helper()
	for i, p := range who {
		m := w.Rich("fan-" + strings.ToLower(p.Name) + "-" + w.Key()[4:])
		if i == 0 && dollars > 90 {
			w.Pay(m, "p300")
		}
		w.tip(m, p, dollars*1000)
	}
}

func (w *world) order(staff someone, id string) (domain.PayoutRun, error) {
	w.T.Helper()
	preview := must(w.Payouts(staff.Ctx, ""))(w.T)
	return w.RunPayouts(staff.Ctx, domain.PayoutOrder{ID: id, TotalCents: preview.TotalCents})
}

// runStories: limits, roll-over over two periods, and whoever is held back.
func runStories(t *testing.T, w *world) {
	staff, anna, bella, cora := w.Staff(), w.performer("anna", ""), w.performer("bella", ""), w.performer("cora", "")
	for range 2 { // two periods in which each has 200 dollars gross, 70 hers
		w.earns(200, anna, bella, cora)
		w.Pass(14 * 24 * time.Hour)
	}
	w.banks(anna, cora)
	if _, err := w.Decide(staff.Ctx, "cora", domain.Decision{State: domain.StateSuspended, Reason: "A violation."}); err != nil {
		t.Fatal(err)
	}
	w.day("2026-12-26") // the first period alone
	run := must(w.Payouts(staff.Ctx, ""))(t)
	for i, want := range []domain.PayoutLine{{Payee: "anna", Held: domain.HeldLimit}, {Payee: "bella", Held: domain.HeldLimit}, {Payee: "cora", Held: domain.HeldSuspended}} {
		if l := run.Lines[i]; l.Payee != want.Payee || l.Held != want.Held || l.Cents != 7_000 {
			t.Errorf("line %d: %+v, want %+v", i, l, want)
		}
	}
	if run.TotalCents != 0 || run.RollsCents != 21_000 {
		t.Errorf("sums of the preview: %+v", run)
	}
	_, err := w.order(staff, "run-for-nobody")
	w.Refused("a run for nobody", err, domain.KindConflict)

	w.day("2027-01-09") // and the second: 140 each, above the lowest limit
	_, err = w.RunPayouts(staff.Ctx, domain.PayoutOrder{ID: "run-00001", TotalCents: 13_999})
	w.Refused("another total than the preview's", err, domain.KindConflict)
	run = must(w.order(staff, "run-00001"))(t)
	if len(run.Lines) != 1 || run.Lines[0].Payee != "anna" || run.Lines[0].Cents != 14_000 || run.Lines[0].Entry == "" || !strings.Contains(run.Lines[0].Method.Reference, "HU42") {
		t.Errorf("the run: %+v", run)
	}
	if again := must(w.RunPayouts(staff.Ctx, domain.PayoutOrder{ID: "run-00001", TotalCents: 14_000}))(t); len(again.Lines) != 1 || again.Lines[0] != run.Lines[0] {
		t.Errorf("the same run again: %+v", again)
	}
	if y := w.payee(bella); y.PayableCents != 14_000 || y.Held != domain.HeldMethod || len(y.Payouts) != 0 {
		t.Errorf("bella did not say where her money goes: %+v", y)
	}
	if y := w.payee(anna); y.PayableCents != 0 || len(y.Payouts) != 1 || y.Payouts[0].Cents != 14_000 || y.Payouts[0].Run != "run-00001" {
		t.Errorf("anna: %+v", y)
	}
	if slip := w.slip(anna, period); len(slip.Payouts) != 1 || slip.Paid != -7_000_000 || slip.Payouts[0].Cents != 14_000 {
		t.Errorf("one payout of two periods on the first payslip: %+v", slip)
	}
	limits(t, w, staff, anna)
	acts := must(w.AuditLog(staff.Ctx, "anna", ""))(t).Acts
	if len(acts) < 2 || acts[0].Act != "payout" || acts[0].Reason != "$105.00" || acts[0].Actor != staff.Name {
		t.Errorf("the audit log: %+v", acts)
	}
}

// limits: a higher limit holds back what a lower one would pay.
func limits(t *testing.T, w *world, staff, anna someone) {
	for _, cents := range []int64{9_999, 1_000_001, 0, -1} {
		w.Refused("a limit outside the range", w.SetPayoutLimit(anna.Ctx, "anna", cents), domain.KindInvalid)
	}
	if err := w.SetPayoutLimit(anna.Ctx, "anna", 50_000); err != nil {
		t.Fatal(err)
	}
	w.earns(300, anna) // 105 dollars are hers
	w.day("2027-03-01")
	if run := must(w.Payouts(staff.Ctx, ""))(t); run.Lines[0].Held != domain.HeldLimit || run.Lines[0].Cents != 10_500 || run.Lines[0].LimitCents != 50_000 {
		t.Errorf("above her limit: %+v", run.Lines)
	}
	if err := w.SetPayoutLimit(anna.Ctx, "anna", 10_500); err != nil {
		t.Fatal(err)
	}
	if run := must(w.order(staff, "run-00002"))(t); run.TotalCents != 10_500 {
		t.Errorf("at her limit: %+v", run)
	}
}

// cutOffRun: the server dies in the middle; the same order pays the rest, and nobody
// twice. Another run has to wait.
func cutOffRun(t *testing.T, w *world) {
	staff := w.Staff()
	var all []someone
	for _, name := range []string{"anna", "bella", "cora", "dora", "elsa"} {
		all = append(all, w.performer(name, ""))
	}
	for _, p := range all {
		w.earns(350, p)
	}
	w.banks(all...)
	show := w.show(w.Rich("late"), all[0])
	w.day("2026-12-26")
	total := must(w.Payouts(staff.Ctx, ""))(t).TotalCents
	if total != 5*14_000 {
		t.Fatalf("the preview: %d cents", total)
	}
	order := domain.PayoutOrder{ID: "run-00001", TotalCents: total}
	ctx, cut := context.WithCancel(staff.Ctx)
	still := w.Now
	w.reopen(func(c *store.Config) { // each transaction looks at the clock first
		c.Now = func() time.Time {
			var paid int
			if w.Row(`SELECT COUNT(*) FROM payouts`)(&paid); paid >= 2 {
				cut()
			}
			return still()
		}
	})
	_, err := w.RunPayouts(ctx, order)
	w.Refused("a run that is cut off", err, domain.KindUnavailable)
	w.reopen(func(c *store.Config) { c.Now = still })
	w.Audit()
	paid := 0
	for _, p := range all {
		paid += len(w.payee(p).Payouts)
	}
	if paid < 2 || paid > 3 {
		t.Fatalf("%d were paid before the end", paid)
	}
	run := must(w.Payouts(staff.Ctx, ""))(t)
	if !run.Begun || run.Done || run.ID != "run-00001" || len(run.Lines) != 5 || run.TotalCents != total {
		t.Errorf("what staff sees of the run: %+v", run)
	}
	// More of a period that was paid.
	must(w.ChargeShow(context.Background(), show.ID, 1, domain.Delivered{Base: 18_367_347}, 300_000, 0))(t)
	_, err = w.RunPayouts(staff.Ctx, domain.PayoutOrder{ID: "run-00002", TotalCents: total})
	w.Refused("another run meanwhile", err, domain.KindConflict)
	run = must(w.RunPayouts(staff.Ctx, order))(t)
	if !run.Done || run.TotalCents != total || len(run.Lines) != 5 {
		t.Errorf("the finished run: %+v", run)
	}
	for _, p := range all {
		left := int64(0)
		if p.Name == "anna" {
			left = 12_000 // 40 % of the show, for the next run
		}
		if y := w.payee(p); len(y.Payouts) != 1 || y.ClosedCents != left {
			t.Errorf("%s: %+v", p.Name, y)
		}
	}
}

// rivalRuns: the same order by several requests at once, beside immediate payouts.
func rivalRuns(t *testing.T, w *world) {
	staff, anna, bella := w.Staff(), w.performer("anna", ""), w.performer("bella", "")
	w.earns(350, anna)
	w.earns(350, bella)
	w.banks(anna, bella)
	w.day("2026-12-26")
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			_, err := w.RunPayouts(staff.Ctx, domain.PayoutOrder{ID: "run-00001", TotalCents: 28_000})
			if err != nil && domain.KindOf(err) != domain.KindConflict { // bella may have taken hers first
				t.Error(err)
			}
		})
	}
	group.Go(func() {
		_, err := w.PayNow(bella.Ctx, "bella", domain.Immediate{Cents: 14_000, FeeCents: 500, Key: "at-once-1"})
		if err != nil && domain.KindOf(err) != domain.KindConflict {
			t.Error(err)
		}
	})
	group.Wait()
	if y := w.payee(bella); len(y.Payouts) != 1 || y.ClosedCents != 0 {
		t.Errorf("bella: %+v", y)
	}
	if y := w.payee(anna); len(y.Payouts) > 1 || y.ClosedCents != 14_000*int64(1-len(y.Payouts)) {
		t.Errorf("anna: %+v", y)
	}
}

func immediateStories(t *testing.T, w *world) {
	anna := w.performer("anna", "")
	w.earns(350, anna) // 140 dollars are hers
	if y := w.payee(anna); y.Now != nil || y.OpenCents != 14_000 || y.NextDay != "2026-12-26" {
		t.Errorf("in the open period: %+v", y)
	}
	w.day("2026-12-01")
	ask := domain.Immediate{Cents: 14_000, FeeCents: 500, Key: w.Key()}
	_, err := w.PayNow(anna.Ctx, "anna", ask)
	w.Refused("a payout to nowhere", err, domain.KindConflict)
	w.banks(anna)
	for _, other := range []domain.Immediate{{Cents: 14_000, FeeCents: 499}, {Cents: 13_999, FeeCents: 500}} {
		other.Key = w.Key()
		_, err = w.PayNow(anna.Ctx, "anna", other)
		w.Refused("other numbers than she read", err, domain.KindConflict)
	}
	paid := must(w.PayNow(anna.Ctx, "anna", ask))(t)
	ctx, replay := domain.WithReplay(anna.Ctx)
	if again := must(w.PayNow(ctx, "anna", ask))(t); again != paid || !replay() || paid.Entry == "" || paid.Run != "" {
		t.Errorf("asked twice: %+v and %+v", paid, again)
	}
	if y := w.payee(anna); y.ClosedCents != 0 || y.Now != nil || len(y.Payouts) != 1 {
		t.Errorf("afterwards: %+v", y)
	}
	if s := w.slip(anna, period); s.Left != 0 || s.Paid != -14_000_000 || len(s.Payouts) != 1 || s.Payouts[0].FeeCents != 500 {
		t.Errorf("the payslip: %+v", s)
	}
	ask.Key = w.Key()
	_, err = w.PayNow(anna.Ctx, "anna", ask)
	w.Refused("what is paid already", err, domain.KindConflict)
}
