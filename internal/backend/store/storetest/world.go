package storetest

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/jasmincam/jasmincam/internal/backend/store"
	"github.com/jasmincam/jasmincam/internal/backend/store/storetest/worldtest"
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

// world has a bell that remembers.
type world struct {
	*worldtest.World
	bell *bell
}

func newWorld(t testing.TB, url string) *world {
	b := &bell{}
	return &world{worldtest.New(t, store.Config{URL: url, Bell: b}, time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)), b}
}

type someone = worldtest.Someone

func as(a domain.Actor) context.Context { return domain.WithActor(context.Background(), a) }

func guest(id, country, origin string) context.Context {
	return as(domain.Actor{Guest: id, Country: country, Origin: origin})
}

func (w *world) member() someone { w.T.Helper(); return w.Add(domain.Account{Role: domain.RoleMember}) }

// performer is an Active one, of a studio or none.
func (w *world) performer(studio domain.AccountID) someone {
	w.T.Helper()
	return w.Performer(domain.Account{Studio: studio}, "")
}

func (w *world) tip(m, p someone, amount domain.Millicredits) (domain.Receipt, error) {
	return w.Tip(m.Ctx, p.Name, domain.Tip{Amount: amount, Key: w.Key()})
}

func (w *world) me(who someone) domain.Me {
	w.T.Helper()
	return must(w.Me(who.Ctx))(w.T)
}

func must[T any](v T, err error) func(testing.TB) T { return worldtest.Must(v, err) }

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
