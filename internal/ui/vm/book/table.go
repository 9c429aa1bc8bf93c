package book

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/ui/vm/base"
)

// maxPages bounds an export: StatementPage entries each.
const maxPages = 200

// Table is the statement of a period: of one account, or of all joined.
type Table struct {
	Open     bool
	Email    string    // "" for all
	From, To time.Time // the first and the last day, as in Earnings
	Earlier  bool      // there is a period before
	Later    bool      // there is a period after
	Loaded   bool      // what follows is of the wanted period
	Rows     []Row     // newest first
	More     bool      // there are older ones
	Days     []Day     // oldest first
	Gross    int64     // cents, as all below
	Share    int64
	Own      int64
	Online   time.Duration
	Trouble  base.Notice

	Exporting    bool
	Exported     int         // entries written by the newest export; 0 before one
	ExportFailed base.Notice // why the newest was not
}

// Row is one entry of the ledger, or a private show with all of its entries, in
// cents rounded down.
type Row struct {
	Entry  string // its id
	Letter string // of the account
	At     time.Time
	Kind   string // catalogue "entry."+Kind: tip, show, refund; within a show capture
	From   string // who paid
	Gross  int64  // face value
	Share  int64  // what her level pays of it
	Own    int64  // hers, after her studio's part
	Parts  []Row  // of a show, newest first
}

// Day is one day of the site's calendar, in cents.
type Day struct {
	Day               string // YYYY-MM-DD
	Gross, Share, Own int64
	Online            time.Duration
}

// Open shows the table of one account, or of all with "", in the present
// period, and keeps it fresh.
func (m *Money) Open(email string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if email != "" && m.purses[email] == nil {
		return
	}
	m.shown, m.open = email, true
	for _, p := range m.sorted(email) {
		m.turn(p, "", nil)
	}
	m.tabulate()
}

// Shut says that the table is not on the screen any more.
func (m *Money) Shut() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.open = false
	m.tabulate()
	m.changed.Ring()
}

// Earlier turns to the period before.
func (m *Money) Earlier() {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, p := range m.sorted(m.shown) {
		if p.loaded && p.statement.Previous != "" {
			m.turn(p, p.statement.Previous, append(p.later, p.period))
		}
	}
	m.tabulate()
}

// Later turns to the period after.
func (m *Money) Later() {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, p := range m.sorted(m.shown) {
		if n := len(p.later); n > 0 {
			m.turn(p, p.later[n-1], p.later[:n-1])
		}
	}
	m.tabulate()
}

// More shows older entries of the period.
func (m *Money) More() {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, p := range m.sorted(m.shown) {
		if p.loaded && p.statement.Next != "" {
			p.pages++
			m.read(p)
			p.hurry.Ring()
		}
	}
}

// turn has another period read; m.mu is held.
func (m *Money) turn(p *purse, period string, later []string) {
	p.loaded = p.loaded && period == p.period
	p.period, p.later, p.pages = period, slices.Clone(later), 1
	m.read(p)
	p.hurry.Ring()
}

// tabulate makes the table of the statements; m.mu is held.
func (m *Money) tabulate() {
	t := Table{Open: m.open, Email: m.shown, Loaded: true, Exporting: m.table.Exporting, Exported: m.table.Exported, ExportFailed: m.table.ExportFailed}
	days := map[string]*Day{}
	for _, p := range m.sorted(m.shown) {
		t.Later = t.Later || len(p.later) > 0
		if t.Trouble.Empty() {
			t.Trouble = p.now.Trouble
		}
		if !p.loaded {
			t.Loaded = false
			continue
		}
		s := p.statement
		t.Earlier, t.More = t.Earlier || s.Previous != "", t.More || s.Next != ""
		t.span(s.Period)
		for _, l := range s.Lines {
			t.Rows = append(t.Rows, rowOf(l, p.Letter))
		}
		for _, d := range s.Days {
			if days[d.Day] == nil {
				days[d.Day] = &Day{Day: d.Day}
			}
			days[d.Day].add(d)
		}
		t.Gross, t.Share, t.Own = t.Gross+s.Gross.Cents(), t.Share+s.Share.Cents(), t.Own+s.Own.Cents() // each is a book by itself: they add up to what stands beside them
		t.Online += time.Duration(s.OnlineMS) * time.Millisecond
	}
	slices.SortStableFunc(t.Rows, func(a, b Row) int { return b.At.Compare(a.At) })
	for _, d := range days {
		t.Days = append(t.Days, *d)
	}
	slices.SortFunc(t.Days, func(a, b Day) int { return strings.Compare(a.Day, b.Day) })
	m.table = t
}

