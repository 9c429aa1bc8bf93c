//go:build bench

package bench_test

import (
	"database/sql"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	_ "modernc.org/sqlite" // the driver "sqlite"

	"github.com/jasmincam/jasmincam/internal/bench"
	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/testkit/stage"
)

const (
	payers  = 16  // tipping at once
	tips    = 600 // of each in a round: in all of them no more than the demo's members have credits
	rawFor  = 3 * time.Second
	aPenny  = domain.MinTip
	wantTPS = 1000
)

// booking measures entries of the ledger through HTTP on SQLite, each durable
// before it is answered, and the bare commits of the same database engine and
// disk in turn with them.
func booking(t *testing.T) []bench.Row {
	s := stage.Open(t, stage.Options{})
	var all bench.Pairs
	var waits []float64
	for round := range rounds {
		all.B = append(all.B, bareCommits(t, filepath.Join(t.TempDir(), "bare.db")))
		rate, took := pay(t, s, round)
		all.A, waits = append(all.A, rate), append(waits, took...)
	}
	s.Verify()
	rate, p99 := bench.Percentile(all.A, 50), bench.Percentile(waits, 99)
	return []bench.Row{
		{What: "ledger: tips a second through HTTP on SQLite, each on the disk before it is answered; p99",
			Must: fmt.Sprintf("≥ %d, ≤ 30 ms", wantTPS), Figure: fmt.Sprintf("%.0f, %.1f ms", rate, p99), Held: rate >= wantTPS && p99 <= 30},
		{What: "the same ÷ bare SQLite commits of one row", Must: "told", Figure: all.String(), Held: true},
	}
}

// pay has the members tip from many connections; it gives tips a second and how
// long each took in ms.
func pay(t *testing.T, s *stage.Stage, round int) (rate float64, took []float64) {
	var mu sync.Mutex
	var work sync.WaitGroup
	began := time.Now()
	for n := range payers {
		who, _ := s.SignIn(s.Members[n%len(s.Members)])
		room := s.Performers[n%2].Name
		work.Go(func() {
			var mine []float64
			for i := range tips {
				at := time.Now()
				_, err := who.Tip(t.Context(), room, domain.Tip{Amount: aPenny, Key: fmt.Sprintf("pay-%d-%d-%d", round, n, i)})
				if err != nil {
					t.Errorf("a tip failed: %v", err)
					return
				}
				mine = append(mine, float64(time.Since(at).Microseconds())/1000)
			}
			mu.Lock()
			defer mu.Unlock()
			took = append(took, mine...)
		})
	}
	work.Wait()
	return float64(len(took)) / time.Since(began).Seconds(), took
}

// bareCommits is how many transactions of one row the engine commits in a second,
// with the settings of the store.
func bareCommits(t *testing.T, path string) float64 {
	db, err := sql.Open("sqlite", "file://"+path+"?_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_txlock=immediate")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	if _, err := db.ExecContext(t.Context(), `CREATE TABLE rows (id INTEGER PRIMARY KEY, v BIGINT)`); err != nil {
		t.Fatal(err)
	}
	began, n := time.Now(), 0
	for ; time.Since(began) < rawFor; n++ {
		if _, err := db.ExecContext(t.Context(), `INSERT INTO rows (v) VALUES ($1)`, n); err != nil {
			t.Fatal(err)
		}
	}
	return float64(n) / time.Since(began).Seconds()
}
