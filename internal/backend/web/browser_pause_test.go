package web_test

import (
	"testing"

	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/testkit/chrome"
)

// A pause covers the picture with neutral words and is told in the chat once; who
// comes later reads it at once, and it is gone with her return or with the room.
func TestBrowser_aPauseIsToldInNeutralWords(t *testing.T) {
	f, b := newBrowserFixture(t)
	guest := b.Incognito(f.url + "/r/anna")
	guest.Until(soon, state("connecting"))
	f.call("PUT", "rooms/anna/paused", f.anna, `{"paused":true}`)
	f.call("PUT", "rooms/anna/paused", f.anna, `{"paused":true}`)
	late := b.Incognito(f.url + "/r/anna")
	const words = `"She has paused for a moment."`
	for _, p := range []*chrome.Page{guest, late} {
		p.Until(soon, state("paused")+` && document.querySelector('.curtain').innerText.trim() === `+words)
	}
	guest.Until(soon, `[...document.querySelectorAll('.line.event .text')].filter((l) => l.textContent === `+words+`).length === 1`)
	f.call("PUT", "rooms/anna/paused", f.anna, `{"paused":false}`)
	for _, p := range []*chrome.Page{guest, late} {
		p.Until(soon, state("connecting"))
	}
	f.call("PUT", "rooms/anna/paused", f.anna, `{"paused":true}`)
	guest.Until(soon, state("paused"))
	f.backend.SetRoom("anna", domain.RoomOffline, 0)
	guest.Until(soon, state("ended"))
	noBrokenPolicy(t, guest, late)
}

// The payer of a show reads of the pause, and not that his line is cut; when she is back
// the picture is waited for. Who is not in the show reads what he read before.
func TestBrowser_thePayerReadsOfAPause(t *testing.T) {
	f, b := newBrowserFixture(t)
	f.backend.Credit("max", 10_000)
	p := f.signedIn(b, "max", "/r/anna")
	ask(p)
	f.backend.SetRoom("anna", domain.RoomPrivate, 0)
	f.backend.Perform("anna", in(domain.ShowRunning))
	p.Until(soon, state("connecting"))
	guest := b.Incognito(f.url + "/r/anna")
	guest.Until(soon, state("private"))
	f.call("PUT", "rooms/anna/paused", f.anna, `{"paused":true}`)
	p.Until(soon, state("paused"))
	f.backend.Perform("anna", in(domain.ShowInterrupted))
	p.Until(soon, reads("says", "the clock stands still")+` && `+state("paused"))
	p.Go(f.url + "/r/anna") // and after a reload
	p.Until(soon, reads("says", "the clock stands still")+` && `+state("paused"))
	guest.Until(soon, state("private"))
	f.call("PUT", "rooms/anna/paused", f.anna, `{"paused":false}`)
	p.Until(soon, state("connecting"))
	f.backend.Perform("anna", in(domain.ShowRunning))
	p.Until(soon, state("connecting"))
	noBrokenPolicy(t, p, guest)
}

// Snapshots are not offered in a pause, which the page looks at when it is told and not
// only with its next look.
func TestBrowser_snapshotsGoWithAPause(t *testing.T) {
	f, b := newBrowserFixture(t)
	f.backend.Credit("max", 10_000)
	f.backend.Offer("anna", func(p *domain.Profile) { p.Prices.Snapshot = 1500 })
	p := f.signedIn(b, "max", "/r/anna")
	const offered = `document.querySelector("[data-snap]").checkVisibility()`
	p.Until(soon, offered)
	for _, paused := range []string{"true", "false", "true"} {
		f.call("PUT", "rooms/anna/paused", f.anna, `{"paused":`+paused+`}`)
		p.Until(soon/2, `(`+offered+`) !== `+paused)
	}
	noBrokenPolicy(t, p)
}
