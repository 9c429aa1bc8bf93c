package web_test

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"os"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/testkit"
	"github.com/jasmincam/jasmincam/internal/testkit/chrome"
)

// axeScript is where scripts/install-deps --test puts the checker.
const axeScript = "../../../test/site/node_modules/axe-core/axe.min.js"

// finding is what axe-core has against a page.
type finding struct{ ID, Help, Targets string }

// still is a picture such as rooms send, in a colour of its own.
func still(t *testing.T, tone uint8) string {
	t.Helper()
	pic := image.NewRGBA(image.Rect(0, 0, 320, 180))
	for y := range 180 {
		for x := range 320 {
			pic.Set(x, y, color.RGBA{120 + tone, uint8(60 + y/2), uint8(90 + x/3), 255})
		}
	}
	var out bytes.Buffer
	if err := jpeg.Encode(&out, pic, nil); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// view is how a page is looked at.
type view struct {
	theme, lang   string
	width, height int64
	zoom          int // of the text, in percent
}

func (v view) String() string {
	return fmt.Sprintf("%s-%s-%d-%d%%", v.theme, v.lang, v.width, v.zoom)
}

// look opens a stop in a view, and brings the page into its state.
func (f *fixture) look(p *chrome.Page, s stop, v view) {
	p.Run(chromedp.EmulateViewport(v.width, v.height), f.remembered("jc_theme", v.theme), f.remembered("jc_lang", v.lang))
	p.Eval(`sessionStorage.clear()`, nil)
	refuse := func() {
		if s.fail != "" {
			f.backend.Fail(domain.Errorf("test", s.fail, "This cannot be done at the moment, for a reason that takes a line or two. Wait a little, then try again."))
		}
	}
	if s.act == "" {
		refuse()
	}
	defer f.backend.Fail(nil)
	p.Go(f.url + s.path)
	p.Until(3*soon, fmt.Sprintf(`document.documentElement?.dataset.theme === %q && document.documentElement.lang === %q && innerWidth === %d`, v.theme, v.lang, v.width))
	refuse()
	if s.act != "" {
		p.Until(soon, `document.readyState === "complete"`)
		p.Eval("(() => { "+s.act+" })()", nil)
	}
	if s.until != "" {
		p.Until(soon, s.until)
	}
	if v.zoom != 100 {
		p.Eval(fmt.Sprintf(`document.documentElement.style.fontSize = "%d%%"; new Promise((done) => requestAnimationFrame(() => setTimeout(done)))`, v.zoom), nil)
	}
}

// remembered sets a cookie as the footer's form does; script of the page may
// lose it to a navigation that is under way.
func (f *fixture) remembered(name, value string) chromedp.Action[chromedp.Void] {
	return func(ctx context.Context, t *chromedp.Target) (chromedp.Void, error) {
		_, err := cdp.Call(ctx, t, network.SetCookie, network.SetCookieParams{Name: name, Value: value, URL: f.url})
		return chromedp.Void{}, err
	}
}

// axe-core finds nothing on any page in any state, light or dark, on a phone and on a desk.
func TestBrowser_axeFindsNothing(t *testing.T) {
	script, err := os.ReadFile(axeScript)
	if err != nil {
		testkit.CannotRun(t, "axe-core is not in test/site/node_modules: scripts/install-deps --test brings it with npm, which is not there or did not reach its registry")
	}
	f, b := newBrowserFixture(t)
	runs := 0
	walk(f, b, func(p *chrome.Page, s stop) {
		for _, v := range []view{{"light", "en", 360, 740, 100}, {"dark", "en", 1440, 900, 100}} {
			f.look(p, s, v)
			p.Eval(string(script)+"\n;true", nil)
			var found []finding
			p.Eval(`axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}).then((r) =>
				r.violations.map((v) => ({ID: v.id, Help: v.help, Targets: v.nodes.map((n) => n.target + " " + n.failureSummary).join("; ")})))`, &found)
			for _, x := range found {
				t.Errorf("%s, %s: %s: %s: %s", s.name, v, x.ID, x.Help, x.Targets)
			}
			runs++
		}
	})
	t.Logf("axe-core looked %d times", runs)
}
