package web_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/testkit"
	"github.com/jasmincam/jasmincam/internal/testkit/chrome"
)

// keyboard is a visitor without a mouse: she goes from piece to piece with Tab,
// and acts with Enter and Space.
type keyboard struct {
	t *testing.T
	f *fixture
	p *chrome.Page
}

func (k keyboard) press(keys string) { k.p.Run(chromedp.KeyEvent(keys)) }

// reach tabs on until the piece that has the focus fits a selector, and fails
// when it is not among the next hundred or its focus cannot be seen.
func (k keyboard) reach(selector string) {
	k.t.Helper()
	for range 100 {
		k.press(kb.Tab)
		var at struct {
			Fits, Seen bool
		}
		k.p.Eval(fmt.Sprintf(`(() => {
			const e = document.activeElement, s = getComputedStyle(e);
			return {Fits: e.matches(%q), Seen: s.outlineStyle !== "none" && parseFloat(s.outlineWidth) >= 2};
		})()`, selector), &at)
		if at.Fits && !at.Seen {
			k.t.Fatalf("the focus on %s cannot be seen", selector)
		}
		if at.Fits {
			return
		}
	}
	k.t.Fatalf("Tab never comes to %s on %s", selector, k.p.Text())
}

func (k keyboard) write(selector, text string) {
	k.t.Helper()
	k.reach(selector)
	k.press(text)
}

// wait waits until the last key has led to a page.
func (k keyboard) wait(address string) {
	k.t.Helper()
	k.p.Until(soon, fmt.Sprintf(`location.pathname + location.search === %q && document.readyState === "complete"`, address))
}

// enter reaches a piece, presses Enter on it, and waits for the page that it leads to.
func (k keyboard) enter(selector, address string) {
	k.t.Helper()
	k.reach(selector)
	k.press(kb.Enter)
	k.wait(address)
}

func (k keyboard) signIn(name, next string) {
	k.t.Helper()
	k.p.Go(k.f.url + "/signin?next=" + next)
	k.write(`[name=email]`, name+"@example.com")
	k.write(`[name=password]`, "password of "+name)
	k.enter(`main form button`, next)
}

// Everything that a form of the site does is done by the keyboard alone; the
// focus is seen wherever it goes.
func TestBrowser_everythingByTheKeyboard(t *testing.T) {
	f, b := newBrowserFixture(t)
	f.backend.SetRoom("anna", domain.RoomOffline, 0)
	f.settle()
	f.stock()
	atlas := newAtlas(t)
	for _, story := range []struct {
		who  string
		tell func(keyboard)
	}{
		{"newcomer", newcomerByKeys}, {"guest", findByKeys}, {"member", memberByKeys}, {"collector", collectorByKeys}, {"model", modelByKeys}, {"performer", performerByKeys}, {"studio", studioByKeys}, {"staff", staffByKeys},
		{"payee", payeeByKeys}, {"studio that pays", studioPayByKeys}, {"staff that pays", payoutByKeys},
	} {
		t.Run(story.who, func(t *testing.T) {
			k := keyboard{t, f, b.Incognito(f.url + "/")}
			story.tell(k)
			noBrokenPolicy(t, k.p)
			for _, r := range k.p.Requests() {
				method, address, _ := strings.Cut(r, " ")
				address = strings.TrimPrefix(address, f.url)
				if rest, ok := strings.CutPrefix(address, "/api/v1/rooms/"); ok { // the script's way for the same form
					address = "/r/" + rest
				} else if rest, ok := strings.CutPrefix(address, "/api/v1/favourites/"); ok {
					method, address = "POST", "/r/"+rest+"/favourite"
				}
				atlas.see(method, address)
			}
		})
	}
	for _, pattern := range atlas.missed("POST") {
		t.Errorf("no story sends the form %s by the keyboard", pattern)
	}
}

