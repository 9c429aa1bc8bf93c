package web_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/jasmincam/jasmincam/internal/testkit/chrome"
)

// keyboard is a visitor without a mouse: she goes from piece to piece with Tab,
// and acts with Enter and Space.
type keyboard struct {
	t *testing.T
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

// A newcomer signs up, buys credits, enters a room, writes, tips, changes the
// language and the theme, and signs out, by the keyboard alone.
func TestBrowser_everythingByTheKeyboard(t *testing.T) {
	f, b := newBrowserFixture(t)
	k := keyboard{t, b.Incognito(f.url + "/")}
	k.press(kb.Tab)
	k.p.Until(soon, `document.activeElement.matches(".skip") && document.activeElement.getBoundingClientRect().left >= 0`)
	k.press(kb.Enter)
	k.p.Until(soon, `location.hash === "#main"`)

	k.p.Go(f.url + "/")
	k.reach(`.me a[href="/signup"]`)
	k.press(kb.Enter)
	k.p.Until(soon, `location.pathname === "/signup" && document.readyState === "complete"`)
	k.write(`[name=name]`, "newcomer")
	k.write(`[name=email]`, "newcomer@example.com")
	k.write(`[name=password]`, "long enough")
	k.reach(`[name=adult]`)
	k.press(" ")
	k.reach(`main form button`)
	k.press(kb.Enter)
	k.p.Until(soon, `location.search === "?done=welcome" && document.readyState === "complete"`)

	k.reach(`.balance`)
	k.press(kb.Enter)
	k.p.Until(soon, `location.pathname === "/credits" && document.readyState === "complete"`)
	k.reach(`[name=package][value=p30]`)
	k.press(kb.Enter)
	k.p.Until(soon, `location.pathname.startsWith("/sandbox/") && document.readyState === "complete"`)
	k.reach(`[name=outcome][value=pay]`)
	k.press(" ")
	k.p.Until(soon, `location.search === "?done=paid" && document.readyState === "complete"`)
	k.p.Until(soon, `[...document.querySelectorAll("[data-balance]")].every((e) => Number(e.textContent) >= 30)`)

	k.reach(`nav a[href="/"]`)
	k.press(kb.Enter)
	k.p.Until(soon, `location.pathname === "/" && document.readyState === "complete"`)
	k.reach(`.card`)
	k.press(kb.Enter)
	k.p.Until(soon, `location.pathname === "/r/anna" && document.readyState === "complete"`)
	k.write(`#say-text`, "no mouse here")
	k.press(kb.Enter)
	k.p.Until(soon, texts(".line.member[data-seq]")+` === "no mouse here"`)
	k.reach(`[data-amounts] .chip[value="10"]`)
	k.press(kb.Enter)
	k.p.Until(soon, `document.activeElement.matches("[data-tip] button") && document.querySelector("[data-tip]").elements.credits.value === "10"`)
	k.press(kb.Enter)
	k.p.Until(soon, texts(".line.tipped")+` === "tipped 10.00 credits"`)

	k.p.Go(f.url + "/r/anna")
	k.reach(`.like`)
	k.press(" ")
	k.p.Until(soon, `document.readyState === "complete" && document.querySelector(".like").ariaPressed === "true"`)
	k.p.Go(f.url + "/")
	k.reach(`.finder summary`)
	k.press(kb.Enter)
	k.write(`[name=q]`, "nobody")
	k.press(kb.Enter)
	k.p.Until(soon, `location.search.startsWith("?q=nobody") && document.readyState === "complete" && !document.querySelector(".card")`)
	k.p.Go(f.url + "/r/anna")
	k.reach(`.look [name=lang]`)
	k.press("e") // español
	k.reach(`.look [name=theme]`)
	k.press(kb.ArrowDown + kb.ArrowDown)
	k.reach(`.look button`)
	k.press(kb.Enter)
	k.p.Until(soon, `document.documentElement.lang === "es" && document.documentElement.dataset.theme === "dark" && location.pathname === "/r/anna"`)
	k.p.Until(soon, `document.readyState === "complete"`)

	k.reach(`.who`)
	k.press(kb.Enter)
	k.p.Until(soon, `location.pathname === "/account" && document.readyState === "complete"`)
	k.reach(`form[action="/signout"] button`)
	k.press(kb.Enter)
	k.p.Until(soon, `location.pathname === "/signin" && document.body.innerText.includes("Has salido")`)
	if text := k.p.Text(); strings.Contains(text, "Sign") {
		t.Errorf("the page after signing out mixes languages: %s", text)
	}
	noBrokenPolicy(t, k.p)
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
	p.Go(f.url + "/r/anna") // and the server's
	p.Until(soon, texts(".line.tipped")+` === 'дарит чаевые: 2.00 кр.'`)
	noBrokenPolicy(t, p)
}
