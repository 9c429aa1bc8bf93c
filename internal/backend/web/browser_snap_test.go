package web_test

import (
	"fmt"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/testkit"
)

// snap is an expression for a part of the snapshots on a room's page.
func snap(name string) string {
	if name == "" {
		return `document.querySelector("[data-snap]")`
	}
	return fmt.Sprintf(`document.querySelector("[data-snap-%s]")`, name)
}

func snapSays(words string) string {
	return snap("panel") + fmt.Sprintf(`.checkVisibility() && %s.textContent.includes(%q)`, snap("says"), words)
}

// lens is a room that sells snapshots, and who takes them.
func (f *fixture) lens(name string) {
	f.backend.Add(domain.RolePerformer, name)
	f.backend.SetRoom(name, domain.RoomLive, 4)
	f.backend.Sell(name, 1500)
}

// A member buys by the keyboard: asked before the first one of a visit, seen in the
// room and in the history, and deleted there for good.
func collectorByKeys(k keyboard) {
	k.f.lens("lena")
	k.f.backend.Camera("lena", []byte(still(k.t, 120)), "")
	_, _ = k.f.backend.Add(domain.RoleMember, "carl")
	k.f.backend.Credit("carl", 4_000)
	k.signIn("carl", "/r/lena")
	k.reach("[data-snap]")
	k.press(kb.Enter)
	k.p.Until(soon, snap("sure")+`.open && document.activeElement.value === "" && `+snap("cost")+`.textContent.includes("1.50")`)
	k.press(kb.Enter) // "Not now" has the focus
	k.p.Until(soon, `!`+snap("sure")+`.open && !`+snap("panel")+`.checkVisibility() && document.activeElement === `+snap(""))
	k.press(kb.Enter)
	k.p.Until(soon, snap("sure")+`.open`)
	k.reach("[value=buy]")
	k.press(kb.Enter)
	k.p.Until(soon, snapSays("You paid 1.50 credits")+` && `+snap("small")+`.naturalWidth > 0 && document.activeElement === `+snap(""))
	k.press(" ")                                                                                                                // the second one without a question
	k.p.Until(soon, `document.querySelector("[data-balance]").textContent === "1.00" && `+snap("")+`.ariaDisabled === "false"`) // one at a time
	k.press(kb.Enter)
	k.p.Until(soon, snapSays("enough credits")+` && `+snap("get")+`.checkVisibility()`)
	k.reach("[data-snap-close]")
	k.press(kb.Enter)
	k.p.Until(soon, `!`+snap("panel")+`.checkVisibility() && document.activeElement === `+snap(""))
	k.p.Go(k.f.url + "/account/history")
	k.p.Until(soon, `document.querySelectorAll(".kept-shot img").length === 2 && [...document.querySelectorAll(".kept-shot img")].every((i) => i.naturalWidth > 0)`)
	k.reach(".kept-shot [download]")
	k.reach(".kept-shot summary")
	k.press(kb.Enter)
	k.enter(".kept-shot details button", "/account/history?done=deleted")
	k.p.Until(soon, `document.querySelectorAll(".kept-shot").length === 1 && document.querySelector("[role=status]").textContent.includes("deleted")`)
}

