package web_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/jasmincam/jasmincam/internal/backend/web/page"
	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/testkit/chrome"
)

// stop is one page as one visitor sees it, in one state.
type stop struct {
	name  string // of its pictures
	who   string // "" is a guest
	path  string
	act   string      // script that brings the page into the state
	until string      // expression that is true then
	fail  domain.Kind // the backend refuses with it
}

// submit is script that sends a form with values in its fields.
func submit(form string, values map[string]string) string {
	fields, err := json.Marshal(values)
	if err != nil {
		panic(err) // strings can always be marshalled
	}
	return `(() => { const f = document.querySelector("` + form + `"); f.noValidate = true;
		for (const [k, v] of Object.entries(` + string(fields) + `)) f.elements[k].value = v; f.requestSubmit(); })()`
}

const refused = `document.readyState === "complete" && document.querySelector("[role=alert]")`

// emptyStops are the pages before anything has happened.
func emptyStops() []stop {
	return []stop{
		{name: "home-empty", path: "/"},
		{name: "favourites-empty", who: "nina", path: "/favourites"},
		{name: "history-empty", who: "nina", path: "/account/history"},
		{name: "studio-empty", who: "barn", path: "/studio"},
		{name: "payout-empty", who: "anna", path: "/payout"},
		{name: "payout-now-empty", who: "anna", path: "/payout/now"},
		{name: "payslip-empty", who: "anna", path: "/payslips/2026-11-17"},
		{name: "payouts-empty", who: "desk", path: "/staff/payouts"},
		{name: "pictures-empty", who: "desk", path: "/staff/pictures"},
		{name: "audit-empty", who: "desk", path: "/staff/audit"},
	}
}

func guestStops() []stop {
	return []stop{
		{name: "home", path: "/"},
		{name: "home-found", path: "/?category=girls&language=en&q=a&max_price=5"},
		{name: "home-nobody", path: "/?q=nobody"},
		{name: "home-refused", path: "/?max_price=cheap"},
		{name: "room-guest", path: "/r/anna"},
		{name: "room-guest-may-write", path: "/r/bella"},
		{name: "room-private", path: "/r/carla-and-dan", until: state("private")},
		{name: "room-away", path: "/r/a-very-long-name-of-thirty-chr", until: state("away")},
		{name: "room-offline", path: "/r/dora", until: state("ended")},
		{name: "room-reconnecting", path: "/r/edda", until: state("reconnecting")},
		{name: "room-closed-country", path: "/r/faye"},
		{name: "signin", path: "/signin"},
		{name: "signin-refused", path: "/signin", act: submit("main form", map[string]string{"email": "max@example.com", "password": "wrong"}), until: refused},
		{name: "signup", path: "/signup?next=/r/anna"},
		{name: "signup-refused", path: "/signup", act: `document.querySelector("[name=adult]").checked = true;` +
			submit("main form", map[string]string{"name": "max", "email": "other@example.com", "password": "long enough"}), until: refused},
		{name: "signup-model", path: "/performers/signup"},
		{name: "problem-404", path: "/nothing"},
		{name: "problem-404-room", path: "/r/nobody"},
		{name: "problem-429", path: "/r/anna", fail: domain.KindLimited},
		{name: "problem-500", path: "/r/anna", fail: domain.KindInternal},
		{name: "problem-503", path: "/", fail: domain.KindUnavailable},
	}
}

// held is script that shows the screen as set makes it, whatever the page finds out.
func held(set string) string {
	return `const o = new MutationObserver(() => hold());
		const hold = () => { o.disconnect(); ` + set + `; o.observe(document.querySelector(".screen"), { attributes: true, subtree: true }); };
		hold();`
}

// memberStops are max's; checkouts are his purchases' pages: one waits, one is
// paid, one was declined.
func memberStops(checkouts []string) []stop {
	return []stop{
		{name: "home-member", who: "max", path: "/"},
		{name: "favourites", who: "max", path: "/favourites"},
		{name: "room", who: "max", path: "/r/anna"},
		{name: "room-paused", who: "max", path: "/r/anna", act: held(`document.querySelector(".curtain").dataset.state = "paused"`)},
		{name: "room-with-picture", who: "max", path: "/r/anna", act: held(`document.querySelector(".curtain").dataset.state = "live";
			for (const e of document.querySelectorAll("[data-controls], [data-full]")) e.hidden = false`)},
		{name: "room-tip", who: "max", path: "/r/anna", act: `document.querySelector("[popovertarget=tip]").click()`, until: `document.querySelector("#tip:popover-open")`},
		{name: "room-tip-without-script", who: "max", path: "/r/anna?tip=5&for=A+song"},
		{name: "room-tip-refused", who: "max", path: "/r/anna", act: `document.querySelector("#tip").showPopover();` + submit("[data-tip]", map[string]string{"credits": "9000"}),
			until: `document.querySelector("[data-tip-result].bad")`},
		{name: "room-line-refused", who: "max", path: "/r/gaia", act: `document.querySelector("#say-text").value = "Hello again"; document.querySelector("[data-say]").requestSubmit()`,
			until: `document.querySelector(".line.refused .retry")`, fail: domain.KindLimited},
		{name: "room-banned", who: "max", path: "/r/hope"},
		{name: "credits", who: "max", path: "/credits"},
		{name: "credits-declined", who: "max", path: "/credits?done=declined"},
		{name: "checkout", who: "max", path: checkouts[0]},
		{name: "checkout-paid", who: "max", path: checkouts[1]},
		{name: "checkout-declined", who: "max", path: checkouts[2]},
		{name: "account", who: "max", path: "/account"},
		{name: "history", who: "max", path: "/account/history"},
		{name: "budget", who: "max", path: "/account/budget"},
		{name: "budget-refused", who: "max", path: "/account/budget", act: submit("main form", map[string]string{"week": "much"}), until: refused},
		{name: "problem-403", who: "max", path: "/staff"},
	}
}

