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
