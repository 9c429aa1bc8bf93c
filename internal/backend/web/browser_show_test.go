package web_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/testkit/chrome"
)

// part is an expression for a part of a show's panel.
func part(name string) string { return fmt.Sprintf(`document.querySelector("[data-show-%s]")`, name) }

// seen tells whether it is in sight.
func seen(name string) string { return part(name) + `.checkVisibility()` }

// reads tells whether it says words.
func reads(name, words string) string {
	return fmt.Sprintf(`%s.checkVisibility() && %s.textContent.includes(%q)`, part(name), part(name), words)
}

func click(p *chrome.Page, name string) {
	p.Until(soon, seen(name))
	p.Eval(part(name)+`.click()`, nil)
}

func in(state domain.ShowState) func(*domain.Show) {
	return func(s *domain.Show) { s.State = state }
}

// ask opens the sheet and asks.
func ask(p *chrome.Page) {
	click(p, "button")
	click(p, "go")
	p.Until(soon, reads("says", "You have asked anna"))
}

// The whole way of a show on the member's page, by the words of the server alone; a
// reload goes on where it is.
func TestBrowser_privateShowAsItGoes(t *testing.T) {
	f, b := newBrowserFixture(t)
	f.backend.Credit("max", 10_000)
	p := f.signedIn(b, "max", "/r/anna")
	click(p, "button")
	p.Until(soon, part("price")+`.textContent === "2.99" && `+part("credit")+`.textContent === "10.00" && `+part("lasts")+`.textContent === "3:20"`)
	p.Until(soon, seen("terms")+` && `+seen("hold")+` && !`+seen("get")+` && !`+seen("line-up"))
	click(p, "go")
	p.Until(soon, reads("says", "You have asked anna")+` && /^[12]:[0-5][0-9]$/.test(`+part("answer")+`.textContent)`)
	p.Until(soon, `document.activeElement.matches("[data-show]") && !document.querySelector(":popover-open") && `+seen("withdraw")+` && !`+seen("end"))
	f.backend.SetRoom("anna", domain.RoomPrivate, 0)
	f.backend.Perform("anna", in(domain.ShowAccepted))
	p.Until(soon, reads("says", "Closing the room for everybody else")+` && `+state("connecting")+` && `+seen("seal"))
	f.backend.Perform("anna", in(domain.ShowStarting))
	p.Until(soon, reads("says", "Starting"))
	began := time.Now().UnixMilli()
	f.backend.Perform("anna", func(s *domain.Show) { s.State, s.Started = domain.ShowRunning, began })
	p.Until(soon, reads("says", "Nobody but you sees and hears anna")+` && /^3:1[0-9]$/.test(`+part("left")+`.textContent) && !`+seen("warning"))

	p.Until(soon, seen("two")+` && `+reads("two", "Only you and anna read this"))
	p.Eval(`(() => {
		const form = document.querySelector("[data-say]");
		form.elements.text.value = "for you alone";
		form.requestSubmit();
	})()`, nil)
	marked := `[...document.querySelectorAll("[data-lines] [data-seq]")].filter((r) => r.textContent.includes("for you alone") && r.querySelector("[data-private]")?.textContent === "private").length === 1`
	p.Until(soon, marked)

	p.Go(f.url + "/r/anna")
	p.Until(soon, reads("says", "Nobody but you")+` && `+state("connecting")) // his curtain is not that of others
	p.Until(soon, marked+` && `+seen("two"))
	tick := func(delivered int64, left domain.Millicredits) {
		f.backend.Perform("anna", func(s *domain.Show) {
			s.DeliveredMS, s.Charged, s.Left, s.ArrivedMS = delivered, s.Price*domain.Millicredits(delivered)/60_000, left, 0
		})
	}
	f.backend.Perform("anna", func(s *domain.Show) { s.ArrivedMS = 70_000 }) // since the newest entry, which a reload does not forget
	p.Go(f.url + "/r/anna")
	p.Until(soon, `/^2:(10|0[5-9])$/.test(`+part("left")+`.textContent) && `+part("warning")+`.closest("[aria-live=assertive]").checkVisibility()`)
	tick(10_000, 2_900)
	p.Until(soon, reads("warning", "Less than a minute")+` && `+seen("more")+` && `+part("more")+`.target === "_blank" && `+part("delivered")+`.textContent === "0:10" && `+part("paid")+`.textContent === "0.49"`)
	tick(20_000, 950)
	p.Until(soon, reads("aside", "set aside")+` && `+reads("warning", "Less than 20 seconds")+` && `+part("seal")+`.matches(".last")`)
	f.backend.Perform("anna", in(domain.ShowInterrupted))
	p.Until(soon, reads("says", "the clock stands still"))
	p.Go(f.url + "/r/anna")
	p.Until(soon, reads("says", "the clock stands still")+` && `+part("left")+`.textContent === "0:19" && `+reads("warning", "Less than 20 seconds"))
	p.Until(soon, `(async () => {
		const before = `+part("rest")+`.textContent;
		await new Promise((done) => setTimeout(done, 1500));
		return before === `+part("rest")+`.textContent;
	})()`)
	f.backend.Perform("anna", in(domain.ShowRunning))
	p.Until(soon, `(async () => {
		const before = `+part("rest")+`.textContent;
		await new Promise((done) => setTimeout(done, 1500));
		return before !== `+part("rest")+`.textContent;
	})()`)

	click(p, "end") // one confirmation; nothing happens without it
	p.Until(soon, part("sure")+`.open && document.activeElement.value === ""`)
	p.Eval(`document.activeElement.click()`, nil)
	p.Until(soon, `!`+part("sure")+`.open && `+seen("end"))
	click(p, "end")
	p.Eval(part("sure")+`.querySelector("[value=end]").click()`, nil)
	p.Until(soon, reads("says", "You ended the show")+` && `+state("away")+` && !`+seen("seal")+` && !`+seen("two"))
	p.Until(soon, part("whole")+`.textContent === "0:20" && `+part("charged")+`.textContent === "0.996" && `+reads("sum", "20.000 s × 2.99 ÷ 60"))
	p.Go(f.url + "/r/anna") // the receipt stays until it is closed
	p.Until(soon, seen("charged"))
	click(p, "close")
	p.Until(soon, `!document.querySelector("[data-show]").checkVisibility() && document.activeElement.matches("[data-show-button]")`)
	f.backend.SetRoom("anna", domain.RoomLive, 1)
	p.Until(soon, state("connecting"))
	noBrokenPolicy(t, p)
}

