//go:build torture

package window

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jasmincam/jasmincam/internal/testkit"
)

// readEvery is the time between two readings.
const readEvery = 10 * time.Second

const megabyte = 1e6

// reading is the size of the window's process at a moment, in MB.
type reading struct {
	at         float64 // hours of the evening since it began
	rss        float64 // all that is in memory
	own        float64 // of that, what no file is behind
	held       float64 // of that, what Go holds
	live       float64 // of that, what the newest collection left
	goroutines float64
}

// meter reads the window's process, which has its backend inside.
type meter struct {
	soak  *soak
	tour  int // readings of one tour of the pages
	began time.Time
	start reading // before the first line
	few   reading // both rooms live, and nobody there
	all   []reading
	late  reading // the same, when the evening is over
}

func newMeter(s *soak) *meter { return &meter{soak: s} }

// now is how it is.
func (m *meter) now() reading {
	text, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(m.soak.app.PID()), "smaps_rollup"))
	if err != nil {
		m.soak.t.Fatal(err)
	}
	r := reading{rss: kilobytes(string(text), "Rss:"), own: kilobytes(string(text), "Anonymous:"),
		held: (m.soak.Metric("go_memstats_sys_bytes") - m.soak.Metric("go_memstats_heap_released_bytes")) / megabyte,
		live: m.soak.Metric("go_gc_heap_live_bytes") / megabyte, goroutines: m.soak.Metric("go_goroutines")}
	if !m.began.IsZero() {
		r.at = time.Since(m.began).Hours() * hurry
	}
	return r
}

// kilobytes is a line of smaps_rollup in MB.
func kilobytes(text, name string) float64 {
	for line := range strings.Lines(text) {
		if rest, ok := strings.CutPrefix(line, name); ok {
			if n, err := strconv.ParseFloat(strings.Fields(rest)[0], 64); err == nil {
				return n * 1024 / megabyte
			}
		}
	}
	return math.NaN()
}

// read takes one reading of the evening.
func (m *meter) read() {
	if m.began.IsZero() {
		m.began = time.Now()
	}
	r := m.now()
	m.all = append(m.all, r)
	m.soak.t.Logf("%5.1f min: %v, %d lines", r.at*60, r, m.soak.crowd.spoken.Load())
}

func (r reading) String() string {
	return fmt.Sprintf("RSS %.1f MB, own %.1f, Go %.1f, live %.1f, %.0f goroutines", r.rss, r.own, r.held, r.live, r.goroutines)
}

// settled are the whole tours of the pages after the warm-up, each as its mean: what a page costs while it is shown is no growth, wherever in its
// tour the evening is cut.
func (m *meter) settled() (tours []reading) {
	n := float64(m.tour)
	for one := range slices.Chunk(m.all[len(m.all)/warmUp:], m.tour) {
		if len(one) < m.tour {
			break
		}
		var mean reading
		for _, r := range one {
			mean.at, mean.rss, mean.own = mean.at+r.at/n, mean.rss+r.rss/n, mean.own+r.own/n
			mean.held, mean.live, mean.goroutines = mean.held+r.held/n, mean.live+r.live/n, mean.goroutines+r.goroutines/n
		}
		tours = append(tours, mean)
	}
	return tours
}

// settling is longer than the window keeps a connection that nobody uses, which costs
// goroutines on both sides of it.
const settling = 100 * time.Second

// empty notes how it is before anybody comes: the fewest goroutines of a while.
func (m *meter) empty() {
	m.few = m.now()
	for end := time.Now().Add(settling); time.Now().Before(end); testkit.Pause(time.Second) {
		if r := m.now(); r.goroutines < m.few.goroutines {
			m.few = r
		}
	}
}

// over notes how it is when everybody has left: it waits until no more goroutines
// are there than before anybody came.
func (m *meter) over() {
	for end := time.Now().Add(settling); time.Now().Before(end); testkit.Pause(time.Second) {
		if m.late = m.now(); m.late.goroutines <= m.few.goroutines+mostGoroutines {
			return
		}
	}
}

func (r reading) routines() float64 { return r.goroutines }

// line is a straight line through readings by least squares.
type line struct {
	slope, deviation float64 // a unit an hour of the evening; of the slope
	first, last      float64 // where it begins and ends
}

func fit(all []reading, of func(r reading) float64) line {
	n, sx, sy := float64(len(all)), 0.0, 0.0
	for _, r := range all {
		sx, sy = sx+r.at, sy+of(r)
	}
	mx, my := sx/n, sy/n
	sxx, sxy := 0.0, 0.0
	for _, r := range all {
		sxx, sxy = sxx+(r.at-mx)*(r.at-mx), sxy+(r.at-mx)*(of(r)-my)
	}
	slope, rest := sxy/sxx, 0.0
	for _, r := range all {
		off := of(r) - my - slope*(r.at-mx)
		rest += off * off
	}
	at := func(x float64) float64 { return my + slope*(x-mx) }
	return line{slope: slope, deviation: math.Sqrt(rest / (n - 2) / sxx), first: at(all[0].at), last: at(all[len(all)-1].at)}
}

