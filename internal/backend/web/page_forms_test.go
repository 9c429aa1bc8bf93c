package web_test

import (
	"context"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/jasmincam/jasmincam/internal/backend/web"
	"github.com/jasmincam/jasmincam/internal/backend/web/webtest"
	"github.com/jasmincam/jasmincam/internal/domain"
)

func TestPages_home(t *testing.T) {
	f := newFixture(t)
	f.backend.Add(domain.RolePerformer, "bella")
	d := f.open("/", "")
	if cards := d.all("li", "data-key", "*"); len(cards) != 1 || !strings.HasPrefix(text(cards[0]), "a Live anna 3 watching 2.99 credits a minute") {
		t.Errorf("cards: %s", text(d.root))
	}
	f.backend.CloseIn("anna", "")
	if d := f.open("/", ""); len(d.all("li", "data-key", "*")) != 0 {
		t.Error("a closed room is listed")
	}
}

func TestPages_roomAndItsDoor(t *testing.T) {
	f := newFixture(t)
	d := f.open("/r/anna", "")
	if state, _ := attribute(d.one("video", "data-room", "anna"), "data-state"); state != "connecting" {
		t.Errorf("data-state %q", state)
	}
	if _, hidden := attribute(d.one("form", "data-say", "*"), "hidden"); !hidden {
		t.Error("a guest may write")
	}
	if d := f.open("/r/anna", f.max); len(d.all("form", "data-tip", "*")) != 1 {
		t.Error("a member cannot tip")
	}
	for state, want := range map[domain.RoomState]string{
		domain.RoomOffline: "ended", domain.RoomAway: "away", domain.RoomReconnecting: "reconnecting",
		domain.RoomPrivate: "private", domain.RoomConnecting: "connecting",
	} {
		f.backend.SetRoom("anna", state, 0)
		if got, _ := attribute(f.open("/r/anna", "").one("div", "data-room-state", "*"), "data-state"); got != want {
			t.Errorf("%s: data-state %q, want %q", state, got, want)
		}
	}
	f.call("POST", "rooms/anna/bans", f.anna, `{"viewer":"max","minutes":0}`)
	d = f.open("/r/anna", f.max)
	if got, _ := attribute(d.one("p", "data-room-state", "*"), "data-state"); got != "banned" || d.StatusCode != 403 {
		t.Errorf("banned: %d %q", d.StatusCode, got)
	}
	f.backend.CloseIn("anna", "")
	d = f.open("/r/anna", "")
	if got, _ := attribute(d.one("p", "data-room-state", "*"), "data-state"); got != "country" || d.StatusCode != 451 {
		t.Errorf("country: %d %q", d.StatusCode, got)
	}
	f.open("/r/nobody", "").wantProblem(404, "There is no such room")
}

func TestPages_tipWithoutScript(t *testing.T) {
	f := newFixture(t)
	f.backend.Credit("max", 10_000)
	tip := func(credits, key string) document {
		return f.post("/r/anna/tips", f.max, url.Values{"credits": {credits}, "note": {"for you"}, "key": {key}})
	}
	key := formKey(f.open("/r/anna", f.max), "/r/anna/tips")
	if len(key) < 20 {
		t.Fatalf("key %q", key)
	}
	tip("2.5", key).wantRedirect("/r/anna?done=tipped")
	tip("2.5", key).wantRedirect("/r/anna?done=tipped") // the same form again
	d := f.open("/r/anna?done=tipped", f.max)
	if !strings.Contains(text(d.root), "You have 7.50 credits") || !strings.Contains(text(d.one("p", "class", "notice")), "Thank you") {
		t.Errorf("after the tip: %s", text(d.root))
	}
	for credits, want := range map[string]int{"-5": 422, "": 422, "0": 422, "five": 422, "1e9": 422, "99999999999999999999": 422, "0.0001": 422, "999999": 422, "8": 402} {
		d := tip(credits, "another-key-"+credits)
		d.wantProblem(want, "")
		if d.value("note") != "for you" || d.value("credits") != credits {
			t.Errorf("%q: what was typed is lost", credits)
		}
	}
}

