package wallet

import (
	"context"
	"database/sql"
	"errors"

	"github.com/jasmincam/jasmincam/internal/backend/ledger"
	"github.com/jasmincam/jasmincam/internal/backend/store/database"
	"github.com/jasmincam/jasmincam/internal/domain"
)

// maxReason is in bytes.
const maxReason = 1000

// Refund takes a tip or a purchase back, once, and returns the new entry's id:
// staff's alone. A shortfall is the house's, nobody's balance becomes negative.
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
		// The update that changes nothing locks the entry: two refunds of it meet here.
		original, err := scanEntry(t.QueryRowContext(ctx, `UPDATE entries SET kind = kind WHERE id = $1 RETURNING id, key, kind, at, position, hash`, entry))
		if errors.Is(err, sql.ErrNoRows) {
			return domain.Errorf("", domain.KindNotFound, "There is no such entry in the ledger.")
		}
		if err != nil {
			return err
		}
		if original.Postings, err = database.Collect(ctx, t, scanPosting, `SELECT account, asset, amount FROM postings WHERE entry = $1 ORDER BY n`, entry); err != nil {
			return err
		}
		if err := w.notRefunded(ctx, t, entry); err != nil {
			return err
		}
		id, err = w.refund(ctx, t, original.Entry, reason)
		return err
	})
	return id, err
}

func (w *Wallet) notRefunded(ctx context.Context, t *database.Tx, entry string) error {
	err := t.QueryRowContext(ctx, `SELECT id FROM entries WHERE key = $1`, "refund/"+entry).Scan(new(string))
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err == nil {
		err = domain.Errorf("", domain.KindConflict, "This was refunded before.")
	}
	return err
}

func (w *Wallet) refund(ctx context.Context, t *database.Tx, original ledger.Entry, reason string) (string, error) {
	var lines []ledger.Line
	for _, p := range original.Postings {
		if p.Account.Bounded() {
			lines = append(lines, ledger.Line{Account: p.Account, Asset: p.Asset})
		}
	}
	gross, income := original.Find("gross", ledger.Face)
	if income { // it may have been too small to earn her anything then, and cost her a lift now
		lines = append(lines, ledger.Line{Account: ledger.Performer(gross.Account.Owner(), gross.Account.Period()), Asset: ledger.USD})
	}
	now, err := w.lock(ctx, t, lines...)
	if err != nil {
		return "", err
	}
	head := head(t, "refund/"+original.ID)
	var entry ledger.Entry
	if original.Kind == ledger.KindPurchase {
		entry, err = ledger.ReversePurchase(head, original, now)
	} else {
		entry, err = ledger.ReverseTip(head, original, now, w.cfg.Levels)
	}
	if err != nil {
		return "", err
	}
	if err := w.book(ctx, t, entry, now); err != nil {
		return "", err
	}
	if original.Kind == ledger.KindPurchase {
		if _, err := t.Exec(ctx, `UPDATE purchases SET state = $2 WHERE 'purchase/' || id = $1`, original.Key, refunded); err != nil {
			return "", err
		}
	}
	paid, _ := original.Find("member", ledger.Credit)
	member := paid.Account.Owner()
	if income {
		if err := remember(ctx, t, gross.Account.Owner(), member, domain.Millicredits(paid.Amount)); err != nil {
			return "", err
		}
	}
	if err := t.Audit(ctx, "refund", member, original.ID+": "+reason); err != nil {
		return "", err
	}
	notes := []database.Note{credits(member, now)}
	if present := w.period(t); income && present.ID == gross.Account.Period() {
		notes = append(notes, w.earnings(gross.Account.Owner(), present, now))
	}
	_, err = t.Post(ctx, notes...)
	return entry.ID, err
}
