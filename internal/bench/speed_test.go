//go:build bench

package bench_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/jasmincam/jasmincam/internal/bench"
	"github.com/jasmincam/jasmincam/internal/testkit"
)

// subject is one thing to measure; it gives one or more rows of the table.
type subject struct {
	name    string
	measure func(t *testing.T) []bench.Row
}

// subjects come in the order of the table. Those that take long come last.
func subjects() []subject {
	return []subject{
		{"Accounts", accounts},
		{"Raw", raw},
		{"MJPEG", motionJPEG},
		{"Decode", decode},
		{"Convert", convert},
		{"Picture", picture},
		{"Fanout", fanOut},
		{"Latency", latency},
		{"Start", starting},
		{"Answer", answering},
		{"Preview", previewing},
		{"Ledger", booking},
		{"Memory", memory},
	}
}

// TestSpeed measures all subjects and writes docs/BENCHMARKS.md. With -run
// TestSpeed/NAME it measures one and only prints. A promise that is missed is
// told in the table; the test fails only where nothing could be measured.
func TestSpeed(t *testing.T) {
	var rows []bench.Row
	measured := 0
	for i, s := range subjects() {
		t.Run(s.name, func(t *testing.T) {
			got := s.measure(t)
			for _, r := range got {
				r.Order = i
				rows = append(rows, r)
				t.Logf("%s: %s (must be %s, held: %v)", r.What, r.Figure, r.Must, r.Held)
			}
			measured++
		})
	}
	table := bench.Table(bench.Machine(), "make bench", rows)
	fmt.Println(table)
	if measured < len(subjects()) {
		t.Logf("%d of %d subjects were measured: docs/BENCHMARKS.md stays as it is", measured, len(subjects()))
		return
	}
	if err := os.WriteFile(filepath.Join(testkit.Root(t), "docs", "BENCHMARKS.md"), []byte(table), 0o644); err != nil {
		t.Error(err)
	}
}

// atMost fills a row whose figure must not be above a limit.
func atMost(what string, limit float64, p bench.Pairs) bench.Row {
	return bench.Row{What: what, Must: fmt.Sprintf("≤ %g", limit), Figure: p.String(), Held: p.Ratio() <= limit}
}

// rounds is how many pairs a ratio rests on.
const rounds = bench.MinPairs
