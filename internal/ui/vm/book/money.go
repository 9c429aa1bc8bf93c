package book

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/ui/vm/base"
)

// Times between two readings of a statement: after events, and without any.
const (
	readApart = 2 * time.Second
	readEvery = time.Minute
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
	ToNextCents         int64               // gross that is missing to the next level; 0 at the top
	From, To            time.Time           // the first and last day of the site's period, at midnight UTC
	Online              time.Duration       // in this period, as of the last reading
	Promotion           *Promotion          // nil when it is over
	Snapshots           *domain.SnapshotSum // nil while none was ever sold
	Trouble             base.Notice
}

// Promotion is the time at the beginning in which her price is fixed (domain B7).
// It ends when either counter does.
type Promotion struct {
	Price      domain.Millicredits
	Ends       time.Time
	OnlineLeft time.Duration
}

// MoneyView is the money of the current period, and the table that is open.
type MoneyView struct {
	Accounts    []Earnings // in the order of their letters
	EarnedCents int64      // of all
	Refreshing  bool
	Table       Table
}

// Money is the earnings. It is a Follower.
type Money struct {
	mu      sync.Mutex
	changed base.Bell
	work    base.Work

	purses  map[string]*purse
	entered int    // accounts, so far
	shown   string // email of the account in the table, "" for all
	open    bool   // the table is on the screen
	table   Table
}

var _ base.Follower = (*Money)(nil)

// purse is an account's money; Money.mu guards it.
type purse struct {
	base.Account
	lane    string // of its readings, its own even when she comes back
	now     Earnings
	newest  int64     // number of the newest event
	reading bool      // its lane is at work, or rests
	busy    bool      // on the way
	stale   bool      // read once more
	hurry   base.Bell // she waits for it

	period    string   // of the statement that is wanted, "" for the present one
	later     []string // periods after it, the next one last
	pages     int      // of the statement that are wanted
	statement domain.Statement
	loaded    bool // statement is the wanted one
}

// NewMoney returns a model without accounts.
func NewMoney() *Money { return &Money{changed: base.NewBell(), purses: map[string]*purse{}} }

// Changed holds at most one wake: after it, View is worth another look.
func (m *Money) Changed() <-chan struct{} { return m.changed }

// View tells how it is now. The table's rows and days are shared: look, do not
// touch.
func (m *Money) View() MoneyView {
	m.mu.Lock()
	defer m.mu.Unlock()
	v := MoneyView{Table: m.table}
	for _, p := range m.sorted("") {
		v.Accounts = append(v.Accounts, p.now)
		v.EarnedCents += p.now.EarnedCents
		v.Refreshing = v.Refreshing || p.busy || p.stale
	}
	return v
}

// sorted are the purses of one account, or of all in the order of their
// letters; m.mu is held.
func (m *Money) sorted(email string) []*purse {
	var out []*purse
	for _, p := range m.purses {
		if email == "" || p.Email == email {
			out = append(out, p)
		}
	}
	slices.SortFunc(out, func(a, b *purse) int {
		return cmp.Or(strings.Compare(a.Letter, b.Letter), strings.Compare(a.Email, b.Email))
	})
	return out
}

// Enter implements Follower.
func (m *Money) Enter(a base.Account) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.entered++
	p := &purse{Account: a, lane: "read " + strconv.Itoa(m.entered), hurry: base.NewBell(), pages: 1, now: Earnings{Email: a.Email, Name: a.Name, Letter: a.Letter}}
	m.purses[a.Email] = p
	m.read(p)
}

// Leave implements Follower.
func (m *Money) Leave(email string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.purses, email)
	if m.shown == email {
		m.shown = ""
	}
	m.tabulate()
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
	p := m.purses[email]
	if p == nil || e.Seq <= p.newest {
		return
	}
	p.newest = e.Seq
	p.take(n.EarnedCents, &n.Period, &n.Level)
	if m.open && p.period == "" {
		m.read(p)
	}
	m.changed.Ring()
}

// take takes in what the backend says.
func (p *purse) take(earned int64, period *domain.Period, level *domain.LevelNow) {
	p.now.Known, p.now.EarnedCents = true, earned
	if period != nil {
		p.now.From, p.now.To = period.Span()
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
}

// read has the truth read; m.mu is held. A reading that is on its way is done
// once more after a while, however often it is asked for.
func (m *Money) read(p *purse) {
	p.stale = true
	if !p.reading {
		p.reading = m.work.Do(p.lane, func(ctx context.Context) { m.readOn(ctx, p) })
	}
	m.changed.Ring()
}

// readOn reads as long as it is asked to, and rests after each reading.
func (m *Money) readOn(ctx context.Context, p *purse) {
	for m.wanted(ctx, p) {
		m.readOnce(ctx, p)
		p.rest(ctx)
	}
}

// wanted tells whether to read once more; if not, the reading is over.
func (m *Money) wanted(ctx context.Context, p *purse) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	p.reading = p.stale && ctx.Err() == nil && m.purses[p.Email] == p
	return p.reading
}

func (m *Money) readOnce(ctx context.Context, p *purse) {
	m.mu.Lock()
	p.stale, p.busy = false, true
	period, pages := p.period, p.pages
	m.mu.Unlock()
	me, err := p.Backend.Me(ctx)
	var s domain.Statement
	if err == nil {
		s, err = statement(ctx, p.Account, period, pages)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if p.busy = false; ctx.Err() == nil {
		m.taken(p, period, me, s, err)
	}
	m.changed.Ring()
}

// rest keeps two readings apart, unless she waits for the next.
func (p *purse) rest(ctx context.Context) {
	timer := time.NewTimer(readApart)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-p.hurry:
	case <-ctx.Done():
	}
}

// taken takes in what was read; m.mu is held. What events told meanwhile is
// newer.
func (m *Money) taken(p *purse, period string, me domain.Me, s domain.Statement, err error) {
	if p.now.Trouble = base.Told(err); err != nil {
		m.tabulate()
		return
	}
	if me.Seq >= p.newest {
		p.newest = me.Seq
		p.take(me.EarnedCents, me.Period, me.Level)
	}
	if period == "" {
		p.now.Online, p.now.Promotion, p.now.Snapshots = time.Duration(s.OnlineMS)*time.Millisecond, nil, s.Snapshots
		if n := s.Promotion; n != nil {
			p.now.Promotion = &Promotion{Price: n.Price, Ends: base.Time(n.Ends), OnlineLeft: time.Duration(n.OnlineLeftMS) * time.Millisecond}
		}
	}
	if period == p.period { // else she turned the page meanwhile
		p.statement, p.loaded = s, true
	}
	m.tabulate()
}

// statement reads some pages of a statement into one.
func statement(ctx context.Context, a base.Account, period string, pages int) (domain.Statement, error) {
	s, err := a.Backend.Statement(ctx, a.Name, period, "")
	for range pages - 1 {
		if err != nil || s.Next == "" {
			break
		}
		var more domain.Statement
		more, err = a.Backend.Statement(ctx, a.Name, s.Period.ID, s.Next)
		s.Lines, s.Next = append(s.Lines, more.Lines...), more.Next
	}
	return s, err
}

// Run reads the truth for every account that comes, and now and then, until ctx
// ends.
func (m *Money) Run(ctx context.Context) error {
	wait := m.work.Start(ctx)
	defer wait()
	for base.Pause(ctx, readEvery) {
		m.Refresh()
	}
	return nil
}
