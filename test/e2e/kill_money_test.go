package e2e

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/jasmincam/jasmincam/internal/client"
	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/testkit"
	"github.com/jasmincam/jasmincam/internal/testkit/postgres"
	"github.com/jasmincam/jasmincam/internal/testkit/stage"
)

const (
	moneyKills = 10
	underLoad  = 300 * time.Millisecond // between two kills
	tillers    = 3                      // at once, of each member
)

// The backend is killed again and again while members tip: what was acknowledged is
// booked exactly once.
func TestKillMoney_SQLite(t *testing.T) { killBackend(t, stage.Open(t, stage.Options{}), moneyKills) }

func TestKillMoney_PostgreSQL(t *testing.T) {
	killBackend(t, stage.Open(t, stage.Options{Database: postgres.New(t).Fresh(t)}), moneyKills)
}

// PostgreSQL itself is killed, all its processes at once, and comes back.
func TestKillMoney_ofPostgreSQL(t *testing.T) {
	server := postgres.New(t)
	killDatabase(t, stage.Open(t, stage.Options{Database: server.Fresh(t)}), server, moneyKills)
}

func killBackend(t *testing.T, s *stage.Stage, kills int) {
	t.Helper()
	load := openLoad(t, s)
	for range kills {
		load.more()
		s.Kill()
		s.Start()
	}
	load.settle(kills)
}

func killDatabase(t *testing.T, s *stage.Stage, server *postgres.Server, kills int) {
	t.Helper()
	load := openLoad(t, s)
	for range kills {
		load.more()
		server.Kill(t)
		server.Start(t)
	}
	load.settle(kills)
}

// load is members who tip without a pause. A tip whose answer is lost is sent again
// with its key until it is acknowledged.
type load struct {
	t       *testing.T
	stage   *stage.Stage
	members []*client.Client
	before  []domain.Millicredits
	work    sync.WaitGroup
	stop    context.CancelFunc

	mu      sync.Mutex
	acked   []int             // by member
	entries map[string]string // the key of each entry
}

func openLoad(t *testing.T, s *stage.Stage) *load {
	t.Helper()
	l := &load{t: t, stage: s, acked: make([]int, len(s.Members)), entries: map[string]string{}}
	ctx, cancel := context.WithCancel(context.Background())
	l.stop = cancel
	t.Cleanup(func() { cancel(); l.work.Wait() })
	for _, p := range s.Members {
		m, _ := s.SignIn(p)
		l.members, l.before = append(l.members, m), append(l.before, balance(t, m))
	}
	for i := range l.members {
		for n := range tillers {
			l.work.Go(func() { l.tip(ctx, i, n) })
		}
	}
	return l
}

// tip goes on until ctx ends; the last tip is acknowledged, too.
func (l *load) tip(ctx context.Context, member, tiller int) {
	for n := 0; ctx.Err() == nil; n++ {
		tip := domain.Tip{Amount: domain.MinTip, Key: fmt.Sprintf("load-%d-%d-%d", member, tiller, n)}
		for tried := time.Now(); ; {
			r, err := l.members[member].Tip(context.Background(), l.stage.Performers[0].Name, tip)
			if err == nil {
				l.book(member, tip.Key, r.Entry)
				break
			}
			if kind := domain.KindOf(err); (kind != domain.KindUnavailable && kind != domain.KindLimited) || time.Since(tried) > time.Minute {
				l.t.Errorf("tip %s was refused: %v", tip.Key, err)
				return
			}
			testkit.Pause(20 * time.Millisecond)
		}
		testkit.Pause(5 * time.Millisecond) // the member's credits are to last for the whole story
	}
}

func (l *load) book(member int, key, entry string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.acked[member]++
	if before := l.entries[entry]; before != "" {
		l.t.Errorf("entry %s is of the tips %s and %s", entry, before, key)
	}
	l.entries[entry] = key
}

func (l *load) count() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.entries)
}

// more waits until tips are acknowledged again, and for a while of them.
func (l *load) more() {
	l.t.Helper()
	before := l.count()
	testkit.Until(l.t, backIn, "tips to be acknowledged", func() bool { return l.count() > before+2*tillers })
	testkit.Pause(underLoad)
}

// settle ends the load and holds what is gone against what was acknowledged.
func (l *load) settle(kills int) {
	l.t.Helper()
	l.more()
	l.stop()
	l.work.Wait()
	for i, m := range l.members {
		if got, want := l.before[i]-balance(l.t, m), domain.MinTip*domain.Millicredits(l.acked[i]); got != want {
			l.t.Errorf("member %d: %s are gone for %d acknowledged tips, want %s", i, got, l.acked[i], want)
		}
	}
	l.stage.Verify()
	l.t.Logf("%d kills, %d tips", kills, l.count())
}
