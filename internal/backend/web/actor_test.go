package web_test

import (
	"context"
	"net/http"
	"net/netip"
	"strings"
	"testing"

	"github.com/jasmincam/jasmincam/internal/backend/web"
	"github.com/jasmincam/jasmincam/internal/domain"
)

func cookie(r *http.Request, name, value string) *http.Request {
	r.AddCookie(&http.Cookie{Name: name, Value: value})
	return r
}

func TestActor_cookieAndBearer(t *testing.T) {
	f := newFixture(t)
	me := func() *http.Request { return f.request("GET", "/api/v1/me", "", "") }
	f.want(f.do(me()), 401, domain.KindUnauthenticated)
	f.want(f.do(cookie(me(), "jc_session", f.max)), 200, "")
	f.want(f.call("GET", "me", "nobody's", ""), 401, domain.KindUnauthenticated)
	basic := cookie(me(), "jc_session", f.max)
	basic.Header.Set("Authorization", "Basic bWF4Om1heA==")
	f.want(f.do(basic), 401, domain.KindUnauthenticated)

	dead := f.do(cookie(me(), "jc_session", "dead"))
	f.want(dead, 401, domain.KindUnauthenticated)
	if got := dead.Header.Get("Set-Cookie"); !strings.HasPrefix(got, "jc_session=;") {
		t.Errorf("the dead cookie stays: %q", got)
	}
	in := f.request("POST", "/api/v1/sessions", "", `{"email":"max@example.com","password":"password of max","device":"browser"}`)
	a := f.do(cookie(in, "jc_session", "dead"))
	f.want(a, 201, "")
	set := a.Header.Values("Set-Cookie")
	if last := set[len(set)-1]; !strings.HasPrefix(last, "jc_session=token-") || !strings.Contains(last, "HttpOnly; SameSite=Lax") {
		t.Errorf("cookies %q", set)
	}
}

func TestActor_guestKeepsHisNameAndTakesNobodysElse(t *testing.T) {
	f := newFixture(t)
	first := f.do(f.request("POST", "/whep/anna", "", ""))
	cookies := first.Cookies()
	if len(cookies) != 1 || cookies[0].Name != "jc_guest" || !cookies[0].HttpOnly {
		t.Fatalf("cookies %v", cookies)
	}
	again := f.do(cookie(f.request("POST", "/whep/anna", "", ""), "jc_guest", cookies[0].Value))
	if again.body != first.body || len(again.Cookies()) != 0 {
		t.Errorf("the guest changed from %s to %s", first.body, again.body)
	}
	id, _, _ := strings.Cut(cookies[0].Value, ".")
	forged := f.do(cookie(f.request("POST", "/whep/anna", "", ""), "jc_guest", id+".00000000000000000000000000000000"))
	if forged.body == first.body {
		t.Errorf("a forged cookie took the name %s", first.body)
	}
}

func TestActor_otherSitesMayNotAct(t *testing.T) {
	f := newFixture(t)
	from := func(r *http.Request) *http.Request {
		r.Header.Set("Origin", "https://elsewhere.example")
		r.Header.Set("Sec-Fetch-Site", "cross-site")
		return r
	}
	say := func() *http.Request {
		return f.request("POST", "/api/v1/rooms/anna/messages", "", `{"text":"hello","key":"12345678"}`)
	}
	f.want(f.do(from(cookie(say(), "jc_session", f.max))), 403, domain.KindForbidden)
	f.want(f.do(from(say())), 403, domain.KindForbidden)
	bearer := from(say())
	bearer.Header.Set("Authorization", "Bearer "+f.max)
	f.want(f.do(bearer), 201, "")

	whep := f.do(from(cookie(f.request("POST", "/whep/anna", "", "v=0"), "jc_session", f.max)))
	if whep.StatusCode != 200 || !strings.Contains(whep.body, `"name":"guest-`) || len(whep.Cookies()) != 0 {
		t.Errorf("WHEP from another site: %d %s %v", whep.StatusCode, whep.body, whep.Cookies())
	}
	own := f.do(cookie(f.request("POST", "/whep/anna", "", "v=0"), "jc_session", f.max))
	if !strings.Contains(own.body, `"name":"max"`) {
		t.Errorf("WHEP from our own page: %s", own.body)
	}
}

