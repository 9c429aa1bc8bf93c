package web_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/testkit/chrome"
)

// What she offers changes in the pages that are open: goal, tip menu and price.
func TestBrowser_offersChangeWithoutAReload(t *testing.T) {
	f, b := newBrowserFixture(t)
	f.backend.Credit("max", 90_000)
	member, guest := f.signedIn(b, "max", "/r/anna"), b.Incognito(f.url+"/r/anna")
	const goal = `document.querySelector('[data-goal]')`
	member.Until(soon, goal+`.hidden && document.querySelector('[data-menu]').hidden`)
	f.want(f.call("PUT", "performers/anna/goal", f.anna, `{"title":"חלום <b>","target_millicredits":50000}`), 200, "")
	says := func(words string) string {
		return `!` + goal + `.hidden && ` + goal + fmt.Sprintf(`.innerText.includes(%q)`, words)
	}
	member.Until(soon, says("חלום <b>"))
	guest.Until(soon, says("0.00 of 50.00 credits"))
	f.want(f.call("POST", "rooms/anna/tips", f.max, `{"millicredits":12500,"note":"","key":"12345678"}`), 201, "")
	guest.Until(soon, says("12.50 of 50.00 credits")+` && `+goal+`.querySelector('progress').value === 12500`)
	f.want(f.call("PUT", "performers/anna/profile", f.anna, profileWith(`[{"title":"A song","millicredits":15000},{"title":"<i>x","millicredits":100}]`, 4990)), 200, "")
	for _, page := range []*chrome.Page{member, guest} {
		page.Until(soon, `document.querySelector('[data-menu] ul').innerText.replace(/\s+/g, ' ').trim() === '15.00 A song 0.10 <i>x'`)
		page.Until(soon, `document.querySelector('[data-room-price]').textContent === '4.99'`)
	}
	member.Eval(`document.querySelector('[data-menu] li button').click()`, nil)
	member.Until(soon, `document.querySelector('[data-tip]').elements.credits.value === '15.00' && document.querySelector('[data-tip]').elements.note.value === 'A song'`)
	f.want(f.call("PUT", "performers/anna/goal", f.anna, `{"title":"","target_millicredits":0}`), 200, "")
	f.want(f.call("PUT", "performers/anna/profile", f.anna, profileWith(`[]`, 4990)), 200, "")
	guest.Until(soon, goal+`.hidden && document.querySelector('[data-menu]').hidden`)
	noBrokenPolicy(t, member, guest)
}

func profileWith(menu string, price int) string {
	return fmt.Sprintf(`{"introduction":"","likes":"","dislikes":"","languages":[],"category":"girls","appearance":{},"willingness":[],"birthday":false,
		"prices":{"private_millicredits":%d,"cam2cam_millicredits":0,"audio_millicredits":0},"tip_menu":%s}`, price, menu)
}

// A line with a banned word stays with its sender, who is told; a tip stands
// without its note.
func TestBrowser_bannedWords(t *testing.T) {
	f, b := newBrowserFixture(t)
	f.backend.Credit("max", 90_000)
	f.want(f.call("PUT", "rooms/anna/settings", f.anna, `{"guest_chat":true,"home_closed":false,"guests_closed_in":[],"banned_words":["damn"]}`), 200, "")
	member, guest := f.signedIn(b, "max", "/r/anna"), b.Incognito(f.url+"/r/anna")
	write(guest, "damn it")
	guest.Until(soon, `document.querySelector('.line.refused .fate')?.textContent === 'Not sent. This has a word that is not welcome here.'`)
	member.Eval(`(() => { const f = document.querySelector('[data-tip]'); f.elements.credits.value = '2'; f.elements.note.value = 'damn good'; f.requestSubmit(); })()`, nil)
	member.Until(soon, `document.querySelector('[data-tip-result].good')?.textContent.includes('without its note')`)
	guest.Until(soon, texts(".line.tipped")+` === 'tipped 2.00 credits'`)
	noBrokenPolicy(t, member, guest)
}