// off offers a lower price for some hours, and extras.
func off(p *domain.Profile) {
	p.PriceNow, p.PriceWhy, p.PriceUntil = 3490, domain.PriceOffPeak, time.Date(2026, 11, 22, 5, 0, 0, 0, time.UTC).UnixMilli()
	p.Prices = domain.Prices{Private: 4990, Cam2cam: 1500, Audio: 500, OffPeak: &domain.OffPeak{Price: 3490, FromHour: 2, ToHour: 6}}
}

// Each price, and why it is what it is, is read in the room and again before asking;
// a change is seen at once.
func TestBrowser_pricesBeforeAsking(t *testing.T) {
	f, b := newBrowserFixture(t)
	f.backend.Credit("max", 10_000)
	f.backend.Offer("anna", off)
	p := f.signedIn(b, "max", "/r/anna")
	why := func(selector, words string) {
		t.Helper()
		p.Until(soon, fmt.Sprintf(`(document.querySelector(%q).hidden ? "" : document.querySelector(%q).textContent.trim()).replace(/[0-9]+:00/, "HH") === %q`, selector, selector, words))
	}
	why("[data-price-why]", "Lower price until HH")
	p.Until(soon, `["3.49", "1.50", "0.50", "From 2 to 6", "Usual price", "4.99"].every((words) => document.querySelector("main").textContent.includes(words))`)
	click(p, "button")
	p.Until(soon, part("price")+`.textContent === "3.49" && document.querySelector("dd[data-show-cam2cam]").innerText === "1.50 credits" && document.querySelector("dd[data-show-audio]").innerText === "0.50 credits"`)
	why("[data-show-why]", "Lower price until HH")
	f.backend.Offer("anna", func(p *domain.Profile) {
		p.PriceNow, p.PriceWhy, p.PriceUntil, p.Prices.Cam2cam = domain.PromotionPrice, domain.PricePromotion, 0, 0
	})
	p.Eval(`dispatchEvent(new Event("focus"))`, nil)
	p.Until(soon, part("price")+`.textContent === "0.98" && !document.querySelector("dd[data-show-cam2cam]").checkVisibility()`)
	why("[data-show-why]", "Promotion price")
	f.want(f.call("PUT", "performers/anna/profile", f.anna, `{"category":"girls","prices":{"private_millicredits":4990}}`), 200, "")
	p.Until(soon, `document.querySelector("[data-room-price]").textContent === "4.99"`)
	why("[data-price-why]", "")
	p.Until(soon, `!document.querySelector("[data-usual]")`)
	noBrokenPolicy(t, p)
}

