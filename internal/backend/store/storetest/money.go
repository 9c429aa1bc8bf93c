package storetest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jasmincam/jasmincam/internal/backend/store/storetest/worldtest"
	"github.com/jasmincam/jasmincam/internal/domain"
)

func tipStories(t *testing.T, w *world) {
	p, m := w.performer(""), w.Rich("")
	tip := domain.Tip{Amount: 10_010, Note: " for\nyou ", Key: w.Key()}
	receipt := must(w.Tip(m.Ctx, p.Name, tip))(t)
	if receipt.Entry == "" || receipt.Seq != 1 || receipt.BalanceMillicredits != worldtest.RichCredits-10_010 {
		t.Errorf("receipt: %+v", receipt)
	}
	w.bell.heard(t, "room/"+p.Name, "account/"+string(p.ID), "account/"+string(m.ID))
	room, err := w.RoomEvents(guest("g", "", "o"), p.Name, 0, 0)
	if n := last[domain.TipNotice](t, room, err); n != (domain.TipNotice{From: m.Name, Millicredits: 10_010, Note: "for you"}) {
		t.Errorf("the room was told %+v", n)
	}
	hers, err := w.OwnEvents(p.Ctx, 0, 0)
	if n := last[domain.EarningsNotice](t, hers, err); n.EarnedCents != 300 || n.Level.Name != "Newcomer" || n.Level.GrossCents != 1001 || n.Period.ID == "" {
		t.Errorf("she was told %+v", n)
	}
	his, err := w.OwnEvents(m.Ctx, 0, 0)
	if n := last[domain.BalanceNotice](t, his, err); n.Millicredits != receipt.BalanceMillicredits {
		t.Errorf("he was told %+v", n)
	}

	ctx, replay := domain.WithReplay(m.Ctx)
	if again := must(w.Tip(ctx, p.Name, tip))(t); again != receipt || !replay() {
		t.Errorf("the same tip again: %+v, noted %v", again, replay())
	}
	other := tip
	other.Amount++
	_, err = w.Tip(m.Ctx, p.Name, other)
	w.Refused("the same key for another amount", err, domain.KindConflict)
	if me := w.me(m); me.BalanceMillicredits != receipt.BalanceMillicredits {
		t.Errorf("he has %s left, want %s", me.BalanceMillicredits, receipt.BalanceMillicredits)
	}
	badTips(t, w, p, m)
	w.Audit()
}

func badTips(t *testing.T, w *world, p, m someone) {
	for _, c := range []struct {
		what string
		ctx  context.Context
		room string
		tip  domain.Tip
		kind domain.Kind
	}{
		{"nothing", m.Ctx, p.Name, domain.Tip{}, domain.KindInvalid},
		{"less than nothing", m.Ctx, p.Name, domain.Tip{Amount: -1000}, domain.KindInvalid},
		{"too little", m.Ctx, p.Name, domain.Tip{Amount: domain.MinTip - 1}, domain.KindInvalid},
		{"too much", m.Ctx, p.Name, domain.Tip{Amount: domain.MaxTip + 1}, domain.KindInvalid},
		{"absurdly much", m.Ctx, p.Name, domain.Tip{Amount: 1<<63 - 1}, domain.KindInvalid},
		{"more than he has", m.Ctx, p.Name, domain.Tip{Amount: domain.MaxTip}, domain.KindPayment},
		{"a long note", m.Ctx, p.Name, domain.Tip{Amount: 1000, Note: strings.Repeat("é", 201)}, domain.KindInvalid},
		{"a megabyte of note", m.Ctx, p.Name, domain.Tip{Amount: 1000, Note: strings.Repeat("a", 1<<20)}, domain.KindInvalid},
		{"nobody", m.Ctx, "nobody", domain.Tip{Amount: 1000}, domain.KindNotFound},
		{"by a guest", guest("g", "", "o"), p.Name, domain.Tip{Amount: 1000}, domain.KindUnauthenticated},
		{"by herself", p.Ctx, p.Name, domain.Tip{Amount: 1000}, domain.KindForbidden},
		{"locked credits", w.member().Ctx, p.Name, domain.Tip{Amount: 1000}, domain.KindPayment},
	} {
		c.tip.Key = w.Key()
		_, err := w.Tip(c.ctx, c.room, c.tip)
		w.Refused("a tip of "+c.what, err, c.kind)
	}
	_, err := w.Tip(m.Ctx, p.Name, domain.Tip{Amount: 1000})
	w.Refused("a tip without a key", err, domain.KindInvalid)
	poor, key := w.member(), w.Key()
	_, err = w.Tip(poor.Ctx, p.Name, domain.Tip{Amount: 1000, Key: key})
	w.Refused("a tip before buying", err, domain.KindPayment)
	w.Pay(poor, "p10")
	if _, err = w.Tip(poor.Ctx, p.Name, domain.Tip{Amount: 1000, Key: key}); err != nil {
		t.Errorf("the same tip after buying: %v", err)
	}
}

