//go:build bench

package bench_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jasmincam/jasmincam/internal/bench"
	"github.com/jasmincam/jasmincam/internal/testkit"
	"github.com/jasmincam/jasmincam/internal/testkit/pace"
	"github.com/jasmincam/jasmincam/internal/testkit/peer"
)

// starts is how often the window is started; the first one makes the disk warm,
// and does not count.
const starts = 6

// starting times the window from the start of its process until it shows the
// page that a key asks for.
func starting(t *testing.T) []bench.Row {
	const limit = 1.5
	w := pace.Open(t)
	var painted, answered []float64
	for n := range starts {
		w.Start()
		p, a := w.Started()
		if n > 0 {
			painted, answered = append(painted, p.Seconds()), append(answered, a.Seconds())
		}
		w.Says("Ready:")
		if err := w.App.Stop(patience); err != nil {
			t.Fatalf("the window ended with %v: %s", err, w.App.Log())
		}
	}
	worst := bench.Percentile(answered, 100)
	return []bench.Row{{
		What:   "start of the window, warm disk: seconds until a key is answered, p50 and the longest; until the first paint",
		Must:   fmt.Sprintf("≤ %g s", limit),
		Figure: fmt.Sprintf("%.2f s, %.2f s; %.2f s", bench.Percentile(answered, 50), worst, bench.Percentile(painted, 50)),
		Held:   worst <= limit,
	}}
}

// letters is how many keys are timed.
const letters = 200

// answering times letters that are written on the Live page, preview and all,
// while two accounts are live and much is said.
func answering(t *testing.T) []bench.Row {
	const limit, lines = 100, 100
	w := pace.Open(t)
	w.Start("--demo", "--online")
	w.Says("Live:")
	said := w.Talk(lines)
	testkit.Pause(warmUp)
	before, began := said(), time.Now()
	times := pace.Milliseconds(w.Answers(letters))
	rate := float64(said()-before) / time.Since(began).Seconds()
	t.Logf("%.0f lines a second; p50 %.0f, p95 %.0f, worst %.0f ms", rate, bench.Percentile(times, 50), bench.Percentile(times, 95), bench.Percentile(times, 100))
	if rate < lines*0.9 {
		t.Fatalf("only %.0f lines a second were said: that says nothing", rate)
	}
	p95 := bench.Percentile(times, 95)
	return []bench.Row{{
		What: "key to paint on the Live page, two accounts live at 1080p30, 100 chat lines a second: p50, p95; lines a second", Must: fmt.Sprintf("p95 ≤ %d ms", limit),
		Figure: fmt.Sprintf("%.0f ms, %.0f ms; %.0f", bench.Percentile(times, 50), p95, rate), Held: p95 <= limit,
	}}
}

// previewing is what the preview costs beside two accounts live: the window and
// the X server, drawn in software, with it on minus off, over one encoder of
// the same size at a camera's beat; and what a hidden window still paints.
func previewing(t *testing.T) []bench.Row {
	program, clip := buildBare(t), rawClip(t, width, height, loop)
	w := pace.Open(t)
	w.Start("--demo", "--online")
	w.Says("Live:")
	w.Keys("F1")
	v := viewOf(t, w)
	defer func() { _ = v.Abandon() }()
	testkit.Pause(warmUp)
	least := float64(fps)
	var p bench.Pairs
	for range rounds + 2 {
		on := loadOf(t, w, v)
		shown := float64(w.Pictures(window/3)) / (window / 3).Seconds()
		toggle(t, w, false)
		off := loadOf(t, w, v)
		toggle(t, w, true)
		encoder, err := bare(t, program, clip)
		if err != nil {
			t.Fatal(err)
		}
		least = min(least, shown)
		p.A, p.B = append(p.A, on-off), append(p.B, encoder.CPU*fps)
		t.Logf("on %.3f, off %.3f, the encoder %.3f CPU s/s; %.2f pictures a second", on, off, encoder.CPU*fps, shown)
	}
	w.Unmap("JasminCam")
	testkit.Pause(warmUp)
	paints := w.Paints(window)
	row := atMost("preview 640×360 beside two accounts live, drawn in software: CPU with it on − off, X server included, ÷ the bare OpenH264 encode of 1080p30; pictures a second", 0.5, p)
	row.Must += ", ≥ 12"
	row.Figure += fmt.Sprintf(", %.1f", least)
	row.Held = row.Held && least >= 12
	return []bench.Row{row, {What: "the same, hidden: times that anything is painted in 15 s", Must: "0", Figure: fmt.Sprint(paints), Held: paints == 0}}
}

// viewOf watches the first room of the demo.
func viewOf(t *testing.T, w *pace.Window) *peer.Viewer {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	v, err := peer.View(ctx, peer.Watch{URL: w.Room(), AskKey: true, Light: true})
	if err != nil {
		t.Fatalf("nobody can watch the room: %v", err)
	}
	testkit.Until(t, patience, "a picture", func() bool { return v.FirstKey() > 0 })
	return v
}

// loadOf is the CPU seconds a second of the app and the X server. A window in
// which the viewer missed pictures says nothing, for they were not encoded; it
// is taken again, a few times.
func loadOf(t *testing.T, w *pace.Window, v *peer.Viewer) float64 {
	t.Helper()
	for range attempts {
		began := time.Now()
		load, err := loadOnce(w)
		if err != nil {
			t.Fatal(err)
		}
		ended := time.Now()
		if rate := float64(wholeBetween(v, began, ended)) / ended.Sub(began).Seconds(); rate < 29 {
			t.Logf("a viewer got %.2f whole pictures a second: %v", rate, errDisturbed)
			continue
		}
		return load
	}
	t.Fatal(errDisturbed)
	return 0
}

func loadOnce(w *pace.Window) (float64, error) {
	sum := func() (all time.Duration, err error) {
		for _, pid := range []int{w.App.PID(), w.PID()} {
			used, failed := bench.CPU(pid)
			all, err = all+used, errors.Join(err, failed)
		}
		return all, err
	}
	before, err := sum()
	began := time.Now()
	testkit.Pause(window)
	after, failed := sum()
	return (after - before).Seconds() / time.Since(began).Seconds(), errors.Join(err, failed)
}

// toggle clicks at the preview's switch on the Live page, which stands a little
// lower while the page has a reason to give, until the settings have it.
func toggle(t *testing.T, w *pace.Window, on bool) {
	t.Helper()
	kept := func() bool {
		text, err := os.ReadFile(filepath.Join(w.Profile, "settings.json"))
		return err == nil && strings.Contains(string(text), fmt.Sprintf(`"preview": %t`, on))
	}
	for range 3 {
		for y := 650; y < 690; y += 8 {
			w.Click("157", fmt.Sprint(y))
			if testkit.Holds(2*time.Second, kept) {
				testkit.Pause(time.Second)
				return
			}
		}
	}
	w.Keep("no-switch")
	t.Fatal("the preview's switch cannot be found")
}