// judge says how much the window grew after the warm-up of the evening,
// in one row that can be quoted, and fails the test when that is too much.
func (m *meter) judge(t *testing.T) {
	settled := m.settled()
	if len(settled) < 3 {
		t.Fatalf("%d readings tell nothing: the machine is too slow", len(m.all))
	}
	lines := map[string]line{}
	for name, of := range map[string]func(r reading) float64{
		"RSS": func(r reading) float64 { return r.rss }, "own": func(r reading) float64 { return r.own }, "Go": func(r reading) float64 { return r.held },
		"live": func(r reading) float64 { return r.live }, "not Go's": func(r reading) float64 { return r.own - r.held }, "goroutines": reading.routines,
	} {
		lines[name] = fit(settled, of)
		l := lines[name]
		t.Logf("%-10s %+.2f ± %.2f an hour of the evening, %+.2f an hour of the clock; from %.1f to %.1f", name, l.slope, l.deviation, l.slope*hurry, l.first, l.last)
	}
	last := m.all[len(m.all)-1]
	t.Logf("| window, %.1f h of an evening in %.0f min | RSS MB: start %.0f, then %.1f to %.1f | growth %+.2f ± %.2f MB an hour of the evening (%+.2f an hour of the clock) | live Go heap %+.2f MB an hour | goroutines %.0f to %.0f; in empty rooms %.0f before, %.0f after |",
		last.at, last.at/hurry*60, m.start.rss, lines["RSS"].first, lines["RSS"].last, lines["RSS"].slope, lines["RSS"].deviation, lines["RSS"].slope*hurry, lines["live"].slope,
		lines["goroutines"].first, lines["goroutines"].last, m.few.goroutines, m.late.goroutines)
	for _, fault := range m.faults() {
		t.Error(fault)
	}
}

// faults are the sentences that fail the test.
func (m *meter) faults() (all []string) {
	// The second is not hidden by memory that Go held before and uses again.
	for _, one := range []struct {
		what string
		of   func(r reading) float64
	}{{"the window", func(r reading) float64 { return r.rss }}, {"what Go code keeps", func(r reading) float64 { return r.live }}} {
		if grown := fit(m.settled(), one.of).slope; !(grown <= mostGrowth) {
			all = append(all, fmt.Sprintf("%s grows by %.2f MB an hour of the evening, want at most %.1f", one.what, grown, mostGrowth))
		}
	}
	g := fit(m.settled(), reading.routines)
	if !(g.last-g.first <= mostGoroutines) || m.late.goroutines-m.few.goroutines > mostGoroutines {
		all = append(all, fmt.Sprintf("goroutines went from %.0f to %.0f, and in empty rooms from %.0f to %.0f; want them flat", g.first, g.last, m.few.goroutines, m.late.goroutines))
	}
	return all
}

// The judge sees a leak through the noise of a busy machine and the ups and downs of a
// tour, and none where there is none; what grows in the warm-up is no leak.
func TestTortureMeter_judges(t *testing.T) {
	for name, c := range map[string]struct {
		memory, live, routines, late float64 // an hour; of the end
		want                         int
	}{
		"flat":                 {0, 0, 0, 220, 0},
		"nearly a leak":        {0.7, 0.7, 0, 220, 0},
		"a leak":               {1.3, 0, 0, 220, 1},
		"a leak in old memory": {0, 1.3, 0, 220, 1},
		"goroutines stay":      {0, 0, 12, 220, 1},
		"a sign-in leaves 9":   {0, 0, 0, 229, 1},
		"all of it":            {3, 3, 12, 400, 3},
	} {
		m := &meter{tour: 12, few: reading{goroutines: 220}, late: reading{goroutines: c.late}}
		dice := rand.New(rand.NewPCG(1, 2))
		for i := range 180 {
			at := float64(i) / 60
			m.all = append(m.all, reading{at: at, rss: 340 - 60*max(0, 0.9-at) + c.memory*at + float64(i%12) + dice.NormFloat64()/2, live: 80 + c.live*at, goroutines: 300 + c.routines*at})
		}
		for range 12 { // wherever the evening ends
			if got := m.faults(); len(got) != c.want {
				t.Errorf("%s, %d readings: %q", name, len(m.all), got)
			}
			m.all = m.all[:len(m.all)-1]
		}
	}
}
