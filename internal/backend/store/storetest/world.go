package storetest

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
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
		"accounts":      accountStories,
		"sessions":      sessionStories,
		"uploads":       uploadStories,
		"a long show":   longShow,
		"approvals":     approvalStories,
		"states":        stateTable,
		"doors":         doorStories,
		"signing out":   signingOut,
		"countries":     countryTable,
		"chat":          chatStories,
		"chat limits":   chatLimits,
		"events":        eventStories,
		"rooms":         roomStories,
		"tips":          tipStories,
		"notes":         noteLimits,
		"earnings":      earningStories,
		"purchases":     purchaseStories,
		"holds":         holdStories,
		"refunds":       refundStories,
		"last credits":  lastCredits,
		"many writers":  manyWriters,
		"restart":       restart,
		"tampering":     tampering,
		"state machine": stateMachine,
		"shows":         showStories,
		"show periods":  showPeriods,
		"show races":    showRaces,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel() // each waits for its own disk
			story(t, newWorld(t, fresh(t)))
		})
	}
}

// world is a store with a clock that stands still and a bell that remembers.
type world struct {
	*store.Store
	t    testing.TB
	url  string
	bell *bell

	mu     sync.Mutex
	now    time.Time
	serial int
}

func newWorld(t testing.TB, url string) *world {
	w := &world{t: t, url: url, bell: &bell{}, now: time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)}
	w.open()
	t.Cleanup(func() {
		if err := w.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return w
}

func (w *world) open() {
	w.t.Helper()
	s, err := store.Open(context.Background(), store.Config{URL: w.url, Bell: w.bell, Now: w.clock, SealAfter: 25 * time.Millisecond})
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

func as(a domain.Actor) context.Context { return domain.WithActor(context.Background(), a) }

func guest(id, country, origin string) context.Context {
	return as(domain.Actor{Guest: id, Country: country, Origin: origin})
}

func (w *world) add(acc domain.Account) someone {
	w.t.Helper()
	if acc.Name == "" {
		acc.Name = string(acc.Role) + "-" + w.key()[4:]
	}
	acc.Email = acc.Name + "@example.org"
	made, err := w.AddAccount(context.Background(), acc, "hash of "+acc.Name)
	if err != nil {
		w.t.Fatal(err)
	}
	return someone{made, as(domain.Actor{Account: made, Country: "HU"})}
}

func (w *world) member() someone { w.t.Helper(); return w.add(domain.Account{Role: domain.RoleMember}) }
func (w *world) staff() someone  { w.t.Helper(); return w.add(domain.Account{Role: domain.RoleStaff}) }
func (w *world) studio() someone { w.t.Helper(); return w.add(domain.Account{Role: domain.RoleStudio}) }

// performer is an Active one from Hungary, of a studio or none.
func (w *world) performer(studio domain.AccountID) someone {
	w.t.Helper()
	p := w.add(domain.Account{Role: domain.RolePerformer, Studio: studio})
	must(w.Apply(p.ctx, p.Name, application()))(w.t)
	acc := must(w.Decide(w.staff().ctx, p.Name, domain.Decision{State: domain.StateActive}))(w.t)
	return someone{acc, as(domain.Actor{Account: acc, Country: "HU"})}
}

func application() domain.Application {
	return domain.Application{FullName: "Anna Example", BirthDate: "1995-04-23", Country: "hu"}
}

// rich is a member who bought package p300: 300 credits, 60 of first bonus, 5 of sign-up.
func (w *world) rich() someone {
	w.t.Helper()
	m := w.member()
	w.pay(m, "p300")
	return m
}

const richCredits = domain.Millicredits(365_000)

func (w *world) pay(m someone, pkg string) domain.Purchase {
	w.t.Helper()
	p, err := w.Buy(m.ctx, pkg, w.key())
	if err == nil {
		err = w.Settle(context.Background(), domain.PaymentNotice{ID: "notice-" + p.ID, Purchase: p.ID, State: "paid", Cents: p.Cents})
	}
	if err != nil {
		w.t.Fatal(err)
	}
	return p
}

func (w *world) tip(m, p someone, amount domain.Millicredits) (domain.Receipt, error) {
	return w.Tip(m.ctx, p.Name, domain.Tip{Amount: amount, Key: w.key()})
}

func (w *world) me(who someone) domain.Me {
	w.t.Helper()
	return must(w.Me(who.ctx))(w.t)
}

// holds audits the ledger.
func (w *world) holds() store.Report {
	w.t.Helper()
	r := must(w.Verify(context.Background()))(w.t)
	if !r.OK() {
		w.t.Errorf("the ledger does not hold: %s (%s)", r.Problem, r.BadEntry)
	}
	return r
}

// raw runs SQL beside the store.
func (w *world) raw(query string, args ...any) {
	w.t.Helper()
	db := w.db()
	must(db.Exec(query, args...))(w.t)
	w.shut(db)
}

// row reads one row beside the store.
func (w *world) row(query string, args ...any) func(dest ...any) {
	return func(dest ...any) {
		w.t.Helper()
		db := w.db()
		if err := db.QueryRow(query, args...).Scan(dest...); err != nil {
			w.t.Error(err)
		}
		w.shut(db)
	}
}

func (w *world) shut(db *sql.DB) {
	w.t.Helper()
	if err := db.Close(); err != nil {
		w.t.Error(err)
	}
}

func (w *world) db() *sql.DB {
	if path, ok := strings.CutPrefix(w.url, "sqlite:"); ok {
		return must(sql.Open("sqlite", "file://"+(&url.URL{Path: path}).EscapedPath()+"?_pragma=busy_timeout(5000)"))(w.t)
	}
	return must(sql.Open("pgx", w.url))(w.t)
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

func kinds(events []domain.Event) []domain.EventKind {
	var out []domain.EventKind
	for _, e := range events {
		out = append(out, e.Kind)
	}
	return out
}

// last decodes the newest event of a stream.
func last[T any](t testing.TB, events []domain.Event, err error) (v T) {
	t.Helper()
	if err != nil || len(events) == 0 {
		t.Fatalf("no event: %v", err)
	}
	if err := json.Unmarshal(events[len(events)-1].Data, &v); err != nil {
		t.Fatal(err)
	}
	return v
}

func hashOf(token string) []byte {
	sum := sha256.Sum256([]byte(token))
	return sum[:]
}

// bell remembers what was rung.
type bell struct {
	mu   sync.Mutex
	rung []string
}

// Ring implements store.Ringer.
func (b *bell) Ring(topics ...string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.rung = append(b.rung, topics...)
}

// heard checks that the topics were rung since it was asked last.
func (b *bell) heard(t testing.TB, topics ...string) {
	t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, topic := range topics {
		if !slices.Contains(b.rung, topic) {
			t.Errorf("the bell did not ring for %s, only for %q", topic, b.rung)
		}
	}
	b.rung = nil
}

// silent checks that the topic was not rung since it was asked last.
func (b *bell) silent(t testing.TB, topic string) {
	t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	if slices.Contains(b.rung, topic) {
		t.Errorf("the bell rang for %s, nothing changed", topic)
	}
}
