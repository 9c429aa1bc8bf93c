package storetest

import (
	"context"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/jasmincam/jasmincam/internal/domain"
)

// stateMachine does what people do in any order, beside a model of the member's
// credits, and audits the ledger at the end. Time passes, so that periods close and
// are paid out while tips of theirs are refunded.
func stateMachine(t *testing.T, w *world) {
	defer fewerChecks(t, 8)()
	studio := w.Add(domain.Account{Role: domain.RoleStudio})
	m := &machine{world: w, staff: w.Staff(), payees: []someone{w.performer(studio.ID), w.performer(""), studio}}
	for _, p := range m.payees {
		if err := w.SetPayoutMethod(p.Ctx, p.Name, domain.PayoutMethod{Holder: "Some Body", Reference: "HU42"}); err != nil {
			t.Fatal(err)
		}
		m.codes = append(m.codes, must(w.Payee(p.Ctx, p.Name))(t).Referral.Code)
	}
	rapid.Check(t, func(r *rapid.T) {
		m.begin(r)
		r.Repeat(map[string]func(*rapid.T){
			"purchase": m.purchase, "tip": m.tipSome, "refund": m.refund, "charge back": m.chargeBack, "": m.check,
			"time": m.time, "run": m.run, "pay now": m.payNow, "protect": m.protect,
		})
	})
	w.sealed()
	for _, p := range m.payees {
		y := must(w.Payee(p.Ctx, p.Name))(t)
		t.Logf("%s: %d cents open, %d closed, %d payouts, brought %d members", p.Name, y.OpenCents, y.ClosedCents, len(y.Payouts), y.Referral.Members)
		for _, sum := range y.Periods {
			slip := must(w.Payslip(p.Ctx, p.Name, sum.Period.ID))(t)
			var lines domain.Millicents
			for _, l := range slip.Lines {
				lines += l.Amount
			}
			if lines != slip.Left || slip.Left != sum.Left || slip.Left < 0 || sum.Paid != -slip.Paid {
				t.Errorf("%s in %s: lines sum to %d, the payslip says %d, the list %+v", p.Name, sum.Period.ID, lines, slip.Left, sum)
			}
		}
	}
}

// machine is the model of one member, and who he meets.
type machine struct {
	*world
	staff  someone
	payees []someone // two performers and a studio
	codes  []string

	member          someone
	credits, locked domain.Millicredits
	first           bool
	tips            []domain.Receipt
	amounts         map[string]domain.Millicredits
	bought          []domain.Purchase
	gave            map[string]domain.Millicredits // by each purchase
}

func (m *machine) begin(r *rapid.T) {
	code := rapid.SampledFrom(append(m.codes, "")).Draw(r, "code")
	m.member = m.Add(domain.Account{Role: domain.RoleMember, Referral: code})
	m.credits, m.locked, m.first = 0, 5_000, true
	m.tips, m.amounts = nil, map[string]domain.Millicredits{}
	m.bought, m.gave = nil, map[string]domain.Millicredits{}
}

func (m *machine) purchase(r *rapid.T) {
	pack := rapid.SampledFrom(domain.Packages()).Draw(r, "package")
	p := m.Pay(m.member, pack.ID)
	gave := pack.Credits + m.locked
	if m.first {
		gave += pack.Credits / 5
	}
	m.first, m.locked = false, 0
	m.credits += gave
	m.bought, m.gave[p.ID] = append(m.bought, p), gave
}

func (m *machine) tipSome(r *rapid.T) {
	amount := domain.Millicredits(rapid.Int64Range(int64(domain.MinTip), 200_000).Draw(r, "amount"))
	tip := domain.Tip{Amount: amount, Key: m.Key()}
	to := rapid.SampledFrom(m.payees[:2]).Draw(r, "performer")
	receipt, err := m.Tip(m.member.Ctx, to.Name, tip)
	if amount > m.credits {
		if domain.KindOf(err) != domain.KindPayment {
			r.Fatalf("a tip of %s out of %s: %v", amount, m.credits, err)
		}
		return
	}
	if m.credits -= amount; err != nil || receipt.BalanceMillicredits != m.credits {
		r.Fatalf("%s left, want %s: %v", receipt.BalanceMillicredits, m.credits, err)
	}
	if again, err := m.Tip(m.member.Ctx, to.Name, tip); err != nil || again != receipt {
		r.Fatalf("the same tip again: %+v %v", again, err)
	}
	m.tips, m.amounts[receipt.Entry] = append(m.tips, receipt), amount
}

