package prooftest

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/jasmincam/jasmincam/internal/domain"
)

// purse is the model of a member: what he must have after everything he did.
type purse struct {
	someone
	credits, locked domain.Millicredits
	first           bool                // he has not paid for anything yet
	day             domain.Millicredits // his own limit a day, 0 for none
	spent           domain.Millicredits // today
	bought          []bought
	paid            []paid
	show            *performance
}

type bought struct {
	domain.Purchase
	gave domain.Millicredits
}

// paid is an income of a performer that can be refunded once.
type paid struct {
	entry  string
	amount domain.Millicredits
}

// performance is the model of a show that is not over.
type performance struct {
	domain.ShowRecord
	held, charged domain.Millicredits
	times         domain.Delivered // that its server knows of
	paid, noted   domain.Delivered // that are written down
	ticks         int
}

// spend takes an amount if the member has it and allows it himself.
func (p *purse) spend(amount domain.Millicredits) domain.Kind {
	switch {
	case p.day > 0 && max(0, p.spent)+amount > p.day:
		return domain.KindLimited
	case amount > p.credits:
		return domain.KindPayment
	}
	p.credits -= amount
	p.spent += amount
	return ""
}

// back is what comes again of what was spent.
func (p *purse) back(amount domain.Millicredits) {
	p.credits += amount
	p.spent -= amount
}

// extend brings the hold of his show up to an amount, as far as credits and his own
// limit reach.
func (p *purse) extend(upTo domain.Millicredits) {
	if more := min(upTo-p.show.held, p.credits); more > 0 && p.spend(more) == "" {
		p.show.held += more
	}
}

// over forgets his show and gives the rest of its hold back.
func (p *purse) over() {
	p.back(p.show.held)
	p.show = nil
}

// troupe is a person with two accounts and two members who come to her alone, so
// that what happens to them can be foretold; stars they share with other troupes.
type troupe struct {
	*world
	dice    *rand.Rand
	members []*purse
	couple  []someone
	stars   []someone
	closed  string // the show that closes the couple's rooms
	offers  map[string]domain.Prices
	saw     map[string]int
	done    int
	recent  []string
}

func (c *troupe) roll(n int) int { return c.dice.IntN(n) }

func one[T any](c *troupe, list []T) T { return list[c.roll(len(list))] }

// amount is mostly small, at times more than he has.
func (c *troupe) amount(m *purse) domain.Millicredits {
	most := min(200_000, m.credits+m.credits/4+100)
	if c.roll(3) > 0 {
		most = min(most, 3_000)
	}
	return domain.MinTip + domain.Millicredits(c.dice.Int64N(int64(max(1, most-domain.MinTip))))
}

// act does something of what people do.
func (c *troupe) act() error {
	m := one(c, c.members)
	acts := []struct {
		often int
		name  string
		do    func(*purse) error
	}{
		{8, "buy", c.buy}, {18, "tip", c.tip}, {4, "budget", c.budget}, {7, "refund", c.refund}, {3, "take a purchase back", c.takeBack},
		{53, "show", c.perform}, {4, "free", c.free}, {1, "offer", c.offer}, {1, "pay now", c.payNow}, {1, "protect", c.protect},
	}
	n := c.roll(100)
	for _, a := range acts {
		if n -= a.often; n >= 0 {
			continue
		}
		c.done++
		c.recent = append(c.recent, fmt.Sprintf("%d %s for %s", c.done, a.name, m.Name))
		if len(c.recent) > 20 {
			c.recent = c.recent[1:]
		}
		if err := a.do(m); errors.Is(err, errIdle) {
			c.done--
		} else if err != nil {
			return fmt.Errorf("%s: %w\n%q", a.name, err, c.recent)
		}
		return nil
	}
	panic("the acts do not sum to a hundred")
}

// errIdle says that there was nothing to do: it does not count.
var errIdle = errors.New("nothing to do")

func wantKind(what string, err error, kind domain.Kind) error {
	if err == nil || domain.KindOf(err) != kind {
		return fmt.Errorf("%s: got %w, want %s", what, orNothing(err), kind)
	}
	return nil
}

func orNothing(err error) error {
	if err == nil {
		return errors.New("no error")
	}
	return err
}

func (c *troupe) buy(m *purse) error {
	pack, key := one(c, domain.Packages()), c.Key()
	p, err := c.pay(m.someone, pack.ID, key)
	if err != nil {
		return err
	}
	gave := pack.Credits + m.locked
	if m.first {
		gave += pack.Credits / 5
	}
	m.first, m.locked = false, 0
	m.credits += gave
	m.bought = append(m.bought, bought{p, gave})
	if again, err := c.pay(m.someone, pack.ID, key); err != nil || again.ID != p.ID {
		return fmt.Errorf("the same purchase again: %+v %w", again, orNothing(err))
	}
	other := domain.Packages()[0].ID
	if other == pack.ID {
		other = domain.Packages()[1].ID
	}
	_, err = c.Buy(m.Ctx, other, key)
	return wantKind("another package with the same key", err, domain.KindConflict)
}