// With other prices than those that are read nothing is asked for: the open sheet shows
// the new ones and says so, and what is pressed then is asked for at them.
func TestBrowser_pricesChangeInTheOpenSheet(t *testing.T) {
	f, b := newBrowserFixture(t)
	f.backend.Credit("max", 10_000)
	f.offers(t)
	p := f.signedIn(b, "max", "/r/anna")
	const camera = `document.querySelector("dd[data-show-cam2cam] strong").textContent`
	click(p, "button")
	p.Until(soon, seen("go")+` && `+camera+` === "1.00"`)
	f.backend.Offer("anna", func(p *domain.Profile) { p.Prices.Cam2cam = 1250 })
	p.Eval(part("go")+`.click()`, nil)
	p.Until(soon, reads("note", "The prices of a private show have changed")+` && `+camera+` === "1.25" && `+seen("go"))
	if got := f.call("GET", "shows", f.max, ""); strings.Contains(got.body, `"id"`) {
		t.Errorf("a show that was not agreed to: %s", got.body)
	}
	p.Until(soon, part("go")+`.ariaDisabled !== "true"`)
	click(p, "go")
	p.Until(soon, reads("says", "You have asked anna"))
	noBrokenPolicy(t, p)
}

// The key that asks is in sight however much the sheet says.
func TestBrowser_theKeyThatAsksIsInSight(t *testing.T) {
	f, b := newBrowserFixture(t)
	f.backend.Credit("max", 10_000)
	f.backend.Offer("anna", off)
	p := f.signedIn(b, "max", "/r/anna")
	for _, size := range [][2]int64{{1200, 860}, {1180, 600}, {360, 640}} {
		p.Run(chromedp.EmulateViewport(size[0], size[1]))
		p.Go(f.url + "/r/anna")
		click(p, "button")
		p.Until(soon, seen("go"))
		p.Until(soon, `(() => {
			const key = `+part("go")+`.getBoundingClientRect();
			return [key.top + 2, key.bottom - 2].every((y) => `+part("go")+`.contains(document.elementFromPoint(key.left + key.width / 2, y)));
		})()`)
	}
}

