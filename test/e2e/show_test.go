package e2e

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/jasmincam/jasmincam/internal/client"
	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/testkit"
	"github.com/jasmincam/jasmincam/internal/testkit/chrome"
	"github.com/jasmincam/jasmincam/internal/testkit/stage"
)

// booking is a member's page in a private show, and the performer's own end of it.
type booking struct {
	s           *stage.Stage
	live        *stage.Live
	her, him    *client.Client
	room        string
	page, guest *chrome.Page
	other       *chrome.Page // a guest in the room of her second account
	late        *chrome.Page // another member
	charged     domain.Millicredits
}

// openBooking has everybody in the rooms, with picture.
func openBooking(t *testing.T) *booking {
	t.Helper()
	s := stage.Open(t, stage.Options{})
	return bookOn(t, s, s.GoLive("--size", "640x360"), chrome.Options{})
}

// bookOn is openBooking on a stage whose performer is live already.
func bookOn(t *testing.T, s *stage.Stage, live *stage.Live, o chrome.Options) *booking {
	t.Helper()
	b := &booking{s: s, room: s.Performers[0].Name, live: live}
	b.her, _ = s.SignIn(s.Performers[0])
	b.him, _ = s.SignIn(s.Members[0])
	o.Flags = append(o.Flags, "disable-backgrounding-occluded-windows", "disable-renderer-backgrounding", "disable-background-timer-throttling", "mute-audio")
	browser := chrome.Open(t, o)
	enter := func(p stage.Person) *chrome.Page {
		page := browser.Incognito(s.URL + "/signin?next=/r/" + b.room)
		signInHere(t, page, p)
		page.Until(patience, `document.querySelector("video[data-room]")`)
		return page
	}
	b.page, b.late = enter(s.Members[0]), enter(s.Members[1])
	b.guest, b.other = browser.Incognito(s.URL+"/r/"+b.room), browser.Incognito(s.URL+"/r/"+s.Performers[1].Name)
	for _, p := range []*chrome.Page{b.page, b.guest, b.other, b.late} {
		p.WaitForPicture(t, "video[data-room]", patience)
	}
	return b
}

// open is the member's show that is not over.
func (b *booking) open(t *testing.T) domain.Show {
	t.Helper()
	shows, err := b.him.OpenShows(t.Context())
	if err != nil || len(shows) != 1 {
		t.Fatalf("the member has %+v, %v; want one show", shows, err)
	}
	return shows[0]
}

// says waits for the words of the show's panel.
func says(p *chrome.Page, words string) {
	p.Until(patience, fmt.Sprintf(`!document.querySelector("[data-show]").hidden && document.querySelector("[data-show-says]").textContent.includes(%q)`, words))
}

// curtained waits until a page has no picture, and says why.
func curtained(p *chrome.Page) {
	p.Until(patience, `(() => {
		const video = document.querySelector("video[data-room]"), curtain = document.querySelector(".curtain");
		return video.dataset.state === "private" && video.srcObject === null && !video.poster && !video.jcPeer
			&& /In a private show/.test(curtain.innerText) && !document.querySelector(".screen img");
	})()`)
}

func press(p *chrome.Page, selector string) {
	p.Until(patience, fmt.Sprintf(`document.querySelector(%q)?.checkVisibility()`, selector))
	p.Eval(fmt.Sprintf(`document.querySelector(%q).click()`, selector), nil)
}

// A member reads the price, asks, sees her alone while everybody else has a closed
// curtain, goes on after a reload, ends, and reads a receipt that adds up.
func TestPrivateShow_onThePage(t *testing.T) {
	b := openBooking(t)
	b.asks(t)
	b.runs(t)
	b.queues(t)

	b.page.Go(b.s.URL + "/r/" + b.room) // a reload, as after a crash of the browser
	says(b.page, "Nobody but you")
	decodes(t, b.page, patience)
	b.page.Until(patience, `document.querySelector("[data-show-delivered]").textContent >= "0:10" && Number(document.querySelector("[data-show-paid]").textContent) > 0`)
	curtained(b.guest)
	curtained(b.other)
	b.ends(t)

	if _, err := b.her.Free(t.Context(), b.room); err != nil {
		t.Fatal(err)
	}
	for _, p := range []*chrome.Page{b.page, b.guest, b.other} {
		decodes(t, p, patience)
	}
	press(b.page, "[data-show-close]")
	b.remembers(t)
	b.s.Verify()
}

