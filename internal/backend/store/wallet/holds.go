package wallet

import (
	"context"
	"database/sql"
	"errors"

	"github.com/jasmincam/jasmincam/internal/backend/ledger"
	"github.com/jasmincam/jasmincam/internal/backend/store/database"
	"github.com/jasmincam/jasmincam/internal/domain"
)

// hold is credits set aside for a show; its income belongs to the period in which
// it was made (domain rule 2).
type hold struct {
	id        string
	member    domain.AccountID
	performer string // her name
	period    string
}

// Reserve makes a hold in the transaction of a show. KindPayment, KindInvalid,
// KindNotFound, KindLimited by the member's own budget.
func (w *Wallet) Reserve(ctx context.Context, t *database.Tx, member domain.AccountID, performer string, amount domain.Millicredits) (string, error) {
	earner, err := w.cfg.Rooms.Earner(ctx, t, performer)
	if err != nil {
		return "", err
	}
	id := database.NewID()
	if _, err := t.Exec(ctx, `INSERT INTO holds (id, member, performer, period, at) VALUES ($1, $2, $3, $4, $5)`,
		id, member, earner.ID, w.period(t).ID, t.Now); err != nil {
		return "", err
	}
	return id, w.reserve(ctx, t, member, id, amount, "hold/"+id)
}

func (w *Wallet) reserve(ctx context.Context, t *database.Tx, member domain.AccountID, id string, amount domain.Millicredits, key string) error {
	entry, err := ledger.Reserve(head(t, key), member, id, amount)
	if err != nil {
		return err
	}
	now, err := w.lock(ctx, t, ledger.Line{Account: ledger.Member(member), Asset: ledger.Credit})
	if err != nil {
		return err
	}
	if err := w.withinBudget(ctx, t, member, amount); err != nil {
		return err
	}
	if err := w.book(ctx, t, entry, now); err != nil {
		return err
	}
	_, err = t.Post(ctx, credits(member, now))
	return err
}

// Extend brings a hold up to an amount, as far as the member's credits and own
// budget reach, and tells what it holds then. The key is unique in the hold.
func (w *Wallet) Extend(ctx context.Context, t *database.Tx, id string, upTo domain.Millicredits, key string) (held domain.Millicredits, err error) {
	h, err := w.hold(ctx, t, id)
	if err != nil {
		return 0, err
	}
	line, purse := ledger.Line{Account: ledger.Hold(id), Asset: ledger.Credit}, ledger.Line{Account: ledger.Member(h.member), Asset: ledger.Credit}
	now, err := w.lock(ctx, t, line, purse)
	if err != nil {
		return 0, err
	}
	held = domain.Millicredits(now[line])
	more := min(upTo-held, domain.Millicredits(now[purse]))
	if more <= 0 {
		return held, nil
	}
	err = w.reserve(ctx, t, h.member, id, more, "hold/"+id+"/"+key)
	if domain.KindOf(err) == domain.KindLimited {
		return held, nil
	}
	return held + more, err
}

// Begin has a hold's income belong to the period of the transaction's moment, in
// which its show starts (domain rule 2).
func (w *Wallet) Begin(ctx context.Context, t *database.Tx, id string) error {
	_, err := t.Exec(ctx, `UPDATE holds SET period = $2 WHERE id = $1`, id, w.period(t).ID)
	return err
}

// Take pays a part of a hold to its performer, in the transaction of a show. The key
// is unique in the hold. KindConflict when the hold has less left.
func (w *Wallet) Take(ctx context.Context, t *database.Tx, id string, amount domain.Millicredits, key string) error {
	h, err := w.hold(ctx, t, id)
	if err != nil {
		return err
	}
	earner, err := w.cfg.Rooms.Earner(ctx, t, h.performer)
	if err != nil {
		return err
	}
	income, now, err := w.income(ctx, t, earner, h.period, ledger.Line{Account: ledger.Hold(id), Asset: ledger.Credit})
	if err != nil {
		return err
	}
	entry, err := ledger.Capture(head(t, "capture/"+id+"/"+key), id, amount, income)
	if err != nil {
		return err
	}
	if err := w.book(ctx, t, entry, now); err != nil {
		return err
	}
	if err := remember(ctx, t, earner.ID, h.member, amount); err != nil {
		return err
	}
	return w.tellEarnings(ctx, t, earner.ID, h.period, now)
}

// Release gives what is left of a hold back to the member, in the transaction of a
// show; nothing happens when nothing is left.
func (w *Wallet) Release(ctx context.Context, t *database.Tx, id string) error {
	h, err := w.hold(ctx, t, id)
	if err != nil {
		return err
	}
	line := ledger.Line{Account: ledger.Hold(id), Asset: ledger.Credit}
	now, err := w.lock(ctx, t, line, ledger.Line{Account: ledger.Member(h.member), Asset: ledger.Credit})
	if err != nil || now[line] == 0 {
		return err
	}
	entry, err := ledger.Void(head(t, "void/"+id), h.member, id, domain.Millicredits(now[line]))
	if err != nil {
		return err
	}
	if err := w.book(ctx, t, entry, now); err != nil {
		return err
	}
	_, err = t.Post(ctx, credits(h.member, now))
	return err
}

// Paid tells what of a hold was paid, what its performer earned by it in
// thousandths of a cent, and what its member could still spend, held or not.
func (w *Wallet) Paid(ctx context.Context, q database.Querier, id string) (earned domain.Millicents, left domain.Millicredits, err error) {
	err = q.QueryRowContext(ctx, `SELECT CAST(COALESCE((SELECT SUM(p.amount) FROM entries e JOIN postings p ON p.entry = e.id
			WHERE e.key >= 'capture/' || h.id || '/' AND e.key < 'capture/' || h.id || '0' AND p.account = 'performer:' || h.performer || ':' || h.period), 0) AS BIGINT),
		CAST(COALESCE((SELECT SUM(b.amount) FROM balances b WHERE b.asset = 'CREDIT' AND b.account IN ('hold:' || h.id, 'member:' || h.member)), 0) AS BIGINT)
		FROM holds h WHERE h.id = $1`, id).Scan(&earned, &left)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, 0, nil
	}
	return earned, left, err
}

func (w *Wallet) hold(ctx context.Context, t *database.Tx, id string) (hold, error) {
	h := hold{id: id}
	err := t.QueryRowContext(ctx, `SELECT h.member, h.period, a.name FROM holds h JOIN accounts a ON a.id = h.performer WHERE h.id = $1`, id).
		Scan(&h.member, &h.period, &h.performer)
	return h, err
}

// tellEarnings posts how the present period stands, unless another one was booked.
func (w *Wallet) tellEarnings(ctx context.Context, t *database.Tx, performer domain.AccountID, period string, now ledger.Balances) error {
	present := w.period(t)
	if present.ID != period {
		return nil
	}
	_, err := t.Post(ctx, w.earnings(performer, present, now))
	return err
}
