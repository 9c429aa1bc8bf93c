//go:build bench

package bench_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/jasmincam/jasmincam/internal/bench"
	"github.com/jasmincam/jasmincam/internal/testkit/peer"
	"github.com/jasmincam/jasmincam/internal/testkit/stage"
)

// memory watches the size of a live run of ten minutes, two accounts with a
// viewer each, after its first minute.
func memory(t *testing.T) []bench.Row {
	const limit, step = 1.05, 10.0
	s := stage.Open(t, stage.Options{})
	live := s.GoLive("--for", "605s")
	for _, p := range s.Performers {
		v := view(t, s, p.Name, peer.Watch{Light: true})
		defer func() { _ = v.Abandon() }()
	}
	if err := live.Wait(11 * time.Minute); err != nil {
		t.Fatalf("live ended with %v\n%s", err, live.Log())
	}
	sizes := map[int][]float64{}
	for text := range strings.Lines(live.Output()) {
		var line stage.Line
		if err := json.Unmarshal([]byte(text), &line); err != nil {
			t.Fatal(err)
		}
		sizes[int(line.T/step)] = append(sizes[int(line.T/step)], line.RSS)
	}
	minute := bench.Percentile(sizes[int(60/step)], 50)
	last := bench.Percentile(sizes[int(590/step)], 50)
	largest := 0.0
	var course []string
	for n := range int(600 / step) {
		size := bench.Percentile(sizes[n], 50)
		course = append(course, fmt.Sprintf("%.0f", size))
		if float64(n)*step >= 60 {
			largest = max(largest, size)
		}
	}
	t.Logf("MB every ten seconds: %s", strings.Join(course, " "))
	if minute == 0 || last == 0 {
		t.Fatal("the size of the live process is not known")
	}
	return []bench.Row{{
		What: "memory of a live run of 10 minutes ÷ after one minute (medians of 10 s); the largest", Must: fmt.Sprintf("≤ %g", limit),
		Figure: fmt.Sprintf("%.3f (%.1f MB ÷ %.1f MB), %.1f MB", last/minute, last, minute, largest),
		Held:   max(largest, last) <= limit*minute,
	}}
}