func TestActor_uploadTokensPassUntouched(t *testing.T) {
	f := newFixture(t)
	for _, path := range []string{"/whip", "/whip/some/session"} {
		if a := f.do(f.request("PATCH", path, "a-stream-key", "")); !strings.Contains(a.body, "Bearer a-stream-key") || a.Header.Get("Set-Cookie") != "" {
			t.Errorf("%s: %s %v", path, a.body, a.Header)
		}
	}
}

// The origin and the country come from the right-most address that no trusted proxy bears.
func TestActor_addressBehindProxies(t *testing.T) {
	var seen netip.Addr
	f := newFixture(t, func(c *web.Config) {
		c.Country = func(a netip.Addr) string { seen = a; return "" }
		c.TrustedProxies = append(c.TrustedProxies, netip.MustParsePrefix("10.0.0.0/8"))
	})
	for _, c := range []struct{ forwarded, want string }{
		{"", "127.0.0.1"},
		{"203.0.113.7", "203.0.113.7"},
		{"198.51.100.1, 203.0.113.7", "203.0.113.7"},
		{"198.51.100.1, 203.0.113.7, 10.1.2.3", "203.0.113.7"},
		{"10.9.9.9", "10.9.9.9"},
		{"nonsense, 10.1.2.3", "10.1.2.3"},
		{"2001:db8::7", "2001:db8::7"},
		{"::ffff:203.0.113.7", "203.0.113.7"},
	} {
		r := f.request("GET", "/api/v1/rooms", "", "")
		if c.forwarded != "" {
			r.Header.Set("X-Forwarded-For", c.forwarded)
		}
		if f.do(r); seen.String() != c.want {
			t.Errorf("%q: %s, want %s", c.forwarded, seen, c.want)
		}
	}
	f = newFixture(t, func(c *web.Config) {
		c.Country = func(a netip.Addr) string { seen = a; return "" }
		c.TrustedProxies = nil
	})
	r := f.request("GET", "/api/v1/rooms", "", "")
	r.Header.Set("X-Forwarded-For", "203.0.113.7")
	if f.do(r); seen.String() != "127.0.0.1" {
		t.Errorf("a stranger's X-Forwarded-For was believed: %s", seen)
	}
}

func TestActor_originIsAKeyedHash(t *testing.T) {
	origins := make(chan string, 8)
	f := newFixture(t, func(c *web.Config) {
		c.WHEP = http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { origins <- domain.ActorFrom(r.Context()).Origin })
	})
	of := func(addr string) string {
		r := f.request("POST", "/whep/anna", "", "")
		r.Header.Set("X-Forwarded-For", addr)
		f.do(r)
		return <-origins
	}
	a, b := of("203.0.113.7"), of("203.0.113.8")
	if a == b || len(a) != 24 || strings.Contains(a, "203") || a != of("203.0.113.7") {
		t.Errorf("origins %q %q", a, b)
	}
	if of("2001:db8:1:2::1") != of("2001:db8:1:2:ffff::9") || of("2001:db8:1:2::1") == of("2001:db8:1:3::1") {
		t.Error("an IPv6 origin is its /64")
	}
}

func TestActor_unavailableIsNotSignedOut(t *testing.T) {
	f := newFixture(t, func(c *web.Config) {
		c.Authenticate = func(context.Context, string) (domain.Session, error) {
			return domain.Session{}, domain.Errorf("db", domain.KindUnavailable, "Try again.")
		}
	})
	a := f.do(cookie(f.request("GET", "/api/v1/rooms", "", ""), "jc_session", f.max))
	f.want(a, 503, domain.KindUnavailable)
	if len(a.Cookies()) != 0 {
		t.Errorf("the cookie was dropped: %v", a.Cookies())
	}
}
