package wallet

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/jasmincam/jasmincam/internal/backend/ledger"
	"github.com/jasmincam/jasmincam/internal/backend/store/database"
	"github.com/jasmincam/jasmincam/internal/domain"
)

// maxBudget bounds what may be set, in millicredits: a billion credits.
const maxBudget domain.Millicredits = 1e12

// spans are the civil day, the week from Monday and the month of a moment.
func (w *Wallet) spans(at time.Time) [3]Span {
	zone := w.cfg.Terms.Calendar.Zone
	y, m, d := at.In(zone).Date()
	span := func(fromY int, fromM time.Month, fromD, toY int, toM time.Month, toD int) Span {
		return Span{time.Date(fromY, fromM, fromD, 0, 0, 0, 0, zone).UnixMilli(), time.Date(toY, toM, toD, 0, 0, 0, 0, zone).UnixMilli()}
	}
	monday := d - (int(at.In(zone).Weekday())+6)%7
	return [3]Span{span(y, m, d, y, m, d+1), span(y, m, monday, y, m, monday+7), span(y, m, 1, y, m+1, 1)}
}

// limits reads a member's budget with what is spent of it, as of at.
func (w *Wallet) limits(ctx context.Context, q database.Querier, member domain.AccountID, at time.Time) ([3]domain.Limit, error) {
	var l [3]domain.Limit
	err := q.QueryRowContext(ctx, `SELECT day, week, month FROM budgets WHERE account = $1`, member).Scan(&l[0].Max, &l[1].Max, &l[2].Max)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return l, err
	}
	spans := w.spans(at)
	for i, s := range spans {
		l[i].Frees = s.To
	}
	first := min(spans[1].From, spans[2].From) // a week may begin before the month
	// A refund to a member is money not spent; a refund of a purchase takes credits, but spends none.
	err = q.QueryRowContext(ctx, `SELECT CAST(COALESCE(SUM(CASE WHEN e.at >= $2 THEN -p.amount ELSE 0 END), 0) AS BIGINT),
			CAST(COALESCE(SUM(CASE WHEN e.at >= $3 THEN -p.amount ELSE 0 END), 0) AS BIGINT),
			CAST(COALESCE(SUM(CASE WHEN e.at >= $4 THEN -p.amount ELSE 0 END), 0) AS BIGINT)
		FROM postings p JOIN entries e ON e.id = p.entry
		WHERE p.account = $1 AND p.asset = $5 AND e.at >= $6 AND (e.kind IN ($7, $8, $9, $11) OR (e.kind = $10 AND p.amount > 0))`,
		ledger.Member(member), spans[0].From, spans[1].From, spans[2].From, ledger.Credit, first,
		ledger.KindTip, ledger.KindHold, ledger.KindVoid, ledger.KindRefund, ledger.KindSnapshot).Scan(&l[0].Spent, &l[1].Spent, &l[2].Spent)
	for i := range l {
		l[i].Spent = max(0, l[i].Spent) // what was spent before the span may have come back in it
	}
	return l, err
}

// withinBudget refuses to spend more than the member allows himself. The member's
// balance must be locked, so that two payments cannot both take what is left.
func (w *Wallet) withinBudget(ctx context.Context, t *database.Tx, member domain.AccountID, amount domain.Millicredits) error {
	var sum int64
	err := t.QueryRowContext(ctx, `SELECT day + week + month FROM budgets WHERE account = $1`, member).Scan(&sum)
	if errors.Is(err, sql.ErrNoRows) || (err == nil && sum == 0) {
		return nil
	}
	if err != nil {
		return err
	}
	now := time.UnixMilli(t.Now)
	limits, err := w.limits(ctx, t, member, now)
	if err != nil {
		return err
	}
	var over *domain.Error
	for i, name := range [3]string{"day", "week", "month"} {
		l := limits[i]
		if l.Max == 0 || l.Spent+amount <= l.Max {
			continue
		}
		frees := time.UnixMilli(l.Frees)
		// The longest span that refuses tells when it is worth trying again.
		over = domain.Errorf("", domain.KindLimited, "This would pass your own limit of %s credits a %s: %s are left until it starts anew on %s. You can change the limit in your account.",
			l.Max, name, max(0, l.Max-l.Spent), frees.In(w.cfg.Terms.Calendar.Zone).Format("2 January, 15:04 MST")).Because("budget.over", l.Max, max(0, l.Max-l.Spent))
		over.RetryAfter = frees.Sub(now)
	}
	if over == nil {
		return nil
	}
	return over
}

// Budget tells the acting member's limits and what is spent of them.
func (w *Wallet) Budget(ctx context.Context) (domain.Budget, error) {
	const op = "budget"
	actor := domain.ActorFrom(ctx)
	if err := memberOnly(actor); err != nil {
		return domain.Budget{}, database.Fail(op, err)
	}
	l, err := w.limits(ctx, w.cfg.DB.Reads, actor.Account.ID, w.cfg.Now())
	return domain.Budget{Day: l[0], Week: l[1], Month: l[2]}, database.Fail(op, err)
}

// SetBudget sets the acting member's limits; 0 is none. What is spent already
// counts. KindInvalid.
func (w *Wallet) SetBudget(ctx context.Context, b domain.Budget) (domain.Budget, error) {
	const op = "budget"
	actor := domain.ActorFrom(ctx)
	if err := memberOnly(actor); err != nil {
		return domain.Budget{}, database.Fail(op, err)
	}
	for _, l := range []domain.Limit{b.Day, b.Week, b.Month} {
		if l.Max < 0 || l.Max > maxBudget {
			return domain.Budget{}, domain.Errorf(op, domain.KindInvalid, "A limit is an amount of credits, or 0 for none. Correct it.").Because("budget.amount")
		}
	}
	err := w.cfg.DB.Write(ctx, op, func(ctx context.Context, t *database.Tx) error {
		_, err := t.Exec(ctx, `INSERT INTO budgets (account, day, week, month) VALUES ($1, $2, $3, $4)
			ON CONFLICT (account) DO UPDATE SET day = excluded.day, week = excluded.week, month = excluded.month`,
			actor.Account.ID, b.Day.Max, b.Week.Max, b.Month.Max)
		return err
	})
	if err != nil {
		return domain.Budget{}, err
	}
	return w.Budget(ctx)
}