func (m *machine) refund(r *rapid.T) {
	if len(m.tips) == 0 {
		r.Skip("no tip yet")
	}
	i := rapid.IntRange(0, len(m.tips)-1).Draw(r, "tip")
	if _, err := m.Refund(m.staff.Ctx, m.tips[i].Entry, "because"); err != nil {
		r.Fatal(err)
	}
	m.credits += m.amounts[m.tips[i].Entry]
	m.tips = append(m.tips[:i], m.tips[i+1:]...)
}

func (m *machine) chargeBack(r *rapid.T) {
	if len(m.bought) == 0 {
		r.Skip("nothing bought")
	}
	i := rapid.IntRange(0, len(m.bought)-1).Draw(r, "purchase")
	p := m.bought[i]
	for range 2 { // the provider repeats itself
		err := m.Settle(context.Background(), domain.PaymentNotice{ID: "back-" + p.ID, Purchase: p.ID, State: "charged_back", Cents: p.Cents})
		if err != nil {
			r.Fatal(err)
		}
	}
	m.credits -= min(m.credits, m.gave[p.ID])
	m.bought = append(m.bought[:i], m.bought[i+1:]...)
}

func (m *machine) time(r *rapid.T) {
	m.Pass(time.Duration(rapid.IntRange(1, 20).Draw(r, "days")) * 24 * time.Hour)
}

func (m *machine) run(r *rapid.T) {
	total := must(m.Payouts(m.staff.Ctx, ""))(m.T).TotalCents
	order := domain.PayoutOrder{ID: m.Key(), TotalCents: total}
	run, err := m.RunPayouts(m.staff.Ctx, order)
	if total == 0 {
		if domain.KindOf(err) != domain.KindConflict {
			r.Fatalf("a run for nobody: %v", err)
		}
		return
	}
	if err != nil || !run.Done || run.TotalCents != total {
		r.Fatalf("a run of %d: %+v %v", total, run, err)
	}
	if again, err := m.RunPayouts(m.staff.Ctx, order); err != nil || again.TotalCents != total || len(again.Lines) != len(run.Lines) {
		r.Fatalf("the same run again: %+v %v", again, err)
	}
}

func (m *machine) payNow(r *rapid.T) {
	p := rapid.SampledFrom(m.payees).Draw(r, "payee")
	before := must(m.Payee(p.Ctx, p.Name))(m.T)
	if before.Now == nil {
		r.Skip("nothing to pay")
	}
	ask := *before.Now
	ask.Key = m.Key()
	for range 2 {
		if out, err := m.PayNow(p.Ctx, p.Name, ask); err != nil || out.Cents != before.ClosedCents {
			r.Fatalf("paid %+v of %d: %v", out, before.ClosedCents, err)
		}
	}
	if after := must(m.Payee(p.Ctx, p.Name))(m.T); after.ClosedCents != 0 || after.OpenCents != before.OpenCents {
		r.Fatalf("after the payout: %+v", after)
	}
}

func (m *machine) protect(r *rapid.T) {
	state := rapid.SampledFrom([]string{domain.ProtectionOn, domain.ProtectionSuspended, domain.ProtectionEnded}).Draw(r, "state")
	if _, err := m.SetProtection(m.staff.Ctx, m.payees[0].Name, domain.ProtectionChange{State: state, Reason: "because"}); err != nil {
		r.Fatal(err)
	}
}

func (m *machine) check(r *rapid.T) {
	if me := m.me(m.member); me.BalanceMillicredits != m.credits || me.BonusMillicredits != m.locked {
		r.Fatalf("he has %s and %s locked, want %s and %s", me.BalanceMillicredits, me.BonusMillicredits, m.credits, m.locked)
	}
}
