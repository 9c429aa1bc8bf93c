package prooftest

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/jasmincam/jasmincam/internal/domain"
)

func (w *world) sum(account, asset string) (n int64) {
	w.T.Helper()
	if err := w.side.QueryRow(`SELECT CAST(COALESCE(SUM(amount), 0) AS BIGINT) FROM postings WHERE account = $1 AND asset = $2`, account, asset).Scan(&n); err != nil {
		w.T.Fatal(err)
	}
	return n
}

// The bank may take back what was refunded before: the notice is booked, once, and what
// left twice is the house's claim. The member loses nothing more.
func TestChargeback_ofARefund(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		m := w.Add(domain.Account{Role: domain.RoleMember})
		first, err := w.pay(m, "p30", w.Key())
		if err == nil {
			_, err = w.pay(m, "p10", w.Key())
		}
		if err != nil {
			t.Fatal(err)
		}
		var entry string
		if err := w.side.QueryRow(`SELECT id FROM entries WHERE key = $1`, "purchase/"+first.ID).Scan(&entry); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Refund(w.staff.Ctx, entry, "unused"); err != nil {
			t.Fatal(err)
		}
		left := w.Balance(m)
		for _, id := range []string{"back-1", "back-1", "back-2"} {
			if err := w.Settle(context.Background(), domain.PaymentNotice{ID: id, Purchase: first.ID, State: "charged_back", Cents: first.Cents}); err != nil {
				t.Fatalf("notice %s: %v", id, err)
			}
		}
		if p, err := w.Purchase(m.Ctx, first.ID); err != nil || p.State != "charged_back" || w.Balance(m) != left {
			t.Errorf("%+v %v, he has %s of %s", p, err, w.Balance(m), left)
		}
		if claim := w.sum("house:receivable", "USD"); claim != -first.Cents*1000 {
			t.Errorf("the house's claim is %d, want %d", claim, -first.Cents*1000)
		}
		if err := w.audit(); err != nil {
			t.Error(err)
		}
	})
}

// Who cannot be paid keeps nobody else from her money; the run names her, and is
// finished when she can be.
func TestRun_oneWhoCannotBePaid(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) {
		m := w.Add(domain.Account{Role: domain.RoleMember})
		var all []someone
		for range 3 {
			p := w.performer("", "")
			_, err := w.pay(m, "p300", w.Key())
			if err == nil {
				_, err = w.Tip(m.Ctx, p.Name, domain.Tip{Amount: 300_000, Key: w.Key()})
			}
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, p)
		}
		w.Pass(60 * 24 * time.Hour)
		const more = int64(2e15) // an amount that the ledger does not move
		w.Exec(`UPDATE balances SET amount = amount + $2 WHERE account LIKE $1`, "performer:"+string(all[0].ID)+":%", more)
		total := func() int64 {
			run, err := w.Payouts(w.staff.Ctx, "")
			if err != nil {
				t.Fatal(err)
			}
			return run.TotalCents
		}
		order := domain.PayoutOrder{ID: "run-00001", TotalCents: total()}
		_, err := w.RunPayouts(w.staff.Ctx, order)
		if domain.KindOf(err) != domain.KindConflict || !strings.Contains(domain.Sentence(err), all[0].Name) {
			t.Fatalf("the run: %v", err)
		}
		for i, p := range all {
			if y, err := w.Payee(p.Ctx, p.Name); err != nil || len(y.Payouts) != min(i, 1) {
				t.Errorf("%s was paid %d times: %v", p.Name, len(y.Payouts), err)
			}
		}
		w.Exec(`UPDATE balances SET amount = amount - $2 WHERE account LIKE $1`, "performer:"+string(all[0].ID)+":%", more)
		run, err := w.RunPayouts(w.staff.Ctx, order)
		if err != nil || !run.Done || len(run.Lines) != 3 {
			t.Errorf("the finished run: %+v %v", run, err)
		}
		if err := w.audit(); err != nil {
			t.Error(err)
		}
	})
}
