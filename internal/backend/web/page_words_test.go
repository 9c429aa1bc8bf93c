package web_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/jasmincam/jasmincam/internal/backend/web/reply"
	"github.com/jasmincam/jasmincam/internal/domain"
)

// in opens a page with cookies and an Accept-Language header.
func (f *fixture) in(path, token, accept string, cookies ...string) document {
	f.t.Helper()
	r := f.request("GET", path, "", "")
	r.Header.Set("Accept-Language", accept)
	if token != "" {
		cookie(r, "jc_session", token)
	}
	for i := 0; i+1 < len(cookies); i += 2 {
		cookie(r, cookies[i], cookies[i+1])
	}
	return f.parse(f.do(r))
}

func (d document) attr(element, name string) string {
	v, _ := attribute(elements(d.root, element)[0], name)
	return v
}

// The browser's wish chooses the language, a remembered one goes before it, and
// nonsense does no harm.
func TestPages_language(t *testing.T) {
	f := newFixture(t)
	for _, c := range []struct{ accept, remembered, lang, heading string }{
		{"", "", "en", "Online now"},
		{"es-MX,es;q=0.9,en;q=0.8", "", "es", "En línea ahora"},
		{"ru", "pt", "pt", "Online agora"},
		{"de-DE", "", "en", "Online now"},
		{"ro", "klingon", "ro", "Online acum"},
		{"ru-RU", "><script>", "ru", "Сейчас онлайн"},
		{strings.Repeat("x", 5000), strings.Repeat("y", 300), "en", "Online now"},
	} {
		d := f.in("/", "", c.accept, "jc_lang", url.QueryEscape(c.remembered))
		if d.attr("html", "lang") != c.lang || text(elements(d.root, "h1")[0]) != c.heading || d.Header.Get("Content-Language") != c.lang {
			t.Errorf("%.30q and %.30q: <html lang=%q>, %q", c.accept, c.remembered, d.attr("html", "lang"), text(elements(d.root, "h1")[0]))
		}
	}
}

// The API says a refusal in the visitor's language, too, beside the English
// sentence that programs know; where there is none, or it is English, that alone.
func TestAPI_refusalInTheLanguage(t *testing.T) {
	f := newFixture(t)
	few := domain.Errorf("tip", domain.KindPayment, "You do not have enough credits. Get credits first.").Because("credits.few")
	unworded := domain.Errorf("tip", domain.KindConflict, "This has no words in other languages. Wait.")
	for _, c := range []struct {
		err    *domain.Error
		accept string
		said   string
	}{
		{few, "es", "No tienes suficientes créditos. Consigue créditos primero."},
		{few, "ru-RU,en;q=0.5", "У вас не хватает кредитов. Сначала пополните их."},
		{few, "en", ""}, {few, "", ""}, {unworded, "es", ""},
	} {
		f.backend.Fail(c.err)
		r := f.request("POST", "/api/v1/rooms/anna/tips", f.max, `{"millicredits":1000,"note":"","key":"12345678"}`)
		r.Header.Set("Accept-Language", c.accept)
		a := f.do(r)
		var got reply.ErrorBody
		if err := json.Unmarshal([]byte(a.body), &got); err != nil || got.Error.Message != c.err.Message || got.Error.Said != c.said {
			t.Errorf("%q: %s", c.accept, a.body)
		}
	}
}

