package wallet

import (
	"context"
	"database/sql"

	"github.com/jasmincam/jasmincam/internal/backend/ledger"
	"github.com/jasmincam/jasmincam/internal/backend/store/database"
	"github.com/jasmincam/jasmincam/internal/domain"
)

// Affords refuses what a member could not pay at this moment; it books nothing.
// KindPayment, KindLimited by the member's own budget.
func (w *Wallet) Affords(ctx context.Context, t *database.Tx, member domain.AccountID, amount domain.Millicredits) error {
	line := ledger.Line{Account: ledger.Member(member), Asset: ledger.Credit}
	now, err := w.lock(ctx, t, line)
	if err != nil {
		return err
	}
	if now[line] < int64(amount) {
		return domain.Errorf("", domain.KindPayment, "You do not have enough credits. Get credits first.").Because("credits.few")
	}
	return w.withinBudget(ctx, t, member, amount)
}

// Sell pays a performer for a snapshot in the transaction that delivers it, and
// returns the entry with what both are to be told of their money. It writes nothing
// when it refuses: KindPayment, KindLimited by the member's own budget.
func (w *Wallet) Sell(ctx context.Context, t *database.Tx, member domain.AccountID, performer string, amount domain.Millicredits, id string) (entry string, told []database.Note, err error) {
	earner, err := w.cfg.Rooms.Earner(ctx, t, performer)
	if err != nil {
		return "", nil, err
	}
	period := w.period(t)
	income, now, err := w.income(ctx, t, earner, period.ID, ledger.Line{Account: ledger.Member(member), Asset: ledger.Credit})
	if err != nil {
		return "", nil, err
	}
	if err := w.withinBudget(ctx, t, member, amount); err != nil {
		return "", nil, err
	}
	e, err := ledger.Snapshot(head(t, "snapshot/"+id), member, amount, income)
	if err != nil {
		return "", nil, err
	}
	if err := w.book(ctx, t, e, now); err != nil {
		return "", nil, err
	}
	if err := remember(ctx, t, earner.ID, member, amount); err != nil {
		return "", nil, err
	}
	return e.ID, []database.Note{w.earnings(earner.ID, period, now), credits(member, now)}, nil
}

// snapshots sums what a performer's snapshots brought in a period and ever, less
// what was refunded of them; nil when she never sold one.
func snapshots(ctx context.Context, t *sql.Tx, performer domain.AccountID, period string) (*domain.SnapshotSum, error) {
	var s domain.SnapshotSum
	err := t.QueryRowContext(ctx, `SELECT
			CAST(COALESCE(SUM(CASE WHEN p.account = $2 AND p.amount > 0 THEN 1 ELSE 0 END), 0) AS BIGINT),
			CAST(COALESCE(SUM(CASE WHEN p.account = $2 THEN p.amount ELSE 0 END), 0) AS BIGINT),
			CAST(COALESCE(SUM(CASE WHEN p.account = $3 THEN p.amount ELSE 0 END), 0) AS BIGINT),
			CAST(COALESCE(SUM(CASE WHEN p.account LIKE 'gross:%' AND p.amount > 0 THEN 1 ELSE 0 END), 0) AS BIGINT),
			CAST(COALESCE(SUM(CASE WHEN p.account LIKE 'gross:%' THEN p.amount ELSE 0 END), 0) AS BIGINT),
			CAST(COALESCE(SUM(CASE WHEN p.account LIKE 'performer:%' THEN p.amount ELSE 0 END), 0) AS BIGINT)
		FROM (SELECT entry AS id FROM snapshots WHERE performer = $1 AND state = 'sold'
			UNION ALL SELECT e.id FROM snapshots s JOIN entries e ON e.key = 'refund/' || s.entry WHERE s.performer = $1 AND s.state = 'sold') mine
		JOIN postings p ON p.entry = mine.id`,
		performer, ledger.Gross(performer, period), ledger.Performer(performer, period)).
		Scan(&s.Sold, &s.Gross, &s.Own, &s.AllSold, &s.AllGross, &s.AllOwn)
	if err != nil || s.AllSold == 0 {
		return nil, err
	}
	return &s, nil
}

// kept is a snapshot's own id while its picture is there, else "".
func (w *Wallet) kept(ctx context.Context, snapshot string) (id string, err error) {
	err = w.cfg.DB.Reads.QueryRowContext(ctx, `SELECT COALESCE(MAX(snapshot), '') FROM snapshot_pictures WHERE snapshot = $1`, snapshot).Scan(&id)
	return id, err
}
