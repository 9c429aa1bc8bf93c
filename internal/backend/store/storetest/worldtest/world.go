package worldtest

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

// World is a store whose clock goes on only when it is told. Whatever a story cannot do
// without ends its test when it fails.
type World struct {
	*store.Store
	T   testing.TB
	URL string // of the database

	mu     sync.Mutex
	now    time.Time
	serial int
}

// New opens a store at a moment; it is closed when the test ends. Its entries are soon
// sealed, unless the configuration says when.
func New(t testing.TB, c store.Config, at time.Time) *World {
	t.Helper()
	w := &World{T: t, URL: c.URL, now: at}
	c.Now = w.clock
	if c.SealAfter == 0 {
		c.SealAfter = 25 * time.Millisecond
	}
	w.Open(c)
	t.Cleanup(func() {
		if err := w.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return w
}

// Open opens the store, as after a restart when the configuration is the store's own.
func (w *World) Open(c store.Config) {
	w.T.Helper()
	w.Store = Must(store.Open(context.Background(), c))(w.T)
}

// AskShow asks for a show at the rates of the moment, if the actor is told any.
func (w *World) AskShow(ctx context.Context, performer, key string) (domain.ShowRecord, error) {
	offer, err := w.Quote(ctx, performer)
	if err != nil {
		offer = domain.Quote{}
	}
	return w.Store.AskShow(ctx, performer, key, offer.Rates())
}

func (w *World) clock() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

// Pass lets the clock go on.
func (w *World) Pass(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = w.now.Add(d)
}

// Key is a new idempotency key.
func (w *World) Key() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.serial++
	return fmt.Sprintf("key-%06d", w.serial)
}

// Audit holds the ledger against its rules.
func (w *World) Audit() store.Report {
	w.T.Helper()
	r := Must(w.Verify(context.Background()))(w.T)
	if !r.OK() {
		w.T.Errorf("the ledger does not hold: %s (%s)", r.Problem, r.BadEntry)
	}
	return r
}

// Must takes an answer; the test ends when it is an error.
func Must[T any](v T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// Refused checks an error's kind, and that it has words for a person.
func (w *World) Refused(what string, err error, kind domain.Kind) {
	w.T.Helper()
	if err == nil || domain.KindOf(err) != kind {
		w.T.Errorf("%s: got %v, want %s", what, err, kind)
		return
	}
	if s := domain.Sentence(err); !strings.HasSuffix(s, ".") || strings.Contains(s, "SQL") {
		w.T.Errorf("%s: %q is not a sentence for a person", what, s)
	}
}
