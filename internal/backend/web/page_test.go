package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/jasmincam/jasmincam/internal/domain"
)

// document is a page as a browser parses it.
type document struct {
	t    *testing.T
	root *html.Node
	answer
}

// open gets a page as the owner of a session token, "" for a guest.
func (f *fixture) open(path, token string) document {
	f.t.Helper()
	r := f.request("GET", path, "", "")
	if token != "" {
		cookie(r, "jc_session", token)
	}
	return f.parse(f.do(r))
}

// post sends a form as a browser without script would.
func (f *fixture) post(path, token string, values url.Values) document {
	f.t.Helper()
	r := f.request("POST", path, "", values.Encode())
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	if token != "" {
		cookie(r, "jc_session", token)
	}
	return f.parse(f.do(r))
}

func (f *fixture) parse(a answer) document {
	f.t.Helper()
	root, err := html.Parse(strings.NewReader(a.body))
	if err != nil {
		f.t.Fatal(err)
	}
	return document{f.t, root, a}
}

// all finds elements with an attribute; value "*" is any.
func (d document) all(name, attr, value string) []*html.Node {
	var out []*html.Node
	for n := range d.root.Descendants() {
		if n.Type != html.ElementNode || (name != "" && n.Data != name) {
			continue
		}
		if v, ok := attribute(n, attr); ok && (value == "*" || v == value) {
			out = append(out, n)
		}
	}
	return out
}

func (d document) one(name, attr, value string) *html.Node {
	d.t.Helper()
	found := d.all(name, attr, value)
	if len(found) != 1 {
		d.t.Fatalf("%s: %d elements <%s %s=%q>, want 1: %s", d.Request.URL.Path, len(found), name, attr, value, text(d.root))
	}
	return found[0]
}

func attribute(n *html.Node, name string) (string, bool) {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val, true
		}
	}
	return "", false
}

func text(n *html.Node) string {
	var out strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			out.WriteString(d.Data)
		}
	}
	return strings.Join(strings.Fields(out.String()), " ")
}

// value is the value of the only input with a name.
func (d document) value(name string) string {
	d.t.Helper()
	v, _ := attribute(d.one("input", "name", name), "value")
	return v
}

func (d document) wantRedirect(to string) {
	d.t.Helper()
	if d.StatusCode != http.StatusSeeOther || d.Header.Get("Location") != to {
		d.t.Errorf("%s: %d to %q, want %q: %s", d.Request.URL.Path, d.StatusCode, d.Header.Get("Location"), to, text(d.root))
	}
}

func (d document) wantProblem(status int, words string) {
	d.t.Helper()
	if d.StatusCode != status || !strings.Contains(text(d.one("", "role", "alert")), words) {
		d.t.Errorf("%s: %d, want %d with %q: %s", d.Request.URL.Path, d.StatusCode, status, words, text(d.root))
	}
}

// everyPage is who opens what.
func (f *fixture) everyPage() map[string][]string {
	_, studio := f.backend.Add(domain.RoleStudio, "house")
	_, staff := f.backend.Add(domain.RoleStaff, "desk")
	f.post("/studio/performers", studio, signUp("olga"))
	f.earnings(staff)
	var purchase string
	if d := f.post("/credits", f.max, url.Values{"package": {"p10"}, "key": {"12345678"}}); d.StatusCode == 303 {
		purchase = d.Header.Get("Location")
	}
	return map[string][]string{
		"":     {"/", "/?category=girls&language=en&q=a&max_price=5", "/r/anna", "/signin", "/signup", "/performers/signup", "/nothing", "/r/nobody"},
		f.max:  {"/", "/favourites", "/r/anna", "/credits", purchase, "/account", "/account/history", "/account/budget", "/staff"},
		f.anna: {"/", "/r/anna", "/performer", "/broadcast", "/account", "/payout", "/payout/now", "/payslips/2026-11-03", "/payslips/2026-11-17"},
		studio: {"/studio", "/studio?state=online&order=status", "/account", "/payout", "/payout/now"},
		staff:  {"/staff", "/staff?state=submitted", "/staff/pictures", "/staff/audit", "/staff/payouts", "/staff/payouts?run=run-00001", "/account"},
	}
}

func signUp(name string) url.Values {
	return url.Values{"name": {name}, "email": {name + "@example.com"}, "password": {"long enough"}, "adult": {"yes"}}
}

// Every page stands on its own: one heading, labelled fields, nothing inline,
// and only assets that exist.
func TestPages_structure(t *testing.T) {
	f := newFixture(t)
	assets := map[string]bool{}
	for token, paths := range f.everyPage() {
		for _, path := range paths {
			d := f.open(path, token)
			if len(d.all("main", "id", "main")) != 1 || len(elements(d.root, "h1")) != 1 || len(elements(d.root, "title")) != 1 {
				t.Errorf("%s: status %d, no main, heading or title:\n%s", path, d.StatusCode, d.body)
			}
			for n := range d.root.Descendants() {
				checkElement(t, path, n)
				for _, name := range []string{"src", "href"} {
					if v, _ := attribute(n, name); strings.HasPrefix(v, "/assets/") {
						assets[v] = true
					}
				}
			}
			for _, n := range append(elements(d.root, "input"), elements(d.root, "select")...) {
				if kind, _ := attribute(n, "type"); kind != "hidden" && !labelled(d, n) {
					t.Errorf("%s: a field without a label: %v", path, n.Attr)
				}
			}
		}
	}
	if len(assets) < 5 {
		t.Errorf("assets %v", assets)
	}
	for address := range assets {
		if a := f.do(f.request("GET", address, "", "")); a.StatusCode != 200 || !strings.Contains(a.Header.Get("Cache-Control"), "immutable") {
			t.Errorf("%s: %d %q", address, a.StatusCode, a.Header.Get("Cache-Control"))
		}
	}
}