func houseStops() []stop {
	return []stop{
		{name: "home-model", who: "anna", path: "/"},
		{name: "room-own", who: "anna", path: "/r/anna"},
		{name: "room-own-remove", who: "anna", path: "/r/anna", act: `document.querySelector(".from button").click()`, until: `document.querySelector("dialog[open]")`},
		{name: "performer", who: "anna", path: "/performer"},
		{name: "performer-key", who: "anna", path: "/performer", act: `document.querySelector("form[action='/performer/stream-key']").requestSubmit()`,
			until: `document.readyState === "complete" && document.querySelector("[data-stream-key]")`},
		{name: "performer-unfinished", who: "ivy", path: "/performer"},
		{name: "performer-rejected", who: "june", path: "/performer"},
		{name: "broadcast", who: "anna", path: "/broadcast"},
		{name: "broadcast-barred", who: "ivy", path: "/broadcast"},
		{name: "account-model", who: "anna", path: "/account"},
		{name: "studio", who: "house", path: "/studio"},
		{name: "studio-filtered", who: "house", path: "/studio?state=online&order=status"},
		{name: "studio-application", who: "house", path: "/studio", act: `document.querySelector("details").open = true`},
		{name: "studio-refused", who: "house", path: "/studio", act: `document.querySelector("[name=adult]").checked = true;` +
			submit("form[action='/studio/performers']", map[string]string{"name": "anna", "email": "another@example.com", "password": "long enough"}), until: refused},
		{name: "staff", who: "desk", path: "/staff"},
		{name: "staff-submitted", who: "desk", path: "/staff?state=submitted"},
		{name: "staff-close", who: "desk", path: "/staff?state=active", act: `document.querySelectorAll("li:first-child details").forEach((d) => { d.open = true; })`},
		{name: "pictures", who: "desk", path: "/staff/pictures"},
		{name: "audit", who: "desk", path: "/staff/audit"},
		{name: "payout", who: "anna", path: "/payout"},
		{name: "payout-refused", who: "anna", path: "/payout", act: submit("form[action='/payout/limit']", map[string]string{"limit": "99"}), until: refused},
		{name: "payout-now", who: "anna", path: "/payout/now"},
		{name: "payslip", who: "anna", path: "/payslips/2026-11-03"},
		{name: "payout-studio", who: "house", path: "/payout"},
		{name: "payouts", who: "desk", path: "/staff/payouts", act: `document.querySelector("details").open = true`},
		{name: "payouts-done", who: "desk", path: "/staff/payouts?run=run-00001"},
	}
}

// walk opens every page in every state, each visitor in a browser of her or his own.
func walk(f *fixture, b *chrome.Browser, each func(p *chrome.Page, s stop)) {
	tabs := map[string]*chrome.Page{"": b.Incognito(f.url + "/signin")}
	visit := func(stops []stop) {
		for _, s := range stops {
			if tabs[s.who] == nil {
				tabs[s.who] = f.signedIn(b, s.who, "/account")
			}
			each(tabs[s.who], s)
		}
	}
	f.settle()
	visit(emptyStops())
	checkouts := f.stock()
	visit(slices.Concat(guestStops(), memberStops(checkouts), houseStops(), showStops(f.perform()), f.snapStops()))
}

// settle adds the people, without anything that they did.
func (f *fixture) settle() {
	f.backend.SetRoom("anna", domain.RoomOffline, 0)
	f.backend.Add(domain.RoleMember, "nina")
	for _, name := range []string{"barn", "house"} {
		f.backend.Add(domain.RoleStudio, name)
	}
	f.backend.Add(domain.RoleStaff, "desk")
}