// unsure is a backend whose answers to tips are lost.
type unsure struct{ *webtest.Backend }

// Tip implements domain.Wallet.
func (unsure) Tip(context.Context, string, domain.Tip) (domain.Receipt, error) {
	return domain.Receipt{}, domain.Errorf("db", domain.KindUnavailable, "Try again.")
}

// While nobody knows whether a tip came through, its form keeps its key.
func TestPages_unsureTipKeepsItsKey(t *testing.T) {
	f := newFixture(t, func(c *web.Config) { c.Backend = unsure{c.Backend.(*webtest.Backend)} })
	tip := url.Values{"credits": {"1"}, "note": {""}, "key": {"a-key-of-the-form"}}
	d := f.post("/r/anna/tips", f.max, tip)
	d.wantProblem(503, "Try again")
	if key := formKey(d, "/r/anna/tips"); key != "a-key-of-the-form" {
		t.Errorf("the key became %q", key)
	}
	tip.Set("credits", "nothing")
	if key := formKey(f.post("/r/anna/tips", f.max, tip), "/r/anna/tips"); key == "a-key-of-the-form" {
		t.Error("a tip that was refused for good keeps its key")
	}
}

func formKey(d document, action string) string {
	for n := range d.one("form", "action", action).Descendants() {
		if name, _ := attribute(n, "name"); name == "key" {
			v, _ := attribute(n, "value")
			return v
		}
	}
	return ""
}

func TestPages_chatWithoutScript(t *testing.T) {
	f := newFixture(t)
	f.post("/r/anna/messages", f.max, url.Values{"text": {"hello"}, "key": {"12345678"}}).wantRedirect("/r/anna?done=said")
	long := strings.Repeat("ä", 2001)
	d := f.post("/r/anna/messages", f.max, url.Values{"text": {long}, "key": {"abcdefgh"}})
	d.wantProblem(422, "Shorten it")
	if d.value("text") != long {
		t.Error("the long line is lost")
	}
	f.post("/r/anna/messages", f.max, url.Values{"text": {strings.Repeat("x", 1<<20)}, "key": {"abcdefgh"}}).wantProblem(413, "too large")
	f.post("/r/anna/messages", "", url.Values{"text": {"hello"}, "key": {"guestkey"}}).wantProblem(403, "Sign in to chat")
}

func TestPages_signUpInAndOut(t *testing.T) {
	f := newFixture(t)
	d := f.post("/signup", "", signUp("newcomer"))
	d.wantRedirect("/?done=welcome")
	if !strings.Contains(strings.Join(d.Header.Values("Set-Cookie"), " "), "jc_session=token-") {
		t.Error("not signed in after signing up")
	}
	f.post("/performers/signup", "", signUp("nina")).wantRedirect("/performer?done=welcome")
	under := signUp("young")
	under.Del("adult")
	d = f.post("/signup", "", under)
	d.wantProblem(422, "at least 18")
	if d.value("email") != "young@example.com" || d.value("password") != "" {
		t.Error("the form forgot the e-mail or told the password")
	}
	f.post("/signup", "", signUp("max")).wantProblem(409, "taken")
	f.post("/signup", "", signUp(`<b>bold</b>`)).wantProblem(422, "small letters")

	in := url.Values{"email": {"max@example.com"}, "password": {"password of max"}, "next": {"/r/anna"}}
	f.post("/signin", "", in).wantRedirect("/r/anna")
	for _, next := range []string{"//elsewhere.example", "https://elsewhere.example", `/\elsewhere.example`, "javascript:alert(1)"} {
		in.Set("next", next)
		f.post("/signin", "", in).wantRedirect("/")
	}
	in.Set("password", "a wrong one")
	d = f.post("/signin", "", in)
	d.wantProblem(401, "wrong")
	if strings.Contains(d.body, "a wrong one") {
		t.Error("the page tells the password")
	}
	f.open("/credits", "").wantRedirect("/signin?next=%2Fcredits")
	f.post("/signout", f.max, nil).wantRedirect("/signin?done=signed-out")
	f.open("/account", f.max).wantRedirect("/signin?next=%2Faccount")
}

