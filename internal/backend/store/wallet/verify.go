package wallet

import (
	"context"
	"database/sql"
	"encoding/hex"
	"fmt"
	"slices"

	"github.com/jasmincam/jasmincam/internal/backend/ledger"
	"github.com/jasmincam/jasmincam/internal/backend/store/database"
)

// Report is what an audit of the ledger found.
type Report struct {
	Entries  int64  // how many there are
	Unsealed int64  // how many of them, the newest, are not in the hash chain yet
	Head     string // the chain's last link, hex: whoever keeps it can prove a later change
	BadEntry string // id of the first entry that does not hold, or that a wrong balance leads to
	Problem  string // one sentence; empty when everything holds
}

// OK tells whether the ledger holds.
func (r Report) OK() bool { return r.Problem == "" }

// Verify audits the ledger as of one moment: every entry sums to zero, the hash
// chain holds and ends where it should, every balance is the sum of its postings
// and none is negative that may not be; payouts are those of the ledger; on SQLite the file itself is whole. The error is of the database; what is
// wrong with the ledger is in the report.
func (w *Wallet) Verify(ctx context.Context) (Report, error) {
	const op = "verify"
	if damage, err := w.cfg.DB.Damage(ctx); err != nil || damage != "" {
		return Report{Problem: damage}, database.Fail(op, err)
	}
	t, err := w.cfg.DB.Snapshot(ctx)
	if err != nil {
		return Report{}, database.Fail(op, err)
	}
	defer t.Rollback() // nothing to keep
	a := audit{balances: ledger.Balances{}, last: map[ledger.Line]string{}}
	for _, which := range []string{`e.position > 0`, `e.position = 0`} {
		if err := a.entries(ctx, t, which); err != nil {
			return Report{}, database.Fail(op, err)
		}
	}
	if err := a.chain(ctx, t); err != nil {
		return Report{}, database.Fail(op, err)
	}
	if err := a.compare(ctx, t); err != nil {
		return Report{}, database.Fail(op, err)
	}
	if err := a.payouts(ctx, t); err != nil {
		return Report{}, database.Fail(op, err)
	}
	return a.Report, nil
}

// payouts holds what was paid out against the ledger: each payout has its entry, of
// its amount, and each entry its payout.
func (a *audit) payouts(ctx context.Context, t *sql.Tx) error {
	rows, err := t.QueryContext(ctx, `SELECT e.id, COALESCE(o.cents, -1), COALESCE(o.fee, 0),
			CAST(COALESCE(SUM(CASE WHEN p.account = $2 THEN p.amount ELSE 0 END), 0) AS BIGINT), CAST(COALESCE(SUM(CASE WHEN p.account = $3 THEN p.amount ELSE 0 END), 0) AS BIGINT)
		FROM entries e LEFT JOIN payouts o ON o.entry = e.id LEFT JOIN postings p ON p.entry = e.id
		WHERE e.kind = $1 GROUP BY e.id, o.cents, o.fee ORDER BY e.id`, ledger.KindPayout, ledger.WorldPayouts, ledger.HouseFees)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var id string
		var cents, fee, left, kept int64
		if err := rows.Scan(&id, &cents, &fee, &left, &kept); err != nil {
			return err
		}
		if left != (cents-fee)*1000 || kept != fee*1000 {
			a.bad(id, "The payout of entry %s was written down with another amount than the ledger's.", id)
		}
	}
	return rows.Err()
}

// audit folds the ledger.
type audit struct {
	Report
	balances ledger.Balances
	last     map[ledger.Line]string // the newest entry that moved it
	link     []byte
	position int64
}

func (a *audit) bad(entry, format string, args ...any) {
	if a.Problem == "" {
		a.BadEntry, a.Problem = entry, fmt.Sprintf(format, args...)
	}
}

