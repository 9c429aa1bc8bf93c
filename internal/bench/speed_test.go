//go:build bench

package bench_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
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
// TestSpeed/NAME it measures one, and the rows of the others stay. A promise that is
// missed is told in the table; the test fails only where nothing could be measured,
// and leaves the rows of that subject as they were.
func TestSpeed(t *testing.T) {
	version, err := exec.Command(filepath.Join(testkit.Root(t), "scripts", "version")).Output()
	if err != nil {
		t.Fatal(err)
	}
	var rows []bench.Row
	var order []string
	for _, s := range subjects() {
		order = append(order, s.name)
		t.Run(s.name, func(t *testing.T) {
			for _, r := range s.measure(t) {
				r.Subject, r.Version = s.name, strings.TrimSpace(string(version))
				rows = append(rows, r)
				t.Logf("%s: %s (must be %s, held: %v)", r.What, r.Figure, r.Must, r.Held)
			}
		})
	}
	path := filepath.Join(testkit.Root(t), "docs", "BENCHMARKS.md")
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	table := bench.Table(bench.Machine(), order, bench.Merge(order, bench.Rows(string(before), bench.Machine()), rows))
	fmt.Println(table)
	if err := os.WriteFile(path, []byte(table), 0o644); err != nil {
		t.Error(err)
	}
}

// atMost fills a row whose figure must not be above a limit.
func atMost(what string, limit float64, p bench.Pairs) bench.Row {
	return bench.Row{What: what, Must: fmt.Sprintf("≤ %g", limit), Figure: p.String(), Held: p.Ratio() <= limit}
}

// rounds is how many pairs a ratio rests on.
const rounds = bench.MinPairs