// Who cannot pay is led to the credits; when she takes none, or another show is
// open, the sheet says so, and offers nothing that would be refused.
func TestBrowser_privateShowNotNow(t *testing.T) {
	f, b := newBrowserFixture(t)
	p := f.signedIn(b, "max", "/r/anna")
	click(p, "button")
	p.Until(soon, reads("note", "The first minute costs 2.99 credits")+` && `+seen("get")+` && !`+seen("go"))
	f.backend.Credit("max", 5_000)
	p.Eval(`dispatchEvent(new Event("focus"))`, nil) // back from the page of credits
	p.Until(soon, seen("go")+` && !`+seen("get"))
	f.backend.SetRoom("anna", domain.RoomAway, 0)
	p.Eval(`dispatchEvent(new Event("focus"))`, nil)
	p.Until(soon, reads("note", "no private shows at the moment")+` && !`+seen("go"))
	f.backend.SetRoom("anna", domain.RoomLive, 0)
	p.Go(f.url + "/r/anna")
	ask(p)
	f.backend.Perform("anna", func(s *domain.Show) { s.State, s.Reason = domain.ShowRefused, "declined" })
	p.Until(soon, reads("says", "She declined this time. You have paid nothing."))
	ask(p) // again
	f.backend.Add(domain.RolePerformer, "bella")
	f.backend.SetRoom("bella", domain.RoomLive, 0)
	p.Go(f.url + "/r/bella")
	p.Until(soon, `document.readyState === "complete"`)
	click(p, "button")
	p.Until(soon, reads("note", "You have a private show with anna")+` && `+part("elsewhere")+`.querySelector("a").pathname === "/r/anna" && !`+seen("go"))
	f.backend.Perform("anna", in(domain.ShowRunning))
	p.Until(soon, `!document.querySelector("[data-show]").checkVisibility()`)
	noBrokenPolicy(t, p)
}

// Behind the curtain a member gets in line, and a guest is invited; nobody of them
// has a picture.
func TestBrowser_privateShowOfOthers(t *testing.T) {
	f, b := newBrowserFixture(t)
	f.backend.Credit("max", 5_000)
	member, guest := f.signedIn(b, "max", "/r/anna"), b.Incognito(f.url+"/r/anna")
	for _, p := range []*chrome.Page{member, guest} {
		p.Until(soon, `!document.querySelector(".curtain [data-for=private]").checkVisibility()`)
	}
	f.backend.SetRoom("anna", domain.RoomPrivate, 0)
	for _, p := range []*chrome.Page{member, guest} {
		p.Until(soon, state("private")+` && document.querySelector("video").srcObject === null && !document.querySelector("video").jcPeer`)
	}
	guest.Until(soon, `document.querySelector(".curtain a").checkVisibility() && document.querySelector(".curtain a").href.endsWith("/signup?next=/r/anna")`)
	member.Eval(`document.querySelector("[data-show-queue] button").focus()`, nil)
	member.Eval(`document.activeElement.click()`, nil)
	member.Until(soon, seen("line")+` && !`+seen("hold"))
	click(member, "line-up")
	member.Until(soon, reads("says", "You are number 1 in line")+` && `+state("private")+` && !`+part("queue")+`.checkVisibility() && !`+seen("seal"))
	member.Go(f.url + "/r/anna")
	member.Until(soon, reads("says", "You are number 1 in line")+` && `+seen("withdraw"))
	click(member, "withdraw")
	member.Until(soon, reads("says", "You took the wish back. You have paid nothing.")+` && `+part("queue")+`.checkVisibility()`)
	noBrokenPolicy(t, member, guest)
}

