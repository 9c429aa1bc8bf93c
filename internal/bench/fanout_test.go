//go:build bench

package bench_test

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/jasmincam/jasmincam/internal/bench"
	"github.com/jasmincam/jasmincam/internal/testkit"
)

// served is what one server's turn gave, as the fan-out's own test tells it.
type served struct {
	cpu  float64 // seconds a viewer-minute
	kB   float64 // a viewer
	join time.Duration
	lost int
	keys float64 // requests a second at the publisher
}

// fanOut runs the media room's own comparison with bare pion: 100 viewers of
// one room, in turn.
func fanOut(t *testing.T) []bench.Row {
	c := compile(t, "internal/backend/media/fanoutbench", "-tags", "bench")
	p := testkit.Start(t, testkit.Spec{Path: c.program, Dir: c.dir,
		Args: []string{"-test.run=^TestFanout$", "-test.v", "-viewers", "100", "-seconds", "10", "-rounds", strconv.Itoa(rounds)}})
	if err := p.Wait(15 * time.Minute); err != nil {
		t.Fatalf("the fan-out cannot be measured: %v\n%s%s", err, p.Output(), p.Log())
	}
	t.Log(p.Output())
	ours, theirs := servedBy("ours", p.Output()), servedBy("bare", p.Output())
	if len(ours) < rounds || len(theirs) != len(ours) {
		t.Fatalf("%d turns of ours and %d of bare were told, want %d each", len(ours), len(theirs), rounds)
	}
	var cpu, join bench.Pairs
	lost, kB, keys := 0, 0.0, 0.0
	for i, o := range ours {
		cpu.A, cpu.B = append(cpu.A, o.cpu), append(cpu.B, theirs[i].cpu)
		join.A, join.B = append(join.A, o.join.Seconds()), append(join.B, theirs[i].join.Seconds())
		lost, kB, keys = lost+o.lost, max(kB, o.kB), max(keys, o.keys)
	}
	return []bench.Row{
		atMost("fan-out to 100 viewers, 720p30 2.5 Mbit/s: CPU s a viewer-minute ÷ bare pion", 1.05, cpu),
		{What: "the same: lost packets", Must: "0", Figure: strconv.Itoa(lost), Held: lost == 0},
		{What: "the same: memory a viewer", Must: "≤ 1 MB", Figure: fmt.Sprintf("%.2f MB", kB/1000), Held: kB <= 1000},
		atMost("the same: join to first whole key frame, p50 ÷ bare (s)", 1.1, join),
		{What: "the same: key-frame requests that reach the publisher", Must: "≤ 2 a second", Figure: fmt.Sprintf("%.2f a second", keys), Held: keys <= 2},
	}
}

// servedBy reads the turns of one server from the test's log.
func servedBy(server, log string) []served {
	line := regexp.MustCompile(`(?m): ` + server + ` ([\d.]+) CPU s/viewer-minute, (-?[\d.]+) kB/viewer, join (\S+), lost (\d+), ([\d.]+) key requests/s`)
	var all []served
	for _, m := range line.FindAllStringSubmatch(log, -1) {
		var s served
		errs := make([]error, 5)
		s.cpu, errs[0] = strconv.ParseFloat(m[1], 64)
		s.kB, errs[1] = strconv.ParseFloat(m[2], 64)
		s.join, errs[2] = time.ParseDuration(m[3])
		s.lost, errs[3] = strconv.Atoi(m[4])
		s.keys, errs[4] = strconv.ParseFloat(m[5], 64)
		if !slices.ContainsFunc(errs, func(err error) bool { return err != nil }) {
			all = append(all, s)
		}
	}
	return all
}
