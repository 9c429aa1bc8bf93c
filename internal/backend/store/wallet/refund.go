package wallet

import (
	"context"
	"database/sql"
	"errors"
	"strings"

	"github.com/jasmincam/jasmincam/internal/backend/ledger"
	"github.com/jasmincam/jasmincam/internal/backend/store/database"
	"github.com/jasmincam/jasmincam/internal/domain"
)

// maxReason is in bytes.
const maxReason = 1000

// Refund takes a tip, a snapshot's price, what a show was paid, or a purchase back, once, and returns the
// new entry's id: staff's alone. A shortfall is the house's, nobody's balance becomes
// negative; a protected performer keeps her income within limits (domain B9).
// KindForbidden, KindNotFound, KindConflict.
func (w *Wallet) Refund(ctx context.Context, entry, reason string) (string, error) {
	const op = "refund"
	if err := database.StaffOnly(ctx); err != nil {
		return "", database.Fail(op, err)
	}
	if reason = database.Clean(reason); reason == "" || len(reason) > maxReason {
		return "", domain.Errorf(op, domain.KindInvalid, "Write the reason for the refund, at most %d bytes.", maxReason)
	}
	var id string
	err := w.cfg.DB.Write(ctx, op, func(ctx context.Context, t *database.Tx) error {
		original, err := w.original(ctx, t, entry)
		if err != nil {
			return err
		}
		if original.Kind == ledger.KindPurchase {
			id, err = w.takeBack(ctx, t, original, ledger.KindRefund, reason)
		} else {
			id, err = w.giveBack(ctx, t, original, reason)
		}
		return err
	})
	return id, err
}

// original finds an entry that was not taken back yet, and keeps everybody else from it.
func (w *Wallet) original(ctx context.Context, t *database.Tx, id string) (ledger.Entry, error) {
	e, err := w.locked(ctx, t, id)
	if err != nil {
		return e, err
	}
	err = t.QueryRowContext(ctx, `SELECT id FROM entries WHERE key IN ($1, $2)`, "refund/"+id, "chargeback/"+id).Scan(new(string))
	if errors.Is(err, sql.ErrNoRows) {
		return e, nil
	}
	if err == nil {
		err = domain.Errorf("", domain.KindConflict, "This was taken back before.")
	}
	return e, err
}

// locked reads an entry and keeps everybody else from it.
func (w *Wallet) locked(ctx context.Context, t *database.Tx, id string) (ledger.Entry, error) {
	// The update that changes nothing locks the entry: two refunds of it meet here.
	e, err := scanEntry(t.QueryRowContext(ctx, `UPDATE entries SET kind = kind WHERE id = $1 RETURNING id, key, kind, at, position, hash`, id))
	if errors.Is(err, sql.ErrNoRows) {
		return e.Entry, domain.Errorf("", domain.KindNotFound, "There is no such entry in the ledger.")
	}
	if err != nil {
		return e.Entry, err
	}
	e.Postings, err = database.Collect(ctx, t, scanPosting, `SELECT account, asset, amount FROM postings WHERE entry = $1 ORDER BY n`, id)
	return e.Entry, err
}

// bounded are the lines that taking an entry back may change.
func bounded(e ledger.Entry) (lines []ledger.Line) {
	for _, p := range e.Postings {
		if p.Account.Bounded() {
			lines = append(lines, ledger.Line{Account: p.Account, Asset: p.Asset})
		}
	}
	return lines
}

// takeBack reverses a purchase, for why: a refund, or a chargeback.
func (w *Wallet) takeBack(ctx context.Context, t *database.Tx, purchase ledger.Entry, why ledger.Kind, reason string) (string, error) {
	now, err := w.lock(ctx, t, bounded(purchase)...)
	if err != nil {
		return "", err
	}
	entry, err := ledger.ReversePurchase(head(t, string(why)+"/"+purchase.ID), why, purchase, now)
	if err != nil {
		return "", err
	}
	if err := w.book(ctx, t, entry, now); err != nil {
		return "", err
	}
	state := refunded
	if why == ledger.KindChargeback {
		state = chargedBack
	}
	if _, err := t.Exec(ctx, `UPDATE purchases SET state = $2 WHERE id = $1`, strings.TrimPrefix(purchase.Key, "purchase/"), state); err != nil {
		return "", err
	}
	got, _ := purchase.Find("member", ledger.Credit)
	member := got.Account.Owner()
	if err := t.Audit(ctx, string(why), member, purchase.ID+": "+reason); err != nil {
		return "", err
	}
	_, err = t.Post(ctx, credits(member, now))
	return entry.ID, err
}

