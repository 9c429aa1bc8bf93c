package webtest

import (
	"context"

	"github.com/jasmincam/jasmincam/internal/backend/bus"
	"github.com/jasmincam/jasmincam/internal/domain"
)

type tipped struct {
	tip     domain.Tip
	receipt domain.Receipt
}

// Tip implements domain.Wallet.
func (b *Backend) Tip(ctx context.Context, performer string, t domain.Tip) (domain.Receipt, error) {
	defer b.Bell.Ring(bus.Room(performer))
	b.mu.Lock()
	defer b.mu.Unlock()
	r, err := b.door(ctx, performer)
	if err != nil {
		return domain.Receipt{}, err
	}
	a, err := b.actor(ctx)
	if err != nil {
		return domain.Receipt{}, err
	}
	if before, ok := r.keys[t.Key].(tipped); ok {
		if before.tip != t {
			return domain.Receipt{}, domain.Errorf("tip", domain.KindConflict, "This form was used for another tip. Reload the page.")
		}
		domain.NoteReplay(ctx)
		return before.receipt, nil
	}
	switch {
	case t.Amount < domain.MinTip || t.Amount > domain.MaxTip || len(t.Key) < 8:
		return domain.Receipt{}, domain.Errorf("tip", domain.KindInvalid, "Tip between %s and %s credits.", domain.MinTip, domain.MaxTip)
	case a.balance < t.Amount:
		return domain.Receipt{}, domain.Errorf("tip", domain.KindPayment, "You have %s credits. Get more credits to tip %s.", a.balance, t.Amount)
	}
	a.balance -= t.Amount
	given, dropped := t, r.taboo(t.Note)
	if dropped {
		t.Note = ""
	}
	seq := b.post(r, domain.EventTip, domain.TipNotice{From: a.Name, Millicredits: t.Amount, Note: t.Note})
	b.tell(a.ID, domain.EventBalance, domain.BalanceNotice{Millicredits: a.balance})
	b.noteTip(r, a, t)
	receipt := domain.Receipt{Entry: b.id("entry"), Seq: seq, BalanceMillicredits: a.balance, NoteDropped: dropped}
	r.keys[t.Key] = tipped{given, receipt}
	b.Bell.Ring(bus.Account(a.ID))
	return receipt, nil
}

// Buy implements domain.Wallet.
func (b *Backend) Buy(ctx context.Context, pkg, _ string) (domain.Purchase, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	a, err := b.actor(ctx)
	if err != nil {
		return domain.Purchase{}, err
	}
	for _, p := range domain.Packages() {
		if p.ID == pkg {
			out := &purchase{buyer: a, notices: map[string]bool{}, Purchase: domain.Purchase{
				ID: b.id("purchase"), Package: pkg, Credits: p.Credits, Bonus: p.Credits / 5, Cents: p.Cents, State: "pending",
			}}
			b.purchases[out.ID] = out
			return out.Purchase, nil
		}
	}
	return domain.Purchase{}, domain.Errorf("purchase", domain.KindInvalid, "There is no such package. Choose one of the list.")
}

// Purchase implements domain.Wallet.
func (b *Backend) Purchase(ctx context.Context, id string) (domain.Purchase, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	a, err := b.actor(ctx)
	if err != nil {
		return domain.Purchase{}, err
	}
	if p := b.purchases[id]; p != nil && p.buyer == a {
		return p.Purchase, nil
	}
	return domain.Purchase{}, domain.Errorf("purchase", domain.KindNotFound, "There is no such purchase.")
}

// Settle implements domain.Payments.
func (b *Backend) Settle(_ context.Context, n domain.PaymentNotice) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	p := b.purchases[n.Purchase]
	switch {
	case p == nil:
		return domain.Errorf("settle", domain.KindNotFound, "There is no such purchase.")
	case p.notices[n.ID]:
		return nil
	case n.Cents != p.Cents:
		return domain.Errorf("settle", domain.KindConflict, "The amount is not the purchase's.")
	}
	p.notices[n.ID], p.State = true, n.State
	if n.State == "charged_back" {
		p.buyer.balance -= min(p.buyer.balance, p.Credits+p.Bonus)
	}
	if n.State == "paid" {
		p.buyer.balance += p.Credits + p.Bonus
		b.tell(p.buyer.ID, domain.EventBalance, domain.BalanceNotice{Millicredits: p.buyer.balance})
	}
	return nil
}
