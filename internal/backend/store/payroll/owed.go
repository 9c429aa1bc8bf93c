package payroll

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/jasmincam/jasmincam/internal/backend/ledger"
	"github.com/jasmincam/jasmincam/internal/backend/store/database"
	"github.com/jasmincam/jasmincam/internal/domain"
)

// accounts are where a payee's dollars of a period lie.
func (y payee) accounts(period string) []ledger.Account {
	earner := ledger.Performer(y.id, period)
	if y.role == domain.RoleStudio {
		earner = ledger.Studio(y.id, period)
	}
	return []ledger.Account{earner, ledger.Referrer(y.id, period)}
}

// dues are what is owed to a payee, by when it may be paid; oldest first.
type dues struct {
	open    []ledger.Owed // of the present period
	waiting []ledger.Owed // closed, not payable yet
	payable []ledger.Owed
	next    int64 // Unix ms: when more becomes payable, 0 for nothing
}

// closed is all that an immediate payout pays.
func (d dues) closed() []ledger.Owed { return slices.Concat(d.payable, d.waiting) }

// dues sorts a payee's balances by their periods as of at (Unix ms).
func (p *Payroll) dues(ctx context.Context, q database.Querier, y payee, at int64) (d dues, err error) {
	periods := p.cfg.Books.PeriodsSince(y.created, p.cfg.Now().UnixMilli())
	var accounts []ledger.Account
	for _, period := range periods {
		accounts = append(accounts, y.accounts(period.ID)...)
	}
	marks, args := database.Marks(accounts, 2)
	list, err := database.Collect(ctx, q, scanOwed, `SELECT account, amount FROM balances WHERE asset = $1 AND amount > 0 AND account IN (`+marks+`)`,
		append([]any{ledger.USD}, args...)...)
	if err != nil {
		return d, err
	}
	slices.SortFunc(list, func(a, b ledger.Owed) int {
		if c := strings.Compare(a.Account.Period(), b.Account.Period()); c != 0 {
			return c
		}
		return strings.Compare(string(a.Account), string(b.Account))
	})
	for _, o := range list {
		period, err := p.periodOf(o.Account)
		if err != nil {
			return d, err
		}
		switch due := p.cfg.Terms.Payable(period); {
		case due <= at:
			d.payable = append(d.payable, o)
			continue
		case period.End <= at:
			d.waiting = append(d.waiting, o)
			d.soonest(due)
		default:
			d.open = append(d.open, o)
			d.soonest(due)
		}
	}
	return d, nil
}

func (d *dues) soonest(due int64) {
	if d.next == 0 || due < d.next {
		d.next = due
	}
}

// periodOf is the period of an earner's account.
func (p *Payroll) periodOf(a ledger.Account) (domain.Period, error) {
	day, err := time.ParseInLocation(time.DateOnly, a.Period(), p.cfg.Terms.Calendar.Zone)
	if err != nil {
		return domain.Period{}, domain.Wrap("payroll", domain.KindInternal, err, "An account of the ledger is of no pay period. Run verify.")
	}
	return p.cfg.Books.PeriodAt(day), nil
}

func scanOwed(r database.Row) (o ledger.Owed, err error) {
	err = r.Scan(&o.Account, &o.Amount)
	return o, err
}

// held tells why a run does not pay a payee, "" when it does.
func (y payee) held(cents int64) string {
	switch {
	case y.state == domain.StateSuspended:
		return domain.HeldSuspended
	case cents < y.limit:
		return domain.HeldLimit
	case y.method.Reference == "":
		return domain.HeldMethod
	}
	return ""
}

// pay locks what is owed, asks how much of it to pay, books that and writes it
// down. Nothing happens for 0 cents.
func (p *Payroll) pay(ctx context.Context, t *database.Tx, y payee, owed []ledger.Owed, key string,
	decide func(cents int64) (domain.Payout, error)) (domain.Payout, error) {
	lines := make([]ledger.Line, len(owed))
	for i, o := range owed {
		lines[i] = ledger.Line{Account: o.Account, Asset: ledger.USD}
	}
	now, err := p.journal().Lock(ctx, t, lines...)
	if err != nil {
		return domain.Payout{}, err
	}
	for i, o := range owed { // as they are now that nobody else changes them
		owed[i].Amount = domain.Millicents(now.Of(o.Account, ledger.USD))
	}
	cents, err := ledger.Payable(owed)
	if err != nil {
		return domain.Payout{}, err
	}
	out, err := decide(cents)
	if err != nil || out.Cents == 0 {
		return out, err
	}
	entry, err := ledger.Payout(p.journal().Head(t, key), owed, out.Cents, out.FeeCents)
	if err != nil {
		return out, err
	}
	if err := p.journal().Book(ctx, t, entry, now); err != nil {
		return out, err
	}
	out.Entry, out.Payee, out.At, out.Method = entry.ID, y.name, t.Now, y.method
	if _, err := t.Exec(ctx, `INSERT INTO payouts (entry, run, account, at, cents, fee, company, holder, reference) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		out.Entry, out.Run, y.id, out.At, out.Cents, out.FeeCents, flag(y.method.Company), y.method.Holder, y.method.Reference); err != nil {
		return out, err
	}
	detail := domain.Dollars(out.Cents)
	if out.FeeCents > 0 {
		detail += ", of it a fee of " + domain.Dollars(out.FeeCents)
	}
	return out, t.Audit(ctx, "payout", y.id, detail)
}

// flag is how a yes is kept.
func flag(yes bool) int {
	if yes {
		return 1
	}
	return 0
}