// Every page is in one language: where the Russian one shows Latin letters, they
// are names, addresses, or said to be English.
func TestPages_sayEverythingInTheLanguage(t *testing.T) {
	f := newFixture(t)
	names := []string{"JasminCam", "anna", "max", "house", "desk", "olga", "WHIP", "Bearer", "OBS", "H.264", "baseline", "Opus", "UTC", "test",
		"English", "Español", "Português", "Română", "B", "Newcomer", "Rising", "Famous", "CSV", "a", "o", "person"}
	for token, paths := range f.everyPage() {
		for _, path := range paths {
			d := f.in(path, token, "ru")
			for n := range elements(d.root, "body")[0].Descendants() {
				if n.Type != html.TextNode || foreign(n) {
					continue
				}
				for _, word := range strings.FieldsFunc(n.Data, func(r rune) bool { return !(r == '.' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z') }) {
					if word = strings.Trim(word, "."); len(word) > 1 && !slices.Contains(names, word) {
						t.Errorf("%s says %q in Russian: %s", path, word, strings.TrimSpace(n.Data))
					}
				}
			}
		}
	}
}

// foreign tells whether a text is said to be in another language, or is no text
// of the page's own.
func foreign(n *html.Node) bool {
	for p := n.Parent; p != nil; p = p.Parent {
		if lang, ok := attribute(p, "lang"); ok && p.Data != "html" && lang != "ru" {
			return true
		}
		if slices.Contains([]string{"bdi", "code", "dd", "script", "noscript"}, p.Data) {
			return true
		}
		if p.Data == "body" {
			return false
		}
	}
	return false
}

// The footer's form remembers the language and the theme and returns to the page.
func TestPages_lookIsRemembered(t *testing.T) {
	f := newFixture(t)
	back := func(d document) string { return d.value("back") }
	if got := back(f.open("/r/anna?done=said&tip=5", "")); got != "/r/anna?tip=5" {
		t.Errorf("the form returns to %q", got)
	}
	d := f.post("/look", "", url.Values{"lang": {"ru"}, "theme": {"dark"}, "back": {"/r/anna?tip=5"}})
	d.wantRedirect("/r/anna?tip=5")
	var set []string
	for _, c := range d.Cookies() {
		if c.Name == "jc_lang" || c.Name == "jc_theme" {
			set = append(set, c.Name+"="+c.Value)
			if !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.MaxAge < 86400 {
				t.Errorf("cookie %v", c)
			}
		}
	}
	if !slices.Equal(set, []string{"jc_lang=ru", "jc_theme=dark"}) {
		t.Errorf("remembered: %v", set)
	}
	d = f.in("/", "", "", "jc_theme", "dark")
	if d.attr("html", "data-theme") != "dark" || !selected(d.all("option", "value", "dark")) {
		t.Error("the theme is not remembered")
	}
	if d := f.in("/", "", "", "jc_theme", `"onload=x`); strings.Contains(d.body, "data-theme") {
		t.Error("a theme that is none was believed")
	}
	d = f.post("/look", "", url.Values{"lang": {"klingon"}, "theme": {"neon"}, "back": {"https://elsewhere.example"}})
	d.wantRedirect("/")
	for _, c := range d.Cookies() {
		if c.Name != "jc_guest" {
			t.Errorf("nonsense was remembered: %v", c)
		}
	}
}

// A chip without script fills the form in, and nothing is charged.
func TestRoom_chipFillsTheFormIn(t *testing.T) {
	f := newFixture(t)
	f.backend.Credit("max", 10_000)
	d := f.open("/r/anna?tip=5&for=a+song", f.max)
	if d.value("credits") != "5" || d.value("note") != "a song" || !strings.Contains(text(d.root), "You have 10.00 credits") {
		t.Errorf("the chip: %q %q", d.value("credits"), d.value("note"))
	}
	for _, query := range []string{"tip=-5", "tip=%3Cb%3E", "tip=1e9&for=x", "tip=5&for=" + strings.Repeat("x", 300)} {
		if d := f.open("/r/anna?"+query, f.max); d.value("credits") != "" || d.value("note") != "" {
			t.Errorf("%s was taken for a tip", query)
		}
	}
}

// served is how many bytes of a file or a page travel to a browser.
func (f *fixture) served(r *http.Request) int {
	f.t.Helper()
	r.Header.Set("Accept-Encoding", "gzip, deflate, br, zstd")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	a := f.do(r)
	if a.StatusCode != 200 || a.Header.Get("Content-Encoding") != "gzip" {
		f.t.Errorf("%s: %d, not packed: %v", r.URL.Path, a.StatusCode, a.Header)
	}
	return len(a.body)
}

// The room's page with its style and scripts is at most 60 kB as it travels, in every language.
func TestRoom_weighsLittle(t *testing.T) {
	f := newFixture(t)
	f.settle()
	f.stock()
	for _, lang := range []string{"en", "es", "pt", "ro", "ru"} {
		r := cookie(f.request("GET", "/r/anna", "", ""), "jc_session", f.max)
		r.Header.Set("Accept-Language", lang)
		page, scripts := f.served(r), 0
		for _, name := range []string{"room.js", "show.js", "chat.js", "whep.js", "api.js", "feed.js", "source.js", "worker.js", "site.js", "words.js"} {
			scripts += f.served(f.request("GET", "/assets/any/"+name, "", ""))
		}
		style := f.served(f.request("GET", "/assets/any/site.css", "", "")) + f.served(f.request("GET", "/assets/any/show.css", "", ""))
		t.Logf("%s: %.1f kB of HTML, %.1f kB of CSS, %.1f kB of JS, together %.1f kB as served", lang, kB(page), kB(style), kB(scripts), kB(page+style+scripts))
		if page+style+scripts > 60_000 {
			t.Errorf("%s: the room's page weighs %d bytes as served, 60,000 are the most", lang, page+style+scripts)
		}
	}
}

func kB(n int) float64 { return float64(n) / 1000 }
