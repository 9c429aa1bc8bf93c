package wallet

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jasmincam/jasmincam/internal/backend/ledger"
	"github.com/jasmincam/jasmincam/internal/backend/store/database"
	"github.com/jasmincam/jasmincam/internal/domain"
)

// Collected sums the tips of a performer from a moment to another (Unix ms), less
// those of them that were refunded.
func (w *Wallet) Collected(ctx context.Context, performer domain.AccountID, from, to int64) (domain.Millicredits, error) {
	args := []any{from, ledger.Face, ledger.KindTip, ledger.KindRefund}
	var marks []string
	for at := from; ; {
		period := w.PeriodAt(time.UnixMilli(at))
		args = append(args, ledger.Gross(performer, period.ID))
		marks = append(marks, fmt.Sprintf("$%d", len(args)))
		if at = period.End; at > to {
			break
		}
	}
	var face domain.Millicents
	err := w.cfg.DB.Reads.QueryRowContext(ctx, `SELECT CAST(COALESCE(SUM(p.amount), 0) AS BIGINT) FROM postings p JOIN entries e ON e.id = p.entry
		WHERE p.account IN (`+strings.Join(marks, ", ")+`) AND p.asset = $2 AND e.at >= $1 AND (e.kind = $3 OR
			(e.kind = $4 AND EXISTS (SELECT 1 FROM entries tip WHERE tip.id = SUBSTR(e.key, 8) AND tip.at >= $1)))`, args...).Scan(&face)
	return domain.Millicredits(face / 100), database.Fail("goal", err)
}

// Span is a time online, in Unix ms.
type Span struct{ From, To int64 }

// Period finds a pay period by its id, "" for the present one. KindInvalid.
func (w *Wallet) Period(id string, now time.Time) (domain.Period, error) {
	present := w.PeriodAt(now)
	if id == "" {
		return present, nil
	}
	day, err := time.ParseInLocation(time.DateOnly, id, w.cfg.Terms.Calendar.Zone)
	period := w.PeriodAt(day)
	if err != nil || period.ID != id || period.Start > present.Start {
		return domain.Period{}, domain.Errorf("", domain.KindInvalid, "There is no such pay period. Choose one from the list.").Because("period.none")
	}
	return period, nil
}

// Book tells a performer's income of a period, entry by entry and day by day, with
// the lines before next; online are her times in it.
func (w *Wallet) Book(ctx context.Context, performer domain.AccountID, period domain.Period, next string, online []Span, now time.Time) (domain.Statement, error) {
	const op = "statement"
	b := book{next: next, zone: w.cfg.Terms.Calendar.Zone, payers: map[int]ledger.Account{}, shows: map[string]int{}}
	b.Period, b.Lines = period, []domain.StatementLine{}
	b.spread(online, now)
	t, err := w.cfg.DB.Snapshot(ctx)
	if err != nil {
		return domain.Statement{}, database.Fail(op, err)
	}
	defer t.Rollback() // nothing to keep
	if err := b.read(ctx, t, performer); err != nil {
		return domain.Statement{}, database.Fail(op, err)
	}
	if err := b.name(ctx, t); err != nil {
		return domain.Statement{}, database.Fail(op, err)
	}
	if b.Snapshots, err = snapshots(ctx, t, performer, period.ID); err != nil {
		return domain.Statement{}, database.Fail(op, err)
	}
	b.Level = domain.LevelOf(w.cfg.Terms.Levels, b.Gross)
	return b.Statement, nil
}

// book is a statement as it is being written.
type book struct {
	domain.Statement
	next   string
	zone   *time.Location
	payers map[int]ledger.Account // of the lines that are told
	shows  map[string]int         // the line of each show by its hold; -1 when it is on another page
	told   int                    // entries in the lines
}

// spread makes the period's days up to now, and gives each its time online.
func (b *book) spread(online []Span, now time.Time) {
	y, m, d := time.UnixMilli(b.Period.Start).In(b.zone).Date()
	for i := 0; ; i++ {
		from, to := time.Date(y, m, d+i, 0, 0, 0, 0, b.zone), time.Date(y, m, d+i+1, 0, 0, 0, 0, b.zone)
		if from.UnixMilli() >= b.Period.End || from.After(now) {
			return
		}
		day := domain.DaySum{Day: from.Format(time.DateOnly)}
		for _, s := range online {
			day.OnlineMS += max(0, min(s.To, to.UnixMilli())-max(s.From, from.UnixMilli()))
		}
		b.OnlineMS += day.OnlineMS
		b.Days = append(b.Days, day)
	}
}

