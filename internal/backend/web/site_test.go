package web_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"testing"

	"github.com/jasmincam/jasmincam/internal/backend/web"
	"github.com/jasmincam/jasmincam/internal/backend/web/webtest"
	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/testkit"
)

func TestMain(m *testing.M) { testkit.Main(m) }

const secret = "a sandbox secret of the tests"

// fixture is a site over the fake backend with performer anna and member max.
type fixture struct {
	t         *testing.T
	backend   *webtest.Backend
	site      *web.Site
	url       string
	log       *syncBuffer
	anna, max string // session tokens
	country   string
}

type syncBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *syncBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *syncBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

func newFixture(t *testing.T, change ...func(*web.Config)) *fixture {
	t.Helper()
	f := &fixture{t: t, backend: webtest.New(), log: new(syncBuffer)}
	media := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		actor := domain.ActorFrom(r.Context())
		_ = json.NewEncoder(w).Encode(map[string]string{"name": actor.Name(), "token": r.Header.Get("Authorization")})
	})
	c := web.Config{
		Backend: f.backend, Payments: f.backend, Payroll: f.backend, Authenticate: f.backend.Authenticate, Bell: f.backend.Bell,
		WHIP: media, WHEP: media, SandboxSecret: []byte(secret), OriginKey: []byte("an origin key of the tests"),
		Country:        func(netip.Addr) string { return f.country },
		TrustedProxies: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")},
		Log:            slog.New(slog.NewJSONHandler(f.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	}
	for _, f := range change {
		f(&c)
	}
	site, err := web.New(c)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(site)
	t.Cleanup(func() {
		site.Close()
		server.Close()
		http.DefaultClient.CloseIdleConnections()
	})
	f.site, f.url = site, server.URL
	_, f.anna = f.backend.Add(domain.RolePerformer, "anna")
	_, f.max = f.backend.Add(domain.RoleMember, "max")
	f.backend.SetRoom("anna", domain.RoomLive, 3)
	return f
}

// answer is a response that was read whole.
type answer struct {
	*http.Response
	body string
}

func (a answer) kind() domain.Kind {
	var e struct {
		Error struct {
			Kind    domain.Kind
			Message string
		}
	}
	if json.Unmarshal([]byte(a.body), &e) != nil || e.Error.Message == "" {
		return ""
	}
	return e.Error.Kind
}

func (f *fixture) do(r *http.Request) answer {
	f.t.Helper()
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := client.Do(r)
	if err != nil {
		f.t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		f.t.Fatal(err)
	}
	return answer{resp, string(body)}
}

func (f *fixture) request(method, path, token, body string) *http.Request {
	f.t.Helper()
	r, err := http.NewRequest(method, f.url+path, strings.NewReader(body))
	if err != nil {
		f.t.Fatal(err)
	}
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	return r
}

func (f *fixture) call(method, path, token, body string) answer {
	f.t.Helper()
	return f.do(f.request(method, "/api/v1/"+path, token, body))
}

// wish asks for a show with what the quote says.
func (f *fixture) wish(room, token, key string) answer {
	f.t.Helper()
	var quote domain.Quote
	if err := json.Unmarshal([]byte(f.call("GET", "rooms/"+room+"/quote", token, "").body), &quote); err != nil {
		f.t.Fatal(err)
	}
	r := quote.Rates()
	return f.call("POST", "rooms/"+room+"/shows", token, fmt.Sprintf(`{"key":%q,"price_millicredits":%d,"cam2cam_millicredits":%d,"audio_millicredits":%d}`, key, r.Price, r.Cam2cam, r.Audio))
}

func (f *fixture) want(a answer, status int, kind domain.Kind) {
	f.t.Helper()
	if a.StatusCode != status || a.kind() != kind {
		f.t.Errorf("%s %s: status %d, kind %q, want %d %q: %s", a.Request.Method, a.Request.URL.Path, a.StatusCode, a.kind(), status, kind, a.body)
	}
}

func TestNew_refusesWhatIsMissing(t *testing.T) {
	if _, err := web.New(web.Config{}); err == nil {
		t.Error("an empty Config was accepted")
	}
}

func TestSite_headersOnEveryAnswer(t *testing.T) {
	f := newFixture(t, func(c *web.Config) { c.Secure = true })
	for _, path := range []string{"/healthz", "/api/v1/rooms", "/api/v1/nothing"} {
		a := f.do(f.request("GET", path, "", ""))
		for name, want := range map[string]string{
			"Content-Security-Policy": "default-src 'none'; script-src 'self'", "X-Content-Type-Options": "nosniff",
			"Referrer-Policy": "same-origin", "Cache-Control": "no-store", "Strict-Transport-Security": "max-age=",
			"Cross-Origin-Resource-Policy": "same-origin",
		} {
			if got := a.Header.Get(name); !strings.HasPrefix(got, want) {
				t.Errorf("%s: %s is %q, want %q…", path, name, got, want)
			}
		}
	}
}

// Other sites' pages may watch, so they may read why they may not; a server
// that is full is no defect in the log.
func TestSite_refusalsOfMediaAreReadableElsewhere(t *testing.T) {
	f := newFixture(t, func(c *web.Config) {
		c.WHEP = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) })
	})
	a := f.do(f.request("POST", "/whep/anna", "a-token-of-nobody", ""))
	f.want(a, 401, domain.KindUnauthenticated)
	if a.Header.Get("Access-Control-Allow-Origin") != "*" || a.Header.Get("WWW-Authenticate") != "Bearer" {
		t.Errorf("the refusal's headers are %v", a.Header)
	}
	if a := f.call("GET", "me", "", ""); a.Header.Get("Access-Control-Allow-Origin") != "" {
		t.Error("other sites may read the API")
	}
	f.do(f.request("POST", "/whep/anna", "", ""))
	testkit.Until(t, soon, "the log line", func() bool { return strings.Contains(f.log.String(), `"status":503`) })
	if log := f.log.String(); strings.Contains(log, `"level":"ERROR"`) {
		t.Errorf("a full server is logged as a defect:\n%s", log)
	}
}