// A newcomer signs up, buys credits, enters a room, writes, tips, changes the
// language and the theme, and signs out.
func newcomerByKeys(k keyboard) {
	k.press(kb.Tab)
	k.p.Until(soon, `document.activeElement.matches(".skip") && document.activeElement.getBoundingClientRect().left >= 0`)
	k.press(kb.Enter)
	k.p.Until(soon, `location.hash === "#main"`)
	k.p.Go(k.f.url + "/")
	k.enter(`.me a[href="/signup"]`, "/signup")
	k.write(`[name=name]`, "newcomer")
	k.write(`[name=email]`, "newcomer@example.com")
	k.write(`[name=password]`, "long enough")
	k.reach(`[name=adult]`)
	k.press(" ")
	k.enter(`main form button`, "/?done=welcome")

	for _, purchase := range []struct{ outcome, done string }{{"decline", "/credits?done=declined"}, {"pay", "/credits?done=paid"}} {
		k.p.Go(k.f.url + "/")
		k.enter(`.balance`, "/credits")
		k.reach(`[name=package][value=p30]`)
		k.press(kb.Enter)
		k.p.Until(soon, `location.pathname.startsWith("/sandbox/") && document.readyState === "complete"`)
		k.reach(`[name=outcome][value=` + purchase.outcome + `]`)
		k.press(" ")
		k.wait(purchase.done)
	}
	k.p.Until(soon, `[...document.querySelectorAll("[data-balance]")].every((e) => Number(e.textContent) >= 30)`)

	k.enter(`nav a[href="/"]`, "/")
	k.enter(`.card[href="/r/anna"]`, "/r/anna")
	k.write(`#say-text`, "no mouse here")
	k.press(kb.Enter)
	k.p.Until(soon, texts(".line.member[data-seq]")+`.endsWith("no mouse here")`)
	k.tip()
	k.reach(`.look [name=lang]`)
	k.press("e") // español
	k.reach(`.look [name=theme]`)
	k.press(kb.ArrowDown + kb.ArrowDown)
	k.reach(`.look button`)
	k.press(kb.Enter)
	k.p.Until(soon, `document.documentElement.lang === "es" && document.documentElement.dataset.theme === "dark" && location.pathname === "/r/anna"`)
	k.p.Until(soon, `document.readyState === "complete"`)
	k.enter(`.who`, "/account")
	k.enter(`form[action="/signout"] button`, "/signin?done=signed-out")
	if text := k.p.Text(); !strings.Contains(text, "Has salido") || strings.Contains(text, "Sign") {
		k.t.Errorf("the page after signing out mixes languages: %s", text)
	}
}

// tip opens the sheet beside the chat, fills an amount in by its chip, and sends
// it; then does the same from the menu. Escape leads back to the room.
func (k keyboard) tip() {
	k.t.Helper()
	k.reach(`[popovertarget=tip]`)
	k.press(kb.Enter)
	k.p.Until(soon, `document.querySelector("#tip:popover-open")`)
	k.reach(`.sheet .chip[value="10"]`)
	k.press(kb.Enter)
	k.p.Until(soon, `document.activeElement.matches("[data-tip] button") && document.querySelector("[data-tip]").elements.credits.value === "10"`)
	k.press(kb.Enter)
	k.p.Until(soon, texts(".line.tipped")+`.endsWith("tipped 10.00 credits") && document.querySelector("[data-tip-result].good")`)
	k.press(kb.Escape)
	k.p.Until(soon, `!document.querySelector("#tip:popover-open") && document.activeElement.matches("[popovertarget=tip]")`)
	k.reach(`[data-amounts] .chip[data-for="A song"]`)
	k.press(kb.Enter)
	k.p.Until(soon, `document.querySelector("#tip:popover-open") && document.activeElement.matches("[data-tip] button") && document.querySelector("[data-tip]").elements.note.value === "A song"`)
	k.press(kb.Enter)
	k.p.Until(soon, texts(".line.tipped")+`.endsWith("tipped 15.00 credits: A song")`)
	k.press(kb.Escape)
}

