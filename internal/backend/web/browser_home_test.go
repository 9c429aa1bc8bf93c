package web_test

import (
	"context"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/testkit/chrome"
)

// emulate makes a page that of a visitor who wants calm, or who saves data.
func emulate(motion string, save bool) chromedp.Action[chromedp.Void] {
	return func(ctx context.Context, t *chromedp.Target) (chromedp.Void, error) {
		_, err := cdp.Call(ctx, t, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Features: []*emulation.MediaFeature{{Name: "prefers-reduced-motion", Value: motion}},
		})
		if err == nil {
			_, err = cdp.Call(ctx, t, emulation.SetDataSaverOverride, emulation.SetDataSaverOverrideParams{DataSaverEnabled: &save})
		}
		return chromedp.Void{}, err
	}
}

// The stills in the list move without a flicker while the page is looked at; they
// stand where calm is asked for or data saved, though the list goes on; and a page
// out of sight asks for nothing.
func TestBrowser_previewsMoveWhereTheyAreWanted(t *testing.T) {
	f, b := newBrowserFixture(t)
	send := func(tone uint8) {
		r := f.request("PUT", "/api/v1/rooms/anna/thumbnail", f.anna, still(t, tone))
		r.Header.Set("Content-Type", "image/jpeg")
		f.want(f.do(r), 204, "")
	}
	send(10)
	const shown = `document.querySelector('[data-key=anna] .still img')`
	open := func(motion string, save bool) *chrome.Page {
		p := b.Incognito(f.url + "/signin")
		p.Run(emulate(motion, save))
		p.Go(f.url + "/")
		p.Until(soon, shown+`.naturalWidth > 0`)
		// Notes each still that is on screen without a picture.
		p.Eval(`window.first = `+shown+`.src; window.blank = 0;
			new MutationObserver(() => { if (!`+shown+`?.naturalWidth) window.blank++; }).observe(document.querySelector('[data-rooms]'), { childList: true, subtree: true, attributes: true }); true`, nil)
		return p
	}
	looking, calm, saving, hidden := open("no-preference", false), open("reduce", false), open("no-preference", true), open("no-preference", false)
	hidden.Eval(`Object.defineProperty(document, 'hidden', { get: () => true }); true`, nil)
	asked := len(hidden.Requests())

	send(200)
	f.backend.Add(domain.RolePerformer, "bella")
	f.backend.SetRoom("bella", domain.RoomLive, 1)
	looking.Until(2*soon, shown+`.src !== window.first && `+shown+`.naturalWidth > 0`)
	for name, p := range map[string]*chrome.Page{"calm": calm, "saving": saving, "looking": looking} {
		p.Until(2*soon, `document.querySelectorAll('[data-rooms] > li').length === 2`)
		var seen struct {
			Same  bool
			Blank int
		}
		p.Eval(`({Same: `+shown+`.src === window.first, Blank: window.blank})`, &seen)
		if seen.Same == (name == "looking") || seen.Blank > 0 {
			t.Errorf("%s: the still is the same: %v; %d times there was none", name, seen.Same, seen.Blank)
		}
	}
	looking.Eval(`window.card = document.querySelector('[data-key=anna]'); true`, nil)
	f.backend.Add(domain.RolePerformer, "carla")
	f.backend.SetRoom("carla", domain.RoomLive, 1)
	looking.Until(2*soon, `document.querySelectorAll('[data-rooms] > li').length === 3`)
	var kept bool
	if looking.Eval(`window.card === document.querySelector('[data-key=anna]')`, &kept); !kept {
		t.Error("a card on which nothing is new was drawn anew")
	}
	if now := hidden.Requests(); len(now) != asked {
		t.Errorf("out of sight it asks: %s", strings.Join(now[asked:], ", "))
	}
	noBrokenPolicy(t, looking, calm, saving, hidden)
}