func TestSite_health(t *testing.T) {
	ready := errors.New("the database is locked")
	f := newFixture(t, func(c *web.Config) { c.Ready = func(context.Context) error { return ready } })
	f.want(f.do(f.request("GET", "/healthz", "", "")), 200, "")
	a := f.do(f.request("GET", "/readyz", "", ""))
	f.want(a, 503, domain.KindUnavailable)
	if a.Header.Get("Retry-After") != "1" || strings.Contains(a.body, "locked") {
		t.Errorf("readyz: Retry-After %q, body %s", a.Header.Get("Retry-After"), a.body)
	}
	ready = domain.Errorf("ready", domain.KindUnavailable, "The server's disk is full.")
	a = f.do(f.request("GET", "/readyz", "", ""))
	f.want(a, 503, domain.KindUnavailable)
	if !strings.Contains(a.body, "disk is full") {
		t.Errorf("readyz does not say why: %s", a.body)
	}
	ready = nil
	f.want(f.do(f.request("GET", "/readyz", "", "")), 200, "")
}

func TestSite_panicIsAnErrorAndALogLine(t *testing.T) {
	f := newFixture(t, func(c *web.Config) {
		c.WHEP = http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("a defect") })
	})
	a := f.do(f.request("POST", "/whep/anna", "", ""))
	f.want(a, 500, domain.KindInternal)
	if strings.Contains(a.body, "defect") {
		t.Errorf("the cause was told: %s", a.body)
	}
	testkit.Until(t, soon, "the log line", func() bool { return strings.Contains(f.log.String(), "panic: a defect") })
}

// Also before a route is found, and in the middle of an answer, which then does
// not look whole.
func TestSite_panicAnywhere(t *testing.T) {
	f := newFixture(t, func(c *web.Config) {
		c.Country = func(netip.Addr) string { panic("a defect of the map") }
	})
	f.want(f.call("GET", "rooms", "", ""), 500, domain.KindInternal)
	testkit.Until(t, soon, "the log line", func() bool { return strings.Contains(f.log.String(), "panic: a defect of the map") })

	f = newFixture(t, func(c *web.Config) {
		c.WHEP = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, strings.Repeat("half ", 10_000))
			panic("a late defect")
		})
	})
	resp, err := http.DefaultClient.Do(f.request("POST", "/whep/anna", "", ""))
	if err == nil {
		_, err = io.ReadAll(resp.Body)
		_ = resp.Body.Close()
	}
	if err == nil {
		t.Error("half an answer looks like a whole one")
	}
	testkit.Until(t, soon, "the log line", func() bool {
		return strings.Contains(f.log.String(), `"level":"ERROR"`) && strings.Contains(f.log.String(), "panic: a late defect")
	})
}

// What caches may keep for everybody bears nobody's cookie.
func TestSite_publicAnswersSetNoCookie(t *testing.T) {
	f := newFixture(t)
	for _, path := range []string{"/favicon.ico", "/assets/any/site.css"} {
		a := f.do(f.request("GET", path, "", ""))
		if a.StatusCode != 200 || len(a.Cookies()) != 0 {
			t.Errorf("%s: %d, cookies %v, %q", path, a.StatusCode, a.Cookies(), a.Header.Get("Cache-Control"))
		}
	}
}

func TestSite_logHoldsNoSecret(t *testing.T) {
	f := newFixture(t)
	f.call("POST", "rooms/anna/messages", f.max, `{"text":"words of the chat","key":"12345678"}`)
	f.call("POST", "sessions", "", `{"email":"max@example.com","password":"a wrong password"}`)
	f.call("GET", "me?token=spilt", "a-token-of-nobody", "")
	r := f.request("GET", "/api/v1/rooms/anna", "", "")
	r.Header.Set("X-Forwarded-For", "203.0.113.77")
	f.do(r)
	testkit.Until(t, soon, "four log lines", func() bool { return strings.Count(f.log.String(), `"msg":"request"`) == 4 })
	log := f.log.String()
	for _, word := range []string{"words of the chat", "wrong password", "a-token-of", "spilt", f.max, "127.0.0.1", "203.0.113", "max@"} {
		if strings.Contains(log, word) {
			t.Errorf("the log holds %q:\n%s", word, log)
		}
	}
	if !strings.Contains(log, `"route":"POST /api/v1/rooms/{performer}/messages"`) {
		t.Errorf("the log lacks the route:\n%s", log)
	}
}