// A guest finds a room by category, by words, and all of them again.
func findByKeys(k keyboard) {
	k.enter(`.categories a[href="/?category=girls"]`, "/?category=girls")
	k.reach(`.finder summary`)
	k.press(kb.Enter)
	k.write(`[name=q]`, "nobody")
	k.reach(`[name=category]`)
	k.press(kb.Home)
	k.reach(`.find button`)
	k.press(kb.Enter)
	k.p.Until(soon, `location.search.startsWith("?q=nobody") && document.readyState === "complete" && !document.querySelector(".card")`)
	k.enter(`.headline a[href="/"]`, "/")
	k.enter(`.card[href="/r/bella"]`, "/r/bella")
	k.write(`#say-text`, "guests may write here")
	k.press(kb.Enter)
	k.p.Until(soon, texts(".line.guest[data-seq]")+`.endsWith("guests may write here")`)
}

// A member signs in, keeps a favourite, sets a budget, and ends sessions of his.
func memberByKeys(k keyboard) {
	k.signIn("max", "/r/bella")
	k.reach(`.like`)
	k.press(" ")
	k.p.Until(soon, `document.querySelector(".like").ariaPressed === "true"`)
	k.enter(`nav a[href="/favourites"]`, "/favourites")
	k.p.Until(soon, `document.querySelector(".card[href='/r/bella']")`)
	k.enter(`.who`, "/account")
	k.enter(`a[href="/account/history"]`, "/account/history")
	k.enter(`.who`, "/account")
	k.enter(`a[href="/account/budget"]`, "/account/budget")
	k.reach(`[name=week]`)
	k.press("25")
	k.enter(`main form button`, "/account/budget?done=budget")
	k.p.Until(soon, `document.querySelector("[name=week]").value === "25.00"`)

	k.f.backend.Session("max")
	k.enter(`.who`, "/account")
	k.p.Until(soon, `document.querySelectorAll(".sessions li").length === 3`)
	k.reach(`.sessions li:not(:has(.tag)) form button`)
	k.press(kb.Enter)
	k.p.Until(soon, `document.readyState === "complete" && document.querySelectorAll(".sessions li").length === 2`)
	k.reach(`form[action$="/others"] button`)
	k.press(" ")
	k.p.Until(soon, `document.readyState === "complete" && document.querySelectorAll(".sessions li").length === 1`)
}

// A woman signs up as a model and sends her details.
func modelByKeys(k keyboard) {
	k.enter(`.foot a[href="/performers/signup"]`, "/performers/signup")
	k.write(`[name=name]`, "kira")
	k.write(`[name=email]`, "kira@example.com")
	k.write(`[name=password]`, "long enough")
	k.reach(`[name=adult]`)
	k.press(" ")
	k.enter(`main form button`, "/performer?done=welcome")
	k.apply("Kira Novak")
	k.wait("/performer?done=applied")
	k.p.Until(soon, `document.querySelector("[data-account-state=submitted]")`)
}

// apply fills a performer's details in and sends them.
func (k keyboard) apply(name string) {
	k.t.Helper()
	k.write(`[name=full_name]`, name)
	k.write(`[name=birth_date]`, "04011995")
	k.write(`[name=country]`, "Cze")
	k.reach(`form[action$="/application"] button`)
	k.press(kb.Enter)
}

// A performer closes a country, makes a stream key, removes a viewer from her
// room, and lets another one in again.
func performerByKeys(k keyboard) {
	k.signIn("anna", "/performer")
	k.reach(`[name=guest_chat]`)
	k.press(" ")
	k.write(`[name=guests_closed_in]`, "Cze")
	k.enter(`form[action="/performer/settings"] button`, "/performer?done=saved")
	k.p.Until(soon, `document.querySelector("[name=guest_chat]").checked && document.querySelector("[name=guests_closed_in]").value === "CZ"`)
	k.enter(`form[action="/performer/bans/lift"] button`, "/performer?done=lifted")
	k.reach(`details summary`)
	k.press(kb.Enter)
	k.reach(`form[action="/performer/stream-key"] button`)
	k.press(kb.Enter)
	k.p.Until(soon, `document.readyState === "complete" && document.querySelector("[data-stream-key]")`)

	k.p.Go(k.f.url + "/r/anna")
	k.reach(`.from button`)
	k.press(kb.Enter)
	k.p.Until(soon, `document.querySelector("dialog").open`)
	k.reach(`dialog button[value=kick]`)
	k.press(kb.Enter)
	k.p.Until(soon, `!document.querySelector("dialog").open`)
	testkit.Until(k.t, soon, "the viewer to be removed", func() bool {
		return strings.Contains(k.f.call("GET", "rooms/anna/bans", k.f.anna, "").body, `"viewer"`)
	})
}

