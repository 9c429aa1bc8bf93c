package book

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/ui/vm/base"
)

// Earnings is what an account earned in the current period. All is her own
// share and in cents, unless it says otherwise.
type Earnings struct {
	Email, Name, Letter string
	Known               bool // the backend has told it
	EarnedCents         int64
	GrossCents          int64 // face value of what was received
	Percent             int64 // her share
	Level, Next         string
	ToNextCents         int64 // gross that is missing to the next level; 0 at the top
	From, To            time.Time
	Trouble             base.Notice
}

// MoneyView is the money of the current period.
type MoneyView struct {
	Accounts    []Earnings // in the order of their letters
	EarnedCents int64      // of all
	Refreshing  bool
}

// Money is the earnings. It is a Follower.
type Money struct {
	mu      sync.Mutex
	changed base.Bell
	work    base.Work

	purses map[string]*purse
}

var _ base.Follower = (*Money)(nil)

// purse is an account's money; Money.mu guards it.
type purse struct {
	base.Account
	now     Earnings
	newest  int64 // number of the newest event
	reading bool
}

// NewMoney returns a model without accounts.
func NewMoney() *Money { return &Money{changed: base.NewBell(), purses: map[string]*purse{}} }

// Changed holds at most one wake: after it, View is worth another look.
func (m *Money) Changed() <-chan struct{} { return m.changed }

// View tells how it is now.
func (m *Money) View() MoneyView {
	m.mu.Lock()
	defer m.mu.Unlock()
	var v MoneyView
	for _, p := range m.purses {
		v.Accounts = append(v.Accounts, p.now)
		v.EarnedCents += p.now.EarnedCents
		v.Refreshing = v.Refreshing || p.reading
	}
	slices.SortFunc(v.Accounts, func(a, b Earnings) int {
		return cmp.Or(strings.Compare(a.Letter, b.Letter), strings.Compare(a.Email, b.Email))
	})
	return v
}

// Enter implements Follower.
func (m *Money) Enter(a base.Account) {
	m.mu.Lock()
	defer m.mu.Unlock()
	p := &purse{Account: a, now: Earnings{Email: a.Email, Name: a.Name, Letter: a.Letter}}
	m.purses[a.Email] = p
	m.read(p)
	m.changed.Ring()
}

// Leave implements Follower.
func (m *Money) Leave(email string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.purses, email)
	m.changed.Ring()
}

// Told implements Follower.
func (m *Money) Told(email string, e domain.Event) {
	if e.Kind != domain.EventEarnings {
		return
	}
	var n domain.EarningsNotice
	if json.Unmarshal(e.Data, &n) != nil {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if p := m.purses[email]; p != nil && e.Seq > p.newest {
		p.newest = e.Seq
		p.take(n.EarnedCents, &n.Period, &n.Level)
		m.changed.Ring()
	}
}

// take takes in what the backend says.
func (p *purse) take(earned int64, period *domain.Period, level *domain.LevelNow) {
	p.now.Known, p.now.EarnedCents = true, earned
	if period != nil {
		p.now.From, p.now.To = base.Time(period.Start), base.Time(period.End)
	}
	if level != nil {
		p.now.Level, p.now.Next, p.now.Percent = level.Name, level.Next, level.Percent
		p.now.GrossCents, p.now.ToNextCents = level.GrossCents, level.ToNextCents
	}
}

// Refresh reads the truth anew.
func (m *Money) Refresh() {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, p := range m.purses {
		m.read(p)
	}
	m.changed.Ring()
}

// read asks the backend; m.mu is held. What events told meanwhile is newer.
func (m *Money) read(p *purse) {
	if p.reading {
		return
	}
	p.reading = m.work.Do("me "+p.Email, func(ctx context.Context) {
		me, err := p.Backend.Me(ctx)
		m.mu.Lock()
		defer m.mu.Unlock()
		if p.reading = false; ctx.Err() != nil {
			return
		}
		if p.now.Trouble = base.Told(err); err == nil && me.Seq >= p.newest {
			p.newest = me.Seq
			p.take(me.EarnedCents, me.Period, me.Level)
		}
		m.changed.Ring()
	})
}

// Run reads the truth for every account that comes until ctx ends.
func (m *Money) Run(ctx context.Context) error {
	m.work.Run(ctx)
	return nil
}