func (c *troupe) tip(m *purse) error {
	tip := domain.Tip{Amount: c.amount(m), Key: c.Key()}
	to := one(c, append(c.stars, c.couple...)).Name
	receipt, err := c.Tip(m.Ctx, to, tip)
	if kind := m.spend(tip.Amount); kind != "" {
		return wantKind(fmt.Sprintf("a tip of %s out of %s", tip.Amount, m.credits), err, kind)
	}
	if err != nil || receipt.BalanceMillicredits != m.credits {
		return fmt.Errorf("after a tip he has %s, want %s: %w", receipt.BalanceMillicredits, m.credits, orNothing(err))
	}
	m.paid = append(m.paid, paid{receipt.Entry, tip.Amount})
	if c.roll(4) > 0 {
		return nil
	}
	if again, err := c.Tip(m.Ctx, to, tip); err != nil || again != receipt {
		return fmt.Errorf("the same tip again: %+v %w", again, orNothing(err))
	}
	tip.Amount++
	_, err = c.Tip(m.Ctx, to, tip)
	return wantKind("another tip with the same key", err, domain.KindConflict)
}

func (c *troupe) budget(m *purse) error {
	m.day = one(c, []domain.Millicredits{0, 0, 0, 2_000, 50_000})
	b, err := c.SetBudget(m.Ctx, domain.Budget{Day: domain.Limit{Max: m.day}})
	if err == nil && b.Day.Spent != max(0, m.spent) {
		err = fmt.Errorf("he has spent %s today, want %s", b.Day.Spent, max(0, m.spent))
	}
	return err
}

func (c *troupe) refund(m *purse) error {
	if len(m.paid) == 0 {
		return errIdle
	}
	i := c.roll(len(m.paid))
	p := m.paid[i]
	if _, err := c.Refund(c.staff.Ctx, p.entry, "because"); err != nil {
		return err
	}
	m.back(p.amount)
	m.paid = slices.Delete(m.paid, i, i+1)
	_, err := c.Refund(c.staff.Ctx, p.entry, "because")
	return wantKind("a second refund", err, domain.KindConflict)
}

// takeBack refunds a purchase, or the member's bank does.
func (c *troupe) takeBack(m *purse) error {
	if len(m.bought) == 0 {
		return errIdle
	}
	i := c.roll(len(m.bought))
	p := m.bought[i]
	m.bought = slices.Delete(m.bought, i, i+1)
	m.credits -= min(m.credits, p.gave)
	if c.roll(2) == 0 {
		for range 2 { // the provider repeats itself
			if err := c.Settle(context.Background(), domain.PaymentNotice{ID: "back-" + p.ID, Purchase: p.ID, State: "charged_back", Cents: p.Cents}); err != nil {
				return err
			}
		}
		return nil
	}
	var entry string
	if err := c.side.QueryRow(`SELECT id FROM entries WHERE key = $1`, "purchase/"+p.ID).Scan(&entry); err != nil {
		return err
	}
	if _, err := c.Refund(c.staff.Ctx, entry, "because"); err != nil {
		return err
	}
	if c.roll(2) == 0 { // the bank takes it back all the same
		return c.Settle(context.Background(), domain.PaymentNotice{ID: "back-" + p.ID, Purchase: p.ID, State: "charged_back", Cents: p.Cents})
	}
	_, err := c.Refund(c.staff.Ctx, entry, "because")
	return wantKind("a second refund of a purchase", err, domain.KindConflict)
}

// payNow pays a star what closed periods owe her. Others may refund an income of hers
// meanwhile.
func (c *troupe) payNow(*purse) error {
	p := one(c, c.stars)
	before, err := c.Payee(p.Ctx, p.Name)
	if err != nil {
		return err
	}
	if before.Now == nil {
		return errIdle
	}
	ask := *before.Now
	ask.Key = c.Key()
	out, err := c.PayNow(p.Ctx, p.Name, ask)
	if domain.KindOf(err) == domain.KindConflict {
		return nil
	}
	if err != nil {
		return err
	}
	if again, err := c.PayNow(p.Ctx, p.Name, ask); err != nil || again.Entry != out.Entry {
		return fmt.Errorf("the same payout again: %+v %w", again, orNothing(err))
	}
	return nil
}

func (c *troupe) protect(*purse) error {
	state := one(c, []string{domain.ProtectionOn, domain.ProtectionSuspended, domain.ProtectionEnded})
	_, err := c.SetProtection(c.staff.Ctx, c.stars[0].Name, domain.ProtectionChange{State: state, Reason: "because"})
	return err
}

// check compares the members with their model.
func (c *troupe) check() error {
	for _, m := range c.members {
		free, locked, err := c.Credits(context.Background(), m.ID)
		if err != nil || free != m.credits || locked != m.locked {
			return fmt.Errorf("%s has %s and %s locked, want %s and %s: %w", m.Name, free, locked, m.credits, m.locked, orNothing(err))
		}
	}
	return nil
}