// A studio adds a performer, sends her details, and switches an account off and on.
func studioByKeys(k keyboard) {
	k.signIn("house", "/studio")
	k.reach(`a[href="#add-title"]`)
	k.press(kb.Enter)
	k.write(`[name=name]`, "salome")
	k.write(`[name=email]`, "salome@example.com")
	k.write(`[name=password]`, "long enough")
	k.reach(`[name=adult]`)
	k.press(" ")
	k.enter(`form[action="/studio/performers"] button`, "/studio?done=added")
	k.enter(`.filters a[href^="?state=unfinished"]`, "/studio?state=unfinished&order=")
	k.reach(`[data-performer=salome] summary`)
	k.press(kb.Enter)
	k.apply("Salome Dark")
	k.wait("/studio?done=applied")
	k.f.backend.SetState("salome", domain.StateActive, "")
	k.p.Go(k.f.url + "/studio")
	for _, want := range []string{"inactive", "active"} {
		k.reach(`[data-performer=salome] [name=active]`)
		k.press(kb.Enter)
		k.p.Until(soon, `location.search === "?done=saved" && document.readyState === "complete" && document.querySelector("[data-performer=salome] .tag.`+want+`")`)
	}
}

// Staff approves one, rejects another with a reason, reviews a picture, and
// looks all of it up in the log.
func staffByKeys(k keyboard) {
	house := k.f.backend.Session("house")
	for _, name := range []string{"tess", "una"} {
		k.f.post("/studio/performers", house, signUp(name))
		k.f.post("/studio/"+name+"/application", house, url.Values{"full_name": {name}, "birth_date": {"1995-04-01"}, "country": {"CZ"}})
	}
	k.signIn("desk", "/staff")
	k.enter(`.filters a[href^="?state=submitted"]`, "/staff?state=submitted&order=")
	k.enter(`[data-performer=tess] [name=state][value=active]`, "/staff?done=decided")
	k.p.Go(k.f.url + "/staff?state=submitted")
	k.write(`[data-performer=una] [name=reason]`, "The paper has expired.")
	k.enter(`[data-performer=una] [name=state][value=rejected]`, "/staff?done=decided")
	k.p.Until(soon, `document.querySelector("[data-performer=tess] .tag.active") && document.querySelector("[data-performer=una] .tag.rejected")`)
	k.enter(`nav a[href="/staff/pictures"]`, "/staff/pictures")
	k.write(`[data-picture="anna/general"] [name=reason]`, "Not sharp.")
	k.enter(`[data-picture="anna/general"] [name=approve][value=no]`, "/staff/pictures?done=reviewed")
	k.p.Go(k.f.url + "/staff/pictures")
	k.enter(`[data-picture="anna/members"] [name=approve][value=yes]`, "/staff/pictures?done=reviewed")
	k.enter(`nav a[href="/staff/audit"]`, "/staff/audit")
	k.write(`[name=of]`, "una")
	k.enter(`.find button`, "/staff/audit?of=una")
	k.p.Until(soon, `document.body.innerText.includes("The paper has expired.")`)
}