// Her program dies in the middle: the page says that the clock stands still, the
// same show goes on with her next upload, nobody else sees any of it, and the
// receipt has the time that was not delivered.
func TestPrivateShow_isInterruptedOnThePage(t *testing.T) {
	b := openBooking(t)
	press(b.page, "[data-show-button]")
	press(b.page, "[data-show-go]")
	says(b.page, "You have asked "+b.room)
	b.runs(t)
	id := b.open(t).ID
	b.live.Kill()
	says(b.page, "the clock stands still")
	b.page.Until(patience, `document.querySelector("video[data-room]").dataset.state === "reconnecting" && document.querySelector("[data-show-seal]").checkVisibility()`)
	pictures(t, b.page, "live-show-interrupted")
	stage.GoLive(t, "--backend", b.s.URL, "--credentials", b.s.Credentials(), "--video", "pattern", "--audio", "tone", "--size", "640x360")
	testkit.Until(t, patience, "the show to go on", func() bool { // her program says it after each upload
		_, err := b.her.ReadyFor(t.Context(), id)
		return err == nil && b.open(t).State == domain.ShowRunning
	})
	says(b.page, "Nobody but you")
	decodes(t, b.page, patience)
	curtained(b.guest)
	curtained(b.other)
	if now := b.open(t).ID; now != id {
		t.Errorf("it is another show: %s, not %s", now, id)
	}
	b.ends(t)
	b.page.Until(patience, `/^0:(0[4-9]|[1-5][0-9])$/.test(document.querySelector("[data-show-paused]").textContent)`)
	b.s.Verify()
}

// asks goes from the price to the wish.
func (b *booking) asks(t *testing.T) {
	t.Helper()
	press(b.page, "[data-show-button]")
	b.page.Until(patience, `document.querySelector("[data-show-ask]:popover-open [data-show-go]:not([hidden])")`)
	quote, err := b.him.Quote(t.Context(), b.room)
	if err != nil {
		t.Fatal(err)
	}
	var read []string
	b.page.Eval(`["price", "credit"].map((n) => document.querySelector("[data-show-" + n + "]").textContent)`, &read)
	if want := []string{quote.Price.String(), quote.Credit.String()}; !slices.Equal(read, want) {
		t.Errorf("the page offers %q, want %q", read, want)
	}
	pictures(t, b.page, "live-show-quote")
	press(b.page, "[data-show-go]")
	says(b.page, "You have asked "+b.room)
	b.page.Until(patience, `/^[12]:[0-5][0-9]$/.test(document.querySelector("[data-show-answer]").textContent) && document.activeElement === document.querySelector("[data-show]")`)
	pictures(t, b.page, "live-show-waiting")
}

