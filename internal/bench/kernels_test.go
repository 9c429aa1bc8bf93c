//go:build bench

package bench_test

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jasmincam/jasmincam/internal/bench"
	"github.com/jasmincam/jasmincam/internal/testkit"
)

// turns are many, because each is short.
const turns = 7

// decode compares our MJPEG decoder with libjpeg-turbo alone.
func decode(t *testing.T) []bench.Row {
	const limit, most = 1.2, 100_000
	room := compile(t, "internal/capture/mjpeg")
	allocated := 0.0
	p, err := bench.Measure(turns, func() (float64, error) {
		r, err := room.run("BenchmarkMJPEGToI420_1080p")
		allocated = max(allocated, r.bytes)
		return r.ms, err
	}, func() (float64, error) {
		r, err := room.run("BenchmarkTurboPlanes_1080p")
		return r.ms, err
	})
	if err != nil {
		t.Fatal(err)
	}
	row := atMost("MJPEG 1080p to I420 ÷ libjpeg-turbo straight to planes (ms a picture); allocated a picture", limit, p)
	row.Must += ", ≤ 100 kB"
	row.Figure += fmt.Sprintf(", %.1f kB", allocated/1000)
	row.Held = row.Held && allocated <= most
	return []bench.Row{row}
}

// convert times what a webcam's raw pictures cost.
func convert(t *testing.T) []bench.Row {
	const limit = 0.6
	room := compile(t, "internal/capture")
	var times []float64
	allocations := 0.0
	for range turns {
		r, err := room.run("BenchmarkYUYVToI420_1080p")
		if err != nil {
			t.Fatal(err)
		}
		times, allocations = append(times, r.ms), max(allocations, r.allocations)
	}
	ms := bench.Percentile(times, 50)
	return []bench.Row{{
		What: "YUYV 1080p to I420; allocations", Must: "≤ 0.6 ms, none",
		Figure: fmt.Sprintf("%.3f ms (%.3f to %.3f), %.0f", ms, slices.Min(times), slices.Max(times), allocations),
		Held:   ms <= limit && allocations == 0,
	}}
}

// compiled is the compiled tests of a package.
type compiled struct {
	t            *testing.T
	program, dir string
}

func compile(t *testing.T, pkg string, flags ...string) compiled {
	t.Helper()
	c := compiled{t: t, program: filepath.Join(t.TempDir(), "test"), dir: filepath.Join(testkit.Root(t), pkg)}
	cmd := exec.CommandContext(t.Context(), "go", slices.Concat([]string{"test", "-c", "-o", c.program}, flags, []string{"."})...)
	cmd.Dir = c.dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%s does not build: %v\n%s", pkg, err, out)
	}
	return c
}

// timing is what Go's benchmarks tell of one operation.
type timing struct{ ms, bytes, allocations float64 }

// run runs one benchmark.
func (c compiled) run(name string) (timing, error) {
	p := testkit.Start(c.t, testkit.Spec{Path: c.program, Dir: c.dir,
		Args: []string{"-test.run=^$", "-test.bench=^" + name + "$", "-test.benchtime=1s", "-test.benchmem"}})
	if err := p.Wait(2 * time.Minute); err != nil {
		return timing{}, fmt.Errorf("%s: %w: %s", name, err, p.Log())
	}
	r, ok := timingOf(p.Output(), name)
	if !ok {
		return timing{}, fmt.Errorf("%s tells no time: %s", name, p.Output())
	}
	return r, nil
}

// timingOf finds the benchmark's line: its name, the number of runs, then
// pairs of a value and its unit.
func timingOf(output, name string) (r timing, ok bool) {
	for line := range strings.Lines(output) {
		fields := strings.Fields(line)
		if len(fields) < 4 || !strings.HasPrefix(fields[0], name) {
			continue
		}
		for i := 2; i+1 < len(fields); i += 2 {
			v, err := strconv.ParseFloat(fields[i], 64)
			if err != nil {
				return r, false
			}
			switch fields[i+1] {
			case "ns/op":
				r.ms, ok = v/1e6, true
			case "B/op":
				r.bytes = v
			case "allocs/op":
				r.allocations = v
			}
		}
	}
	return r, ok
}
