package e2e

import (
	"fmt"
	"math"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jasmincam/jasmincam/internal/bench"
	"github.com/jasmincam/jasmincam/internal/testkit/chrome"
	"github.com/jasmincam/jasmincam/internal/testkit/stage"
)

// watchFor is how long a guest watches both rooms.
const watchFor = 60 * time.Second

// One guest has both rooms open in real Chromium: HD, fluent, undamaged, with
// the tone, and sound and picture together.
func TestGuest_watchesBothRoomsInHD(t *testing.T) {
	s := stage.Open(t, stage.Options{})
	live := s.GoLive("--size", "1920x1080", "--fps", "30")
	browser := chrome.Open(t, chrome.Options{Flags: []string{
		// Both windows are looked at, as on two screens.
		"disable-backgrounding-occluded-windows", "disable-renderer-backgrounding", "disable-background-timer-throttling",
	}})
	pages := make([]*chrome.Page, 2)
	for i, p := range s.Performers {
		pages[i] = browser.Incognito(s.URL + "/r/" + p.Name)
	}
	for _, page := range pages {
		page.WaitForPicture(t, "video[data-room]", 20*time.Second)
	}

	seen := make([]chrome.Seen, len(pages))
	frames := make([][2]float64, len(pages))
	var both sync.WaitGroup
	for i, page := range pages {
		both.Go(func() {
			frames[i][0] = framesDecoded(page)
			seen[i] = page.Watch("video[data-room]", watchFor, 6)
			frames[i][1] = framesDecoded(page)
		})
	}
	both.Wait()
	for i, p := range s.Performers {
		check(t, p.Name, seen[i], (frames[i][1]-frames[i][0])/seen[i].Seconds)
	}
	line, _ := live.Line()
	t.Logf("the program: %+v", line.Video)
	if line.Video.Encoders != 1 || line.Video.Uploads != 1 {
		t.Errorf("%d encoders and %d uploads, want one each", line.Video.Encoders, line.Video.Uploads)
	}
}

// framesDecoded is Chromium's own count for the room's video.
func framesDecoded(p *chrome.Page) float64 {
	var n float64
	p.Eval(`(async () => {
		const pc = document.querySelector("video[data-room]").jcPeer;
		for (const [, s] of await pc.getStats()) if (s.type === "inbound-rtp" && s.kind === "video") return s.framesDecoded;
		return 0;
	})()`, &n)
	return n
}

func check(t *testing.T, room string, seen chrome.Seen, fps float64) {
	t.Helper()
	last := seen.Looks[len(seen.Looks)-1]
	looks := float64(len(seen.Looks)) / seen.Seconds
	var delays, skews []float64
	for _, l := range seen.Looks {
		if l.Valid {
			delays = append(delays, l.At-l.Stamp)
		}
	}
	for _, c := range seen.Clicks {
		skews = append(skews, math.Abs(c.SkewMS))
	}
	t.Logf("%s: %d×%d, %.2f frames a second decoded, %.1f looks a second, %.2f %% valid, %d repeated stamps; capture to look p50 %.0f ms, p95 %.0f ms; %d clicks, skew p50 %.0f ms, p95 %.0f ms, worst %.0f ms",
		room, last.Width, last.Height, fps, looks, 100*seen.Valid(), seen.Repeats(), bench.Percentile(delays, 50), bench.Percentile(delays, 95),
		len(skews), bench.Percentile(skews, 50), bench.Percentile(skews, 95), bench.Percentile(skews, 100))
	switch {
	case last.Width != 1920 || last.Height != 1080:
		t.Errorf("%s shows %d×%d, want 1920×1080", room, last.Width, last.Height)
	case fps < 28:
		t.Errorf("%s decodes %.2f frames a second, want 28 or more", room, fps)
	case looks < 5:
		t.Errorf("%s was sampled %.2f times a second, want 5 or more", room, looks)
	case seen.Valid() < 0.99:
		t.Errorf("%s: %.2f %% of the looks were valid, want 99 or more", room, 100*seen.Valid())
	case seen.Repeats() > 0:
		t.Errorf("%s: %d looks saw the stamp of the look before", room, seen.Repeats())
	}
	checkSound(t, room, seen, skews)
}

func checkSound(t *testing.T, room string, seen chrome.Seen, skews []float64) {
	t.Helper()
	// Looks come in step with the seconds, so that many may fall on the click.
	const clickHz = 4000
	right, clicks := 0, 0
	var wrong []string
	for _, heard := range seen.Sounds {
		switch {
		case math.Abs(heard.Hz-clickHz) <= 100:
			clicks++
		case heard.Hz >= 480 && heard.Hz <= 2020 && math.Abs(heard.Hz-100*math.Round(heard.Hz/100)) <= 20:
			right++
		default:
			wrong = append(wrong, fmt.Sprintf("%.0f Hz at %.0f dB", heard.Hz, heard.LevelDB))
		}
	}
	if looks := len(seen.Sounds) - clicks; looks < 60 || float64(right) < 0.9*float64(looks) {
		t.Errorf("%s: the tone was heard in %d of %d looks beside the clicks, else: %s", room, right, looks, strings.Join(wrong, ", "))
	}
	if len(skews) < 10 {
		t.Errorf("%s: %d clicks heard in %s, want 10 or more", room, len(skews), watchFor)
	}
	if worst := bench.Percentile(skews, 95); worst > 60 {
		t.Errorf("%s: sound and picture lie %.0f ms apart (95 %% of the clicks), want 60 or less", room, worst)
	}
}