// stock fills the pages with what people meet there, and tells the addresses of
// three checkouts: waiting, paid, declined.
func (f *fixture) stock() (checkouts []string) {
	f.backend.SetRoom("anna", domain.RoomLive, 3)
	f.backend.Credit("max", 1_242_500)
	f.call("POST", "rooms/anna/messages", f.max, `{"text":"Good evening! How was your day?","key":"stock-0001"}`)
	f.call("POST", "rooms/anna/messages", f.anna, `{"text":"Hello max, lovely to see you ♥","key":"stock-0002"}`)
	f.call("POST", "rooms/anna/tips", f.max, `{"millicredits":5000,"note":"for the song","key":"stock-0003"}`)
	f.call("POST", "rooms/anna/messages", f.max, `{"text":"A long line wraps: `+strings.Repeat("words and ", 12)+`more","key":"stock-0004"}`)
	f.call("POST", "rooms/anna/bans", f.anna, `{"viewer":"guest-000000","minutes":10}`)
	f.portray()
	f.rooms()
	f.earnings(f.backend.Session("desk"))
	f.call("PUT", "favourites/anna", f.max, `{"favourite":true}`)
	f.call("PUT", "budget", f.max, `{"day":{"max_millicredits":50000},"week":{"max_millicredits":0},"month":{"max_millicredits":500000}}`)
	for i, outcome := range []string{"", "pay", "decline"} {
		at := f.post("/credits", f.max, url.Values{"package": {"p10"}, "key": {"checkout-" + string(rune('0'+i))}}).Header.Get("Location")
		if outcome != "" {
			f.post(at, f.max, url.Values{"outcome": {outcome}})
		}
		checkouts = append(checkouts, at)
	}
	return checkouts
}

// rooms are other performers' in every state, and the people of the house.
func (f *fixture) rooms() {
	for i, r := range []struct {
		name  string
		state domain.RoomState
	}{
		{"bella", domain.RoomLive}, {"carla-and-dan", domain.RoomPrivate}, {"a-very-long-name-of-thirty-chr", domain.RoomAway}, {"dora", domain.RoomOffline},
		{"edda", domain.RoomReconnecting}, {"faye", domain.RoomLive}, {"gaia", domain.RoomLive}, {"hope", domain.RoomLive},
	} {
		_, token := f.backend.Add(domain.RolePerformer, r.name)
		f.backend.SetRoom(r.name, r.state, 7*i)
		still := f.request("PUT", "/api/v1/rooms/"+r.name+"/thumbnail", token, still(f.t, uint8(25*i)))
		still.Header.Set("Content-Type", "image/jpeg")
		f.want(f.do(still), 204, "")
		if r.name == "bella" {
			f.want(f.call("PUT", "rooms/bella/settings", token, `{"guest_chat":true,"home_closed":false,"guests_closed_in":[]}`), 200, "")
		}
		if r.name == "hope" {
			f.want(f.call("POST", "rooms/hope/bans", token, `{"viewer":"max","minutes":0}`), 201, "")
		}
	}
	f.backend.CloseIn("faye", "")
	f.backend.Add(domain.RolePerformer, "ivy")
	f.backend.SetState("ivy", domain.StateUnfinished, "")
	f.backend.Add(domain.RolePerformer, "june")
	f.backend.SetState("june", domain.StateRejected, "The picture of the paper cannot be read. Send a sharper one.")
	house, desk := f.backend.Session("house"), f.backend.Session("desk")
	for _, name := range []string{"olga", "petra", "runa"} {
		f.post("/studio/performers", house, signUp(name)).wantRedirect("/studio?done=added")
	}
	f.post("/studio/petra/application", house, url.Values{"full_name": {"Petra Nova"}, "birth_date": {"1995-04-01"}, "country": {"CZ"}}).wantRedirect("/studio?done=applied")
	f.post("/studio/runa/application", house, url.Values{"full_name": {"Runa Berg"}, "birth_date": {"1994-02-11"}, "country": {"SE"}}).wantRedirect("/studio?done=applied")
	f.post("/staff/runa/decision", desk, url.Values{"state": {"active"}})
	f.post("/staff/runa/decision", desk, url.Values{"state": {"suspended"}, "reason": {"A complaint is looked into."}})
	r := f.request("PUT", "/api/v1/performers/anna/pictures/members", f.anna, still(f.t, 90))
	r.Header.Set("Content-Type", "image/jpeg")
	f.want(f.do(r), 200, "")
}

// atlas is which addresses of the site's router were visited.
type atlas struct {
	mux    *http.ServeMux
	unseen map[string]bool // patterns
}

// HandleFunc implements page.Router.
func (a *atlas) HandleFunc(pattern string, _ func(http.ResponseWriter, *http.Request)) {
	file := strings.HasPrefix(pattern, "GET /assets/") || pattern == "GET /favicon.ico" || strings.HasSuffix(pattern, ".csv")
	if !file {
		a.mux.HandleFunc(pattern, http.NotFound)
		a.unseen[pattern] = true
	}
}

// newAtlas knows every page and every form.
func newAtlas(t *testing.T) *atlas {
	t.Helper()
	pages, err := page.New(page.Config{})
	if err != nil {
		t.Fatal(err)
	}
	a := &atlas{http.NewServeMux(), map[string]bool{}}
	pages.Route(a)
	return a
}

func (a *atlas) see(method, address string) {
	r, err := http.NewRequest(method, address, http.NoBody)
	if err == nil {
		_, pattern := a.mux.Handler(r)
		delete(a.unseen, pattern)
	}
}

// missed are the patterns of a method that nobody visited.
func (a *atlas) missed(method string) (out []string) {
	for pattern := range a.unseen {
		if strings.HasPrefix(pattern, method+" ") {
			out = append(out, pattern)
		}
	}
	return out
}
