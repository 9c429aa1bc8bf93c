package web_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/jasmincam/jasmincam/internal/backend/web"
	"github.com/jasmincam/jasmincam/internal/domain"
)

func TestAPI_everyCallIsRouted(t *testing.T) {
	f := newFixture(t)
	_, studio := f.backend.Add(domain.RoleStudio, "house")
	_, staff := f.backend.Add(domain.RoleStaff, "desk")
	for _, c := range []struct {
		method, path, token, body string
		status                    int
		holds                     string
	}{
		{"POST", "sessions", "", `{"email":"max@example.com","password":"password of max","device":"a phone"}`, 201, `"token":"token-`},
		{"GET", "sessions", f.max, "", 200, `"current":true`},
		{"GET", "me", f.max, "", 200, `"email":"max@example.com"`},
		{"POST", "members", "", `{"name":"new","email":"new@example.com","password":"long enough","adult":true}`, 201, `"role":"member"`},
		{"POST", "performers", "", `{"name":"nina","email":"n@example.com","password":"long enough","adult":true}`, 201, `"state":"unfinished"`},
		{"PUT", "performers/anna/application", f.anna, `{"full_name":"A","birth_date":"1990-01-02","country":"HU"}`, 200, `"state":"submitted"`},
		{"GET", "performers/anna/application", f.anna, "", 200, `{"full_name":"A","birth_date":"1990-01-02","country":"HU"}`},
		{"POST", "staff/performers/anna/decision", staff, `{"state":"active","reason":"","person":""}`, 200, `"state":"active"`},
		{"PUT", "performers/anna/activation", studio, `{"active":true}`, 200, `"state":"active"`},
		{"POST", "studio/performers", studio, `{"name":"olga","email":"o@example.com","password":"long enough","adult":true}`, 201, `"name":"olga"`},
		{"GET", "studio/performers", studio, "", 200, `"name":"olga"`},
		{"GET", "staff/performers?state=active", staff, "", 200, `"person":"person-`},
		{"POST", "broadcasts", f.anna, `{"accounts":[]}`, 201, `/whip"`},
		{"GET", "rooms", "", "", 200, `"name":"anna"`},
		{"GET", "rooms/anna", "", "", 200, `"viewers":3`},
		{"PUT", "rooms/anna/online", f.anna, `{"online":true}`, 200, `"state":"live"`},
		{"PUT", "rooms/anna/settings", f.anna, `{"guest_chat":true,"home_closed":false,"guests_closed_in":["FR"]}`, 200, `"guests_closed_in":["FR"]`},
		{"PUT", "rooms/anna/settings", f.anna, `{"guest_chat":true,"home_closed":false,"guests_closed_in":[],"aside":"away"}`, 200, `"aside":"away"`},
		{"PUT", "rooms/anna/settings", f.anna, `{"guest_chat":true,"home_closed":false,"guests_closed_in":[],"banned_words":["damn"]}`, 200, `"banned_words":["damn"]`},
		{"GET", "rooms/anna/settings", f.anna, "", 200, `"guest_chat":true`},
		{"POST", "rooms/anna/stream-key", f.anna, "", 201, `"stream_key":"key-`},
		{"POST", "rooms/anna/messages", f.max, `{"text":"hello","key":"12345678"}`, 201, `"key":"12345678"`},
		{"POST", "rooms/anna/messages", f.max, `{"text":"hello","key":"12345678"}`, 200, `"from":"max"`},
		{"POST", "rooms/anna/messages", "", `{"text":"a guest","key":"abcdefgh"}`, 201, `"from":"guest-`},
		{"GET", "rooms/anna/messages?after=1&limit=1", "", "", 200, `{"messages":[{"seq":3`},
		{"POST", "rooms/anna/bans", f.anna, `{"viewer":"max","minutes":10}`, 201, `"viewer":"max"`},
		{"GET", "rooms/anna/bans", f.anna, "", 200, `{"bans":[{"viewer":"max"`},
		{"DELETE", "rooms/anna/bans/max", f.anna, "", 204, ""},
		{"GET", "packages", "", "", 200, `{"id":"p10","millicredits":10000,"cents":1199}`},
		{"POST", "purchases", f.max, `{"package":"p10","key":"12345678"}`, 201, `/sandbox/checkout/purchase-`},
		{"DELETE", "sessions/current", f.max, "", 204, ""},
	} {
		if a := f.call(c.method, c.path, c.token, c.body); a.StatusCode != c.status || !strings.Contains(a.body, c.holds) {
			t.Errorf("%s %s: status %d, want %d with %s: %s", c.method, c.path, a.StatusCode, c.status, c.holds, a.body)
		}
	}
}

