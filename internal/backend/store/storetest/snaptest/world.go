package snaptest

import (
	"context"
	"encoding/json"
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
		"sold":                  sold,
		"refunded":              refunded,
		"not offered":           notOffered,
		"too late":              tooLate,
		"what stands against":   whatStandsAgainst,
		"limits":                limits,
		"deleted":               deleted,
		"before a private":      beforePrivate,
		"in a private":          inPrivate,
		"where she is away":     whereSheIsAway,
		"accepted meanwhile":    acceptedMeanwhile,
		"the last credit":       lastCredit,
		"one delivery of many":  oneDelivery,
		"a show of many stills": manyStills,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel() // each waits for its own disk
			story(t, newWorld(t, fresh(t)))
		})
	}
}

// world is a store with a clock that stands still.
type world struct {
	*store.Store
	t   testing.TB
	url string

	mu     sync.Mutex
	now    time.Time
	serial int
}

func newWorld(t testing.TB, url string) *world {
	w := &world{t: t, url: url, now: time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)}
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

// key is a new idempotency key.
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

func as(acc domain.Account) someone {
	return someone{acc, domain.WithActor(context.Background(), domain.Actor{Account: acc, Country: "HU"})}
}

func (w *world) add(role domain.Role) someone {
	w.t.Helper()
	name := string(role) + "-" + w.key()[4:]
	acc, err := w.AddAccount(context.Background(), domain.Account{Role: role, Name: name, Email: name + "@example.org"}, "hash")
	return as(must(acc, err)(w.t))
}

// member has so many credits.
func (w *world) member(credits domain.Millicredits) someone {
	w.t.Helper()
	m := w.add(domain.RoleMember)
	p := must(w.Buy(m.ctx, "p300", w.key()))(w.t)
	if err := w.Settle(context.Background(), domain.PaymentNotice{ID: "notice-" + p.ID, Purchase: p.ID, State: "paid", Cents: p.Cents}); err != nil {
		w.t.Fatal(err)
	}
	if rest := w.balance(m) - credits; rest > 0 {
		must(w.Tip(m.ctx, w.performer(0, "").Name, domain.Tip{Amount: rest, Key: w.key()}))(w.t)
	}
	return m
}

func (w *world) balance(m someone) domain.Millicredits {
	w.t.Helper()
	return must(w.Me(m.ctx))(w.t).BalanceMillicredits
}

// performer sells snapshots at a price; person is another account's, or "".
func (w *world) performer(price domain.Millicredits, person domain.PersonID) someone {
	w.t.Helper()
	p := w.add(domain.RolePerformer)
	must(w.Apply(p.ctx, p.Name, domain.Application{FullName: "Anna Example", BirthDate: "1995-04-23", Country: "hu"}))(w.t)
	p = as(must(w.Decide(w.add(domain.RoleStaff).ctx, p.Name, domain.Decision{State: domain.StateActive, Person: person}))(w.t))
	w.price(p, price)
	return p
}

func (w *world) price(p someone, price domain.Millicredits) {
	w.t.Helper()
	e := must(w.Profile(p.ctx, p.Name))(w.t).ProfileEdit
	e.Prices.Snapshot = price
	must(w.SetProfile(p.ctx, p.Name, e))(w.t)
}

func there() error { return nil }

func (w *world) ask(m, p someone) (domain.Snapshot, error) {
	return w.OrderSnapshot(m.ctx, p.Name, domain.SnapshotOrder{Key: w.key()}, there)
}

// still is a picture that shows what it is told to.
func still(what string) domain.StillPicture {
	return domain.StillPicture{JPEG: []byte("\xff\xd8" + what), Small: []byte("\xff\xd8small " + what), Width: 1920, Height: 1080}
}

// notices are the snapshots that an account was told of, oldest first.
func (w *world) notices(who someone) (list []domain.Snapshot) {
	w.t.Helper()
	for _, e := range must(w.OwnEvents(who.ctx, 0, 1000))(w.t) {
		var n domain.SnapshotNotice
		if e.Kind == domain.EventSnapshot && json.Unmarshal(e.Data, &n) == nil {
			list = append(list, n.Snapshot)
		}
	}
	return list
}

// last is the newest of them.
func (w *world) last(who someone) domain.Snapshot {
	w.t.Helper()
	list := w.notices(who)
	if len(list) == 0 {
		w.t.Fatal("nobody was told of a snapshot")
	}
	return list[len(list)-1]
}

// step takes a show through states.
func (w *world) step(s domain.ShowRecord, to ...domain.ShowState) domain.ShowRecord {
	w.t.Helper()
	for _, state := range to {
		s = must(w.StepShow(context.Background(), s.ID, s.State, state, ""))(w.t)
	}
	return s
}

// unsold checks that an order failed for a reason and cost nothing.
func (w *world) unsold(s domain.Snapshot, m someone, reason string, left domain.Millicredits) {
	w.t.Helper()
	got := must(w.Snapshot(m.ctx, s.ID))(w.t)
	if got.State != domain.SnapshotFailed || got.Reason != reason || got.Picture != "" || got.Thumbnail != "" {
		w.t.Errorf("it is %+v, want it to fail: %s", got, reason)
	}
	if told := w.last(m); told.ID != s.ID || told.State != domain.SnapshotFailed || told.Reason != reason {
		w.t.Errorf("the member was told %+v", told)
	}
	if _, err := w.SnapshotPicture(m.ctx, s.ID, false); domain.KindOf(err) != domain.KindNotFound {
		w.t.Errorf("its picture: %v", err)
	}
	if b := w.balance(m); b != left {
		w.t.Errorf("%s credits are left, want %s", b, left)
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