// showStops are the states of a show on the page: ruth has one in each of several
// rooms; receipt is the id of the one in dora's that is over.
func showStops(receipt string) []stop {
	open := func(control string) string { return `document.querySelector("` + control + `").click()` }
	return []stop{
		{name: "show-quote", who: "max", path: "/r/anna", act: open("[data-show-button]"), until: seen("go")},
		{name: "show-quote-hours", who: "max", path: "/r/bella", act: open("[data-show-button]"), until: seen("go")},
		{name: "room-prices", who: "max", path: "/r/bella", act: `document.querySelector("[data-room-price]").scrollIntoView({ block: "center" })`, until: `document.querySelector("[data-price-why]").checkVisibility()`},
		{name: "show-poor", who: "nina", path: "/r/anna", act: open("[data-show-button]"), until: seen("get")},
		{name: "show-line", who: "max", path: "/r/carla-and-dan", act: open("[data-show-queue] button"), until: seen("line-up")},
		{name: "show-elsewhere", who: "ruth", path: "/r/hope", act: open("[data-show-button]"), until: seen("elsewhere")},
		{name: "show-waiting", who: "ruth", path: "/r/carla-and-dan", act: "0", until: reads("says", "1")},
		{name: "show-asked", who: "ruth", path: "/r/anna", act: "0", until: seen("answer")},
		{name: "show-running", who: "ruth", path: "/r/gaia", act: "0", until: seen("paid")},
		{name: "show-extras", who: "ruth", path: "/r/gaia", act: drawnCamera + whenSeen(`[data-extra=cam2cam]`), until: shown},
		{name: "show-low", who: "ruth", path: "/r/bella", act: "0", until: seen("warning")},
		{name: "show-end", who: "ruth", path: "/r/bella", act: whenSeen(`[data-show-end]`), until: part("sure") + `.open`},
		{name: "history-show", who: "ruth", path: "/account/history", act: open("details summary"), until: `document.querySelector("details").open`},
		{name: "show-receipt", who: "ruth", path: "/r/dora", act: `sessionStorage.setItem("show dora", "` + receipt + `"); document.dispatchEvent(new Event("visibilitychange"))`, until: seen("charged")},
	}
}

// whenSeen is script that presses a key as soon as it is there.
func whenSeen(control string) string {
	return fmt.Sprintf(`const look = setInterval(() => { const key = document.querySelector(%q); if (key.checkVisibility()) { clearInterval(look); key.click(); } }, 50)`, control)
}

// drawnCamera is script that gives the page a camera where the browser has none.
const drawnCamera = `navigator.mediaDevices.getUserMedia = async () => {
	const drawn = Object.assign(document.createElement("canvas"), {width: 640, height: 360}), pen = drawn.getContext("2d");
	pen.fillStyle = "#86a"; pen.fillRect(0, 0, 640, 360); pen.fillStyle = "#fda"; pen.arc(320, 180, 120, 0, 7); pen.fill();
	return drawn.captureStream(5);
}; `

// perform asks for ruth's shows and takes them on; it tells the one that is over.
func (f *fixture) perform() (receipt string) {
	_, ruth := f.backend.Add(domain.RoleMember, "ruth")
	f.backend.Credit("ruth", 42_000)
	now := time.Now().UnixMilli()
	for room, change := range map[string]func(*domain.Show){
		"carla-and-dan": func(*domain.Show) {},
		"anna":          func(s *domain.Show) { s.Asked = now + time.Hour.Milliseconds() },
		"gaia": func(s *domain.Show) {
			s.Cam2cam.Price, s.Audio.Price = 1000, 500
			s.State, s.Started, s.DeliveredMS, s.Charged, s.Left = domain.ShowRunning, now, 4_210_000, 209_798, 250_000
		},
		"bella": func(s *domain.Show) {
			s.State, s.Started, s.DeliveredMS, s.Charged, s.Left = domain.ShowRunning, now, 70_000, 3_488, 900
		},
		"dora": func(s *domain.Show) {
			s.State, s.Reason, s.Started, s.Ended, s.DeliveredMS, s.Charged = domain.ShowSettled, "lost", now-200_000, now, 123_456, 7_406
			s.Cam2cam, s.Audio = domain.Extra{Price: 1000, DeliveredMS: 60_000}, domain.Extra{Price: 500, DeliveredMS: 30_500}
		},
	} {
		f.want(f.wish(room, ruth, "show-of-ruth"), 201, "")
		if id := f.backend.Perform(room, change); room == "dora" {
			receipt = id
		}
	}
	f.backend.Offer("bella", off)
	return receipt
}
