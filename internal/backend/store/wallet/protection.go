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

// PeriodsSince are the pay periods from a moment to another (Unix ms), oldest first.
func (w *Wallet) PeriodsSince(from, to int64) []domain.Period {
	list := []domain.Period{w.PeriodAt(time.UnixMilli(from))}
	for list[len(list)-1].End <= to {
		list = append(list, w.PeriodAt(time.UnixMilli(list[len(list)-1].End)))
	}
	return list
}

// Protection tells how a performer stands (domain B9). Who passed the level in two
// consecutive closed periods has it, and keeps it until staff says otherwise.
func (w *Wallet) Protection(ctx context.Context, q database.Querier, performer domain.AccountID, now int64) (domain.Protection, error) {
	p := domain.Protection{Level: w.cfg.Terms.Protection.Level, LimitCents: w.cfg.Terms.Protection.LimitCents}
	var created int64
	if err := q.QueryRowContext(ctx, `SELECT name, created FROM accounts WHERE id = $1`, performer).Scan(&p.Performer, &created); err != nil {
		return p, err
	}
	err := q.QueryRowContext(ctx, `SELECT state, since, reason FROM protections WHERE account = $1`, performer).Scan(&p.State, &p.Since, &p.Reason)
	if !errors.Is(err, sql.ErrNoRows) || p.Level == "" {
		if errors.Is(err, sql.ErrNoRows) {
			err = nil
		}
		return p, err
	}
	periods := w.PeriodsSince(created, now)
	periods = periods[:len(periods)-1] // the present one is not closed
	if len(periods) < 2 {
		return p, nil
	}
	accounts, gross := make([]ledger.Account, len(periods)), map[ledger.Account]domain.Millicents{}
	for i, period := range periods {
		accounts[i] = ledger.Gross(performer, period.ID)
	}
	marks, args := database.Marks(accounts, 1)
	kept, err := database.Collect(ctx, q, scanPosting, `SELECT account, asset, amount FROM balances WHERE account IN (`+marks+`)`, args...)
	if err != nil {
		return p, err
	}
	for _, k := range kept {
		gross[k.Account] = domain.Millicents(k.Amount)
	}
	for i := 1; i < len(accounts); i++ {
		if w.cfg.Terms.Protects(gross[accounts[i-1]]) && w.cfg.Terms.Protects(gross[accounts[i]]) {
			p.State, p.Since = domain.ProtectionOn, periods[i].ID
			break
		}
	}
	return p, nil
}

// spares tells whether the house bears a refund of a performer's income, after
// which it would have borne so much of the period's.
func (w *Wallet) spares(ctx context.Context, t *database.Tx, performer domain.AccountID, face domain.Millicents) (bool, error) {
	p, err := w.Protection(ctx, t, performer, t.Now)
	if err != nil || p.State != domain.ProtectionOn {
		return false, err
	}
	// What was reached once stays, even if a refund takes a period below the level.
	if err := keepProtection(ctx, t, performer, p); err != nil {
		return false, err
	}
	return int64(face) <= p.LimitCents*1000, nil
}

func keepProtection(ctx context.Context, t *database.Tx, performer domain.AccountID, p domain.Protection) error {
	_, err := t.Exec(ctx, `INSERT INTO protections (account, state, since, reason, at) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (account) DO UPDATE SET state = excluded.state, since = excluded.since, reason = excluded.reason, at = excluded.at`,
		performer, p.State, p.Since, p.Reason, t.Now)
	return err
}

// SetProtection suspends or ends a performer's protection, or gives it back: staff's
// alone. KindForbidden, KindInvalid, KindNotFound.
func (w *Wallet) SetProtection(ctx context.Context, performer string, c domain.ProtectionChange) (p domain.Protection, err error) {
	const op = "protection"
	if err := database.StaffOnly(ctx); err != nil {
		return p, database.Fail(op, err)
	}
	if c.Reason = database.Clean(c.Reason); c.Reason == "" || len(c.Reason) > maxReason {
		return p, domain.Errorf(op, domain.KindInvalid, "Write the reason, at most %d bytes; she will read it.", maxReason)
	}
	switch c.State {
	case domain.ProtectionOn, domain.ProtectionSuspended, domain.ProtectionEnded:
	default:
		return p, domain.Errorf(op, domain.KindInvalid, "Protection is protected, suspended or ended. Choose one of these.")
	}
	err = w.cfg.DB.Write(ctx, op, func(ctx context.Context, t *database.Tx) error {
		earner, err := w.cfg.Rooms.Earner(ctx, t, performer)
		if err != nil {
			return err
		}
		if p, err = w.Protection(ctx, t, earner.ID, t.Now); err != nil {
			return err
		}
		before := p.State
		p.State, p.Reason = c.State, c.Reason
		if p.Since == "" {
			p.Since = w.period(t).ID
		}
		if err := keepProtection(ctx, t, earner.ID, p); err != nil {
			return err
		}
		return t.Audit(ctx, op, earner.ID, before+" → "+c.State+": "+c.Reason)
	})
	return p, err
}

// Protections lists whom staff may want to decide about: those who passed the level
// in any period, and those about whom it decided before.
func (w *Wallet) Protections(ctx context.Context) ([]domain.Protection, error) {
	const op = "protections"
	if err := database.StaffOnly(ctx); err != nil {
		return nil, database.Fail(op, err)
	}
	ids, err := database.Collect(ctx, w.cfg.DB.Reads, scanOwner, `SELECT a.id FROM accounts a WHERE a.role = $1 AND (EXISTS (SELECT 1 FROM protections p WHERE p.account = a.id)
			OR EXISTS (SELECT 1 FROM balances b WHERE b.account LIKE 'gross:' || a.id || ':%' AND b.amount > $2)) ORDER BY a.name`,
		domain.RolePerformer, w.protectsFrom())
	if err != nil {
		return nil, database.Fail(op, err)
	}
	list := []domain.Protection{}
	for _, id := range ids {
		p, err := w.Protection(ctx, w.cfg.DB.Reads, id, w.cfg.Now().UnixMilli())
		if err != nil {
			return nil, database.Fail(op, err)
		}
		if p.State != "" {
			list = append(list, p)
		}
	}
	return list, nil
}

// protectsFrom is the income that the level of protection begins above.
func (w *Wallet) protectsFrom() domain.Millicents {
	for _, l := range w.cfg.Terms.Levels {
		if l.Name == w.cfg.Terms.Protection.Level {
			return l.From
		}
	}
	return 0
}

func scanOwner(r database.Row) (id domain.AccountID, err error) {
	err = r.Scan(&id)
	return id, err
}
