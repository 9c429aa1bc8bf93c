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

// The states of a purchase.
const (
	pending     = "pending"
	paid        = "paid"
	failed      = "failed"
	refunded    = "refunded"
	chargedBack = "charged_back"
)

// A member opens at most maxPending purchases within pendingFor without paying one (C).
const (
	maxPending = 20
	pendingFor = 24 * time.Hour
)

const purchaseColumns = `id, account, package, credits, bonus, cents, state`

type purchase struct {
	domain.Purchase
	account domain.AccountID
}

func scanPurchase(r database.Row) (p purchase, err error) {
	err = r.Scan(&p.ID, &p.account, &p.Package, &p.Credits, &p.Bonus, &p.Cents, &p.State)
	if errors.Is(err, sql.ErrNoRows) {
		err = domain.Errorf("", domain.KindNotFound, "There is no such purchase.").Because("credits.none")
	}
	return p, err
}

// Buy opens a purchase of a package, with the bonus that it brings if it is the
// first one to be paid. The checkout's address is the wiring's to fill in.
// KindInvalid, KindForbidden, KindConflict, KindLimited when too many are unpaid.
func (w *Wallet) Buy(ctx context.Context, pkg, key string) (domain.Purchase, error) {
	const op = "purchase"
	actor := domain.ActorFrom(ctx)
	if err := memberOnly(actor); err != nil {
		return domain.Purchase{}, database.Fail(op, err)
	}
	chosen, err := w.pack(pkg)
	if err != nil {
		return domain.Purchase{}, database.Fail(op, err)
	}
	var p purchase
	var replay bool
	err = w.cfg.DB.Write(ctx, op, func(ctx context.Context, t *database.Tx) error {
		var id string
		id, replay, err = database.Once(ctx, t, "buy/"+string(actor.Account.ID), key, pkg, func() (string, error) {
			if err := fewPending(ctx, t, actor.Account.ID); err != nil {
				return "", err
			}
			first, err := firstPurchase(ctx, t, actor.Account.ID)
			if err != nil {
				return "", err
			}
			var bonus domain.Millicredits
			if first {
				bonus = ledger.FirstBonus(chosen.Credits)
			}
			id := database.NewID()
			_, err = t.Exec(ctx, `INSERT INTO purchases (`+purchaseColumns+`, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
				id, actor.Account.ID, chosen.ID, chosen.Credits, bonus, chosen.Cents, pending, t.Now)
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

func (w *Wallet) pack(id string) (domain.Package, error) {
	for _, p := range w.cfg.Packages {
		if p.ID == id {
			return p, nil
		}
	}
	return domain.Package{}, domain.Errorf("", domain.KindInvalid, "There is no such package. Choose one from the list.").Because("package.none")
}

func memberOnly(actor domain.Actor) error {
	switch actor.Role() {
	case domain.RoleMember:
		return nil
	case domain.RoleGuest:
		return domain.Errorf("", domain.KindUnauthenticated, "Sign in to get credits.").Because("credits.signin")
	default:
		return domain.Errorf("", domain.KindForbidden, "Only members have credits. Sign in with a member's account.").Because("credits.member")
	}
}

// fewPending refuses one more purchase to whoever opened many and paid none of them.
func fewPending(ctx context.Context, t *database.Tx, member domain.AccountID) error {
	var n, oldest int64
	err := t.QueryRowContext(ctx, `SELECT COUNT(*), COALESCE(MIN(at), 0) FROM purchases WHERE account = $1 AND state = $2 AND at > $3`,
		member, pending, t.Now-pendingFor.Milliseconds()).Scan(&n, &oldest)
	if err != nil || n < maxPending {
		return err
	}
	e := domain.Errorf("", domain.KindLimited, "You have opened %d purchases and not paid them. Pay one of those, or try again tomorrow.", n).Because("purchases.open", n)
	e.RetryAfter = pendingFor - time.Duration(t.Now-oldest)*time.Millisecond
	return e
}

// firstPurchase tells whether the member has not paid anything yet.
func firstPurchase(ctx context.Context, q database.Querier, member domain.AccountID) (bool, error) {
	var n int64
	err := q.QueryRowContext(ctx, `SELECT COUNT(*) FROM purchases WHERE account = $1 AND state IN ($2, $3, $4)`, member, paid, refunded, chargedBack).Scan(&n)
	return n == 0, err
}

// Purchase shows one of the acting member's own. KindNotFound.
func (w *Wallet) Purchase(ctx context.Context, id string) (domain.Purchase, error) {
	const op = "purchase"
	actor := domain.ActorFrom(ctx)
	if err := memberOnly(actor); err != nil {
		return domain.Purchase{}, database.Fail(op, err)
	}
	p, err := scanPurchase(w.cfg.DB.Reads.QueryRowContext(ctx, `SELECT `+purchaseColumns+` FROM purchases WHERE id = $1 AND account = $2`, id, actor.Account.ID))
	return p.Purchase, database.Fail(op, err)
}

// Settle books a payment notice once, however often it comes. Nobody's rights are
// asked: the caller has checked the provider's signature. KindInvalid, KindNotFound,
// KindConflict when the notice contradicts the purchase or an earlier notice.
func (w *Wallet) Settle(ctx context.Context, n domain.PaymentNotice) error {
	const op = "payment"
	if (n.State != paid && n.State != failed && n.State != chargedBack) || n.ID == "" || len(n.ID) > 200 {
		return domain.Errorf(op, domain.KindInvalid, "The notice must have an id and the state paid, failed or charged_back.")
	}
	return w.cfg.DB.Write(ctx, op, func(ctx context.Context, t *database.Tx) error {
		// The update that changes nothing locks the purchase on both databases.
		p, err := scanPurchase(t.QueryRowContext(ctx, `UPDATE purchases SET state = state WHERE id = $1 RETURNING `+purchaseColumns, n.Purchase))
		if err != nil {
			return err
		}
		added, err := t.Exec(ctx, `INSERT INTO notices (id, purchase, state, cents, at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (id) DO NOTHING`,
			n.ID, n.Purchase, n.State, n.Cents, t.Now)
		if err != nil {
			return err
		}
		if added == 0 {
			return w.sameNotice(ctx, t, n)
		}
		switch {
		case n.Cents != p.Cents:
			return domain.Errorf("", domain.KindConflict, "The notice is about another amount than the purchase.")
		case n.State == paid && (p.State == pending || p.State == failed):
			return w.settle(ctx, t, p)
		case n.State == failed && p.State == pending:
			_, err = t.Exec(ctx, `UPDATE purchases SET state = $2 WHERE id = $1`, p.ID, failed)
			return err
		case n.State == chargedBack:
			return w.chargeBack(ctx, t, p)
		case n.State == failed && p.State != failed:
			return domain.Errorf("", domain.KindConflict, "The purchase is paid already.")
		}
		return nil
	})
}

// sameNotice accepts a notice that came before, unless it says something else now.
func (w *Wallet) sameNotice(ctx context.Context, t *database.Tx, n domain.PaymentNotice) error {
	var before domain.PaymentNotice
	err := t.QueryRowContext(ctx, `SELECT purchase, state, cents FROM notices WHERE id = $1`, n.ID).Scan(&before.Purchase, &before.State, &before.Cents)
	if err == nil && (before.Purchase != n.Purchase || before.State != n.State || before.Cents != n.Cents) {
		err = domain.Errorf("", domain.KindConflict, "A notice of this id said something else before.")
	}
	return err
}

func (w *Wallet) settle(ctx context.Context, t *database.Tx, p purchase) error {
	free, locked := ledger.Line{Account: ledger.Member(p.account), Asset: ledger.Credit}, ledger.Line{Account: ledger.Bonus(p.account), Asset: ledger.Credit}
	sale, lines := ledger.Sale{Member: p.account, Credits: p.Credits, Cents: p.Cents}, []ledger.Line{free, locked}
	var err error
	if sale.Referrer, err = w.referrer(ctx, t, p.account); err != nil {
		return err
	}
	if sale.Referrer != "" {
		sale.Percent, sale.Period = w.cfg.Terms.Referral, w.period(t).ID
		lines = append(lines, ledger.Line{Account: ledger.Referrer(sale.Referrer, sale.Period), Asset: ledger.USD})
	}
	now, err := w.lock(ctx, t, lines...) // before asking for the first purchase: two notices may come at once
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
	if _, err := t.Exec(ctx, `UPDATE purchases SET state = $2, bonus = $3 WHERE id = $1`, p.ID, paid, bonus); err != nil {
		return err
	}
	sale.First, sale.Locked = first, domain.Millicredits(now[locked])
	entry, err := ledger.Purchase(head(t, "purchase/"+p.ID), sale)
	if err != nil {
		return err
	}
	if err := w.book(ctx, t, entry, now); err != nil {
		return err
	}
	_, err = t.Post(ctx, credits(p.account, now))
	return err
}
