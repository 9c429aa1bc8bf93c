package payroll

import (
	"context"

	"github.com/jasmincam/jasmincam/internal/backend/ledger"
	"github.com/jasmincam/jasmincam/internal/backend/store/database"
	"github.com/jasmincam/jasmincam/internal/domain"
)

// Payee implements domain.Payroll.
func (p *Payroll) Payee(ctx context.Context, name string) (domain.Payee, error) {
	const op = "payroll"
	y, err := p.own(ctx, p.cfg.DB.Reads, name)
	if err != nil {
		return domain.Payee{}, database.Fail(op, err)
	}
	now, t := p.cfg.Now().UnixMilli(), p.cfg.Terms.Payout
	d, err := p.dues(ctx, p.cfg.DB.Reads, y, now)
	if err != nil {
		return domain.Payee{}, database.Fail(op, err)
	}
	out := domain.Payee{Name: y.name, Role: y.role, LimitCents: y.limit, LowestCents: t.MinCents, HighestCents: t.MaxCents, Method: y.method, Next: d.next}
	for _, part := range []struct {
		owed  []ledger.Owed
		cents *int64
	}{{d.open, &out.OpenCents}, {d.payable, &out.PayableCents}, {d.closed(), &out.ClosedCents}} {
		if *part.cents, err = ledger.Payable(part.owed); err != nil {
			return out, database.Fail(op, err)
		}
	}
	if d.next > 0 {
		out.NextDay = p.cfg.Terms.Day(d.next)
	}
	out.Held = y.held(out.PayableCents)
	if i := p.immediate(out.ClosedCents); y.refusesNow(i) == nil {
		out.Now = &i
	}
	if err := p.history(ctx, y, &out, now); err != nil {
		return out, database.Fail(op, err)
	}
	switch y.role {
	case domain.RolePerformer:
		protection, err := p.cfg.Books.Protection(ctx, p.cfg.DB.Reads, y.id, now)
		out.Protection = &protection
		return out, database.Fail(op, err)
	default:
		out.Performers, err = p.dependents(ctx, y, now)
		return out, database.Fail(op, err)
	}
}

// history fills in periods, payouts and the referral.
func (p *Payroll) history(ctx context.Context, y payee, out *domain.Payee, now int64) (err error) {
	periods := p.cfg.Books.PeriodsSince(y.created, now)
	if out.Referral, err = p.cfg.Books.Referral(ctx, y.id, periods); err != nil {
		return err
	}
	latest := periods[max(0, len(periods)-domain.PayslipPeriods):]
	if out.Periods, err = p.sums(ctx, y, latest); err != nil {
		return err
	}
	out.Payouts, err = p.payouts(ctx, p.cfg.DB.Reads, `o.account = $1 ORDER BY o.at DESC, o.entry DESC LIMIT $2`, y.id, domain.PayslipPeriods)
	return err
}

// sums are what each period brought and paid, newest first.
func (p *Payroll) sums(ctx context.Context, y payee, periods []domain.Period) ([]domain.PeriodSum, error) {
	var accounts []ledger.Account
	place := map[string]int{}
	out := make([]domain.PeriodSum, len(periods))
	for i, period := range periods {
		accounts = append(accounts, y.accounts(period.ID)...)
		at := len(periods) - 1 - i
		place[period.ID], out[at] = at, domain.PeriodSum{Period: period, Through: p.cfg.Terms.Day(period.End - 1), Payable: p.cfg.Terms.Day(p.cfg.Terms.Payable(period))}
	}
	marks, args := database.Marks(accounts, 3)
	list, err := database.Collect(ctx, p.cfg.DB.Reads, func(r database.Row) (s sum, err error) {
		err = r.Scan(&s.account, &s.earned, &s.paid)
		return s, err
	}, `SELECT p.account, CAST(SUM(CASE WHEN e.kind = $2 THEN 0 ELSE p.amount END) AS BIGINT), CAST(SUM(CASE WHEN e.kind = $2 THEN p.amount ELSE 0 END) AS BIGINT)
		FROM postings p JOIN entries e ON e.id = p.entry WHERE p.asset = $1 AND p.account IN (`+marks+`) GROUP BY p.account`,
		append([]any{ledger.USD, ledger.KindPayout}, args...)...)
	for _, s := range list {
		line := &out[place[s.account.Period()]]
		line.Earned += s.earned
		line.Paid -= s.paid
		line.Left += s.earned + s.paid
	}
	return out, err
}

