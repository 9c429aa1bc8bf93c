package book

import (
	"context"
	"encoding/json"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/ui/vm/base"
)

const (
	anna  = "anna@example.com"
	bella = "bella@example.com"
)

// till answers Me, after a while, and keeps a book of periods "1", "2"… of
// which the last is the present one.
type till struct {
	base.Backend // what is not below is never called

	mu    sync.Mutex
	me    domain.Me
	err   error
	wait  time.Duration
	books []domain.Statement // whole; Lines are told two at a time
	reads int
}

func (t *till) Statement(_ context.Context, _, period, next string) (domain.Statement, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.reads++
	if len(t.books) == 0 {
		return domain.Statement{}, nil
	}
	at := len(t.books) - 1
	if period != "" {
		at, _ = strconv.Atoi(period)
		at--
	}
	s := t.books[at]
	s.Period.ID = strconv.Itoa(at + 1)
	if at > 0 {
		s.Previous = strconv.Itoa(at)
	}
	from, _ := strconv.Atoi(next)
	to := min(from+2, len(s.Lines))
	if to < len(s.Lines) {
		s.Next = strconv.Itoa(to)
	}
	s.Lines = s.Lines[from:to]
	return s, nil
}

func (t *till) Me(ctx context.Context) (domain.Me, error) {
	t.mu.Lock()
	me, err, wait := t.me, t.err, t.wait
	t.mu.Unlock()
	base.Pause(ctx, wait)
	return me, err
}

func running(t *testing.T, run func(context.Context) error) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}

func earned(seq, cents int64) domain.Event {
	raw, err := json.Marshal(domain.EarningsNotice{EarnedCents: cents, Period: domain.Period{ID: "2026-11-17", Start: 1000, End: 1000 + 14*86_400_000},
		Level: domain.LevelNow{Name: "Rising", Percent: 35, GrossCents: 12000, ToNextCents: 18001, Next: "Famous"}})
	if err != nil {
		panic(err)
	}
	return domain.Event{Seq: seq, Kind: domain.EventEarnings, Data: raw}
}

func TestMoney_truthThenEvents(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := NewMoney()
		running(t, m.Run)
		a := &till{me: domain.Me{EarnedCents: 500, Seq: 7, Level: &domain.LevelNow{Name: "Newcomer", Percent: 30}}, wait: time.Second}
		m.Enter(base.Account{Email: bella, Name: "bella", Letter: "B", Backend: &till{me: domain.Me{EarnedCents: 90}}})
		m.Enter(base.Account{Email: anna, Name: "anna", Letter: "A", Backend: a})
		if v := m.View(); len(v.Accounts) != 2 || v.Accounts[0].Known || !v.Refreshing {
			t.Errorf("%+v", v)
		}
		time.Sleep(2 * time.Second)
		synctest.Wait()
		v := m.View()
		if v.EarnedCents != 590 || v.Accounts[0].Level != "Newcomer" || !v.Accounts[0].Known || v.Refreshing {
			t.Errorf("%+v", v)
		}
		<-m.Changed()
		m.Told(anna, earned(8, 4200))
		v = m.View()
		x := v.Accounts[0]
		if x.EarnedCents != 4200 || v.EarnedCents != 4290 || x.Percent != 35 || x.Next != "Famous" || x.ToNextCents != 18001 || x.From.Format(time.DateOnly) != "2026-11-17" || x.To.Format(time.DateOnly) != "2026-11-30" || len(m.Changed()) != 1 {
			t.Errorf("%+v", x)
		}
		m.Told(anna, earned(8, 1)) // again
		m.Told(anna, earned(3, 2)) // an old one
		m.Told("nobody", earned(99, 3))
		m.Told(anna, domain.Event{Seq: 99, Kind: domain.EventEarnings, Data: []byte("[")})
		m.Told(anna, domain.Event{Seq: 100, Kind: domain.EventTip, Data: []byte("{}")})
		if got := m.View().Accounts[0].EarnedCents; got != 4200 {
			t.Errorf("%d", got)
		}
	})
}

func TestMoney_aSlowTruthIsNotNewer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := NewMoney()
		running(t, m.Run)
		a := &till{me: domain.Me{EarnedCents: 500, Seq: 7}, wait: time.Minute}
		m.Enter(base.Account{Email: anna, Letter: "A", Backend: a})
		synctest.Wait()
		m.Told(anna, earned(9, 900))
		time.Sleep(2 * time.Minute)
		synctest.Wait()
		if got := m.View().EarnedCents; got != 900 {
			t.Errorf("an answer from before the tip undid it: %d", got)
		}
		a.mu.Lock()
		a.err = domain.Errorf("me", domain.KindUnavailable, "The backend does not answer.")
		a.mu.Unlock()
		m.Refresh()
		time.Sleep(2 * time.Minute)
		synctest.Wait()
		if x := m.View().Accounts[0]; x.EarnedCents != 900 || x.Trouble.Key != "error.unavailable" {
			t.Errorf("%+v", x)
		}
		m.Leave(anna)
		if v := m.View(); len(v.Accounts) != 0 || v.EarnedCents != 0 {
			t.Errorf("%+v", v)
		}
	})
}