// Foreign text stays in its line and reads in its own direction; near the longest
// line the field says how much is left.
func TestBrowser_foreignText(t *testing.T) {
	f, b := newBrowserFixture(t)
	lines := []string{"שלום abc עולם", "مرحبا 123 بالعالم", strings.Repeat("m", 1000), "👩‍👩‍👧 ok", "plain"}
	for i, line := range lines {
		f.want(f.call("POST", "rooms/anna/messages", f.max, fmt.Sprintf(`{"text":%q,"key":"foreign-%d"}`, line, i)), 201, "")
	}
	member := f.signedIn(b, "max", "/r/anna")
	member.Until(soon, `document.querySelectorAll('.line .text').length === 5`)
	member.Until(soon, `[...document.querySelectorAll('.line .text')].every((e) => getComputedStyle(e).unicodeBidi === 'isolate')`)
	member.Until(soon, `[...document.querySelectorAll('.line .text')].map((e) => getComputedStyle(e).direction).join() === 'rtl,rtl,ltr,ltr,ltr'`)
	member.Until(soon, `(() => { const box = document.querySelector('[data-lines]'); return box.scrollWidth <= box.clientWidth; })()`)
	typed := func(n int) {
		member.Eval(fmt.Sprintf(`(() => { const i = document.querySelector('#say-text'); i.value = 'x'.repeat(%d); i.dispatchEvent(new Event('input')); })()`, n), nil)
	}
	typed(899)
	member.Until(soon, `document.querySelector('[data-left]').hidden`)
	typed(993)
	member.Until(soon, `document.querySelector('[data-left]').textContent === '7 left' && document.querySelector('#say-text').dir === 'auto'`)
	member.Eval(`document.querySelector('#say-text').form.requestSubmit()`, nil)
	member.Until(soon, `document.querySelector('[data-left]').hidden`)
	noBrokenPolicy(t, member)
}

// Lines that come faster than ten in a second are shown together, each in its turn:
// however busy the room is, the page has time left for the picture.
func TestBrowser_aBusyRoomIsDrawnTenTimesASecond(t *testing.T) {
	f, b := newBrowserFixture(t)
	p := b.Incognito(f.url + "/r/anna")
	p.Until(soon, state("connecting"))
	p.Eval(`(() => {
		window.drawn = 0;
		new MutationObserver(() => {
			window.drawn++;
			window.took = performance.now() - window.began;
		}).observe(document.querySelector("[data-lines]"), { childList: true });
		window.began = performance.now();
	})()`, nil)
	const lines = 300
	session, err := f.backend.Authenticate(t.Context(), f.max)
	if err != nil {
		t.Fatal(err)
	}
	ctx := domain.WithActor(t.Context(), domain.Actor{Account: session.Account, Session: session.ID})
	for n := range lines {
		if _, err := f.backend.Say(ctx, "anna", domain.Line{Text: fmt.Sprint(n), Key: fmt.Sprintf("busy-line-%d", n)}); err != nil {
			t.Fatal(err)
		}
	}
	p.Until(soon, texts(".line[data-seq]")+fmt.Sprintf(` === [...Array(%d).keys()].join("|")`, lines))
	p.Until(soon, `document.querySelector("[data-fresh]").hidden && window.drawn > 0`)
	p.Until(soon/5, `window.drawn <= window.took / 100 + 2`)
	noBrokenPolicy(t, p)
}

// The answer to a line of ours may be faster than the stream: what was said before it
// still stands before it.
func TestBrowser_ourLineStandsInItsTurn(t *testing.T) {
	f, b := newBrowserFixture(t)
	member := f.signedIn(b, "max", "/r/anna")
	holdGathered(member)
	say := func(text string) {
		f.want(f.call("POST", "rooms/anna/messages", f.anna, fmt.Sprintf(`{"text":%q,"key":"in-turn-%s"}`, text, text)), 201, "")
	}
	say("one")
	member.Until(soon, texts(".line[data-seq]")+` === 'one' && window.due`)
	say("two")
	write(member, "three")
	member.Until(soon, texts(".line[data-seq]")+` === 'one|three'`)
	say("four")
	member.Until(soon, `(() => { due(); return `+texts(".line[data-seq]")+` === 'one|two|three|four'; })()`)
	noBrokenPolicy(t, member)
}

// What was told before the door closed does not open the form again.
func TestBrowser_aClosedDoorStaysClosed(t *testing.T) {
	f, b := newBrowserFixture(t)
	member := f.signedIn(b, "max", "/r/anna")
	holdGathered(member)
	f.want(f.call("POST", "rooms/anna/messages", f.anna, `{"text":"one","key":"door-line-1"}`), 201, "")
	member.Until(soon, texts(".line[data-seq]")+` === 'one' && window.due`)
	f.want(f.call("PUT", "rooms/anna/settings", f.anna, `{"guest_chat":true}`), 200, "")
	f.call("PUT", "rooms/anna/paused", f.anna, `{"paused":true}`)
	member.Until(soon, state("paused")) // the rules were told before
	f.backend.CloseIn("anna", "")
	member.Until(soon, state("country"))
	member.Eval(`void due()`, nil)
	member.Until(soon, `document.querySelector('[data-say]').hidden && !document.querySelector('[data-feed]').hidden`)
	noBrokenPolicy(t, member)
}

// holdGathered keeps the lines that a page gathers until the test calls due.
func holdGathered(p *chrome.Page) {
	p.Eval(`(() => {
		const real = window.setTimeout;
		window.setTimeout = (f, ms, ...more) => ms === 100 ? (window.due = f, 1) : real(f, ms, ...more);
	})()`, nil)
}