// The button is there while a snapshot can be bought: she switches the service on and
// off, changes its price, comes and goes; each other price is asked about anew. Every
// reason for which none comes has words.
func TestBrowser_snapshotsAsTheyAreOffered(t *testing.T) {
	f, b := newBrowserFixture(t)
	f.backend.Credit("max", 20_000)
	p, guest := f.signedIn(b, "max", "/r/anna"), b.Incognito(f.url+"/r/anna")
	p.Until(soon, `!`+snap("")+`.checkVisibility()`)
	f.backend.Sell("anna", 2500)
	p.Until(soon, snap("")+`.checkVisibility() && `+snap("price")+`.textContent === "2.50"`)
	f.backend.SetRoom("anna", domain.RoomAway, 1)
	p.Until(soon, `!`+snap("")+`.checkVisibility()`)
	f.backend.SetRoom("anna", domain.RoomLive, 1)
	p.Until(soon, snap("")+`.checkVisibility()`)
	buy := func() {
		p.Eval(snap("")+`.click()`, nil)
		p.Until(soon, snap("sure")+`.open`)
		p.Eval(`document.querySelector("[value=buy]").click()`, nil)
	}
	buy()
	p.Until(soon, snapSays("Taking the picture")+` && `+snap("")+`.ariaDisabled === "true"`)
	p.Eval(snap("")+`.click()`, nil) // one at a time
	f.ordered(t, "anna")
	f.backend.Develop("anna", []byte(still(t, 90)), "")
	p.Until(soon, snapSays("You paid 2.50 credits")+` && document.querySelector("[data-balance]").textContent === "17.50"`)
	p.Until(soon, `/\/api\/v1\/snapshots\/.*\/picture$/.test(`+snap("save")+`.href) && `+snap("save")+`.download.startsWith("jasmincam-anna-")`)
	f.backend.Sell("anna", 3000)
	p.Until(soon, snap("price")+`.textContent === "3.00"`)
	for i, reason := range domain.SnapshotReasons() {
		if i == 0 {
			buy() // another price
		} else {
			p.Eval(snap("")+`.click()`, nil)
		}
		p.Until(soon, snapSays("Taking the picture"))
		f.ordered(t, "anna")
		f.backend.Develop("anna", nil, reason)
		p.Until(soon, snapSays("You have paid nothing.")+` && !`+snap("says")+`.textContent.includes("reason_") && !`+snap("open")+`.checkVisibility() && `+snap("")+`.ariaDisabled === "false"`)
	}
	p.Until(soon, `document.querySelector("[data-balance]").textContent === "17.50"`)
	f.backend.Sell("anna", 0)
	p.Until(soon, `!`+snap("")+`.checkVisibility()`)
	guest.Until(soon, snap("")+` === null`)
	noBrokenPolicy(t, p, guest)
}

// What a reload finds: a picture that was sold while nobody looked is in the history,
// and a lost event is made up for by asking.
func TestBrowser_snapshotsWithoutTheStream(t *testing.T) {
	f, b := newBrowserFixture(t)
	f.backend.Credit("max", 20_000)
	f.backend.Sell("anna", 2500)
	p := f.signedIn(b, "max", "/r/anna")
	p.Eval(snap("")+`.click()`, nil)
	p.Until(soon, snap("sure")+`.open`)
	p.Eval(`document.querySelector("[value=buy]").click()`, nil)
	p.Until(soon, snapSays("Taking the picture"))
	f.ordered(t, "anna")
	f.backend.Keep("anna", []byte(still(t, 90)))
	p.Until(soon, snapSays("You paid 2.50 credits"))
	p.Go(f.url + "/account/history")
	p.Until(soon, `document.querySelectorAll(".kept-shot img").length === 1`)
	noBrokenPolicy(t, p)
}

// snapStops are the states of snapshots: offered, asked about, on the way, sold,
// failed, in the history.
func (f *fixture) snapStops() []stop {
	f.lens("lena")
	f.lens("mona")
	f.lens("nora")
	f.backend.Camera("lena", []byte(still(f.t, 140)), "")
	f.backend.Camera("mona", nil, "late")
	_, sam := f.backend.Add(domain.RoleMember, "sam")
	f.backend.Credit("sam", 40_000)
	f.call("POST", "rooms/lena/snapshots", sam, `{"key":"of-the-walk"}`)
	press := snap("") + `.click()`
	buy := press + `; document.querySelector("[value=buy]").click()`
	return []stop{
		{name: "snap-offered", who: "sam", path: "/r/lena", act: "0", until: snap("") + `.checkVisibility()`},
		{name: "snap-question", who: "sam", path: "/r/lena", act: press, until: snap("sure") + `.open`},
		{name: "snap-sold", who: "sam", path: "/r/lena", act: buy, until: snap("small") + `.naturalWidth > 0`},
		{name: "snap-late", who: "sam", path: "/r/mona", act: buy, until: snapSays("")},
		{name: "snap-taking", who: "sam", path: "/r/nora", act: buy, until: snapSays("")},
		{name: "snap-history", who: "sam", path: "/account/history", act: `document.querySelector(".kept-shot details").open = true`},
	}
}

// ordered waits until a room has an order: the page says that it takes the picture
// before its wish has arrived.
func (f *fixture) ordered(t *testing.T, performer string) {
	t.Helper()
	testkit.Until(t, soon, "an order of "+performer+"'s room", func() bool { return f.backend.Ordered(performer) != "" })
}
