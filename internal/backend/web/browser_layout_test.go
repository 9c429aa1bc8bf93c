package web_test

import (
	"context"
	_ "embed"
	"flag"
	"fmt"
	"os"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/jasmincam/jasmincam/internal/testkit/chrome"
)

// layoutCheck lists what is wrong with a page as it stands.
//
//go:embed testdata/layout.js
var layoutCheck string

// views are the widths, themes and languages in which every page is looked at:
// the longest words where there is least room.
func views() []view {
	return []view{
		{"light", "en", 360, 740, 100}, {"dark", "en", 360, 740, 100},
		{"light", "es", 360, 740, 100}, {"dark", "ru", 360, 740, 100}, {"light", "ro", 360, 740, 100}, {"dark", "pt", 360, 740, 100},
		{"light", "en", 768, 1024, 100}, {"dark", "en", 768, 1024, 100},
		{"light", "en", 1440, 900, 100}, {"dark", "en", 1440, 900, 100},
		{"light", "ru", 360, 740, 200}, {"dark", "en", 1440, 900, 200},
		{"light", "es", 3840, 2160, 100},
	}
}

// What a finger needs on a phone, and what WCAG 2.2 AA wants everywhere, in pixels.
const (
	finger  = 44
	pointer = 24
)

// Nothing is wider than the page, cut, on top of something else, or smaller than
// a finger wants it; the focus is seen everywhere and nothing moves by itself: on
// every page in every state, at any width, in every language, with the text
// twice as large. With -artifacts a picture of each is kept.
func TestBrowser_layoutEverywhere(t *testing.T) {
	f, b := newBrowserFixture(t)
	dir, atlas, looks := t.ArtifactDir(), newAtlas(t), 0
	keep := flag.Lookup("test.artifacts").Value.String() == "true"
	walk(f, b, func(p *chrome.Page, s stop) {
		atlas.see("GET", f.url+s.path)
		for _, v := range views() {
			if v.width > 2000 && s.path != "/" && s.path != "/r/anna" {
				continue // the pages of text are as wide as on a desk
			}
			least := pointer
			if v.width < 600 {
				least = finger
			}
			check := fmt.Sprintf("(%s)(%d, %v, %v)", layoutCheck, least, v.zoom == 100 && s.act == "", v.zoom != 100)
			var wrong []string
			f.look(p, s, v)
			if p.Eval(check, &wrong); len(wrong) > 0 { // what is wrong stays so; a window that was resized late does not
				f.look(p, s, v)
				p.Eval(check, &wrong)
			}
			for _, w := range wrong {
				t.Errorf("%s, %s: %s", s.name, v, w)
			}
			if looks++; !keep {
				continue
			}
			if v.zoom == 100 && v.lang == "en" {
				picture(t, p, fmt.Sprintf("%s/%s-%s-%d.png", dir, s.name, v.theme, v.width))
			} else if len(wrong) > 0 {
				picture(t, p, fmt.Sprintf("%s/wrong-%s-%s.png", dir, s.name, v))
			}
		}
	})
	for _, pattern := range atlas.missed("GET") {
		t.Errorf("no stop of the walk opens %s: add one to browser_stops_test.go", pattern)
	}
	t.Logf("%d looks", looks)
}

// picture writes a PNG of the whole page.
func picture(t *testing.T, p *chrome.Page, name string) {
	t.Helper()
	p.Eval(`document.activeElement?.blur()`, nil)
	p.Run(func(ctx context.Context, target *chromedp.Target) (chromedp.Void, error) {
		png, err := chromedp.FullScreenshot(100)(ctx, target)
		if err == nil {
			err = os.WriteFile(name, png, 0o600)
		}
		return chromedp.Void{}, err
	})
}
