package web_test

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/testkit"
	"github.com/jasmincam/jasmincam/internal/testkit/chrome"
)

// axeScript is where scripts/install-deps --test puts the checker.
const axeScript = "../../../test/site/node_modules/axe-core/axe.min.js"

// finding is what axe-core has against a page.
type finding struct{ ID, Help, Targets string }

// visit is one page as one visitor sees it.
type visit struct{ who, path string }

// visits are every page, in a lasting order.
func (f *fixture) visits() []visit {
	names := map[string]string{"": "guest", f.max: "max", f.anna: "anna"}
	var out []visit
	for token, paths := range f.everyPage() {
		who, known := names[token]
		if !known {
			who = "house"
			if slices.Contains(paths, "/staff") {
				who = "desk"
			}
		}
		for _, path := range paths {
			out = append(out, visit{who, path})
		}
	}
	slices.SortFunc(out, func(x, y visit) int { return strings.Compare(x.who+x.path, y.who+y.path) })
	return out
}

// walk opens every page, each visitor in a browser of her or his own.
func walk(f *fixture, b *chrome.Browser, each func(p *chrome.Page, v visit)) {
	f.stock()
	tabs := map[string]*chrome.Page{}
	for _, v := range f.visits() {
		p, open := tabs[v.who]
		switch {
		case !open && v.who == "guest":
			p = b.Incognito(f.url + "/")
		case !open:
			p = f.signedIn(b, v.who, "/account")
		}
		tabs[v.who] = p
		each(p, v)
	}
}

// stock fills the pages with what people meet there.
func (f *fixture) stock() {
	f.backend.Credit("max", 42_500)
	f.call("POST", "rooms/anna/messages", f.max, `{"text":"Good evening! How was your day?","key":"stock-0001"}`)
	f.call("POST", "rooms/anna/messages", f.anna, `{"text":"Hello max, lovely to see you 🌸","key":"stock-0002"}`)
	f.call("POST", "rooms/anna/tips", f.max, `{"millicredits":5000,"note":"for the song","key":"stock-0003"}`)
	f.call("POST", "rooms/anna/messages", f.max, `{"text":"A long line wraps: `+strings.Repeat("words and ", 12)+`more","key":"stock-0004"}`)
	f.call("POST", "rooms/anna/bans", f.anna, `{"viewer":"guest-000000","minutes":10}`)
	f.portray()
	for i, name := range []string{"bella", "carla-and-dan", "a-very-long-name-of-thirty-chr"} {
		_, token := f.backend.Add(domain.RolePerformer, name)
		f.backend.SetRoom(name, []domain.RoomState{domain.RoomLive, domain.RoomPrivate, domain.RoomAway}[i], 7*i)
		r := f.request("PUT", "/api/v1/rooms/"+name+"/thumbnail", token, still(f.t, uint8(60*i)))
		r.Header.Set("Content-Type", "image/jpeg")
		f.want(f.do(r), 204, "")
	}
	f.call("PUT", "favourites/anna", f.max, `{"favourite":true}`)
	f.call("PUT", "budget", f.max, `{"day":{"max_millicredits":50000},"week":{"max_millicredits":0},"month":{"max_millicredits":500000}}`)
}

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

// look opens an address in a theme and a language, in a window of a size.
func look(p *chrome.Page, address, theme, lang string, width, height int64) {
	p.Run(chromedp.EmulateViewport(width, height))
	p.Eval(fmt.Sprintf(`document.cookie = "jc_theme=%s;path=/"; document.cookie = "jc_lang=%s;path=/"`, theme, lang), nil)
	p.Go(address)
	p.Until(3*soon, fmt.Sprintf(`document.documentElement?.dataset.theme === %q && document.documentElement.lang === %q && innerWidth === %d`, theme, lang, width))
}