func TestPages_formLimits(t *testing.T) {
	f := newFixture(t, func(c *web.Config) { c.Limits = web.Limits{SignIns: 1, SignUps: 1} })
	in := url.Values{"email": {"max@example.com"}, "password": {"password of max"}}
	f.post("/signin", "", in)
	f.post("/signin", "", in).wantProblem(429, "Wait a minute")
	f.post("/signup", "", signUp("one")).wantRedirect("/?done=welcome")
	f.post("/signup", "", signUp("two")).wantProblem(429, "Wait a minute")
}

func TestPages_credits(t *testing.T) {
	f := newFixture(t)
	buy := func() string {
		d := f.open("/credits", f.max)
		if len(d.all("button", "name", "package")) != len(domain.Packages()) {
			t.Fatalf("packages: %s", text(d.root))
		}
		return f.post("/credits", f.max, url.Values{"package": {"p30"}, "key": {d.value("key")}}).Header.Get("Location")
	}
	declined := buy()
	f.post(declined, f.max, url.Values{"outcome": {"decline"}}).wantRedirect("/credits?done=declined")
	paid := buy()
	for range 2 { // a button pressed twice pays once
		f.post(paid, f.max, url.Values{"outcome": {"pay"}}).wantRedirect("/credits?done=paid")
	}
	d := f.open("/credits?done=paid", f.max)
	if !strings.Contains(text(d.root), "You have 36.00 credits") {
		t.Errorf("after paying: %s", text(d.root))
	}
	if state, _ := attribute(f.open(paid, f.max).one("dd", "data-purchase-state", "*"), "data-purchase-state"); state != "paid" {
		t.Errorf("purchase %q", state)
	}
	f.post("/credits", f.max, url.Values{"package": {"p1000000"}, "key": {"12345678"}}).wantProblem(422, "no such package")
	_, other := f.backend.Add(domain.RoleMember, "other")
	f.open(paid, other).wantProblem(404, "no such purchase")
	f.post(paid, other, url.Values{"outcome": {"pay"}}).wantProblem(404, "no such purchase")
	f.open("/credits", f.anna).wantProblem(403, "member accounts")
}

func TestPages_sessions(t *testing.T) {
	f := newFixture(t)
	f.backend.Session("max")
	d := f.open("/account", f.max)
	forms := d.all("form", "action", "*")
	var other string
	for _, form := range forms {
		action, _ := attribute(form, "action")
		if strings.HasSuffix(action, "/revoke") && !strings.Contains(text(form.Parent), "this device") {
			other = action
		}
	}
	f.post(other, f.max, nil).wantRedirect("/account?done=revoked")
	f.post(other, f.max, nil).wantProblem(404, "no such session")
	_, stranger := f.backend.Add(domain.RoleMember, "stranger")
	if d := f.post(other, stranger, nil); d.StatusCode != 404 {
		t.Errorf("a stranger's session: %d", d.StatusCode)
	}
}

func TestPages_signOutEverywhereElse(t *testing.T) {
	f := newFixture(t)
	phone := f.backend.Session("max")
	_, stranger := f.backend.Add(domain.RoleMember, "stranger")
	f.post("/account/sessions/others", f.max, nil).wantRedirect("/account?done=others")
	f.open("/account", phone).wantRedirect("/signin?next=%2Faccount")
	for _, token := range []string{f.max, stranger} {
		if d := f.open("/account", token); d.StatusCode != 200 || len(d.all("form", "action", "/account/sessions/others")) != 0 {
			t.Errorf("another session ended, or there is one left: %d", d.StatusCode)
		}
	}
	f.post("/account/sessions/others", "", nil).wantProblem(401, "Sign in")
}

