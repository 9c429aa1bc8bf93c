//go:build bench

package bench_test

import (
	_ "embed"
	"fmt"
	"testing"
	"time"

	"github.com/jasmincam/jasmincam/internal/bench"
	"github.com/jasmincam/jasmincam/internal/testkit/chrome"
	"github.com/jasmincam/jasmincam/internal/testkit/stage"
)

// presented reads the strip of every picture that Chromium presents.
//
//go:embed testdata/presented.js
var presented string

// latency is the time from capture to the decoded picture in a real browser,
// as the strip in the picture tells.
func latency(t *testing.T) []bench.Row {
	const middle, most = 120, 250
	s := stage.Open(t, stage.Options{})
	live := s.GoLive("--account", s.Performers[0].Email)
	page := chrome.Open(t, chrome.Options{}).Page(s.URL + "/r/" + s.Performers[0].Name)
	const video = "video[data-room]"
	page.WaitForPicture(t, video, patience)
	page.Eval(fmt.Sprintf("(%s)(%q, %d)", presented, video, warmUp.Milliseconds()), nil)
	var seen struct {
		Delays  []float64 `json:"delays"` // ms from capture until the decoded picture was handed on
		Wrong   int       `json:"wrong"`  // pictures whose strip does not hold
		Seconds float64   `json:"seconds"`
		Width   int       `json:"width"`
	}
	page.Eval(fmt.Sprintf("(%s)(%q, %d)", presented, video, (25*time.Second).Milliseconds()), &seen)
	line := lineOf(t, live)
	t.Logf("%.2f pictures a second, %d wrong; p50 %.1f, p90 %.1f, p95 %.1f, worst %.1f ms; live: %+v", float64(len(seen.Delays))/seen.Seconds, seen.Wrong,
		bench.Percentile(seen.Delays, 50), bench.Percentile(seen.Delays, 90), bench.Percentile(seen.Delays, 95), bench.Percentile(seen.Delays, 100), line.Video)
	if len(seen.Delays) < 100 || seen.Width != width || seen.Wrong > len(seen.Delays)/100 {
		t.Fatalf("%d pictures of width %d came, %d of them wrong: that says nothing", len(seen.Delays), seen.Width, seen.Wrong)
	}
	p50, p95 := bench.Percentile(seen.Delays, 50), bench.Percentile(seen.Delays, 95)
	return []bench.Row{{
		What: "capture to the picture decoded in Chromium, 1080p30, one viewer: p50, p95", Must: fmt.Sprintf("≤ %d ms, ≤ %d ms", middle, most),
		Figure: fmt.Sprintf("%.0f ms, %.0f ms", p50, p95), Held: p50 <= middle && p95 <= most,
	}}
}
