package e2e

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/testkit/chrome"
	"github.com/jasmincam/jasmincam/internal/testkit/stage"
)

// A member finds her by what she offers, watches, keeps her as a favourite and
// tips from her menu: the goal grows before the eyes of others, the history has
// the entry, and the budget holds. The pictures of the site are made on the way
// (go test -artifacts keeps them).
func TestMember_findsWatchesAndTips(t *testing.T) {
	s := stage.Open(t, stage.Options{})
	her, member := s.Performers[0], s.Members[0]
	portray(t, s, her)
	s.GoLive("--size", "1280x720")
	browser := chrome.Open(t, chrome.Options{Flags: []string{
		"disable-backgrounding-occluded-windows", "disable-renderer-backgrounding", "disable-background-timer-throttling", "mute-audio",
	}})
	staffApproves(t, s, browser)

	guest := browser.Incognito(s.URL + "/r/" + her.Name)
	page := browser.Incognito(s.URL + "/signin?next=/")
	signInHere(t, page, member)
	page.Until(patience, `location.pathname === "/" && document.readyState === "complete" && document.querySelectorAll(".card").length === 2`)
	page.Until(patience, `[...document.querySelectorAll(".card img")].every((i) => i.naturalWidth > 0) && document.querySelectorAll(".card img").length === 2`)
	pictures(t, page, "live-home")
	page.Eval(`(() => { const f = document.querySelector(".find"); f.elements.willingness.value = "dancing"; f.elements.max_price.value = "4"; f.requestSubmit(); })()`, nil)
	page.Until(patience, fmt.Sprintf(`location.search.includes("willingness=dancing") && document.readyState === "complete" && document.querySelector(".card .name").textContent === %q && document.querySelectorAll(".card").length === 1`, her.Name))

	page.Go(s.URL + "/r/" + her.Name)
	page.WaitForPicture(t, "video[data-room]", patience)
	page.Until(patience, `document.querySelector(".portrait").naturalWidth >= 720`)
	guest.Until(patience, `document.querySelector("video[data-room]").dataset.state === "live"`)
	page.Eval(`document.querySelector(".like").click()`, nil)
	page.Until(patience, `document.readyState === "complete" && document.querySelector(".like").ariaPressed === "true"`)
	page.Eval(`document.querySelector('.chip[data-for="A song"]').click()`, nil)
	page.Until(patience, `document.querySelector("[data-tip]").elements.note.value === "A song"`)
	page.Eval(`document.querySelector("[data-tip] button").click()`, nil)
	for _, p := range []*chrome.Page{page, guest} {
		p.Until(patience, `document.querySelector("[data-goal-words]").textContent === "15.00 of 60.00 credits" && document.querySelector(".line.tipped .text").textContent === "tipped 15.00 credits: A song"`)
	}
	page.WaitForPicture(t, "video[data-room]", patience)
	pictures(t, page, "live-room")

	page.Go(s.URL + "/account/budget")
	page.Eval(`(() => { const f = document.querySelector("main form"); f.elements.day.value = "20"; f.requestSubmit(); })()`, nil)
	page.Until(patience, `location.search === "?done=budget" && document.querySelector("progress").value === 15000`)
	page.Go(s.URL + "/r/" + her.Name + "?tip=15")
	page.Eval(`document.querySelector("[data-tip]").requestSubmit()`, nil)
	page.Until(patience, `document.querySelector("[data-tip-result].bad")?.textContent.includes("your own limit")`)
	page.Go(s.URL + "/account/history")
	page.Until(patience, `document.querySelector("tbody tr").textContent.includes("-15.00")`)
	pictures(t, page, "live-history")
	page.Go(s.URL + "/favourites")
	page.Until(patience, fmt.Sprintf(`document.querySelector(".card .name").textContent === %q`, her.Name))
	s.Verify()
}

// portray writes her profile, her goal and sends a picture.
func portray(t *testing.T, s *stage.Stage, her stage.Person) {
	t.Helper()
	c, _ := s.SignIn(her)
	_, err := c.SetProfile(t.Context(), her.Name, domain.ProfileEdit{
		Introduction: "Good evening! I sing, I read, and I like long talks.\nAsk me for a song.", Likes: "jazz, cats, rain", Dislikes: "hurry",
		Languages: []string{"en", "es", "ro"}, Category: "girls", Willingness: []string{"conversation", "dancing", "cosplay"},
		Appearance: domain.Appearance{HeightCM: 168, Build: "slim", Hair: "brown", Eyes: "green"},
		Prices:     domain.Prices{Private: 3990, Cam2cam: 1000, Audio: 500},
		TipMenu:    []domain.TipOffer{{Title: "Say my name", Amount: 3_000}, {Title: "A song", Amount: 15_000}, {Title: "A dance", Amount: 25_000}},
	})
	if err == nil {
		_, err = c.SetGoal(t.Context(), her.Name, "A new guitar", 60_000)
	}
	if err == nil {
		_, err = c.SetPicture(t.Context(), her.Name, domain.SlotGeneral, portrait(t))
	}
	if err != nil {
		t.Fatal(err)
	}
}

// portrait is a picture as large as they have to be.
func portrait(t *testing.T) []byte {
	t.Helper()
	const side = 800
	pic := image.NewRGBA(image.Rect(0, 0, side, side))
	for y := range side {
		for x := range side {
			dx, dy := x-side/2, y-side/2
			light := uint8(max(0, 255-(dx*dx+dy*dy)/1400))
			pic.Set(x, y, color.RGBA{40 + light/2, 60 + light/3, 90 + uint8(y/8), 255})
		}
	}
	var out bytes.Buffer
	if err := jpeg.Encode(&out, pic, nil); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// staffApproves lets staff look at the picture that waits and approve it, and
// read in the log that she did.
func staffApproves(t *testing.T, s *stage.Stage, browser *chrome.Browser) {
	t.Helper()
	page := browser.Incognito(s.URL + "/signin?next=/staff/pictures")
	signInHere(t, page, s.Staff)
	page.Until(patience, `location.pathname === "/staff/pictures" && document.readyState === "complete" && document.querySelector("[data-picture] img").naturalWidth >= 720`)
	page.Eval(`document.querySelector("[name=approve][value=yes]").click()`, nil)
	page.Until(patience, `location.search === "?done=reviewed" && document.readyState === "complete" && !document.querySelector("[data-picture]")`)
	page.Go(s.URL + "/staff/audit")
	page.Until(patience, `document.querySelector("tbody tr").textContent.includes("picture")`)
	pictures(t, page, "live-audit")
	page.Go(s.URL + "/staff")
	pictures(t, page, "live-staff")
	page.Close()
}

// pictures takes the page on a phone, a tablet and a desk, light and dark.
func pictures(t *testing.T, page *chrome.Page, name string) {
	t.Helper()
	for _, l := range []struct {
		theme         string
		width, height int64
	}{{"light", 360, 740}, {"dark", 360, 740}, {"light", 768, 1024}, {"dark", 768, 1024}, {"light", 1440, 900}, {"dark", 1440, 900}} {
		page.Run(chromedp.EmulateViewport(l.width, l.height))
		page.Eval(fmt.Sprintf(`document.documentElement.dataset.theme = %q; scrollTo(0, 0)`, l.theme), nil)
		page.Until(patience, fmt.Sprintf(`innerWidth === %d && new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))`, l.width))
		page.Screenshot(filepath.Join(t.ArtifactDir(), fmt.Sprintf("%s-%s-%d.png", name, l.theme, l.width)))
	}
	page.Run(chromedp.EmulateViewport(1366, 900))
}