func rowOf(l domain.StatementLine, letter string) Row {
	r := Row{Entry: l.Entry, Letter: letter, At: base.Time(l.At), Kind: l.Kind, From: l.From, Gross: l.Gross.Cents(), Share: l.Share.Cents(), Own: l.Own.Cents()}
	for _, part := range l.Parts {
		r.Parts = append(r.Parts, rowOf(part, letter))
	}
	return r
}

// span widens the table's period.
func (t *Table) span(p domain.Period) {
	from, to := p.Span()
	if t.From.IsZero() || from.Before(t.From) {
		t.From = from
	}
	if to.After(t.To) {
		t.To = to
	}
}

func (d *Day) add(s domain.DaySum) {
	d.Gross += s.Gross.Cents()
	d.Share += s.Share.Cents()
	d.Own += s.Own.Cents()
	d.Online += time.Duration(s.OnlineMS) * time.Millisecond
}

// Export writes every entry of the table's period to a file as CSV, and closes
// it. The table tells when it is done, or why it failed.
func (m *Money) Export(to io.WriteCloser) {
	m.mu.Lock()
	defer m.mu.Unlock()
	type part struct {
		base.Account
		period string
	}
	var parts []part
	for _, p := range m.sorted(m.shown) {
		parts = append(parts, part{p.Account, p.period})
	}
	m.table.Exporting, m.table.Exported, m.table.ExportFailed = true, 0, base.Notice{}
	m.changed.Ring()
	taken := m.work.Do("export", func(ctx context.Context) {
		out := csv.NewWriter(to)
		err := out.Write([]string{"account", "entry", "time", "kind", "from", "gross_usd", "share_usd", "own_usd"})
		n := 0
		for _, p := range parts {
			s, unread := statement(ctx, p.Account, p.period, maxPages)
			if unread == nil && s.Next != "" {
				unread = domain.Errorf("export", domain.KindTooLarge, "This period has too many entries for one file.")
			}
			err = errors.Join(err, unread)
			for _, l := range entries(s.Lines) {
				err = errors.Join(err, out.Write(record(p.Name, l)))
				n++
			}
			if err != nil {
				break
			}
		}
		out.Flush()
		m.exported(n, errors.Join(err, out.Error(), to.Close()))
	})
	if !taken {
		m.table.Exporting, m.table.ExportFailed = false, base.Say("money.export.busy")
		_ = to.Close() // nothing was written
	}
}

// entries are those of the ledger, one by one: a show is told by what it is made of.
func entries(lines []domain.StatementLine) (list []domain.StatementLine) {
	for _, l := range lines {
		if len(l.Parts) > 0 {
			list = append(list, l.Parts...)
		} else {
			list = append(list, l)
		}
	}
	return list
}

func (m *Money) exported(n int, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.table.Exporting, m.table.Exported = false, n
	if err != nil {
		m.table.Exported, m.table.ExportFailed = 0, base.Told(err)
		if domain.KindOf(err) == domain.KindInternal { // the disk's, not the backend's
			m.table.ExportFailed = base.Say("money.export.failed")
		}
	}
	m.changed.Ring()
}

// record is a line of the file: times in UTC, dollars to the last digit that the
// ledger keeps.
func record(account string, l domain.StatementLine) []string {
	return []string{account, l.Entry, base.Time(l.At).UTC().Format(time.RFC3339), l.Kind, harmless(l.From),
		dollars(l.Gross), dollars(l.Share), dollars(l.Own)}
}

// harmless keeps a spreadsheet from taking a name for a formula.
func harmless(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		return "'" + s
	}
	return s
}

func dollars(m domain.Millicents) string {
	sign := ""
	if m < 0 {
		sign, m = "-", -m
	}
	return fmt.Sprintf("%s%d.%05d", sign, m/100_000, m%100_000)
}