// entries reads the sealed ones in the order of the chain, or the unsealed.
func (a *audit) entries(ctx context.Context, t *sql.Tx, which string) error {
	rows, err := t.QueryContext(ctx, `SELECT e.id, e.key, e.kind, e.at, e.position, e.hash, COALESCE(p.account, ''), COALESCE(p.asset, ''), COALESCE(p.amount, 0)
		FROM entries e LEFT JOIN postings p ON p.entry = e.id
		WHERE `+which+` ORDER BY e.position, e.at, e.id, p.n`)
	if err != nil {
		return err
	}
	defer rows.Close()
	var e sealed
	for rows.Next() {
		var next sealed
		var p ledger.Posting
		if err := rows.Scan(&next.ID, &next.Key, &next.Kind, &next.At, &next.position, &next.hash, &p.Account, &p.Asset, &p.Amount); err != nil {
			return err
		}
		if next.ID != e.ID {
			a.entry(e)
			e = next
		}
		if p.Account != "" {
			e.Postings = append(e.Postings, p)
		}
	}
	a.entry(e)
	return rows.Err()
}

func (a *audit) entry(e sealed) {
	if e.ID == "" {
		return
	}
	a.Entries++
	if err := e.Check(); err != nil {
		a.bad(e.ID, "Entry %s does not sum to zero.", e.ID)
	}
	if e.position == 0 {
		a.Unsealed++
	} else {
		a.position++
		a.link = e.Seal(a.link)
		if e.position != a.position {
			a.bad(e.ID, "Before entry %s there is an entry missing, at place %d of the chain.", e.ID, a.position)
		} else if e.hash != hex.EncodeToString(a.link) {
			a.bad(e.ID, "Entry %s was changed after it was sealed.", e.ID)
		}
	}
	for _, p := range e.Postings {
		line := ledger.Line{Account: p.Account, Asset: p.Asset}
		a.balances[line] += p.Amount
		a.last[line] = e.ID
	}
}

// chain compares the end of the chain with what the sequencer wrote down.
func (a *audit) chain(ctx context.Context, t *sql.Tx) error {
	var position int64
	if err := t.QueryRowContext(ctx, `SELECT position, hash FROM chain WHERE name = 'ledger'`).Scan(&position, &a.Head); err != nil {
		return err
	}
	if position != a.position || a.Head != hex.EncodeToString(a.link) {
		a.bad("", "The hash chain has %d links, but should have %d: its end is missing or was changed.", a.position, position)
	}
	return nil
}

// compare holds the kept balances against the fold.
func (a *audit) compare(ctx context.Context, t *sql.Tx) error {
	rows, err := t.QueryContext(ctx, `SELECT account, asset, amount FROM balances`)
	if err != nil {
		return err
	}
	defer rows.Close()
	kept := ledger.Balances{}
	for rows.Next() {
		p, err := scanPosting(rows)
		if err != nil {
			return err
		}
		kept[ledger.Line{Account: p.Account, Asset: p.Asset}] = p.Amount
		if _, ok := a.balances[ledger.Line{Account: p.Account, Asset: p.Asset}]; !ok && p.Amount != 0 {
			a.bad("", "The balance of %s in %s is %d, but nothing was ever posted there.", p.Account, p.Asset, p.Amount)
		}
	}
	if err := rows.Err(); err != nil {
		return err
	}
	lines := make([]ledger.Line, 0, len(a.balances))
	for line := range a.balances {
		lines = append(lines, line)
	}
	slices.SortFunc(lines, compareLines) // the same finding every time
	for _, line := range lines {
		switch sum := a.balances[line]; {
		case !line.Account.Bounded():
		case sum < 0:
			a.bad(a.last[line], "The postings of %s sum to %d %s, which is less than nothing.", line.Account, sum, line.Asset)
		case kept[line] != sum:
			a.bad(a.last[line], "The balance of %s is %d %s, but its postings sum to %d.", line.Account, kept[line], line.Asset, sum)
		}
	}
	return nil
}