// earningStories is domain B8 and B10: levels lift the whole period, the studio
// has its part of her earnings, a new period begins at zero.
func earningStories(t *testing.T, w *world) {
	studio := w.Add(domain.Account{Role: domain.RoleStudio})
	p, alone, m := w.performer(studio.ID), w.performer(""), w.Rich("")
	tip := func(to someone, amount domain.Millicredits) { t.Helper(); must(w.tip(m, to, amount))(t) }
	tip(p, 100_000) // exactly 100 dollars: not above, still Newcomer
	tip(alone, 100_000)
	if me := w.me(p); me.EarnedCents != 2400 || me.Level.Percent != 30 || me.Level.Next != "Rising" {
		t.Errorf("with a studio: %d cents at %+v, want 80 %% of 30 %% of 100 dollars", me.EarnedCents, me.Level)
	}
	if me := w.me(alone); me.EarnedCents != 3000 {
		t.Errorf("alone: %d cents", me.EarnedCents)
	}
	tip(p, 10)
	if me := w.me(p); me.EarnedCents != 2800 || me.Level.Name != "Rising" {
		t.Errorf("lifted: %d cents at %+v, want 80 %% of 35 %% of 100.01 dollars", me.EarnedCents, me.Level)
	}
	if me := w.me(studio); me.EarnedCents != 700 {
		t.Errorf("the studio: %d cents", me.EarnedCents)
	}
	before := w.me(p).Period
	w.Pass(14 * 24 * time.Hour)
	if me := w.me(p); me.EarnedCents != 0 || me.Level.Name != "Newcomer" || me.Period.Start != before.End {
		t.Errorf("in the next period: %d cents at %+v", me.EarnedCents, me.Level)
	}
	w.Audit()
}