func TestPages_performer(t *testing.T) {
	f := newFixture(t)
	f.backend.SetState("anna", domain.StateRejected, "The photo is blurred.")
	d := f.open("/performer", f.anna)
	for _, words := range []string{"The photo is blurred.", domain.StateRejected.OfflineReason()} {
		if !strings.Contains(text(d.root), words) {
			t.Errorf("the page lacks %q", words)
		}
	}
	if d := f.open("/broadcast", f.anna); !strings.Contains(text(d.one("p", "data-broadcast-state", "*")), "was rejected") {
		t.Errorf("the broadcast page: %s", text(d.root))
	}
	young := url.Values{"full_name": {"Anna A."}, "birth_date": {"2020-01-01"}, "country": {"HU"}}
	d = f.post("/performer/application", f.anna, young)
	d.wantProblem(422, "at least 18")
	if d.value("full_name") != "Anna A." {
		t.Error("the application forgot what was typed")
	}
	young.Set("birth_date", "1990-01-01")
	f.post("/performer/application", f.anna, young).wantRedirect("/performer?done=applied")

	f.backend.SetState("anna", domain.StateRejected, "The photo is blurred still.")
	d = f.open("/performer", f.anna)
	if chosen := d.all("option", "value", "HU"); d.value("full_name") != "Anna A." || d.value("birth_date") != "1990-01-01" || !selected(chosen) {
		t.Errorf("a rejected application has to be written again: %s", d.body)
	}
	young.Set("full_name", "Anna Maria A.")
	young.Set("birth_date", "2020-01-01")
	if d = f.post("/performer/application", f.anna, young); d.value("full_name") != "Anna Maria A." {
		t.Error("what was sent before took the place of what was typed")
	}
	f.backend.SetState("anna", domain.StateActive, "")

	d = f.post("/performer/stream-key", f.anna, nil)
	if key := text(d.one("code", "data-stream-key", "*")); !strings.HasPrefix(key, "key-") {
		t.Errorf("stream key %q", key)
	}
	if d := f.open("/performer", f.anna); len(d.all("code", "data-stream-key", "*")) != 0 {
		t.Error("the stream key is told twice")
	}
	f.post("/performer/settings", f.anna, url.Values{"guest_chat": {"yes"}, "guests_closed_in": {"FR", "", "DE"}}).wantRedirect("/performer?done=saved")
	d = f.open("/performer", f.anna)
	if _, on := attribute(d.one("input", "name", "guest_chat"), "checked"); !on || len(d.all("option", "selected", "*")) != 2+1 {
		t.Errorf("settings are not shown: %s", d.body)
	}
	f.call("POST", "rooms/anna/bans", f.anna, `{"viewer":"max","minutes":10}`)
	f.post("/performer/bans/lift", f.anna, url.Values{"viewer": {"max"}}).wantRedirect("/performer?done=lifted")
	f.post("/performer/bans/lift", f.anna, url.Values{"viewer": {"max"}}).wantProblem(404, "not banned")
	f.open("/performer", f.max).wantProblem(403, "performer accounts")
	f.open("/broadcast", f.max).wantProblem(403, "performer accounts")
}

