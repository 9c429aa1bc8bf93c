package store

import (
	"context"
	"database/sql"
	"errors"

	"github.com/jasmincam/jasmincam/internal/backend/ledger"
	"github.com/jasmincam/jasmincam/internal/domain"
)

// The states of a purchase.
const (
	pending  = "pending"
	paid     = "paid"
	failed   = "failed"
	refunded = "refunded"
)

const purchaseColumns = `id, account, package, credits, bonus, cents, state`

type purchase struct {
	domain.Purchase
	account domain.AccountID
}

func scanPurchase(r row) (p purchase, err error) {
	err = r.Scan(&p.ID, &p.account, &p.Package, &p.Credits, &p.Bonus, &p.Cents, &p.State)
	if errors.Is(err, sql.ErrNoRows) {
		err = domain.Errorf("", domain.KindNotFound, "There is no such purchase.")
	}
	return p, err
}

// Buy opens a purchase of a package, with the bonus that it brings if it is the
// first one to be paid. The checkout's address is the wiring's to fill in.
// KindInvalid, KindForbidden, KindConflict.
func (s *Store) Buy(ctx context.Context, pkg, key string) (domain.Purchase, error) {
	const op = "purchase"
	actor := domain.ActorFrom(ctx)
	if err := memberOnly(actor); err != nil {
		return domain.Purchase{}, fail(op, err)
	}
	chosen, err := s.pack(pkg)
	if err != nil {
		return domain.Purchase{}, fail(op, err)
	}
	var p purchase
	var replay bool
	err = s.write(ctx, op, func(ctx context.Context, t *tx) error {
		var id string
		id, replay, err = once(ctx, t, "buy/"+string(actor.Account.ID), key, pkg, func() (string, error) {
			first, err := firstPurchase(ctx, t, actor.Account.ID)
			if err != nil {
				return "", err
			}
			var bonus domain.Millicredits
			if first {
				bonus = ledger.FirstBonus(chosen.Credits)
			}
			id := newID()
			_, err = t.exec(ctx, `INSERT INTO purchases (`+purchaseColumns+`, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
				id, actor.Account.ID, chosen.ID, chosen.Credits, bonus, chosen.Cents, pending, t.now)
			return id, err
		})
		if err != nil {
			return err
		}
		p, err = scanPurchase(t.QueryRowContext(ctx, `SELECT `+purchaseColumns+` FROM purchases WHERE id = $1`, id))
		return err
	})
	if err != nil {
		return domain.Purchase{}, err
	}
	if replay {
		domain.NoteReplay(ctx)
	}
	return p.Purchase, nil
}

func (s *Store) pack(id string) (domain.Package, error) {
	for _, p := range s.Packages {
		if p.ID == id {
			return p, nil
		}
	}
	return domain.Package{}, domain.Errorf("", domain.KindInvalid, "There is no such package. Choose one from the list.")
}

func memberOnly(actor domain.Actor) error {
	switch actor.Role() {
	case domain.RoleMember:
		return nil
	case domain.RoleGuest:
		return domain.Errorf("", domain.KindUnauthenticated, "Sign in to get credits.")
	default:
		return domain.Errorf("", domain.KindForbidden, "Only members have credits. Sign in with a member's account.")
	}
}

// firstPurchase tells whether the member has not paid anything yet.
func firstPurchase(ctx context.Context, q querier, member domain.AccountID) (bool, error) {
	var n int64
	err := q.QueryRowContext(ctx, `SELECT COUNT(*) FROM purchases WHERE account = $1 AND state IN ($2, $3)`, member, paid, refunded).Scan(&n)
	return n == 0, err
}

// Purchase shows one of the acting member's own. KindNotFound.
func (s *Store) Purchase(ctx context.Context, id string) (domain.Purchase, error) {
	const op = "purchase"
	actor := domain.ActorFrom(ctx)
	if err := memberOnly(actor); err != nil {
		return domain.Purchase{}, fail(op, err)
	}
	p, err := scanPurchase(s.reads.QueryRowContext(ctx, `SELECT `+purchaseColumns+` FROM purchases WHERE id = $1 AND account = $2`, id, actor.Account.ID))
	return p.Purchase, fail(op, err)
}

// Settle books a payment notice once, however often it comes. Nobody's rights are
// asked: the caller has checked the provider's signature. KindInvalid, KindNotFound,
// KindConflict when the notice contradicts the purchase or an earlier notice.
func (s *Store) Settle(ctx context.Context, n domain.PaymentNotice) error {
	const op = "payment"
	if (n.State != paid && n.State != failed) || n.ID == "" || len(n.ID) > 200 {
		return domain.Errorf(op, domain.KindInvalid, "The notice must have an id and the state paid or failed.")
	}
	return s.write(ctx, op, func(ctx context.Context, t *tx) error {
		// The update that changes nothing locks the purchase on both databases.
		p, err := scanPurchase(t.QueryRowContext(ctx, `UPDATE purchases SET state = state WHERE id = $1 RETURNING `+purchaseColumns, n.Purchase))
		if err != nil {
			return err
		}
		added, err := t.exec(ctx, `INSERT INTO notices (id, purchase, state, cents, at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (id) DO NOTHING`,
			n.ID, n.Purchase, n.State, n.Cents, t.now)
		if err != nil {
			return err
		}
		if added == 0 {
			return t.sameNotice(ctx, n)
		}
		switch {
		case n.Cents != p.Cents:
			return domain.Errorf("", domain.KindConflict, "The notice is about another amount than the purchase.")
		case n.State == paid && (p.State == pending || p.State == failed):
			return t.settle(ctx, p)
		case n.State == failed && p.State == pending:
			_, err = t.exec(ctx, `UPDATE purchases SET state = $2 WHERE id = $1`, p.ID, failed)
			return err
		case n.State == failed && p.State != failed:
			return domain.Errorf("", domain.KindConflict, "The purchase is paid already.")
		}
		return nil
	})
}

// sameNotice accepts a notice that came before, unless it says something else now.
func (t *tx) sameNotice(ctx context.Context, n domain.PaymentNotice) error {
	var before domain.PaymentNotice
	err := t.QueryRowContext(ctx, `SELECT purchase, state, cents FROM notices WHERE id = $1`, n.ID).Scan(&before.Purchase, &before.State, &before.Cents)
	if err == nil && (before.Purchase != n.Purchase || before.State != n.State || before.Cents != n.Cents) {
		err = domain.Errorf("", domain.KindConflict, "A notice of this id said something else before.")
	}
	return err
}

func (t *tx) settle(ctx context.Context, p purchase) error {
	free, locked := ledger.Line{Account: ledger.Member(p.account), Asset: ledger.Credit}, ledger.Line{Account: ledger.Bonus(p.account), Asset: ledger.Credit}
	now, err := t.lock(ctx, free, locked) // before asking for the first purchase: two notices may come at once
	if err != nil {
		return err
	}
	first, err := firstPurchase(ctx, t, p.account)
	if err != nil {
		return err
	}
	var bonus domain.Millicredits
	if first {
		bonus = ledger.FirstBonus(p.Credits)
	}
	if _, err := t.exec(ctx, `UPDATE purchases SET state = $2, bonus = $3 WHERE id = $1`, p.ID, paid, bonus); err != nil {
		return err
	}
	entry, err := ledger.Purchase(t.head("purchase/"+p.ID), ledger.Sale{
		Member: p.account, Credits: p.Credits, Cents: p.Cents, First: first, Locked: domain.Millicredits(now[locked]),
	})
	if err != nil {
		return err
	}
	if err := t.book(ctx, entry, now); err != nil {
		return err
	}
	_, err = t.post(ctx, t.credits(p.account, now))
	return err
}