func elements(root *html.Node, name string) []*html.Node {
	var out []*html.Node
	for n := range root.Descendants() {
		if n.Type == html.ElementNode && n.Data == name {
			out = append(out, n)
		}
	}
	return out
}

// checkElement refuses what the content security policy forbids.
func checkElement(t *testing.T, path string, n *html.Node) {
	t.Helper()
	if n.Data == "style" || (n.Data == "script" && n.FirstChild != nil) {
		t.Errorf("%s: inline <%s>", path, n.Data)
	}
	for _, a := range n.Attr {
		if a.Key == "style" || strings.HasPrefix(a.Key, "on") || strings.HasPrefix(a.Val, "javascript:") || strings.HasPrefix(a.Val, "http") {
			t.Errorf("%s: <%s %s=%q>", path, n.Data, a.Key, a.Val)
		}
		if a.Key == "src" && n.Data == "img" {
			if _, ok := attribute(n, "alt"); !ok {
				t.Errorf("%s: a picture without alt", path)
			}
		}
	}
}

// labelled tells whether a field is inside a label, or a label names its id.
func labelled(d document, field *html.Node) bool {
	for p := field.Parent; p != nil; p = p.Parent {
		if p.Data == "label" {
			return true
		}
	}
	id, _ := attribute(field, "id")
	return id != "" && len(d.all("label", "for", id)) == 1
}

// What a viewer gets names nobody's account, person, e-mail, session or address.
func TestPages_tellNothingOfOthers(t *testing.T) {
	f := newFixture(t)
	f.call("POST", "rooms/anna/messages", f.max, `{"text":"hello","key":"12345678"}`)
	_, other := f.backend.Add(domain.RoleMember, "other")
	for _, token := range []string{"", other} {
		for _, path := range []string{"/", "/r/anna"} {
			d := f.open(path, token)
			for _, word := range []string{"account-", "person-", "@example.com", "session-", "token-", "12345678", "127.0.0.1"} {
				if strings.Contains(d.body, word) {
					t.Errorf("%s tells %q", path, word)
				}
			}
		}
	}
}

func TestPages_whatPeopleWriteIsText(t *testing.T) {
	f := newFixture(t)
	const wild = `<script>alert(1)</script><img src=x onerror=alert(1)>"'` + "\u202e كيف 👩‍👩‍👧"
	f.want(f.call("POST", "rooms/anna/messages", f.max, fmt.Sprintf(`{"text":%q,"key":"12345678"}`, wild)), 201, "")
	d := f.open("/r/anna", "")
	line := d.one("div", "data-seq", "2")
	if got := text(line); !strings.Contains(got, wild) {
		t.Errorf("the line reads %q", got)
	}
	if len(elements(line, "script"))+len(elements(line, "img")) != 0 || len(elements(line, "bdi")) != 2 {
		t.Errorf("the line is not plain text in <bdi>: %s", d.body)
	}
	f.backend.SetState("anna", domain.StateRejected, wild)
	if d := f.open("/performer", f.anna); len(elements(d.root, "script")) != 1 || !strings.Contains(text(d.root), wild) {
		t.Error("a reason is not plain text")
	}
}

// A page that is loaded again shows the tips, too, between the lines where they belong.
func TestRoom_historyHasTheTipsInTheirPlace(t *testing.T) {
	f := newFixture(t)
	f.backend.Credit("max", 100_000)
	tip := func(key, note string) {
		f.want(f.call("POST", "rooms/anna/tips", f.max, fmt.Sprintf(`{"millicredits":2500,"note":%q,"key":%q}`, note, key)), 201, "")
	}
	rows := func() (out []string) {
		for _, li := range f.open("/r/anna", "").all("div", "data-seq", "*") {
			class, _ := attribute(li, "class")
			seq, _ := attribute(li, "data-seq")
			out = append(out, seq+" "+class+": "+strings.Join(strings.Fields(text(li))[:3], " "))
		}
		return out
	}
	tip("tip-00001", "alone")
	if got := strings.Join(rows(), "|"); got != "2 line tipped: max tipped 2.50" {
		t.Errorf("a tip without lines: %s", got)
	}
	f.call("POST", "rooms/anna/messages", f.max, `{"text":"hello there","key":"12345678"}`)
	tip("tip-00002", `<b>"thank you"</b>`)
	f.call("POST", "rooms/anna/messages", f.max, `{"text":"good night","key":"12345679"}`)
	if got := strings.Join(rows(), "|"); got != "2 line tipped: max tipped 2.50|3 line member: max hello there|4 line tipped: max tipped 2.50|5 line member: max good night" {
		t.Errorf("the history: %s", got)
	}
	if d := f.open("/r/anna", ""); !strings.Contains(text(d.one("div", "data-seq", "4")), `credits: <b>"thank you"</b>`) {
		t.Errorf("the note is not plain text: %s", d.body)
	}
	if d := f.open("/broadcast", f.anna); len(d.all("div", "class", "line tipped")) != 2 {
		t.Error("she does not see the tips where she goes online")
	}
	for i := range 49 {
		f.call("POST", "rooms/anna/messages", f.max, fmt.Sprintf(`{"text":"hello again","key":"key-%05d"}`, i))
	}
	if got := rows(); len(got) != 50 || got[0] != "5 line member: max good night" {
		t.Errorf("tips before the first line that is shown: %v", got)
	}
}
