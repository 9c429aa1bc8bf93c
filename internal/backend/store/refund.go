package store

import (
	"context"
	"database/sql"
	"errors"

	"github.com/jasmincam/jasmincam/internal/backend/ledger"
	"github.com/jasmincam/jasmincam/internal/domain"
)

// Refund takes a tip or a purchase back, once, and returns the new entry's id:
// staff's alone. A shortfall is the house's, nobody's balance becomes negative.
// KindForbidden, KindNotFound, KindConflict.
func (s *Store) Refund(ctx context.Context, entry, reason string) (string, error) {
	const op = "refund"
	if err := staffOnly(ctx); err != nil {
		return "", fail(op, err)
	}
	if reason = clean(reason); reason == "" || len(reason) > maxReason {
		return "", domain.Errorf(op, domain.KindInvalid, "Write the reason for the refund, at most %d bytes.", maxReason)
	}
	var id string
	err := s.write(ctx, op, func(ctx context.Context, t *tx) error {
		// The update that changes nothing locks the entry: two refunds of it meet here.
		original, err := scanEntry(t.QueryRowContext(ctx, `UPDATE entries SET kind = kind WHERE id = $1 RETURNING id, key, kind, at, position, hash`, entry))
		if errors.Is(err, sql.ErrNoRows) {
			return domain.Errorf("", domain.KindNotFound, "There is no such entry in the ledger.")
		}
		if err != nil {
			return err
		}
		if original.Postings, err = collect(ctx, t, scanPosting, `SELECT account, asset, amount FROM postings WHERE entry = $1 ORDER BY n`, entry); err != nil {
			return err
		}
		if err := t.notRefunded(ctx, entry); err != nil {
			return err
		}
		id, err = t.refund(ctx, original.Entry, reason)
		return err
	})
	return id, err
}

func (t *tx) notRefunded(ctx context.Context, entry string) error {
	err := t.QueryRowContext(ctx, `SELECT id FROM entries WHERE key = $1`, "refund/"+entry).Scan(new(string))
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err == nil {
		err = domain.Errorf("", domain.KindConflict, "This was refunded before.")
	}
	return err
}

func (t *tx) refund(ctx context.Context, original ledger.Entry, reason string) (string, error) {
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
	now, err := t.lock(ctx, lines...)
	if err != nil {
		return "", err
	}
	head := t.head("refund/" + original.ID)
	var entry ledger.Entry
	if original.Kind == ledger.KindPurchase {
		entry, err = ledger.ReversePurchase(head, original, now)
	} else {
		entry, err = ledger.ReverseTip(head, original, now, t.s.Levels)
	}
	if err != nil {
		return "", err
	}
	if err := t.book(ctx, entry, now); err != nil {
		return "", err
	}
	if original.Kind == ledger.KindPurchase {
		if _, err := t.exec(ctx, `UPDATE purchases SET state = $2 WHERE 'purchase/' || id = $1`, original.Key, refunded); err != nil {
			return "", err
		}
	}
	paid, _ := original.Find("member", ledger.Credit)
	member := paid.Account.Owner()
	if err := t.audit(ctx, "refund", member, original.ID+": "+reason); err != nil {
		return "", err
	}
	notes := []note{t.credits(member, now)}
	if present := t.period(); income && present.ID == gross.Account.Period() {
		notes = append(notes, t.earnings(gross.Account.Owner(), present, now))
	}
	_, err = t.post(ctx, notes...)
	return entry.ID, err
}