func TestAPI_bodies(t *testing.T) {
	f := newFixture(t)
	const say = "rooms/anna/messages"
	for _, c := range []struct {
		name, body string
		status     int
		kind       domain.Kind
	}{
		{"no JSON", `text=hello`, 400, domain.KindInvalid},
		{"nothing", ``, 400, domain.KindInvalid},
		{"half", `{"text":"hel`, 400, domain.KindInvalid},
		{"two objects", `{"text":"a","key":"12345678"}{}`, 400, domain.KindInvalid},
		{"unknown field", `{"text":"a","key":"12345678","from":"anna"}`, 422, domain.KindInvalid},
		{"wrong type", `{"text":7,"key":"12345678"}`, 422, domain.KindInvalid},
		{"no key", `{"text":"hello"}`, 422, domain.KindInvalid},
		{"a megabyte", `{"text":"` + strings.Repeat("x", 1<<20) + `","key":"12345678"}`, 413, domain.KindTooLarge},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := *f
			f.t = t
			f.want(f.call("POST", say, f.max, c.body), c.status, c.kind)
		})
	}
	if a := f.call("GET", say, f.max, ""); a.body != "{\"messages\":[]}\n" {
		t.Errorf("something was said: %s", a.body)
	}
}

func TestAPI_everyKindHasItsStatusAndSentence(t *testing.T) {
	f := newFixture(t)
	status := map[domain.Kind]int{
		domain.KindInvalid: 422, domain.KindUnauthenticated: 401, domain.KindPayment: 402, domain.KindForbidden: 403,
		domain.KindCountry: 451, domain.KindNotFound: 404, domain.KindConflict: 409, domain.KindTooLarge: 413,
		domain.KindLimited: 429, domain.KindUnavailable: 503, domain.KindInternal: 500,
	}
	for _, kind := range domain.Kinds() {
		f.backend.Fail(domain.Wrap("test", kind, http.ErrBodyNotAllowed, "A sentence for people."))
		a := f.call("GET", "rooms/anna", "", "")
		f.want(a, status[kind], kind)
		if !strings.Contains(a.body, "A sentence for people.") || strings.Contains(a.body, "body") {
			t.Errorf("%s: %s", kind, a.body)
		}
		if wait := a.Header.Get("Retry-After"); (wait != "") != (kind == domain.KindLimited || kind == domain.KindUnavailable) {
			t.Errorf("%s: Retry-After %q", kind, wait)
		}
	}
}

func TestAPI_unknownCallsAreJSON(t *testing.T) {
	f := newFixture(t)
	f.want(f.call("GET", "nothing", "", ""), 404, domain.KindNotFound)
	a := f.call("DELETE", "rooms/anna/messages", f.max, "")
	f.want(a, 405, domain.KindNotFound)
	if got := strings.Join(a.Header["Allow"], " "); got != "GET POST" {
		t.Errorf("Allow %q", got)
	}
}

func TestAPI_numbers(t *testing.T) {
	f := newFixture(t)
	for _, query := range []string{"after=-1", "after=x", "limit=-5", "after=99999999999999999999"} {
		f.want(f.call("GET", "rooms/anna/messages?"+query, "", ""), 422, domain.KindInvalid)
	}
	f.want(f.call("GET", "rooms/anna/messages?limit=1000000", "", ""), 200, "")
}

