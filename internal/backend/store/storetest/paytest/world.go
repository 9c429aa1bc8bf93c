package paytest

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jasmincam/jasmincam/internal/backend/store"
	"github.com/jasmincam/jasmincam/internal/domain"
)

// Run runs the whole suite; fresh makes an empty database and returns its URL.
func Run(t *testing.T, fresh func(testing.TB) string) {
	for name, story := range map[string]func(*testing.T, *world){
		"a fortnight":       fortnight,
		"payout runs":       runStories,
		"a run cut off":     cutOffRun,
		"two runs at once":  rivalRuns,
		"immediate payouts": immediateStories,
		"referrals":         referralStories,
		"chargebacks":       chargebackStories,
		"protection":        protectionStories,
		"without the lift":  withoutLift,
		"calendars":         calendarStories,
		"whose pay":         whosePay,
		"payout audit":      tampering,
		"extras of a show":  extraStories,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel() // each waits for its own disk
			story(t, newWorld(t, fresh(t)))
		})
	}
}

// world is a store whose clock stands at 10:00 on 17 November 2026 in the site's
// zone, when a period begins that closes on 1 December and is paid on 26 December.
type world struct {
	*store.Store
	t   testing.TB
	url string

	terms  domain.Terms
	mu     sync.Mutex
	now    time.Time
	look   func() // whenever somebody asks for the time
	serial int
}

const period = "2026-11-17"

