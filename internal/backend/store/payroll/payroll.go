package payroll

import (
	"context"
	"database/sql"
	"errors"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/jasmincam/jasmincam/internal/backend/ledger"
	"github.com/jasmincam/jasmincam/internal/backend/store/database"
	"github.com/jasmincam/jasmincam/internal/backend/store/wallet"
	"github.com/jasmincam/jasmincam/internal/domain"
)

// Books are what the payroll needs of the wallet.
type Books interface {
	Journal() wallet.Journal
	PeriodAt(at time.Time) domain.Period
	PeriodsSince(from, to int64) []domain.Period
	Period(id string, now time.Time) (domain.Period, error)
	Referral(ctx context.Context, account domain.AccountID, periods []domain.Period) (domain.Referral, error)
	Protection(ctx context.Context, q database.Querier, performer domain.AccountID, now int64) (domain.Protection, error)
}

// Config is what a Payroll needs; all of it.
type Config struct {
	DB    *database.DB
	Books Books
	Terms domain.Terms
	Now   func() time.Time
}

// Payroll pays. It is safe for concurrent use.
type Payroll struct{ cfg Config }

// New makes the payroll of a database.
func New(c Config) *Payroll { return &Payroll{cfg: c} }

func (p *Payroll) journal() wallet.Journal { return p.cfg.Books.Journal() }

// payee is an account that can be paid, with what it chose.
type payee struct {
	id      domain.AccountID
	name    string
	role    domain.Role
	state   domain.AccountState
	studio  domain.AccountID
	created int64
	limit   int64 // cents
	method  domain.PayoutMethod
}

const payeeColumns = `a.id, a.name, a.role, a.state, a.studio, a.created, COALESCE(y.cents, 0), COALESCE(y.company, 0), COALESCE(y.holder, ''), COALESCE(y.reference, '')
	FROM accounts a LEFT JOIN payees y ON y.account = a.id`

func (p *Payroll) scan(r database.Row) (y payee, err error) {
	var company int64
	err = r.Scan(&y.id, &y.name, &y.role, &y.state, &y.studio, &y.created, &y.limit, &company, &y.method.Holder, &y.method.Reference)
	y.method.Company = company != 0
	y.limit = min(max(y.limit, p.cfg.Terms.Payout.MinCents), p.cfg.Terms.Payout.MaxCents) // the lowest for whoever chose none
	return y, err
}

// find reads a payee by its name. KindNotFound.
func (p *Payroll) find(ctx context.Context, q database.Querier, name string) (payee, error) {
	y, err := p.scan(q.QueryRowContext(ctx, `SELECT `+payeeColumns+` WHERE a.name = $1 AND a.role IN ($2, $3)`, name, domain.RolePerformer, domain.RoleStudio))
	if errors.Is(err, sql.ErrNoRows) {
		err = domain.Errorf("", domain.KindNotFound, "There is no performer or studio of this name. Check the spelling.")
	}
	return y, err
}

// own finds the payee if the actor is she; also tells who else may act for her.
func (p *Payroll) own(ctx context.Context, q database.Querier, name string, also ...func(actor domain.Actor, y payee) bool) (payee, error) {
	actor := domain.ActorFrom(ctx)
	if actor.Account.ID == "" {
		return payee{}, domain.Errorf("", domain.KindUnauthenticated, "Sign in first.").Because("signin.first")
	}
	forbidden := domain.Errorf("", domain.KindForbidden, "Only the account itself may do this. Sign in with it.").Because("account.only")
	y, err := p.find(ctx, q, name)
	if domain.KindOf(err) == domain.KindNotFound && actor.Role() != domain.RoleStaff {
		return y, forbidden // says nothing about who is there
	}
	if err != nil || y.id == actor.Account.ID {
		return y, err
	}
	for _, may := range also {
		if may(actor, y) {
			return y, nil
		}
	}
	return y, forbidden
}

func herStudio(actor domain.Actor, y payee) bool {
	return actor.Role() == domain.RoleStudio && y.studio != "" && y.studio == actor.Account.ID
}

func byStaff(actor domain.Actor, _ payee) bool { return actor.Role() == domain.RoleStaff }