func TestAPI_thumbnail(t *testing.T) {
	f := newFixture(t)
	put := func(kind, body string) answer {
		r := f.request("PUT", "/api/v1/rooms/anna/thumbnail", f.anna, body)
		r.Header.Set("Content-Type", kind)
		return f.do(r)
	}
	f.want(f.call("GET", "rooms/anna/thumbnail", "", ""), 404, domain.KindNotFound)
	f.want(put("image/png", "picture"), 422, domain.KindInvalid)
	f.want(put("image/jpeg", strings.Repeat("x", domain.MaxThumbnail+1)), 413, domain.KindTooLarge)
	f.want(put("image/jpeg", "picture"), 204, "")
	a := f.call("GET", "rooms/anna/thumbnail", "", "")
	if a.body != "picture" || a.Header.Get("Content-Type") != "image/jpeg" || a.Header.Get("Cache-Control") != "private, no-cache" {
		t.Errorf("thumbnail: %q %v", a.body, a.Header)
	}
	again := f.request("GET", "/api/v1/rooms/anna/thumbnail", "", "")
	again.Header.Set("If-None-Match", a.Header.Get("ETag"))
	if a := f.do(again); a.StatusCode != 304 {
		t.Errorf("unchanged: %d", a.StatusCode)
	}
	f.backend.CloseIn("anna", "")
	f.want(f.do(again), 451, domain.KindCountry)
}

func TestAPI_listsAreForTheirRoles(t *testing.T) {
	f := newFixture(t)
	_, studio := f.backend.Add(domain.RoleStudio, "house")
	f.call("POST", "studio/performers", studio, `{"name":"olga","email":"o@example.com","password":"long enough","adult":true}`)
	f.want(f.call("GET", "staff/performers", "", ""), 401, domain.KindUnauthenticated)
	f.want(f.call("GET", "staff/performers", studio, ""), 403, domain.KindForbidden)
	f.want(f.call("GET", "studio/performers", f.max, ""), 403, domain.KindForbidden)
	if a := f.call("GET", "studio/performers", studio, ""); strings.Contains(a.body, "person") {
		t.Errorf("a studio reads persons: %s", a.body)
	}
}

// A viewer's answers name no account id, person, e-mail or other account (domain rule 4).
func TestAPI_viewersReadNobodysIdentity(t *testing.T) {
	f := newFixture(t)
	f.call("POST", "rooms/anna/messages", f.max, `{"text":"hello","key":"12345678"}`)
	_, other := f.backend.Add(domain.RoleMember, "other")
	for _, token := range []string{"", other} {
		for _, path := range []string{"rooms", "rooms/anna", "rooms/anna/messages", "packages"} {
			a := f.call("GET", path, token, "")
			for _, word := range []string{"account-", "person-", "@example.com", "session-", "12345678", "127.0.0.1"} {
				if strings.Contains(a.body, word) {
					t.Errorf("%s tells %q: %s", path, word, a.body)
				}
			}
		}
	}
}

func TestAPI_limits(t *testing.T) {
	f := newFixture(t, func(c *web.Config) { c.Limits = web.Limits{SignIns: 2, SignUps: 1, Webhooks: 1} })
	in := `{"email":"max@example.com","password":"password of max"}`
	f.call("POST", "sessions", "", in)
	f.call("POST", "sessions", "", in)
	a := f.call("POST", "sessions", "", in)
	f.want(a, 429, domain.KindLimited)
	var e struct {
		Error struct {
			Wait int64 `json:"retry_after_ms"`
		}
	}
	if err := json.Unmarshal([]byte(a.body), &e); err != nil || e.Error.Wait != 60_000 || a.Header.Get("Retry-After") != "60" {
		t.Errorf("wait %d, Retry-After %q", e.Error.Wait, a.Header.Get("Retry-After"))
	}
	other := f.request("POST", "/api/v1/sessions", "", in)
	other.Header.Set("X-Forwarded-For", "203.0.113.9")
	f.want(f.do(other), 201, "")
	up := `{"name":"new","email":"new@example.com","password":"long enough","adult":true}`
	f.want(f.call("POST", "members", "", up), 201, "")
	f.want(f.call("POST", "performers", "", up), 429, domain.KindLimited)
	f.call("POST", "webhooks/sandbox", "", "{}")
	f.want(f.call("POST", "webhooks/sandbox", "", "{}"), 429, domain.KindLimited)
}
