package web_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/jasmincam/jasmincam/internal/backend/web"
	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/testkit/chrome"
)

const soon = 10 * time.Second

// newBrowserFixture has rooms that say they are live and never have a picture:
// the pages' own behaviour is what these tests look at.
func newBrowserFixture(t *testing.T, flags ...string) (*fixture, *chrome.Browser) {
	f := newFixture(t, func(c *web.Config) {
		c.WHEP = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", "5")
			http.Error(w, "not live", http.StatusConflict)
		})
	})
	return f, chrome.Open(t, chrome.Options{Flags: flags})
}

// signedIn opens a page of a browser context of its own as an account.
func (f *fixture) signedIn(b *chrome.Browser, name, path string) *chrome.Page {
	p := b.Incognito(f.url + "/signin?next=" + path)
	p.Eval(fmt.Sprintf(`(() => {
		const f = document.querySelector('main form');
		f.elements.email.value = %q; f.elements.password.value = %q; f.requestSubmit();
	})()`, name+"@example.com", "password of "+name), nil)
	p.Until(soon, fmt.Sprintf(`location.pathname === %q && document.readyState === 'complete'`, path))
	return p
}

func write(p *chrome.Page, text string) {
	p.Eval(fmt.Sprintf(`(() => { const i = document.querySelector('#say-text'); i.value = %q; i.form.requestSubmit(); })()`, text), nil)
}

// texts is an expression for what the lines that fit a selector say.
func texts(selector string) string {
	return fmt.Sprintf(`[...document.querySelectorAll(%q)].map((e) => e.querySelector('.text').textContent).join('|')`, selector)
}

func state(is string) string {
	return fmt.Sprintf(`document.querySelector('.curtain').dataset.state === %q && document.querySelector('video').dataset.state === %q`, is, is)
}

// noBrokenPolicy fails when a page tried what the content policy forbids, or threw.
func noBrokenPolicy(t *testing.T, pages ...*chrome.Page) {
	t.Helper()
	for _, p := range pages {
		for _, e := range p.Errors() {
			if !strings.Contains(e, "Failed to load resource") { // the refusals that the tests ask for
				t.Errorf("the page complains: %s", e)
			}
		}
	}
}

func TestBrowser_chatAndStatesOfTheRoom(t *testing.T) {
	f, b := newBrowserFixture(t)
	member, guest := f.signedIn(b, "max", "/r/anna"), b.Incognito(f.url+"/r/anna")
	const wild = `<img src=x onerror="document.title='broken'"> שלום`
	write(member, "first")
	write(member, wild)
	for _, p := range []*chrome.Page{member, guest} {
		p.Until(soon, texts(".line.member[data-seq]")+` === 'first|'+`+fmt.Sprintf("%q", wild))
		p.Until(soon, `document.querySelectorAll('.line img').length === 0 && document.title !== 'broken'`)
	}
	member.Until(soon, `document.querySelector('#say-text').value === '' && !sessionStorage.getItem('unsent anna max').includes('first')`)
	for _, s := range []struct {
		room domain.RoomState
		is   string
	}{{domain.RoomAway, "away"}, {domain.RoomReconnecting, "reconnecting"}, {domain.RoomPrivate, "private"}, {domain.RoomOffline, "ended"}, {domain.RoomLive, "connecting"}} {
		f.backend.SetRoom("anna", s.room, 1)
		guest.Until(soon, state(s.is))
	}
	f.call("POST", "rooms/anna/bans", f.anna, `{"viewer":"max","minutes":0}`)
	member.Until(soon, state("banned"))
	member.Until(soon, `document.querySelector('[data-say]').hidden`)
	f.backend.CloseIn("anna", "")
	guest.Until(soon, state("country"))
	noBrokenPolicy(t, member, guest)
}

// A line is never lost: refused it stays with the reason, also over a reload,
// and Retry sends it with the same key.
func TestBrowser_refusedLineIsKept(t *testing.T) {
	f, b := newBrowserFixture(t)
	member := f.signedIn(b, "max", "/r/anna")
	f.backend.Fail(domain.Errorf("chat", domain.KindLimited, "You write too fast. Wait a little."))
	write(member, "patience")
	member.Until(soon, `document.querySelector('.line.refused .fate')?.textContent === 'Not sent. You write too fast. Wait a little.'`)
	f.backend.Fail(nil)
	member.Go(f.url + "/r/anna")
	member.Until(soon, texts(".line.refused")+` === 'patience'`)
	member.Eval(`document.querySelector('.line.refused .retry').click()`, nil)
	member.Until(soon, `document.querySelectorAll('.line.refused, .line.sending').length === 0 && `+texts(".line[data-seq]")+` === 'patience'`)
	member.Go(f.url + "/r/anna")
	member.Until(soon, texts(".line")+` === 'patience'`)
	noBrokenPolicy(t, member)
}

