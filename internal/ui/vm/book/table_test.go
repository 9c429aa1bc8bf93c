package book

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/ui/vm/base"
)

// file is where an export goes.
type file struct {
	bytes.Buffer
	closed int
	fail   error
}

func (f *file) Close() error { f.closed++; return f.fail }

// statementOf has lines of so many cents of her own each, newest first, from
// minute at on.
func statementOf(at int64, cents ...int64) domain.Statement {
	s := domain.Statement{Period: domain.Period{Start: at * 60_000, End: (at + 100) * 60_000}, OnlineMS: 3_600_000}
	for i, c := range cents {
		own := domain.Millicents(c*1000 + 7)
		s.Lines = append(s.Lines, domain.StatementLine{Entry: fmt.Sprint("e", at, "-", i), At: (at + 50 - int64(i)) * 60_000, Kind: "tip", From: "max",
			Gross: own * 4, Share: own * 2, Own: own})
		s.Own, s.Gross, s.Share = s.Own+own, s.Gross+own*4, s.Share+own*2
	}
	s.Days = []domain.DaySum{{Day: "2026-01-01", Own: s.Own, Gross: s.Gross, Share: s.Share, OnlineMS: 3_600_000}}
	return s
}

func openBooks(t *testing.T) (m *Money, a, b *till) {
	t.Helper()
	m = NewMoney()
	running(t, m.Run)
	a = &till{books: []domain.Statement{statementOf(0, 5), statementOf(100, 10, 20, 30, 40, 50)}}
	b = &till{books: []domain.Statement{statementOf(100, 7)}}
	a.books[1].Promotion = &domain.Promotion{Price: 980, Ends: 99_000, OnlineLeftMS: 1000}
	m.Enter(base.Account{Email: anna, Name: "anna", Letter: "A", Backend: a})
	m.Enter(base.Account{Email: bella, Name: "bella", Letter: "B", Backend: b})
	synctest.Wait()
	return m, a, b
}

func rows(t Table) string {
	var out []string
	for _, r := range t.Rows {
		out = append(out, fmt.Sprint(r.Letter, r.Own))
	}
	return strings.Join(out, " ")
}

func TestMoney_tableTurnsItsPages(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, a, _ := openBooks(t)
		if x := m.View().Accounts[0]; x.Online != time.Hour || x.Promotion == nil || x.Promotion.Price != 980 || x.Promotion.OnlineLeft != time.Second {
			t.Errorf("%+v", x)
		}
		steps := []struct {
			does                 string
			do                   func()
			rows                 string
			earlier, later, more bool
			own                  int64
		}{
			{"all", func() { m.Open("") }, "A10 B7 A20", true, false, true, 157},
			{"one", func() { m.Open(anna) }, "A10 A20", true, false, true, 150},
			{"more", m.More, "A10 A20 A30 A40", true, false, true, 150},
			{"all of it", m.More, "A10 A20 A30 A40 A50", true, false, false, 150},
			{"no more", m.More, "A10 A20 A30 A40 A50", true, false, false, 150},
			{"earlier", m.Earlier, "A5", false, true, false, 5},
			{"the first", m.Earlier, "A5", false, true, false, 5},
			{"later", m.Later, "A10 A20", true, false, true, 150},
			{"the last", m.Later, "A10 A20", true, false, true, 150},
			{"the other", func() { m.Open(bella) }, "B7", false, false, false, 7},
			{"nobody", func() { m.Open("x") }, "B7", false, false, false, 7},
			{"gone", func() { m.Leave(bella) }, "A10 A20", true, false, true, 150},
		}
		for _, s := range steps {
			s.do()
			synctest.Wait() // she does not wait for a clock
			v := m.View().Table
			if rows(v) != s.rows || v.Earlier != s.earlier || v.Later != s.later || v.More != s.more || v.Own != s.own || !v.Loaded {
				t.Errorf("%s: %q %+v", s.does, rows(v), v)
			}
		}
		v := m.View().Table
		if !v.Open || v.From.Unix() != 0 || len(v.Days) != 1 || v.Days[0].Own != 150 || v.Online != time.Hour || v.Rows[0].Kind != "tip" || v.Rows[0].Gross != 40 {
			t.Errorf("%+v", v)
		}
		m.Shut()
		reads := a.reads
		for i := range 100 {
			m.Told(anna, earned(int64(i+1), 1))
		}
		synctest.Wait()
		if m.View().Table.Open || a.reads != reads {
			t.Error("a table that nobody sees is read")
		}
	})
}

