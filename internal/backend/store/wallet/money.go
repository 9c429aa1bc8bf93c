package wallet

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/jasmincam/jasmincam/internal/backend/ledger"
	"github.com/jasmincam/jasmincam/internal/backend/store/database"
	"github.com/jasmincam/jasmincam/internal/domain"
)

func head(t *database.Tx, key string) ledger.Head {
	return ledger.Head{ID: database.OrderedID(), Key: key, At: t.Now}
}

// lock reads balances and keeps everybody else from them until the commit. The
// upsert that changes nothing is what both databases have in common: SQLite has no
// SELECT … FOR UPDATE, and on PostgreSQL a row that is not there yet could not be
// locked by one. Rows are taken in the order of their names, so that two
// transactions never wait for each other.
func (w *Wallet) lock(ctx context.Context, t *database.Tx, lines ...ledger.Line) (ledger.Balances, error) {
	slices.SortFunc(lines, compareLines)
	now := ledger.Balances{}
	for _, l := range slices.Compact(lines) {
		var amount int64
		err := t.QueryRowContext(ctx, `INSERT INTO balances (account, asset, amount) VALUES ($1, $2, 0)
			ON CONFLICT (account, asset) DO UPDATE SET amount = balances.amount RETURNING amount`, l.Account, l.Asset).Scan(&amount)
		if err != nil {
			return nil, err
		}
		now[l] = amount
	}
	return now, nil
}

func compareLines(a, b ledger.Line) int {
	if c := strings.Compare(string(a.Account), string(b.Account)); c != 0 {
		return c
	}
	return strings.Compare(string(a.Asset), string(b.Asset))
}

// book writes an entry and the balances after it. All bounded lines of the entry
// that exist must be in now, locked; new ones are locked here.
func (w *Wallet) book(ctx context.Context, t *database.Tx, e ledger.Entry, now ledger.Balances) error {
	var missing []ledger.Line
	for _, p := range e.Postings {
		if _, ok := now[ledger.Line{Account: p.Account, Asset: p.Asset}]; !ok && p.Account.Bounded() {
			missing = append(missing, ledger.Line{Account: p.Account, Asset: p.Asset})
		}
	}
	more, err := w.lock(ctx, t, missing...)
	if err != nil {
		return err
	}
	for line, amount := range more {
		now[line] = amount
	}
	if err := now.Apply(e); err != nil {
		return err
	}
	for _, p := range e.Postings {
		if !p.Account.Bounded() {
			continue
		}
		if _, err := t.Exec(ctx, `UPDATE balances SET amount = $3 WHERE account = $1 AND asset = $2`, p.Account, p.Asset, now.Of(p.Account, p.Asset)); err != nil {
			return err
		}
	}
	return w.writeEntry(ctx, t, e)
}

func (w *Wallet) writeEntry(ctx context.Context, t *database.Tx, e ledger.Entry) error {
	if _, err := t.Exec(ctx, `INSERT INTO entries (id, key, kind, at, position, hash) VALUES ($1, $2, $3, $4, 0, '')`, e.ID, e.Key, e.Kind, e.At); err != nil {
		return err
	}
	var values strings.Builder
	args := []any{e.ID}
	for n, p := range e.Postings {
		if n > 0 {
			values.WriteString(", ")
		}
		i := len(args)
		fmt.Fprintf(&values, "($1, $%d, $%d, $%d, $%d)", i+1, i+2, i+3, i+4)
		args = append(args, n, p.Account, p.Asset, p.Amount)
	}
	t.After(w.wake)
	_, err := t.Exec(ctx, `INSERT INTO postings (entry, n, account, asset, amount) VALUES `+values.String(), args...)
	return err
}

// earnings tells a performer how her period stands after a booking.
func (w *Wallet) earnings(performer domain.AccountID, period domain.Period, now ledger.Balances) database.Note {
	return database.NewNote(database.AccountStream(performer), domain.EventEarnings, domain.EarningsNotice{
		EarnedCents: domain.Millicents(now.Of(ledger.Performer(performer, period.ID), ledger.USD)).Cents(),
		Period:      period,
		Level:       domain.LevelOf(w.cfg.Terms.Levels, domain.Millicents(now.Of(ledger.Gross(performer, period.ID), ledger.Face))),
	})
}

// credits tells a member what is left.
func credits(member domain.AccountID, now ledger.Balances) database.Note {
	left := domain.Millicredits(now.Of(ledger.Member(member), ledger.Credit))
	return database.NewNote(database.AccountStream(member), domain.EventBalance, domain.BalanceNotice{Millicredits: left})
}