// read folds all entries of the period and keeps the lines of one page.
func (b *book) read(ctx context.Context, t *sql.Tx, performer domain.AccountID) error {
	rows, err := t.QueryContext(ctx, `SELECT e.id, e.at, e.kind, e.key,
			CAST(SUM(CASE WHEN p.account = $1 THEN p.amount ELSE 0 END) AS BIGINT),
			CAST(SUM(CASE WHEN p.asset = $3 AND (p.account = $2 OR p.account LIKE 'studio:%') THEN p.amount ELSE 0 END) AS BIGINT),
			CAST(SUM(CASE WHEN p.account = $2 THEN p.amount ELSE 0 END) AS BIGINT),
			COALESCE(MAX(CASE WHEN p.account LIKE 'member:%' OR p.account LIKE 'hold:%' THEN p.account ELSE '' END), '')
		FROM postings mine JOIN entries e ON e.id = mine.entry JOIN postings p ON p.entry = e.id
		WHERE mine.account = $1 GROUP BY e.id, e.at, e.kind, e.key ORDER BY e.id DESC`,
		ledger.Gross(performer, b.Period.ID), ledger.Performer(performer, b.Period.ID), ledger.USD)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var l domain.StatementLine
		var payer ledger.Account
		var key string
		if err := rows.Scan(&l.Entry, &l.At, &l.Kind, &key, &l.Gross, &l.Share, &l.Own, &payer); err != nil {
			return err
		}
		b.add(l, key, payer)
	}
	return rows.Err()
}

func (b *book) add(l domain.StatementLine, key string, payer ledger.Account) {
	b.Gross, b.Share, b.Own = b.Gross+l.Gross, b.Share+l.Share, b.Own+l.Own
	// What a show or a refund brings later belongs to this period all the same (domain rule 2).
	day := time.UnixMilli(l.At).In(b.zone).Format(time.DateOnly)
	i, found := slices.BinarySearchFunc(b.Days, day, func(d domain.DaySum, day string) int { return strings.Compare(d.Day, day) })
	if !found {
		b.Days = slices.Insert(b.Days, i, domain.DaySum{Day: day})
	}
	b.Days[i].Gross, b.Days[i].Share, b.Days[i].Own = b.Days[i].Gross+l.Gross, b.Days[i].Share+l.Share, b.Days[i].Own+l.Own
	b.tell(l, key, payer)
}

// tell puts an entry on the page, those of a show where its newest one is.
func (b *book) tell(l domain.StatementLine, key string, payer ledger.Account) {
	kind, id, _ := strings.Cut(key, "/")
	hold, _, _ := strings.Cut(id, "/")
	ofShow := kind == "capture"
	if at, known := b.shows[hold]; ofShow && known {
		if at >= 0 {
			join(&b.Lines[at], l)
			b.told++
		}
		return
	}
	at := -1
	switch {
	case b.next != "" && l.Entry >= b.next:
	case b.told < domain.StatementPage:
		at = len(b.Lines)
		b.payers[at] = payer
		if ofShow {
			l = domain.StatementLine{Entry: l.Entry, At: l.At, Kind: "show", Gross: l.Gross, Share: l.Share, Own: l.Own, Parts: []domain.StatementLine{l}}
		}
		b.Lines = append(b.Lines, l)
		b.told++
	default:
		b.Next = b.Lines[len(b.Lines)-1].Entry
	}
	if ofShow {
		b.shows[hold] = at
	}
}

// join adds an entry to the line of its show.
func join(show *domain.StatementLine, l domain.StatementLine) {
	show.Gross, show.Share, show.Own = show.Gross+l.Gross, show.Share+l.Share, show.Own+l.Own
	show.Parts = append(show.Parts, l)
}

// name tells who paid the lines of the page.
func (b *book) name(ctx context.Context, t *sql.Tx) error {
	names := map[ledger.Account]string{}
	for i, payer := range b.payers {
		name, known := names[payer]
		if !known {
			var err error
			if name, err = NameOf(ctx, t, payer); err != nil {
				return err
			}
			names[payer] = name
		}
		b.Lines[i].From = name
		for n := range b.Lines[i].Parts {
			b.Lines[i].Parts[n].From = name
		}
	}
	return nil
}

// NameOf tells whose an account is: a member's, performer's or studio's own name, or
// that of the member who paid for a hold. "" when there is nobody of that name.
func NameOf(ctx context.Context, q database.Querier, payer ledger.Account) (name string, err error) {
	query := `SELECT name FROM accounts WHERE id = $1`
	if strings.HasPrefix(string(payer), "hold:") {
		query = `SELECT a.name FROM holds h JOIN accounts a ON a.id = h.member WHERE h.id = $1`
	}
	err = q.QueryRowContext(ctx, query, payer.Owner()).Scan(&name)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return name, err
}