func TestMoney_tableStaysFreshAndGentle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, a, _ := openBooks(t)
		m.Open(anna)
		time.Sleep(time.Minute)
		synctest.Wait()
		reads := a.reads
		for i := range 100 { // a storm of tips for 10 s
			a.mu.Lock()
			s := statementOf(100, int64(i), 10)
			a.books[1] = s
			a.mu.Unlock()
			m.Told(anna, earned(int64(i+1), int64(i)))
			time.Sleep(100 * time.Millisecond)
		}
		time.Sleep(readApart)
		synctest.Wait()
		if got := a.reads - reads; got > 9 || got < 4 {
			t.Errorf("%d readings in 12 s", got)
		}
		if v := m.View(); rows(v.Table) != "A99 A10" || v.Accounts[0].EarnedCents != 99 {
			t.Errorf("%q %+v", rows(v.Table), v.Accounts[0])
		}
		a.mu.Lock()
		a.err = domain.Errorf("me", domain.KindUnavailable, "The backend does not answer.")
		a.mu.Unlock()
		time.Sleep(2 * readEvery)
		synctest.Wait()
		if v := m.View().Table; v.Trouble.Key != "error.unavailable" || rows(v) != "A99 A10" {
			t.Errorf("%+v", v)
		}
	})
}

func TestMoney_export(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, a, _ := openBooks(t)
		a.books[1].Lines[4].From = "=1+1"
		a.books[1].Lines[3].Own = -7
		m.Open("")
		synctest.Wait()
		f := &file{}
		m.Export(f)
		synctest.Wait()
		lines := strings.Split(strings.TrimSpace(f.String()), "\n")
		if len(lines) != 7 || f.closed != 1 || lines[0] != "account,entry,time,kind,from,gross_usd,share_usd,own_usd" ||
			lines[1] != "anna,e100-0,1970-01-01T02:30:00Z,tip,max,0.40028,0.20014,0.10007" || !strings.Contains(lines[4], ",-0.00007") || !strings.Contains(lines[5], ",'=1+1,") || !strings.HasPrefix(lines[6], "bella,") {
			t.Errorf("%q", lines)
		}
		if v := m.View().Table; v.Exporting || v.Exported != 6 || !v.ExportFailed.Empty() {
			t.Errorf("%+v", v)
		}
		m.Export(&file{fail: errors.New("no space left")})
		synctest.Wait()
		if v := m.View().Table; v.Exporting || v.Exported != 0 || v.ExportFailed.Key != "money.export.failed" {
			t.Errorf("%+v", v)
		}
	})
}

// A show is one row with what it is made of; a file has each entry of the ledger.
func TestMoney_showsAreRowsWithParts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, a, _ := openBooks(t)
		a.mu.Lock()
		l := &a.books[1].Lines[1]
		l.Kind = "show"
		for i := range 2 {
			part := *l
			part.Entry, part.Kind, part.Gross, part.Share, part.Own, part.Parts = fmt.Sprint("tick", i), "capture", l.Gross/2, l.Share/2, l.Own/2, nil
			l.Parts = append(l.Parts, part)
		}
		a.mu.Unlock()
		m.Open(anna)
		synctest.Wait()
		rows := m.View().Table.Rows
		if r := rows[1]; r.Kind != "show" || r.Own != 20 || len(r.Parts) != 2 || r.Parts[1].Entry != "tick1" || r.Parts[1].Own != 10 || r.Parts[1].Letter != "A" {
			t.Errorf("%+v", rows)
		}
		f := &file{}
		m.Export(f)
		synctest.Wait()
		if s := f.String(); strings.Contains(s, ",show,") || strings.Count(s, ",capture,") != 2 || m.View().Table.Exported != 6 {
			t.Errorf("%s", s)
		}
	})
}

// Parts of a cent stay with their account: the sums of all are those of the accounts
// that stand beside them.
func TestMoney_theSumsOfAllAddUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := NewMoney()
		running(t, m.Run)
		for letter, own := range map[string]domain.Millicents{"A": 375_600, "B": 3_557_700} {
			s := domain.Statement{Gross: 2 * own, Share: own, Own: own}
			m.Enter(base.Account{Email: letter, Name: letter, Letter: letter, Backend: &till{me: domain.Me{EarnedCents: own.Cents()}, books: []domain.Statement{s}}})
		}
		m.Open("")
		synctest.Wait()
		if v := m.View(); v.EarnedCents != 3932 || v.Table.Own != v.EarnedCents || v.Table.Share != 3932 || v.Table.Gross != 751+7115 {
			t.Errorf("in all %d, in the table %+v", v.EarnedCents, v.Table)
		}
	})
}