// runs has her accept, and then say that she is ready.
func (b *booking) runs(t *testing.T) {
	t.Helper()
	id := b.open(t).ID
	if _, err := b.her.Answer(t.Context(), id, true); err != nil {
		t.Fatal(err)
	}
	says(b.page, "Closing the room for everybody else")
	curtained(b.guest)
	curtained(b.other)
	if _, err := b.her.ReadyFor(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	says(b.page, "Nobody but you")
	decodes(t, b.page, patience)
	b.page.Until(patience, `document.querySelector("[data-show-seal]").checkVisibility() && /[0-9]:[0-5][0-9]/.test(document.querySelector("[data-show-left]").textContent)`)
	pictures(t, b.page, "live-show-running")
	pictures(t, b.guest, "live-show-curtain-guest")
}

// queues has another member get in line and leave it.
func (b *booking) queues(t *testing.T) {
	t.Helper()
	curtained(b.late)
	pictures(t, b.late, "live-show-curtain-member")
	press(b.late, "[data-show-queue] button")
	press(b.late, "[data-show-line-up]")
	says(b.late, "You are number 1 in line")
	curtained(b.late)
	press(b.late, "[data-show-withdraw]")
	says(b.late, "You took the wish back")
}

// ends asks once whether it is meant, and checks the receipt.
func (b *booking) ends(t *testing.T) {
	t.Helper()
	id := b.open(t).ID
	press(b.page, "[data-show-end]")
	press(b.page, `[data-show-sure][open] button[value="end"]`)
	says(b.page, "You ended the show")
	b.page.Until(patience, `document.querySelector("video[data-room]").dataset.state === "away"`) // until she is free
	pictures(t, b.page, "live-show-receipt")
	show, err := b.him.Show(t.Context(), id)
	if err != nil || show.State != domain.ShowSettled {
		t.Fatalf("the show is %+v, %v", show, err)
	}
	var read struct{ Length, Paused, Whole, Frozen, Charged, Sum string }
	b.page.Eval(`Object.fromEntries(["Length", "Paused", "Whole", "Frozen", "Charged", "Sum"].map((n) => [n, document.querySelector("[data-show-" + n.toLowerCase() + "]").textContent]))`, &read)
	t.Logf("the receipt: %+v of %+v", read, show)
	b.charged = show.Charged
	if seconds(t, read.Length) != seconds(t, read.Paused)+seconds(t, read.Whole) || seconds(t, read.Whole) != show.DeliveredMS/1000 {
		t.Errorf("the times of the receipt do not add up: %+v", read)
	}
	if want := fmt.Sprintf("%d.%03d", show.Charged/1000, show.Charged%1000); read.Charged != want || read.Frozen != show.Price.String() {
		t.Errorf("the receipt says %s at %s, want %s at %s", read.Charged, read.Frozen, want, show.Price)
	}
	if want := workedOut(show); !strings.HasPrefix(read.Sum, want) {
		t.Errorf("the receipt works out %q, want %q", read.Sum, want)
	}
}

// workedOut is how a receipt says what the charge is made of.
func workedOut(s domain.Show) string {
	product := func(ms int64, price domain.Millicredits) string {
		return fmt.Sprintf("%d.%03d s × %s", ms/1000, ms%1000, price)
	}
	sum := product(s.DeliveredMS, s.Price)
	for _, e := range []domain.Extra{s.Cam2cam, s.Audio} {
		if e.DeliveredMS > 0 {
			sum += " + " + product(e.DeliveredMS, e.Price)
		}
	}
	if strings.Contains(sum, "+") {
		sum = "(" + sum + ")"
	}
	return sum + " ÷ 60"
}

// remembers finds the show in the history as one line, and behind it what was set
// aside and what came back: together what was charged.
func (b *booking) remembers(t *testing.T) {
	t.Helper()
	b.page.Go(b.s.URL + "/account/history")
	b.page.Until(patience, fmt.Sprintf(`(() => {
		const rows = [...document.querySelectorAll("tbody tr")].filter((r) => r.textContent.includes("Private show") && r.textContent.includes(%q));
		const parts = rows[0]?.querySelector("details");
		parts?.querySelector("summary").click();
		return rows.length === 1 && parts.open && ["Hold for a private show", "Hold given back"].every((words) => parts.innerText.includes(words));
	})()`, b.room))
	h, err := b.him.History(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	var moved, parts domain.Millicredits
	for _, l := range h.Lines {
		if l.With == b.room {
			moved += l.Credits
		}
		for _, p := range l.Parts {
			parts += p.Credits
		}
	}
	if moved != -b.charged || parts != moved {
		t.Errorf("the history has %s credits of the show, the receipt %s", moved, b.charged)
	}
}

// seconds reads m:ss.
func seconds(t *testing.T, clock string) int64 {
	t.Helper()
	m, s, ok := strings.Cut(clock, ":")
	minutes, errM := strconv.ParseInt(m, 10, 64)
	rest, errS := strconv.ParseInt(s, 10, 64)
	if !ok || errM != nil || errS != nil {
		t.Fatalf("%q is no time", clock)
	}
	return 60*minutes + rest
}
