package sitetest

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
		"profiles":         profileStories,
		"profile limits":   profileLimits,
		"prices":           priceStories,
		"goals":            goalStories,
		"banned words":     bannedWordStories,
		"banned keys":      bannedKeys,
		"offers":           offerEvents,
		"browsing":         browseStories,
		"time online":      onlineStories,
		"statements":       statementStories,
		"viewers":          viewerStories,
		"favourites":       favouriteStories,
		"budgets":          budgetStories,
		"one last payment": budgetRace,
		"histories":        historyStories,
		"books of shows":   showBooks,
		"pictures":         pictureStories,
		"picture doors":    pictureDoors,
		"audit log":        auditStories,
		"lists":            listStories,
		"from elsewhere":   sightStories,
		"two accounts":     twoAccounts,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel() // each waits for its own disk
			story(t, newWorld(t, fresh(t)))
		})
	}
}

// world is a store whose clock stands at noon of a Saturday, 21 November 2026, in
// the site's zone.
type world struct {
	*store.Store
	t   testing.TB
	url string

	mu     sync.Mutex
	now    time.Time
	serial int
}

func newWorld(t testing.TB, url string) *world {
	w := &world{t: t, url: url, now: time.Date(2026, 11, 21, 11, 0, 0, 0, time.UTC)}
	w.open()
	t.Cleanup(func() {
		report, err := w.Verify(context.Background())
		if err != nil || !report.OK() {
			t.Errorf("the ledger does not hold: %+v %v", report, err)
		}
		if err := w.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return w
}

func (w *world) open() {
	w.t.Helper()
	s, err := store.Open(context.Background(), store.Config{URL: w.url, Now: w.clock, SealAfter: 25 * time.Millisecond})
	if err != nil {
		w.t.Fatal(err)
	}
	w.Store = s
}

func (w *world) clock() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

func (w *world) pass(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = w.now.Add(d)
}

func (w *world) next() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.serial++
	return w.serial
}

// someone is an account that acts by ctx.
type someone struct {
	domain.Account
	ctx context.Context
}

func as(a domain.Actor) context.Context { return domain.WithActor(context.Background(), a) }

// guest comes from Hungary.
func guest() context.Context { return as(domain.Actor{Guest: "g", Country: "HU", Origin: "o"}) }

func (w *world) add(role domain.Role, name string, studio domain.AccountID) someone {
	w.t.Helper()
	acc, err := w.AddAccount(context.Background(), domain.Account{Role: role, Name: name, Email: name + "@example.org", Studio: studio}, "hash")
	if err != nil {
		w.t.Fatal(err)
	}
	return someone{acc, as(domain.Actor{Account: acc, Country: "HU"})}
}

func (w *world) staff() someone {
	w.t.Helper()
	return w.add(domain.RoleStaff, fmt.Sprintf("desk-%d", w.next()), "")
}

// performer is an Active one, of a studio or none, who was born on 21 November; as
// an account of a person, or of a new one.
func (w *world) performer(name string, person domain.PersonID, studio domain.AccountID) someone {
	w.t.Helper()
	p := w.add(domain.RolePerformer, name, studio)
	must(w.Apply(p.ctx, name, domain.Application{FullName: "Anna Example", BirthDate: "1995-11-21", Country: "hu"}))(w.t)
	acc := must(w.Decide(w.staff().ctx, name, domain.Decision{State: domain.StateActive, Person: person}))(w.t)
	return someone{acc, as(domain.Actor{Account: acc, Country: "HU"})}
}

// two are the accounts of one person.
func (w *world) two() (luna, sky someone) {
	w.t.Helper()
	luna = w.performer("luna", "", "")
	return luna, w.performer("sky", luna.Person, "")
}

// rich is a member with 365 credits.
func (w *world) rich(name string) someone {
	w.t.Helper()
	m := w.add(domain.RoleMember, name, "")
	p := must(w.Buy(m.ctx, "p300", fmt.Sprintf("buy-%06d", w.next())))(w.t)
	if err := w.Settle(context.Background(), domain.PaymentNotice{ID: "notice-" + p.ID, Purchase: p.ID, State: "paid", Cents: p.Cents}); err != nil {
		w.t.Fatal(err)
	}
	return m
}

func (w *world) tip(m someone, amount domain.Millicredits) (domain.Receipt, error) {
	return w.Tip(m.ctx, "luna", domain.Tip{Amount: amount, Key: fmt.Sprintf("tip-%06d", w.next())})
}

// tips sends a tip to luna that must succeed.
func (w *world) tips(m someone, amount domain.Millicredits) domain.Receipt {
	w.t.Helper()
	return must(w.tip(m, amount))(w.t)
}

func (w *world) is(performer string, state domain.RoomState) {
	w.t.Helper()
	if err := w.PostRoomState(context.Background(), performer, state); err != nil {
		w.t.Fatal(err)
	}
}

// must takes an answer; the test ends when it is an error.
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