// axe-core finds nothing on any page, light or dark, on a phone and on a desk.
func TestBrowser_axeFindsNothing(t *testing.T) {
	script, err := os.ReadFile(axeScript)
	if err != nil {
		testkit.CannotRun(t, "axe-core is not in test/site/node_modules: scripts/install-deps --test brings it with npm, which is not there or did not reach its registry")
	}
	f, b := newBrowserFixture(t)
	runs := 0
	walk(f, b, func(p *chrome.Page, v visit) {
		for _, l := range []struct {
			theme string
			width int64
		}{{"light", 360}, {"dark", 1440}} {
			look(p, f.url+v.path, l.theme, "en", l.width, 800)
			p.Eval(string(script)+"\n;true", nil)
			var found []finding
			p.Eval(`axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}).then((r) =>
				r.violations.map((v) => ({ID: v.id, Help: v.help, Targets: v.nodes.map((n) => n.target + " " + n.failureSummary).join("; ")})))`, &found)
			for _, x := range found {
				t.Errorf("%s %s, %s at %d px: %s: %s: %s", v.who, v.path, l.theme, l.width, x.ID, x.Help, x.Targets)
			}
			runs++
		}
	})
	t.Logf("axe-core looked %d times", runs)
}

// Nothing is wider than the page, cut, or smaller than a finger wants it, at any
// width, in the shortest and in the longest language; and nothing moves by itself.
func TestBrowser_layoutAtEveryWidth(t *testing.T) {
	f, b := newBrowserFixture(t)
	dir := t.ArtifactDir()
	walk(f, b, func(p *chrome.Page, v visit) {
		for _, l := range []struct {
			theme, lang   string
			width, height int64
		}{{"light", "en", 360, 740}, {"dark", "ru", 360, 740}, {"light", "pt", 768, 1024}, {"dark", "en", 1440, 900}, {"light", "es", 3840, 2160}} {
			if l.width > 2000 && v.path != "/" && v.path != "/r/anna" {
				continue // the pages of text are as wide as on a desk
			}
			var wrong []string
			look(p, f.url+v.path, l.theme, l.lang, l.width, l.height)
			if p.Eval(layoutCheck, &wrong); len(wrong) > 0 { // what is wrong stays so; a window that was resized late does not
				look(p, f.url+v.path, l.theme, l.lang, l.width, l.height)
				p.Eval(layoutCheck, &wrong)
			}
			for _, w := range wrong {
				t.Errorf("%s %s, %s at %d px: %s", v.who, v.path, l.lang, l.width, w)
			}
			name := strings.Trim(strings.NewReplacer("/", "-", "?", "-", "=", "-").Replace(v.path), "-")
			p.Screenshot(fmt.Sprintf("%s/%s-%s-%s-%s-%d.png", dir, v.who, url.PathEscape(name), l.lang, l.theme, l.width))
		}
	})
}

// layoutCheck lists what is wrong with the page as it stands.
const layoutCheck = `(async () => {
	const wrong = [], root = document.documentElement;
	if (root.scrollWidth > innerWidth) {
		const wide = [...document.body.querySelectorAll("*")].filter((e) => e.getBoundingClientRect().right > innerWidth + 1);
		wrong.push("wider than the window: " + wide.slice(-3).map((e) => e.tagName + "." + e.getAttribute("class")));
	}
	for (const e of document.querySelectorAll("button, .button, .tag, .badge, .chip, label > span, nav a, h1, h2, select, summary")) {
		const box = e.getBoundingClientRect();
		if (!box.width || e.closest(".hush")) continue;
		if (e.tagName !== "SELECT" && e.scrollWidth > e.clientWidth + 1 && e.clientWidth > 0) wrong.push("cut: " + e.textContent.trim());
		if (e.matches("button, .button, nav a, select, summary") && (box.height < 24 || box.width < 24)) wrong.push("too small to press: " + e.textContent.trim());
	}
	const shifts = await new Promise((done) => {
		let sum = 0;
		new PerformanceObserver((l) => l.getEntries().forEach((s) => { if (!s.hadRecentInput) sum += s.value; })).observe({ type: "layout-shift", buffered: true });
		setTimeout(() => done(sum), 60);
	});
	if (shifts > 0.02) wrong.push("things move by themselves: " + shifts.toFixed(3));
	return wrong;
})()`