func TestPages_studioAndStaff(t *testing.T) {
	f := newFixture(t)
	_, studio := f.backend.Add(domain.RoleStudio, "house")
	_, staff := f.backend.Add(domain.RoleStaff, "desk")
	f.post("/studio/performers", studio, signUp("olga")).wantRedirect("/studio?done=added")
	d := f.post("/studio/performers", studio, signUp("olga"))
	d.wantProblem(409, "taken")
	application := url.Values{"full_name": {"Olga O."}, "birth_date": {"1990-01-01"}, "country": {"HU"}}
	f.post("/studio/olga/application", studio, application).wantRedirect("/studio?done=applied")

	d = f.open("/staff?state=submitted", staff)
	if people := d.all("li", "data-performer", "*"); len(people) != 1 || !strings.Contains(text(people[0]), "Olga O.") || !strings.Contains(text(people[0]), "anna") {
		t.Fatalf("submitted: %s", text(d.root))
	}
	f.post("/staff/olga/decision", staff, url.Values{"state": {"rejected"}}).wantProblem(422, "reason")
	f.post("/staff/olga/decision", staff, url.Values{"state": {"active"}, "same_person_as": {"nobody"}}).wantProblem(404, "no verified person")
	f.post("/staff/olga/decision", staff, url.Values{"state": {"active"}, "same_person_as": {"anna"}}).wantRedirect("/staff?done=decided")
	a := f.call("GET", "staff/performers", staff, "")
	if n := strings.Count(a.body, `"person":"person-000002"`); n != 2 {
		t.Errorf("%d accounts of anna's person, want 2: %s", n, a.body)
	}
	f.post("/studio/olga/activation", studio, url.Values{"active": {"no"}}).wantRedirect("/studio?done=saved")
	d = f.open("/studio?state=inactive", studio)
	if len(d.all("li", "data-performer", "olga")) != 1 || strings.Contains(d.body, "person-") {
		t.Errorf("the studio's list: %s", text(d.root))
	}
	for path, token := range map[string]string{"/studio": f.max, "/staff": studio} {
		f.open(path, token).wantProblem(403, "accounts")
	}
	f.post("/staff/olga/decision", f.max, url.Values{"state": {"active"}, "same_person_as": {"anna"}}).wantProblem(403, "staff accounts")
}

func TestPages_formsFromOtherSitesAreRefused(t *testing.T) {
	f := newFixture(t)
	r := cookie(f.request("POST", "/signout", "", ""), "jc_session", f.max)
	r.Header.Set("Origin", "https://elsewhere.example")
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	f.parse(f.do(r)).wantProblem(403, "another site")
	f.want(f.call("GET", "me", f.max, ""), 200, "")
}

func TestPages_whoTellsWindowsApartAndNothingElse(t *testing.T) {
	f := newFixture(t)
	who := func(token string) string {
		d := f.open("/", token)
		v, _ := attribute(elements(d.root, "body")[0], "data-who")
		return v
	}
	first, again := who(f.max), who(f.max)
	if first != again || len(first) != 16 {
		t.Errorf("two windows of one session are %q and %q", first, again)
	}
	if first == who(f.anna) || first == who(f.backend.Session("max")) {
		t.Error("two sessions share a name")
	}
}

func TestAssets(t *testing.T) {
	f := newFixture(t)
	r := f.request("GET", "/assets/000000000000/site.css", "", "")
	r.Header.Set("Accept-Encoding", "gzip")
	a := f.do(r)
	if a.StatusCode != 200 || a.Header.Get("Cache-Control") != "no-cache" || a.Header.Get("Content-Encoding") != "gzip" || !strings.HasPrefix(a.Header.Get("Content-Type"), "text/css") {
		t.Errorf("another version's address: %d %v", a.StatusCode, a.Header)
	}
	if a := f.do(f.request("GET", "/assets/000000000000/nothing.js", "", "")); a.StatusCode != 404 {
		t.Errorf("nothing.js: %d", a.StatusCode)
	}
	if a := f.do(f.request("GET", "/favicon.ico", "", "")); a.StatusCode != 200 || a.Header.Get("Content-Type") != "image/svg+xml" {
		t.Errorf("favicon: %d", a.StatusCode)
	}
}

// selected tells whether one of the options is chosen.
func selected(options []*html.Node) bool {
	for _, o := range options {
		if _, ok := attribute(o, "selected"); ok {
			return true
		}
	}
	return false
}
