package e2e

import (
	"slices"
	"syscall"
	"testing"

	"github.com/jasmincam/jasmincam/internal/testkit/chrome"
	"github.com/jasmincam/jasmincam/internal/testkit/stage"
)

// The program without a window is made black and silent by a signal: its lines say
// so, real browsers in both rooms read the same neutral words over their pictures,
// and another signal brings her back.
func TestPanic_inBothRoomsOfRealBrowsers(t *testing.T) {
	s := stage.Open(t, stage.Options{})
	live := s.GoLive("--size", "640x360")
	browser := chrome.Open(t, chrome.Options{Flags: []string{
		"disable-backgrounding-occluded-windows", "disable-renderer-backgrounding", "disable-background-timer-throttling", "mute-audio",
	}})
	var pages []*chrome.Page
	for _, p := range s.Performers {
		page := browser.Incognito(s.URL + "/r/" + p.Name)
		page.WaitForPicture(t, "video[data-room]", patience)
		pages = append(pages, page)
	}
	are := func(state string) func(stage.Line) bool {
		return func(l stage.Line) bool {
			return len(l.Accounts) == 2 && !slices.ContainsFunc(l.Accounts, func(a stage.LineAccount) bool { return a.State != state })
		}
	}
	if err := syscall.Kill(live.PID(), syscall.SIGUSR1); err != nil {
		t.Fatal(err)
	}
	live.Until(patience, "lines that say panic", are("panic"))
	for _, p := range pages {
		p.Until(patience, `document.querySelector("video[data-room]").dataset.state === "paused" && /^She has paused for a moment\.$/.test(document.querySelector(".curtain").innerText.trim())`)
		p.Until(patience, `[...document.querySelectorAll(".line .text")].some((l) => l.textContent === "She has paused for a moment.")`)
	}
	pictures(t, pages[0], "live-paused")
	if err := syscall.Kill(live.PID(), syscall.SIGUSR2); err != nil {
		t.Fatal(err)
	}
	live.Until(patience, "both live again", are("live"))
	for _, p := range pages {
		p.Until(patience, `document.querySelector("video[data-room]").dataset.state === "live"`)
		decodes(t, p, patience)
	}
}