// chargeBack books what the provider tells of a purchase that the member's bank took
// back. KindConflict when it was not paid.
func (w *Wallet) chargeBack(ctx context.Context, t *database.Tx, p purchase) error {
	const reason = "by the payment provider"
	switch p.State {
	case chargedBack:
		return nil // a second notice of the same chargeback
	case paid, refunded:
	default:
		return domain.Errorf("", domain.KindConflict, "The purchase is %s, so it cannot be charged back.", p.State)
	}
	var id string
	if err := t.QueryRowContext(ctx, `SELECT id FROM entries WHERE key = $1`, "purchase/"+p.ID).Scan(&id); err != nil {
		return err
	}
	if p.State == paid {
		original, err := w.original(ctx, t, id)
		if err != nil {
			return err
		}
		_, err = w.takeBack(ctx, t, original, ledger.KindChargeback, reason)
		return err
	}
	original, err := w.locked(ctx, t, id)
	if err != nil {
		return err
	}
	entry, err := ledger.ChargeRefunded(head(t, "chargeback/"+id), original)
	if err != nil {
		return err
	}
	if err := w.book(ctx, t, entry, ledger.Balances{}); err != nil {
		return err
	}
	if _, err := t.Exec(ctx, `UPDATE purchases SET state = $2 WHERE id = $1`, p.ID, chargedBack); err != nil {
		return err
	}
	return t.Audit(ctx, string(ledger.KindChargeback), p.account, id+": "+reason+", after it was refunded")
}

// giveBack reverses a tip, what a snapshot cost or what a show was paid.
func (w *Wallet) giveBack(ctx context.Context, t *database.Tx, income ledger.Entry, reason string) (string, error) {
	gross, earned := income.Find("gross", ledger.Face)
	if !earned { // the ledger refuses it in words
		_, err := ledger.ReverseIncome(head(t, "refund/"+income.ID), income, "", nil, w.scale())
		return "", err
	}
	performer, period := gross.Account.Owner(), gross.Account.Period()
	member, amount, err := w.payer(ctx, t, income)
	if err != nil {
		return "", err
	}
	// It may have been too small to earn her anything then, and cost her a lift now.
	spared := ledger.Line{Account: ledger.Protected(performer, period), Asset: ledger.Face}
	now, err := w.lock(ctx, t, append(bounded(income), spared,
		ledger.Line{Account: ledger.Performer(performer, period), Asset: ledger.USD},
		ledger.Line{Account: ledger.Member(member), Asset: ledger.Credit})...)
	if err != nil {
		return "", err
	}
	reverse := ledger.ReverseIncome
	within, err := w.spares(ctx, t, performer, domain.Millicents(now[spared]+gross.Amount))
	if err != nil {
		return "", err
	}
	if within {
		reverse = ledger.Absorb
	}
	entry, err := reverse(head(t, "refund/"+income.ID), income, member, now, w.scale())
	if err != nil {
		return "", err
	}
	if err := w.book(ctx, t, entry, now); err != nil {
		return "", err
	}
	if err := remember(ctx, t, performer, member, -amount); err != nil {
		return "", err
	}
	if err := t.Audit(ctx, "refund", member, income.ID+": "+reason); err != nil {
		return "", err
	}
	notes := []database.Note{credits(member, now)}
	if present := w.period(t); present.ID == period {
		notes = append(notes, w.earnings(performer, present, now))
	}
	_, err = t.Post(ctx, notes...)
	return entry.ID, err
}

// payer tells who paid an income, and how much.
func (w *Wallet) payer(ctx context.Context, t *database.Tx, income ledger.Entry) (domain.AccountID, domain.Millicredits, error) {
	if p, ok := income.Find("hold", ledger.Credit); ok {
		h, err := w.hold(ctx, t, string(p.Account.Owner()))
		return h.member, domain.Millicredits(-p.Amount), err
	}
	p, _ := income.Find("member", ledger.Credit)
	return p.Account.Owner(), domain.Millicredits(-p.Amount), nil
}