// The scripts' words are in the page's language, too.
func TestBrowser_scriptsSpeakTheLanguage(t *testing.T) {
	f, b := newBrowserFixture(t)
	f.backend.Credit("max", 10_000)
	p := f.signedIn(b, "max", "/r/anna")
	p.Eval(`document.cookie = "jc_lang=ru;path=/"`, nil)
	p.Go(f.url + "/r/anna")
	p.Eval(`(() => { const f = document.querySelector('[data-tip]'); f.elements.credits.value = '2'; f.requestSubmit(); })()`, nil)
	p.Until(soon, texts(".line.tipped")+` === 'дарит чаевые: 2.00 кр.'`)
	p.Until(soon, `document.querySelector('[data-tip-result].good').textContent === 'Спасибо. Чаевые отправлены.'`)
	f.backend.Fail(domain.Errorf("chat", domain.KindLimited, "You write too fast. Wait a little."))
	write(p, "patience")
	p.Until(soon, `document.querySelector('.line.refused .fate')?.textContent === 'Не отправлено. Слишком много попыток за короткое время. You write too fast. Wait a little.'`)
	f.backend.Fail(nil)
	p.Go(f.url + "/r/anna") // and the server's
	p.Until(soon, texts(".line.tipped")+` === 'дарит чаевые: 2.00 кр.'`)
	noBrokenPolicy(t, p)
}

// A performer sets her limit, says where her money goes, reads a payslip, and takes
// what is there at once, after she was told the fee.
func payeeByKeys(k keyboard) {
	k.signIn("anna", "/r/anna")
	k.enter(`nav a[href="/payout"]`, "/payout")
	k.write(`[name=limit]`, "200")
	k.reach(`form[action="/payout/limit"] button`)
	k.press(kb.Enter)
	k.wait("/payout?done=saved")
	k.enter(`nav a[href="/payout"]`, "/payout") // the next form comes back to the same address
	k.write(`[name=holder]`, "Anna Example")
	k.reach(`form[action="/payout/method"] button`)
	k.press(kb.Enter)
	k.wait("/payout?done=saved")
	k.enter(`a[href="/payslips/2026-11-03"]`, "/payslips/2026-11-03")
	k.enter(`nav a[href="/payout"]`, "/payout")
	k.enter(`a[href="/payout/now"]`, "/payout/now")
	k.reach(`form[action="/payout/now"] button`)
	k.press(kb.Enter)
	k.wait("/payout?done=paid-out")
}

// A studio sets its part and a performer's limit.
func studioPayByKeys(k keyboard) {
	k.signIn("house", "/")
	k.enter(`nav a[href="/payout"]`, "/payout")
	k.write(`[data-performer] [name=percent]`, "35")
	k.reach(`[data-performer] form[action="/payout/share"] button`)
	k.press(kb.Enter)
	k.wait("/payout?done=saved")
}

// tipped is the entry of the last tip on anna's payslip.
func (f *fixture) tipped() string {
	f.t.Helper()
	lines := elements(f.open("/payslips/2026-11-03", f.anna).root, "code")
	return text(lines[len(lines)-1])
}

// Staff suspends a protection, gives a tip back, and pays, each after a question.
func payoutByKeys(k keyboard) {
	k.f.backend.Owe("anna", 30_000_000)
	k.f.backend.Owe("anna", 30_000_000)
	k.signIn("desk", "/")
	k.enter(`nav a[href="/staff/payouts"]`, "/staff/payouts")
	k.write(`[data-performer] [name=reason]`, "A violation.")
	k.reach(`[name=state][value=suspended]`)
	k.press(kb.Enter)
	k.wait("/staff/payouts?done=protection")
	k.write(`[name=entry]`, k.f.tipped())
	k.write(`[action="/staff/refunds"] [name=reason]`, "A complaint.")
	k.reach(`[action="/staff/refunds"] summary`)
	k.press(kb.Enter)
	k.reach(`[action="/staff/refunds"] button`)
	k.press(kb.Enter)
	k.wait("/staff/payouts?done=refunded")
	k.reach(`details.panel summary`)
	k.press(kb.Enter)
	k.reach(`form[action="/staff/payouts"] button`)
	k.press(kb.Enter)
	k.p.Until(soon, `location.search.startsWith("?done=paid-out") && document.readyState === "complete"`)
}