func TestBrowser_tipAndBalance(t *testing.T) {
	f, b := newBrowserFixture(t)
	f.backend.Credit("max", 10_000)
	member, guest := f.signedIn(b, "max", "/r/anna"), b.Incognito(f.url+"/r/anna")
	tip := func(credits string) {
		member.Until(soon, `document.querySelector('[data-tip] button').ariaDisabled !== 'true'`)
		member.Eval(fmt.Sprintf(`(() => { const f = document.querySelector('[data-tip]'); f.elements.credits.value = %q; f.requestSubmit(); })()`, credits), nil)
	}
	tip("2.5")
	member.Until(soon, `document.querySelector('[data-tip-result].good') && [...document.querySelectorAll('[data-balance]')].every((e) => e.textContent === '7.50')`)
	guest.Until(soon, texts(".line.tipped")+` === 'tipped 2.50 credits'`)
	tip("2.5") // the same again is another tip: the form has a new key
	member.Until(soon, `[...document.querySelectorAll('[data-balance]')].every((e) => e.textContent === '5.00')`)
	tip("8")
	member.Until(soon, `document.querySelector('[data-tip-result].bad')?.textContent.includes('Get more credits')`)
	member.Until(soon, `document.querySelector('[data-tip]').elements.credits.value === '8'`)
	noBrokenPolicy(t, member, guest)
}

// A browser opens six connections to a host. Ten windows share the streams, and
// each reads all of its room, also after it was out of sight.
func TestBrowser_manyWindowsShareStreams(t *testing.T) {
	f, b := newBrowserFixture(t)
	f.backend.Add(domain.RolePerformer, "bella")
	var windows []*chrome.Page
	for i := range 10 {
		windows = append(windows, b.Page(f.url+"/r/"+[]string{"anna", "bella"}[i%2]))
	}
	for i := range 5 {
		for _, room := range []string{"anna", "bella"} {
			f.want(f.call("POST", "rooms/"+room+"/messages", f.max, fmt.Sprintf(`{"text":"%s %d","key":"key-%s-%d"}`, room, i, room, i)), 201, "")
		}
	}
	for i, w := range windows {
		room := []string{"anna", "bella"}[i%2]
		w.Until(soon, texts(".line")+fmt.Sprintf(` === '%[1]s 0|%[1]s 1|%[1]s 2|%[1]s 3|%[1]s 4'`, room))
	}
	if n := f.backend.Bell.Listening() / 2; n != 2 { // each stream listens to its room and to the doors
		t.Errorf("%d event streams for ten windows of two rooms, want 2", n)
	}
	noBrokenPolicy(t, windows...)
}

// Where there is no SharedWorker the page follows the streams itself.
func TestBrowser_withoutSharedWorker(t *testing.T) {
	f, b := newBrowserFixture(t, "disable-blink-features=SharedWorker")
	p := b.Page(f.url + "/r/anna")
	p.Until(soon, `!window.SharedWorker`)
	f.call("POST", "rooms/anna/messages", f.max, `{"text":"still here","key":"12345678"}`)
	p.Until(soon, texts(".line")+` === 'still here'`)
	noBrokenPolicy(t, p)
}

// The performer removes a viewer by name, by the keyboard too, after asking.
func TestBrowser_removeAViewer(t *testing.T) {
	f, b := newBrowserFixture(t)
	f.call("POST", "rooms/anna/messages", f.max, `{"text":"rude","key":"12345678"}`)
	member, anna := f.signedIn(b, "max", "/r/anna"), f.signedIn(b, "anna", "/r/anna")
	anna.Until(soon, `document.querySelector('.from button')`)
	anna.Eval(`document.querySelector('.from button').click()`, nil)
	anna.Until(soon, `document.querySelector('dialog').open && document.querySelector('[data-remove-name]').textContent === 'Remove max?'`)
	anna.Eval(`document.querySelector('dialog button[value=kick]').click()`, nil)
	member.Until(soon, state("banned"))
	noBrokenPolicy(t, member, anna)
}

// A look at the room that was under way while the room changed is older than
// what the page was told: it counts the viewers and changes nothing else.
func TestBrowser_anOldAnswerChangesNothing(t *testing.T) {
	f, b := newBrowserFixture(t)
	p := b.Incognito(f.url + "/r/anna")
	p.Until(soon, state("connecting"))
	p.Eval(`(() => {
		const real = window.fetch;
		window.fetch = async (...a) => {
			const answer = await real(...a);
			if (a[0] === "/api/v1/rooms/anna") await new Promise((done) => { window.letGo = done; });
			return answer;
		};
	})()`, nil)
	f.backend.SetRoom("anna", domain.RoomLive, 7)
	p.Until(2*soon, `window.letGo`)
	f.backend.SetRoom("anna", domain.RoomReconnecting, 3)
	p.Until(soon, state("reconnecting"))
	p.Eval(`void letGo()`, nil)
	p.Until(soon, `document.querySelector("[data-viewers]").textContent === "7"`)
	p.Until(soon/5, state("reconnecting"))
	noBrokenPolicy(t, p)
}