func purchaseStories(t *testing.T, w *world) {
	ctx, m := context.Background(), w.member()
	key := w.Key()
	bought := must(w.Buy(m.Ctx, "p10", key))(t)
	if bought.Credits != 10_000 || bought.Bonus != 2_000 || bought.Cents != 1199 || bought.State != "pending" {
		t.Errorf("first purchase: %+v", bought)
	}
	replayed, noted := domain.WithReplay(m.Ctx)
	if again := must(w.Buy(replayed, "p10", key))(t); again != bought || !noted() {
		t.Errorf("the same again: %+v, noted %v", again, noted())
	}
	_, err := w.Buy(m.Ctx, "p30", key)
	w.Refused("the same key for another package", err, domain.KindConflict)
	_, err = w.Buy(m.Ctx, "p0", w.Key())
	w.Refused("an unknown package", err, domain.KindInvalid)
	_, err = w.Buy(ctx, "p10", w.Key())
	w.Refused("a guest's purchase", err, domain.KindUnauthenticated)
	_, err = w.Buy(w.Add(domain.Account{Role: domain.RoleStudio}).Ctx, "p10", w.Key())
	w.Refused("a studio's purchase", err, domain.KindForbidden)

	notice := domain.PaymentNotice{ID: "n1", Purchase: bought.ID, State: "paid", Cents: 1199}
	for what, bad := range map[string]domain.PaymentNotice{
		"no id": {Purchase: bought.ID, State: "paid", Cents: 1199}, "a strange state": {ID: "n2", Purchase: bought.ID, State: "maybe"},
	} {
		w.Refused(what, w.Settle(ctx, bad), domain.KindInvalid)
	}
	w.Refused("an unknown purchase", w.Settle(ctx, domain.PaymentNotice{ID: "n3", Purchase: "x", State: "paid"}), domain.KindNotFound)
	w.Refused("another amount", w.Settle(ctx, domain.PaymentNotice{ID: "n4", Purchase: bought.ID, State: "paid", Cents: 1}), domain.KindConflict)
	if me := w.me(m); me.BalanceMillicredits != 0 {
		t.Errorf("credits before the payment: %s", me.BalanceMillicredits)
	}
	var wg sync.WaitGroup
	for range 4 { // the provider repeats itself, even at once
		wg.Go(func() {
			if err := w.Settle(ctx, notice); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	w.bell.heard(t, "account/"+string(m.ID))
	if me := w.me(m); me.BalanceMillicredits != 17_000 || me.BonusMillicredits != 0 {
		t.Errorf("credits after the first payment: %s and %s locked, want 10 + 2 + 5", me.BalanceMillicredits, me.BonusMillicredits)
	}
	other := notice
	other.State = "failed"
	w.Refused("the same notice with another state", w.Settle(ctx, other), domain.KindConflict)
	other.ID = "n5"
	w.Refused("a failure after the payment", w.Settle(ctx, other), domain.KindConflict)
	if err := w.Settle(ctx, domain.PaymentNotice{ID: "n6", Purchase: bought.ID, State: "paid", Cents: 1199}); err != nil {
		t.Errorf("a second notice of the same payment: %v", err)
	}
	second := must(w.Buy(m.Ctx, "p10", w.Key()))(t)
	w.Refused("the same notice for another purchase", w.Settle(ctx, domain.PaymentNotice{ID: "n1", Purchase: second.ID, State: "paid", Cents: 1199}), domain.KindConflict)
	if p := must(w.Purchase(m.Ctx, second.ID))(t); p.State != "pending" {
		t.Errorf("paid by another's notice: %+v", p)
	}
	if p := must(w.Purchase(m.Ctx, bought.ID))(t); p.State != "paid" || p.Bonus != 2_000 {
		t.Errorf("paid: %+v", p)
	}
	_, err = w.Purchase(w.member().Ctx, bought.ID)
	w.Refused("another's purchase", err, domain.KindNotFound)
	laterPurchases(t, w, m)
	unpaidPurchases(t, w)
	w.Audit()
}

// unpaidPurchases: nobody fills the books with purchases that are never paid.
func unpaidPurchases(t *testing.T, w *world) {
	m, key := w.member(), w.Key()
	first := must(w.Buy(m.Ctx, "p10", key))(t)
	w.Pass(time.Hour)
	for range 19 {
		must(w.Buy(m.Ctx, "p10", w.Key()))(t)
	}
	_, err := w.Buy(m.Ctx, "p10", w.Key())
	w.Refused("the 21st purchase without paying one", err, domain.KindLimited)
	var told *domain.Error
	if !errors.As(err, &told) || told.RetryAfter != 23*time.Hour {
		t.Errorf("told to wait: %+v", told)
	}
	if again := must(w.Buy(m.Ctx, "p10", key))(t); again != first {
		t.Errorf("the first one once more: %+v", again)
	}
	must(w.Buy(w.member().Ctx, "p10", w.Key()))(t) // another member's are his own
	if err := w.Settle(m.Ctx, domain.PaymentNotice{ID: first.ID, Purchase: first.ID, State: "paid", Cents: first.Cents}); err != nil {
		t.Fatal(err)
	}
	must(w.Buy(m.Ctx, "p10", w.Key()))(t)
	w.Pass(24 * time.Hour)
	must(w.Buy(m.Ctx, "p10", w.Key()))(t)
}

func laterPurchases(t *testing.T, w *world, m someone) {
	ctx := context.Background()
	if p := w.Pay(m, "p10"); p.Bonus != 0 {
		t.Errorf("second purchase: %+v", p)
	}
	declined := must(w.Buy(m.Ctx, "p30", w.Key()))(t)
	for i, state := range []string{"failed", "paid"} { // declined, then the same checkout paid after all
		if err := w.Settle(ctx, domain.PaymentNotice{ID: fmt.Sprint("d", i), Purchase: declined.ID, State: state, Cents: declined.Cents}); err != nil {
			t.Fatal(err)
		}
		if p := must(w.Purchase(m.Ctx, declined.ID))(t); p.State != state {
			t.Errorf("%s: %+v", state, p)
		}
	}
	if me := w.me(m); me.BalanceMillicredits != 57_000 {
		t.Errorf("after three purchases: %s", me.BalanceMillicredits)
	}
	two := w.member() // both checkouts promise the bonus, the first that is paid has it
	a, b := must(w.Buy(two.Ctx, "p10", w.Key()))(t), must(w.Buy(two.Ctx, "p30", w.Key()))(t)
	for _, p := range []domain.Purchase{b, a} {
		if err := w.Settle(ctx, domain.PaymentNotice{ID: p.ID, Purchase: p.ID, State: "paid", Cents: p.Cents}); err != nil {
			t.Fatal(err)
		}
	}
	if a, b = must(w.Purchase(two.Ctx, a.ID))(t), must(w.Purchase(two.Ctx, b.ID))(t); a.Bonus != 0 || b.Bonus != 6_000 {
		t.Errorf("bonus of two first checkouts: %s and %s", a.Bonus, b.Bonus)
	}
	if me := w.me(two); me.BalanceMillicredits != 51_000 {
		t.Errorf("after both: %s", me.BalanceMillicredits)
	}
}

func refundStories(t *testing.T, w *world) {
	studio, staff := w.Add(domain.Account{Role: domain.RoleStudio}), w.Staff()
	p, m := w.performer(studio.ID), w.Rich("")
	small, lifting := must(w.tip(m, p, 50_000))(t), must(w.tip(m, p, 60_000))(t)
	if me := w.me(p); me.EarnedCents != 3080 { // 80 % of 35 % of 110 dollars
		t.Errorf("before the refund: %d cents", me.EarnedCents)
	}
	_, err := w.Refund(m.Ctx, small.Entry, "please")
	w.Refused("a refund by the member", err, domain.KindForbidden)
	_, err = w.Refund(staff.Ctx, small.Entry, " ")
	w.Refused("a refund without a reason", err, domain.KindInvalid)
	_, err = w.Refund(staff.Ctx, "x", "mistake")
	w.Refused("a refund of nothing", err, domain.KindNotFound)
	var wg sync.WaitGroup
	var done, conflicts atomic.Int64
	for range 4 {
		wg.Go(func() {
			switch _, err := w.Refund(staff.Ctx, small.Entry, "He sent it twice."); {
			case err == nil:
				done.Add(1)
			case domain.KindOf(err) == domain.KindConflict:
				conflicts.Add(1)
			default:
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if done.Load() != 1 || conflicts.Load() != 3 {
		t.Errorf("of four refunds of one tip %d were done", done.Load())
	}
	if me := w.me(p); me.EarnedCents != 1440 || me.Level.GrossCents != 6000 { // 80 % of 30 % of 60 dollars: the lift is gone too
		t.Errorf("after the refund: %d cents at %+v", me.EarnedCents, me.Level)
	}
	if me := w.me(m); me.BalanceMillicredits != worldtest.RichCredits-60_000 {
		t.Errorf("he has %s back", me.BalanceMillicredits)
	}
	must(w.Refund(staff.Ctx, lifting.Entry, "And this."))(t)
	if me, house := w.me(p), w.me(studio); me.EarnedCents != 0 || house.EarnedCents != 0 {
		t.Errorf("nothing is left, yet she has %d and her studio %d cents", me.EarnedCents, house.EarnedCents)
	}
	if acts := must(w.AuditLog(staff.Ctx, m.Name, ""))(t).Acts; len(acts) != 2 || acts[0].Act != "refund" {
		t.Errorf("audit log: %+v", acts)
	}
	refundedPurchases(t, w, p, staff)
	w.Audit()
}

// refundedPurchases: what was spent meanwhile is the house's loss.
func refundedPurchases(t *testing.T, w *world, p, staff someone) {
	m := w.member()
	bought := w.Pay(m, "p10")
	must(w.tip(m, p, 12_000))(t)
	var entry string
	w.Row(`SELECT id FROM entries WHERE key = $1`, "purchase/"+bought.ID)(&entry)
	refund := must(w.Refund(staff.Ctx, entry, "charged back"))(t)
	if me := w.me(m); me.BalanceMillicredits != 0 {
		t.Errorf("after the refund he has %s", me.BalanceMillicredits)
	}
	var shortfall int64
	w.Row(`SELECT amount FROM postings WHERE entry = $1 AND account = 'house:receivable'`, refund)(&shortfall)
	if shortfall != -12_000 {
		t.Errorf("the house's shortfall is %d millicredits", shortfall)
	}
	if got := must(w.Purchase(m.Ctx, bought.ID))(t); got.State != "refunded" {
		t.Errorf("refunded: %+v", got)
	}
	if again := w.Pay(m, "p10"); again.Bonus != 0 {
		t.Error("a refunded first purchase brings its bonus again")
	}
	_, err := w.Refund(staff.Ctx, refund, "undo")
	w.Refused("a refund of a refund", err, domain.KindConflict)
}

// lastCredits: 32 tips at once want the last credits, and as many as there are
// succeed. Every second one is sent twice with the same key.
func lastCredits(t *testing.T, w *world) {
	const amount = 20_000 // 365 credits are good for 18 of them
	p, q, m := w.performer(""), w.performer(""), w.Rich("")
	var wg sync.WaitGroup
	var paid atomic.Int64
	for i := range 32 {
		tip := domain.Tip{Amount: amount, Key: w.Key()}
		to := []someone{p, q}[i%2]
		for range 1 + i%2 {
			wg.Go(func() {
				switch _, err := w.Tip(m.Ctx, to.Name, tip); {
				case err == nil:
					paid.Add(1)
				case domain.KindOf(err) != domain.KindPayment:
					t.Error(err)
				}
			})
		}
	}
	wg.Wait()
	me := w.me(m)
	if me.BalanceMillicredits != worldtest.RichCredits%amount {
		t.Errorf("he has %s left, want %s", me.BalanceMillicredits, worldtest.RichCredits%amount)
	}
	if n := paid.Load(); n < int64(worldtest.RichCredits/amount) {
		t.Errorf("%d tips were acknowledged, want at least %d", n, worldtest.RichCredits/amount)
	}
	tips := len(must(w.RoomEvents(m.Ctx, p.Name, 0, 0))(t)) + len(must(w.RoomEvents(m.Ctx, q.Name, 0, 0))(t))
	if tips != int(worldtest.RichCredits/amount) {
		t.Errorf("%d tips in the rooms, want %d", tips, worldtest.RichCredits/amount)
	}
	if gross := w.me(p).Level.GrossCents + w.me(q).Level.GrossCents; gross != 36_000 {
		t.Errorf("they received %d cents", gross)
	}
	w.Audit()
}
