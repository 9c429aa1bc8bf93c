package paytest

import (
	"testing"
	"time"

	"github.com/jasmincam/jasmincam/internal/backend/store"
	"github.com/jasmincam/jasmincam/internal/backend/store/storetest/worldtest"
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
		"the price he saw":  shownStories,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel() // each waits for its own disk
			story(t, newWorld(t, fresh(t)))
		})
	}
}

// world stands at 10:00 on 17 November 2026 in the site's zone, when a period begins
// that closes on 1 December and is paid on 26 December.
type world struct{ *worldtest.World }

const period = "2026-11-17"

func newWorld(t testing.TB, url string) *world {
	w := &world{worldtest.New(t, store.Config{URL: url}, time.Date(2026, 11, 17, 9, 0, 0, 0, time.UTC))}
	t.Cleanup(func() { w.Audit() })
	return w
}

// reopen closes the store and opens it in another way.
func (w *world) reopen(change func(*store.Config)) {
	w.T.Helper()
	if err := w.Close(); err != nil {
		w.T.Fatal(err)
	}
	c := w.Config
	change(&c)
	w.Open(c)
}

// day moves the clock to 10:00 of a day in the site's zone (YYYY-MM-DD).
func (w *world) day(day string) {
	w.T.Helper()
	at, err := time.ParseInLocation(time.DateOnly, day, w.Terms.Calendar.Zone)
	if err != nil {
		w.T.Fatal(err)
	}
	w.Pass(at.Add(10 * time.Hour).Sub(w.Now()))
}

type someone = worldtest.Someone

func (w *world) studio(name string) someone {
	w.T.Helper()
	return w.Add(domain.Account{Role: domain.RoleStudio, Name: name})
}

func (w *world) performer(name string, studio domain.AccountID) someone {
	w.T.Helper()
	return w.Performer(domain.Account{Name: name, Studio: studio}, "")
}

// member comes by a referral code, or by none.
func (w *world) member(name, code string) someone {
	w.T.Helper()
	return w.Add(domain.Account{Role: domain.RoleMember, Name: name, Referral: code})
}

func (w *world) tip(m, p someone, amount domain.Millicredits) domain.Receipt {
	w.T.Helper()
	return must(w.Tip(m.Ctx, p.Name, domain.Tip{Amount: amount, Key: w.Key()}))(w.T)
}

// show is a private show that runs.
func (w *world) show(m, p someone) domain.ShowRecord {
	w.T.Helper()
	return w.Step(must(w.AskShow(m.Ctx, p.Name, w.Key()))(w.T), domain.ShowAccepted, domain.ShowStarting, domain.ShowRunning)
}

func (w *world) payee(who someone) domain.Payee {
	w.T.Helper()
	return must(w.Payee(who.Ctx, who.Name))(w.T)
}

// banks gives payees a place for their money.
func (w *world) banks(who ...someone) {
	w.T.Helper()
	for _, p := range who {
		if err := w.SetPayoutMethod(p.Ctx, p.Name, domain.PayoutMethod{Holder: "Anna Example", Reference: "HU42 of " + p.Name}); err != nil {
			w.T.Fatal(err)
		}
	}
}

// slip reads a payslip and adds its lines up.
func (w *world) slip(who someone, period string) domain.Payslip {
	w.T.Helper()
	s := must(w.Payslip(who.Ctx, who.Name, period))(w.T)
	var sum, gross domain.Millicents
	for _, l := range s.Lines {
		sum, gross = sum+l.Amount, gross+l.Gross
		if l.Entry == "" || l.At == 0 {
			w.T.Errorf("a line of %s names no entry: %+v", who.Name, l)
		}
	}
	if sum != s.Left || sum != s.Earned+s.Referral+s.Taken+s.Paid || gross != s.Gross {
		w.T.Errorf("the lines of %s sum to %d and %d gross, the payslip says %+v", who.Name, sum, gross, s)
	}
	return s
}

func must[T any](v T, err error) func(testing.TB) T { return worldtest.Must(v, err) }