type sum struct {
	account      ledger.Account
	earned, paid domain.Millicents
}

// dependents are a studio's performers, by name.
func (p *Payroll) dependents(ctx context.Context, studio payee, now int64) ([]domain.Dependent, error) {
	type line struct {
		payee
		percent int64
	}
	list, err := database.Collect(ctx, p.cfg.DB.Reads, func(r database.Row) (l line, err error) {
		l.payee, err = p.scan(after{r, &l.percent})
		return l, err
	}, `SELECT a.studio_percent, `+payeeColumns+` WHERE a.studio = $1 AND a.role = $2 ORDER BY a.name`, studio.id, domain.RolePerformer)
	out := []domain.Dependent{}
	for _, l := range list {
		protection, err := p.cfg.Books.Protection(ctx, p.cfg.DB.Reads, l.id, now)
		if err != nil {
			return nil, err
		}
		out = append(out, domain.Dependent{Name: l.name, StudioShare: l.percent, LimitCents: l.limit, ProtectedNow: protection.State == domain.ProtectionOn})
	}
	return out, err
}

// after is a row whose first column goes elsewhere.
type after struct {
	database.Row
	first any
}

// Scan implements database.Row.
func (a after) Scan(dest ...any) error { return a.Row.Scan(append([]any{a.first}, dest...)...) }

// immediate is what a payout of cents at once would be.
func (p *Payroll) immediate(cents int64) domain.Immediate {
	return domain.Immediate{Cents: cents, FeeCents: p.cfg.Terms.Payout.Fee(cents)}
}

// refusesNow tells why an immediate payout is not possible.
func (y payee) refusesNow(i domain.Immediate) error {
	switch {
	case y.state == domain.StateSuspended:
		return domain.Errorf("", domain.KindForbidden, "This account is suspended, so nothing is paid out. Contact support.").Because("payout.suspended")
	case y.method.Reference == "":
		return domain.Errorf("", domain.KindConflict, "Write first where your money is to go.").Because("payout.method")
	case i.Cents <= i.FeeCents:
		return domain.Errorf("", domain.KindConflict, "What your closed periods have left is not more than the fee. Wait for the next payout.").Because("payout.none")
	}
	return nil
}

// PayNow implements domain.Payroll.
func (p *Payroll) PayNow(ctx context.Context, name string, i domain.Immediate) (out domain.Payout, err error) {
	const op = "immediate payout"
	var replay bool
	err = p.cfg.DB.Write(ctx, op, func(ctx context.Context, t *database.Tx) error {
		y, err := p.own(ctx, t, name)
		if err != nil {
			return err
		}
		out, replay, err = database.Once(ctx, t, "payout/"+string(y.id), i.Key, []int64{i.Cents, i.FeeCents}, func() (domain.Payout, error) {
			d, err := p.dues(ctx, t, y, t.Now)
			if err != nil {
				return domain.Payout{}, err
			}
			return p.pay(ctx, t, y, d.closed(), "payout/now/"+string(y.id)+"/"+i.Key, func(cents int64) (domain.Payout, error) {
				now := p.immediate(cents)
				if err := y.refusesNow(now); err != nil {
					return domain.Payout{}, err
				}
				if now.Cents != i.Cents || now.FeeCents != i.FeeCents {
					return domain.Payout{}, domain.Errorf("", domain.KindConflict, "The sum has changed since you looked. Look at it again.").Because("payout.changed")
				}
				return domain.Payout{Cents: now.Cents, FeeCents: now.FeeCents}, nil
			})
		})
		return err
	})
	if err != nil {
		return domain.Payout{}, err
	}
	if replay {
		domain.NoteReplay(ctx)
	}
	return out, nil
}

// payouts reads what was paid.
func (p *Payroll) payouts(ctx context.Context, q database.Querier, where string, args ...any) ([]domain.Payout, error) {
	return database.Collect(ctx, q, func(r database.Row) (o domain.Payout, err error) {
		var company int64
		err = r.Scan(&o.Entry, &o.Payee, &o.At, &o.Run, &o.Cents, &o.FeeCents, &company, &o.Method.Holder, &o.Method.Reference)
		o.Method.Company = company != 0
		return o, err
	}, `SELECT o.entry, a.name, o.at, o.run, o.cents, o.fee, o.company, o.holder, o.reference FROM payouts o JOIN accounts a ON a.id = o.account WHERE `+where, args...)
}
