package wallet

import (
	"context"
	"time"

	"github.com/jasmincam/jasmincam/internal/backend/ledger"
	"github.com/jasmincam/jasmincam/internal/backend/store/database"
	"github.com/jasmincam/jasmincam/internal/backend/store/taboo"
	"github.com/jasmincam/jasmincam/internal/domain"
)

// Earner is the performer whom a payment is for.
type Earner struct {
	ID            domain.AccountID
	Name          string
	Studio        domain.AccountID // empty when she works for herself
	StudioPercent int64            // the studio's part of her earnings (domain B8)
	Banned        taboo.Words      // what no note may have
	Payer         domain.AccountID // of the private show that she is in; Admit fills it in
}

// Rooms know who earns in a room, and who may be there.
type Rooms interface {
	// Admit finds the room's performer if the actor may be in it. Errors as the store's Door.
	Admit(ctx context.Context, q database.Querier, actor domain.Actor, performer string) (Earner, error)
	// AllowNote counts a tip's note among the actor's lines; false when they come too fast.
	AllowNote(actor domain.Actor) bool
	// Earner finds a performer. KindNotFound.
	Earner(ctx context.Context, q database.Querier, performer string) (Earner, error)
}

// Config is what a Wallet needs; all of it.
type Config struct {
	DB       *database.DB
	Rooms    Rooms
	Terms    domain.Terms
	Packages []domain.Package
	Bonus    domain.Millicredits // on sign-up (domain B1); negative means none
	Now      func() time.Time
}

// Wallet is everybody's money. It is safe for concurrent use.
type Wallet struct {
	cfg      Config
	unsealed chan struct{} // holds one wake
}

// New makes the wallet of a database.
func New(c Config) *Wallet { return &Wallet{cfg: c, unsealed: make(chan struct{}, 1)} }

// period is the pay period of the transaction's moment.
func (w *Wallet) period(t *database.Tx) domain.Period { return w.PeriodAt(time.UnixMilli(t.Now)) }

// PeriodAt is the pay period of a moment.
func (w *Wallet) PeriodAt(at time.Time) domain.Period { return w.cfg.Terms.Calendar.At(at) }

// scale is how gross becomes a share on this site.
func (w *Wallet) scale() ledger.Scale {
	return ledger.Scale{Levels: w.cfg.Terms.Levels, NoLift: w.cfg.Terms.NoLift}
}

// Welcome gives a new member the credits of domain B1, in its sign-up's transaction.
func (w *Wallet) Welcome(ctx context.Context, t *database.Tx, id domain.AccountID) error {
	if w.cfg.Bonus < 0 {
		return nil
	}
	entry, err := ledger.SignUpBonus(head(t, "signup/"+string(id)), id, w.cfg.Bonus)
	if err != nil {
		return err
	}
	return w.book(ctx, t, entry, ledger.Balances{})
}

// Credits tells what a member may spend, and what is locked until the first purchase.
func (w *Wallet) Credits(ctx context.Context, member domain.AccountID) (free, locked domain.Millicredits, err error) {
	a, err := w.balance(ctx, ledger.Member(member), ledger.Credit)
	if err != nil {
		return 0, 0, err
	}
	b, err := w.balance(ctx, ledger.Bonus(member), ledger.Credit)
	return domain.Millicredits(a), domain.Millicredits(b), err
}

// Earned tells a performer's own share of a period, and her level in it.
func (w *Wallet) Earned(ctx context.Context, performer domain.AccountID, period string) (domain.Millicents, domain.LevelNow, error) {
	hers, err := w.balance(ctx, ledger.Performer(performer, period), ledger.USD)
	if err != nil {
		return 0, domain.LevelNow{}, err
	}
	gross, err := w.balance(ctx, ledger.Gross(performer, period), ledger.Face)
	return domain.Millicents(hers), domain.LevelOf(w.cfg.Terms.Levels, domain.Millicents(gross)), err
}

// StudioEarned tells what a studio earned in a period by its performers.
func (w *Wallet) StudioEarned(ctx context.Context, studio domain.AccountID, period string) (domain.Millicents, error) {
	amount, err := w.balance(ctx, ledger.Studio(studio, period), ledger.USD)
	return domain.Millicents(amount), err
}

// balance reads one balance without locking it.
func (w *Wallet) balance(ctx context.Context, account ledger.Account, asset ledger.Asset) (int64, error) {
	var amount int64
	err := w.cfg.DB.Reads.QueryRowContext(ctx, `SELECT COALESCE(MAX(amount), 0) FROM balances WHERE account = $1 AND asset = $2`, account, asset).Scan(&amount)
	return amount, database.Fail("balance", err)
}