func newWorld(t testing.TB, url string) *world {
	terms, err := domain.DefaultTerms()
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, url: url, terms: terms, look: func() {}, now: time.Date(2026, 11, 17, 9, 0, 0, 0, time.UTC)}
	w.open()
	t.Cleanup(func() {
		w.holds()
		if err := w.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return w
}

func (w *world) open() {
	w.t.Helper()
	s, err := store.Open(context.Background(), store.Config{URL: w.url, Now: w.clock, Terms: w.terms, SealAfter: 25 * time.Millisecond})
	if err != nil {
		w.t.Fatal(err)
	}
	w.Store = s
}

// reopen closes the store and opens it by other terms.
func (w *world) reopen(change func(*domain.Terms)) {
	w.t.Helper()
	if err := w.Close(); err != nil {
		w.t.Fatal(err)
	}
	change(&w.terms)
	w.open()
}

func (w *world) holds() {
	w.t.Helper()
	report, err := w.Verify(context.Background())
	if err != nil || !report.OK() {
		w.t.Errorf("the ledger does not hold: %+v %v", report, err)
	}
}

func (w *world) clock() time.Time {
	w.mu.Lock()
	now, look := w.now, w.look
	w.mu.Unlock()
	look()
	return now
}

// onLook has f called whenever somebody asks for the time.
func (w *world) onLook(f func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.look = f
}

// day moves the clock to 10:00 of a day in the site's zone (YYYY-MM-DD).
func (w *world) day(day string) {
	w.t.Helper()
	at, err := time.ParseInLocation(time.DateOnly, day, w.terms.Calendar.Zone)
	if err != nil {
		w.t.Fatal(err)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = at.Add(10 * time.Hour)
}

func (w *world) key() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.serial++
	return fmt.Sprintf("key-%06d", w.serial)
}

// someone is an account that acts by ctx.
type someone struct {
	domain.Account
	ctx context.Context
}

func as(a domain.Account) someone {
	return someone{a, domain.WithActor(context.Background(), domain.Actor{Account: a, Country: "HU"})}
}

func (w *world) add(acc domain.Account) someone {
	w.t.Helper()
	acc.Email = acc.Name + "@example.org"
	return as(must(w.AddAccount(context.Background(), acc, "hash"))(w.t))
}

func (w *world) staff() someone {
	w.t.Helper()
	return w.add(domain.Account{Role: domain.RoleStaff, Name: "desk-" + w.key()[4:]})
}

func (w *world) studio(name string) someone {
	w.t.Helper()
	return w.add(domain.Account{Role: domain.RoleStudio, Name: name})
}

func (w *world) performer(name string, studio domain.AccountID) someone {
	w.t.Helper()
	p := w.add(domain.Account{Role: domain.RolePerformer, Name: name, Studio: studio})
	must(w.Apply(p.ctx, name, domain.Application{FullName: "Anna Example", BirthDate: "1995-11-21", Country: "hu"}))(w.t)
	return as(must(w.Decide(w.staff().ctx, name, domain.Decision{State: domain.StateActive}))(w.t))
}

// member comes by a referral code, or by none.
func (w *world) member(name, code string) someone {
	w.t.Helper()
	return w.add(domain.Account{Role: domain.RoleMember, Name: name, Referral: code})
}

// rich is a member with 365 credits.
func (w *world) rich(name string) someone {
	w.t.Helper()
	m := w.member(name, "")
	w.pay(m, "p300")
	return m
}

func (w *world) pay(m someone, pack string) domain.Purchase {
	w.t.Helper()
	p := must(w.Buy(m.ctx, pack, w.key()))(w.t)
	w.notice(p, "paid")
	return p
}

func (w *world) notice(p domain.Purchase, state string) {
	w.t.Helper()
	if err := w.Settle(context.Background(), domain.PaymentNotice{ID: "notice-" + w.key(), Purchase: p.ID, State: state, Cents: p.Cents}); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) tip(m, p someone, amount domain.Millicredits) domain.Receipt {
	w.t.Helper()
	return must(w.Tip(m.ctx, p.Name, domain.Tip{Amount: amount, Key: w.key()}))(w.t)
}

// show is a private show that runs.
func (w *world) show(m, p someone) domain.ShowRecord {
	w.t.Helper()
	return w.step(must(w.AskShow(m.ctx, p.Name, w.key()))(w.t), domain.ShowAccepted, domain.ShowStarting, domain.ShowRunning)
}

// step takes a show through states.
func (w *world) step(s domain.ShowRecord, to ...domain.ShowState) domain.ShowRecord {
	w.t.Helper()
	for _, state := range to {
		s = must(w.StepShow(context.Background(), s.ID, s.State, state, ""))(w.t)
	}
	return s
}

func (w *world) payee(who someone) domain.Payee {
	w.t.Helper()
	return must(w.Payee(who.ctx, who.Name))(w.t)
}

// banks gives payees a place for their money.
func (w *world) banks(who ...someone) {
	w.t.Helper()
	for _, p := range who {
		if err := w.SetPayoutMethod(p.ctx, p.Name, domain.PayoutMethod{Holder: "Anna Example", Reference: "HU42 of " + p.Name}); err != nil {
			w.t.Fatal(err)
		}
	}
}

// slip reads a payslip and adds its lines up.
func (w *world) slip(who someone, period string) domain.Payslip {
	w.t.Helper()
	s := must(w.Payslip(who.ctx, who.Name, period))(w.t)
	var sum, gross domain.Millicents
	for _, l := range s.Lines {
		sum, gross = sum+l.Amount, gross+l.Gross
		if l.Entry == "" || l.At == 0 {
			w.t.Errorf("a line of %s names no entry: %+v", who.Name, l)
		}
	}
	if sum != s.Left || sum != s.Earned+s.Referral+s.Taken+s.Paid || gross != s.Gross {
		w.t.Errorf("the lines of %s sum to %d and %d gross, the payslip says %+v", who.Name, sum, gross, s)
	}
	return s
}

func must[T any](v T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// refused checks an error's kind, and that it has words for a person.
func refused(t testing.TB, what string, err error, kind domain.Kind) {
	t.Helper()
	if err == nil || domain.KindOf(err) != kind {
		t.Errorf("%s: got %v, want %s", what, err, kind)
		return
	}
	if s := domain.Sentence(err); !strings.HasSuffix(s, ".") || strings.Contains(s, "SQL") {
		t.Errorf("%s: %q is not a sentence for a person", what, s)
	}
}