// SetPayoutLimit implements domain.Payroll.
func (p *Payroll) SetPayoutLimit(ctx context.Context, name string, cents int64) error {
	const op = "payout limit"
	if t := p.cfg.Terms.Payout; cents < t.MinCents || cents > t.MaxCents {
		return domain.Errorf(op, domain.KindInvalid, "The limit lies between $%d and $%d. Choose an amount between these.", t.MinCents/100, t.MaxCents/100).Because("payout.limit", t.MinCents/100, t.MaxCents/100)
	}
	return p.cfg.DB.Write(ctx, op, func(ctx context.Context, t *database.Tx) error {
		y, err := p.own(ctx, t, name, herStudio)
		if err != nil {
			return err
		}
		if _, err := t.Exec(ctx, `INSERT INTO payees (account, cents, company, holder, reference) VALUES ($1, $2, 0, '', '')
			ON CONFLICT (account) DO UPDATE SET cents = excluded.cents`, y.id, cents); err != nil {
			return err
		}
		return t.Audit(ctx, op, y.id, domain.Dollars(cents))
	})
}

// SetPayoutMethod implements domain.Payroll.
func (p *Payroll) SetPayoutMethod(ctx context.Context, name string, m domain.PayoutMethod) error {
	const op = "payout method"
	m.Holder, m.Reference = database.Clean(m.Holder), database.Clean(m.Reference)
	if n := utf8.RuneCountInString(m.Holder); n < 3 || n > domain.MaxHolder {
		return domain.Errorf(op, domain.KindInvalid, "Write whose account it is, as the bank knows the name, 3 to %d characters.", domain.MaxHolder)
	}
	if n := utf8.RuneCountInString(m.Reference); n < 3 || n > domain.MaxPayoutMethod {
		return domain.Errorf(op, domain.KindInvalid, "Write where the money goes, such as a bank and its IBAN, 3 to %d characters.", domain.MaxPayoutMethod)
	}
	return p.cfg.DB.Write(ctx, op, func(ctx context.Context, t *database.Tx) error {
		y, err := p.own(ctx, t, name)
		if err != nil {
			return err
		}
		if _, err := t.Exec(ctx, `INSERT INTO payees (account, cents, company, holder, reference) VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT (account) DO UPDATE SET company = excluded.company, holder = excluded.holder, reference = excluded.reference`,
			y.id, y.limit, flag(m.Company), m.Holder, m.Reference); err != nil {
			return err
		}
		return t.Audit(ctx, op, y.id, "changed") // where it goes is not the log's matter
	})
}

// SetStudioShare implements domain.Payroll.
func (p *Payroll) SetStudioShare(ctx context.Context, name string, percent int64) error {
	const op = "studio share"
	if percent < 0 || percent > ledger.MaxStudioPercent {
		return domain.Errorf(op, domain.KindInvalid, "A studio's part is 0 to %d percent. Choose one of these.", ledger.MaxStudioPercent).Because("payout.share", ledger.MaxStudioPercent)
	}
	return p.cfg.DB.Write(ctx, op, func(ctx context.Context, t *database.Tx) error {
		y, err := p.find(ctx, t, name)
		if err == nil && !herStudio(domain.ActorFrom(ctx), y) || domain.KindOf(err) == domain.KindNotFound {
			err = domain.Errorf("", domain.KindForbidden, "Only her studio may do this. Sign in with the studio's account.").Because("studio.only")
		}
		if err != nil {
			return err
		}
		if _, err := t.Exec(ctx, `UPDATE accounts SET studio_percent = $2 WHERE id = $1`, y.id, percent); err != nil {
			return err
		}
		return t.Audit(ctx, op, y.id, strconv.FormatInt(percent, 10)+" %")
	})
}

// KeepTerms refuses another calendar than the one by which the books were kept since
// somebody earned something: the periods of before would be nobody's. KindInvalid.
func (p *Payroll) KeepTerms(ctx context.Context) error {
	const op, calendar = "terms", "calendar"
	return p.cfg.DB.Write(ctx, op, func(ctx context.Context, t *database.Tx) error {
		before, now := "", p.cfg.Terms.Calendar.String()
		err := t.QueryRowContext(ctx, `SELECT value FROM terms WHERE name = $1`, calendar).Scan(&before)
		if errors.Is(err, sql.ErrNoRows) { // a site from before there was a choice
			var terms domain.Terms
			terms, err = domain.DefaultTerms()
			before = terms.Calendar.String()
		}
		if err != nil {
			return err
		}
		if before != now {
			err := t.QueryRowContext(ctx, `SELECT account FROM balances WHERE account LIKE 'gross:%' OR account LIKE 'referrer:%' LIMIT 1`).Scan(new(string))
			if err == nil {
				return domain.Errorf("", domain.KindInvalid, "The books of this site are kept by periods of %s, and somebody has earned in them. Put these back into the terms, or begin with a new database.", before)
			}
			if !errors.Is(err, sql.ErrNoRows) {
				return err
			}
		}
		_, err = t.Exec(ctx, `INSERT INTO terms (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value`, calendar, now)
		return err
	})
}
