package e2e

import (
	"fmt"
	"slices"
	"testing"

	"github.com/jasmincam/jasmincam/internal/testkit/chrome"
	"github.com/jasmincam/jasmincam/internal/testkit/stage"
)

// A room's page shows its first frame within a second of the navigation, weighs at
// most 60 kB besides the picture, and nothing in it moves by itself while it loads.
func TestRoomPage_showsAFrameWithinASecond(t *testing.T) {
	s := stage.Open(t, stage.Options{})
	s.GoLive("--size", "1280x720")
	page := chrome.Open(t, chrome.Options{}).Page(s.URL + "/")
	room := "/r/" + s.Performers[0].Name
	var took []float64
	var weight float64
	for range 7 {
		page.Go(s.URL + "/")
		page.Eval(fmt.Sprintf(`location.assign(%q)`, room), nil)
		page.Until(patience, fmt.Sprintf(`location.pathname === %q && performance.getEntriesByName("live").length > 0`, room))
		var seen struct{ Live, Shift, Bytes float64 }
		page.Eval(`new Promise((done) => {
			let shift = 0;
			new PerformanceObserver((l) => l.getEntries().forEach((e) => { shift += e.value; })).observe({ type: "layout-shift", buffered: true });
			const files = [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource").filter((r) => /[.](js|css)$/.test(r.name))];
			setTimeout(() => done({ Live: performance.getEntriesByName("live")[0].startTime, Shift: shift, Bytes: files.reduce((n, r) => n + r.encodedBodySize, 0) }), 100);
		})`, &seen)
		took = append(took, seen.Live)
		if seen.Shift > 0.01 {
			t.Errorf("the page moves by itself: %.3f", seen.Shift)
		}
		if weight = seen.Bytes; weight < 10_000 || weight > 60_000 {
			t.Errorf("HTML, CSS and JS came as %.0f bytes, 60,000 are the most", weight)
		}
	}
	slices.Sort(took)
	t.Logf("the first frame came after %.0f ms (the middle of %d), at worst %.0f ms; HTML, CSS and JS were %.0f bytes", took[len(took)/2], len(took), took[len(took)-1], weight)
	if took[len(took)/2] > 1000 {
		t.Errorf("the first frame came after %.0f ms, a second is the most", took[len(took)/2])
	}
}

// The picture comes back by itself, and the page says in words what it does
// meanwhile: when her program breaks off, and when the whole site goes away. What
// was written while it was away arrives once.
func TestRoomPage_saysWhatItDoesAndComesBack(t *testing.T) {
	s := stage.Open(t, stage.Options{})
	live := s.GoLive("--size", "640x360")
	room := s.Performers[0].Name
	page := chrome.Open(t, chrome.Options{}).Incognito(s.URL + "/signin?next=/r/" + room)
	signInHere(t, page, s.Members[0])
	page.Until(patience, `document.querySelector("video[data-room]")`)
	page.WaitForPicture(t, "video[data-room]", patience)
	says := func(states, words string) string {
		return fmt.Sprintf(`(() => {
			const curtain = document.querySelector(".curtain");
			return %q.includes(curtain.dataset.state) && getComputedStyle(curtain).display !== "none" && /%s/.test(curtain.innerText);
		})()`, states, words)
	}

	live.Kill()
	page.Until(patience, says("reconnecting away", "The picture is lost|comes back by itself"))
	live = s.GoLive("--size", "640x360")
	decodes(t, page, patience)

	s.Kill()
	page.Until(patience, says("reconnecting", "Reconnecting"))
	page.Until(patience, `!document.querySelector("[data-feed]").hidden && document.querySelector("[data-feed]").innerText.includes("Reconnecting")`)
	page.Eval(`(() => { const i = document.querySelector("#say-text"); i.value = "are you there?"; i.form.requestSubmit(); })()`, nil)
	page.Until(patience, `document.querySelector(".line.sending, .line.refused")`)
	s.Start()
	live.UntilLive(patience)
	decodes(t, page, patience)
	page.Until(patience, `document.querySelector("[data-feed]").hidden && getComputedStyle(document.querySelector(".curtain")).display === "none"`)
	page.Until(patience, `(() => {
		document.querySelector(".line.refused .retry:not([hidden])")?.click();
		return [...document.querySelectorAll(".line.member[data-seq] .text")].filter((e) => e.textContent === "are you there?").length === 1;
	})()`)
}
