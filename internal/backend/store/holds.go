package store

import (
	"context"
	"database/sql"
	"errors"

	"github.com/jasmincam/jasmincam/internal/backend/ledger"
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

// Hold sets a member's credits aside for a show with a performer and returns the
// hold's id. The key makes it happen once. KindPayment, KindInvalid, KindConflict,
// KindNotFound.
func (s *Store) Hold(ctx context.Context, member domain.AccountID, performer string, amount domain.Millicredits, key string) (string, error) {
	var id string
	err := s.write(ctx, "hold", func(ctx context.Context, t *tx) (err error) {
		id, _, err = once(ctx, t, "hold/"+string(member), key, []any{performer, amount}, func() (string, error) {
			acc, err := performerAccount(ctx, t, performer)
			if err != nil {
				return "", err
			}
			id := newID()
			if _, err := t.exec(ctx, `INSERT INTO holds (id, member, performer, period, at) VALUES ($1, $2, $3, $4, $5)`,
				id, member, acc.ID, t.period().ID, t.now); err != nil {
				return "", err
			}
			entry, err := ledger.Reserve(t.head("hold/"+id), member, id, amount)
			if err != nil {
				return "", err
			}
			now := ledger.Balances{}
			if err := t.book(ctx, entry, now); err != nil {
				return "", err
			}
			_, err = t.post(ctx, t.credits(member, now))
			return id, err
		})
		return err
	})
	return id, err
}

// Capture pays a part of a hold to its performer. The key, unique in the hold,
// makes it happen once. KindConflict when the hold has less left, KindNotFound.
func (s *Store) Capture(ctx context.Context, id string, amount domain.Millicredits, key string) error {
	return s.write(ctx, "capture", func(ctx context.Context, t *tx) error {
		_, _, err := once(ctx, t, "capture/"+id, key, amount, func() (string, error) {
			h, err := t.hold(ctx, id)
			if err != nil {
				return "", err
			}
			r, err := findRoom(ctx, t, h.performer)
			if err != nil {
				return "", err
			}
			income, now, err := t.income(ctx, r, h.period, ledger.Line{Account: ledger.Hold(id), Asset: ledger.Credit})
			if err != nil {
				return "", err
			}
			entry, err := ledger.Capture(t.head("capture/"+id+"/"+key), id, amount, income)
			if err != nil {
				return "", err
			}
			if err := t.book(ctx, entry, now); err != nil {
				return "", err
			}
			return entry.ID, t.tellEarnings(ctx, r.owner, h.period, now)
		})
		return err
	})
}

// Void gives what is left of a hold back to the member; nothing happens when
// nothing is left. KindNotFound.
func (s *Store) Void(ctx context.Context, id string) error {
	return s.write(ctx, "void", func(ctx context.Context, t *tx) error {
		h, err := t.hold(ctx, id)
		if err != nil {
			return err
		}
		line := ledger.Line{Account: ledger.Hold(id), Asset: ledger.Credit}
		now, err := t.lock(ctx, line, ledger.Line{Account: ledger.Member(h.member), Asset: ledger.Credit})
		if err != nil || now[line] == 0 {
			return err
		}
		entry, err := ledger.Void(t.head("void/"+id), h.member, id, domain.Millicredits(now[line]))
		if err != nil {
			return err
		}
		if err := t.book(ctx, entry, now); err != nil {
			return err
		}
		_, err = t.post(ctx, t.credits(h.member, now))
		return err
	})
}

func (t *tx) hold(ctx context.Context, id string) (hold, error) {
	h := hold{id: id}
	err := t.QueryRowContext(ctx, `SELECT h.member, h.period, a.name FROM holds h JOIN accounts a ON a.id = h.performer WHERE h.id = $1`, id).
		Scan(&h.member, &h.period, &h.performer)
	if errors.Is(err, sql.ErrNoRows) {
		err = domain.Errorf("", domain.KindNotFound, "There is no such hold.")
	}
	return h, err
}

// tellEarnings posts how the present period stands, unless another one was booked.
func (t *tx) tellEarnings(ctx context.Context, performer domain.AccountID, period string, now ledger.Balances) error {
	present := t.period()
	if present.ID != period {
		return nil
	}
	_, err := t.post(ctx, t.earnings(performer, present, now))
	return err
}
