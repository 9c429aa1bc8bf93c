package client

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"github.com/jasmincam/jasmincam/internal/domain"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// server runs a backend and returns a client with a token for it.
func server(t *testing.T, h http.HandlerFunc) *Client {
	t.Helper()
	s := httptest.NewServer(h)
	transport := NewTransport(nil)
	t.Cleanup(func() { transport.CloseIdleConnections(); s.Close() })
	c, err := New(Config{URL: s.URL + "/", Token: "secret", Transport: transport})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// exchange is a call and what goes over the wire for it.
type exchange struct {
	call   func(context.Context, *Client) (any, error)
	line   string // method and path
	body   string
	answer string
	want   string // the result as JSON; "" when there is none
}

// speaks makes every call and compares what goes over the wire with
// docs/PROTOCOL.md, section 1.
func speaks(t *testing.T, exchanges []exchange) {
	t.Helper()
	for _, tt := range exchanges {
		var line, body, auth string
		c := server(t, func(w http.ResponseWriter, r *http.Request) {
			raw, _ := io.ReadAll(r.Body)
			line, body, auth = r.Method+" "+r.URL.RequestURI(), string(raw), r.Header.Get("Authorization")
			_, _ = io.WriteString(w, tt.answer)
		})
		got, err := tt.call(t.Context(), c)
		out, _ := json.Marshal(got)
		if err != nil || line != tt.line || body != tt.body || auth != "Bearer secret" || !strings.Contains(string(out), tt.want) {
			t.Errorf("%s: sent %s %s (%s), got %s, %v", tt.line, line, body, auth, out, err)
		}
	}
}

func TestClient_speaksTheProtocol(t *testing.T) {
	someone := domain.SignUp{Name: "n"}
	speaks(t, []exchange{
		{func(ctx context.Context, c *Client) (any, error) { return c.SignIn(ctx, "e", "p", "d") },
			"POST /api/v1/sessions", `{"email":"e","password":"p","device":"d"}`, `{"token":"t","id":"i"}`, `"token":"t"`},
		{func(ctx context.Context, c *Client) (any, error) { return nil, c.SignOut(ctx) }, "DELETE /api/v1/sessions/current", "", "", ""},
		{func(ctx context.Context, c *Client) (any, error) { return c.Sessions(ctx) }, "GET /api/v1/sessions", "", `{"sessions":[{"id":"i"}]}`, `"id":"i"`},
		{func(ctx context.Context, c *Client) (any, error) { return nil, c.RevokeSession(ctx, "a/b") }, "DELETE /api/v1/sessions/a%2Fb", "", "", ""},
		{func(ctx context.Context, c *Client) (any, error) { return c.Me(ctx) }, "GET /api/v1/me", "", `{"earned_cents":9}`, `"earned_cents":9`},
		{func(ctx context.Context, c *Client) (any, error) {
			return c.SignUpMember(ctx, domain.SignUp{Name: "n", Adult: true})
		},
			"POST /api/v1/members", `{"name":"n","email":"","password":"","adult":true}`, `{"name":"n"}`, `"name":"n"`},
		{func(ctx context.Context, c *Client) (any, error) { return c.SignUpPerformer(ctx, someone) },
			"POST /api/v1/performers", `{"name":"n","email":"","password":"","adult":false}`, `{"name":"n"}`, `"name":"n"`},
		{func(ctx context.Context, c *Client) (any, error) {
			return c.Apply(ctx, "n", domain.Application{FullName: "f", BirthDate: "b", Country: "HU"})
		},
			"PUT /api/v1/performers/n/application", `{"full_name":"f","birth_date":"b","country":"HU"}`, `{"state":"submitted"}`, "submitted"},
		{func(ctx context.Context, c *Client) (any, error) { return c.Application(ctx, "n") },
			"GET /api/v1/performers/n/application", "", `{"full_name":"f"}`, `"full_name":"f"`},
		{func(ctx context.Context, c *Client) (any, error) { return c.SetActivation(ctx, "n", false) },
			"PUT /api/v1/performers/n/activation", `{"active":false}`, `{"state":"inactive"}`, "inactive"},
		{func(ctx context.Context, c *Client) (any, error) { return c.AddPerformer(ctx, someone) },
			"POST /api/v1/studio/performers", `{"name":"n","email":"","password":"","adult":false}`, `{"name":"n"}`, `"name":"n"`},
		{func(ctx context.Context, c *Client) (any, error) {
			return c.Decide(ctx, "n", domain.Decision{State: "active"})
		},
			"POST /api/v1/staff/performers/n/decision", `{"state":"active","reason":"","person":""}`, `{"state":"active"}`, "active"},
		{func(ctx context.Context, c *Client) (any, error) { return c.OnlineRooms(ctx) }, "GET /api/v1/rooms", "", `{"rooms":[{"name":"n"}]}`, `"name":"n"`},
		{func(ctx context.Context, c *Client) (any, error) { return c.Room(ctx, "..") }, "GET /api/v1/rooms/%2E%2E", "", `{"name":"n"}`, `"name":"n"`},
		{func(ctx context.Context, c *Client) (any, error) { return c.SetOnline(ctx, "n", true) },
			"PUT /api/v1/rooms/n/online", `{"online":true}`, `{"state":"live"}`, "live"},
		{func(ctx context.Context, c *Client) (any, error) { return c.Settings(ctx, "n") }, "GET /api/v1/rooms/n/settings", "", `{"guest_chat":true}`, `"guest_chat":true`},
		{func(ctx context.Context, c *Client) (any, error) {
			return nil, c.SetSettings(ctx, "n", domain.RoomSettings{GuestsClosedIn: []string{"HU"}})
		},
			"PUT /api/v1/rooms/n/settings", `{"guest_chat":false,"home_closed":false,"guests_closed_in":["HU"]}`, "", ""},
		{func(ctx context.Context, c *Client) (any, error) { return c.NewStreamKey(ctx, "n") }, "POST /api/v1/rooms/n/stream-key", "", `{"stream_key":"k"}`, `"k"`},
		{func(ctx context.Context, c *Client) (any, error) {
			return nil, c.SetThumbnail(ctx, "n", []byte("jpeg"))
		}, "PUT /api/v1/rooms/n/thumbnail", "jpeg", "", ""},
		{func(ctx context.Context, c *Client) (any, error) { return c.Thumbnail(ctx, "n") }, "GET /api/v1/rooms/n/thumbnail", "", "jpeg", "anBlZw=="},
		{func(ctx context.Context, c *Client) (any, error) {
			return c.Say(ctx, "n", domain.Line{Text: "<b>", Key: "k"})
		},
			"POST /api/v1/rooms/n/messages", `{"text":"\u003cb\u003e","key":"k"}`, `{"seq":3}`, `"seq":3`},
		{func(ctx context.Context, c *Client) (any, error) { return c.Messages(ctx, "n", 5, 10) }, "GET /api/v1/rooms/n/messages?after=5&limit=10", "", `{"messages":[{"seq":6}]}`, `"seq":6`},
		{func(ctx context.Context, c *Client) (any, error) {
			return c.Tip(ctx, "n", domain.Tip{Amount: 1000, Key: "k"})
		},
			"POST /api/v1/rooms/n/tips", `{"millicredits":1000,"note":"","key":"k"}`, `{"entry":"e"}`, `"entry":"e"`},
		{func(ctx context.Context, c *Client) (any, error) { return c.Ban(ctx, "n", "v", 10) }, "POST /api/v1/rooms/n/bans", `{"viewer":"v","minutes":10}`, `{"viewer":"v"}`, `"viewer":"v"`},
		{func(ctx context.Context, c *Client) (any, error) { return nil, c.Lift(ctx, "n", "v w") }, "DELETE /api/v1/rooms/n/bans/v%20w", "", "", ""},
		{func(ctx context.Context, c *Client) (any, error) { return c.Bans(ctx, "n") }, "GET /api/v1/rooms/n/bans", "", `{"bans":[{"viewer":"v"}]}`, `"viewer":"v"`},
		{func(ctx context.Context, c *Client) (any, error) { return c.Buy(ctx, "p10", "k") }, "POST /api/v1/purchases", `{"package":"p10","key":"k"}`, `{"id":"i"}`, `"id":"i"`},
		{func(ctx context.Context, c *Client) (any, error) { return c.Purchase(ctx, "i") }, "GET /api/v1/purchases/i", "", `{"id":"i"}`, `"id":"i"`},
		{func(ctx context.Context, c *Client) (any, error) { return c.Begin(ctx, []string{"a", "b"}) },
			"POST /api/v1/broadcasts", `{"accounts":["a","b"]}`, `{"whip_url":"/whip","token":"t","rooms":["n"]}`, `/whip","token":"t"`},
	})
}

func TestClient_performersAreStaffsOrTheStudios(t *testing.T) {
	for role, want := range map[domain.Role]string{domain.RoleStaff: "/api/v1/staff/performers?online=true&order=status&state=active", domain.RoleStudio: "/api/v1/studio/performers?online=true&order=status&state=active"} {
		var path string
		c := server(t, func(w http.ResponseWriter, r *http.Request) {
			path = r.URL.RequestURI()
			fmt.Fprintf(w, `{"account":{"role":%q},"performers":[{"studio":"s"}]}`, role)
		})
		lines, err := c.Performers(t.Context(), domain.PerformerFilter{State: domain.StateActive, Online: true, Order: domain.PerformersByStatus})
		if err != nil || path != want || len(lines) != 1 {
			t.Errorf("%s asked %s: %v, %v", role, path, lines, err)
		}
	}
}

// TestClient_kindsComeBack sends every kind as the backend does, and as a proxy
// in front of it would: by its status alone.
func TestClient_kindsComeBack(t *testing.T) {
	statuses := map[domain.Kind]int{domain.KindInvalid: 422, domain.KindUnauthenticated: 401, domain.KindPayment: 402, domain.KindForbidden: 403,
		domain.KindCountry: 451, domain.KindNotFound: 404, domain.KindConflict: 409, domain.KindTooLarge: 413, domain.KindLimited: 429,
		domain.KindUnavailable: 503, domain.KindInternal: 500}
	for _, kind := range domain.Kinds() {
		for _, body := range []string{fmt.Sprintf(`{"error":{"kind":%q,"message":"Do this.","retry_after_ms":1500}}`, kind), "", "<html>", `{"error":{"kind":"new"}}`} {
			c := server(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Retry-After", "7")
				w.WriteHeader(statuses[kind])
				_, _ = io.WriteString(w, body)
			})
			_, err := c.Me(t.Context())
			var e *domain.Error
			if !errors.As(err, &e) || e.Kind != kind || e.Message == "" {
				t.Errorf("%s with %q: %v", kind, body, err)
				continue
			}
			told := strings.Contains(body, "Do this.")
			if told != (e.Message == "Do this.") || told != (e.RetryAfter == 1500*time.Millisecond) || !told && e.RetryAfter != 7*time.Second {
				t.Errorf("%s with %q: %q, retry after %v", kind, body, e.Message, e.RetryAfter)
			}
		}
	}
	if KindOf(http.StatusBadRequest) != domain.KindInvalid || KindOf(http.StatusBadGateway) != domain.KindUnavailable || KindOf(http.StatusTeapot) != domain.KindInternal {
		t.Error("statuses outside the table")
	}
}

func TestClient_hostileAnswers(t *testing.T) {
	for name, answer := range map[string]http.HandlerFunc{
		"not JSON":       func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "<html>Welcome") },
		"other JSON":     func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, `[1,2]`) },
		"nothing":        func(http.ResponseWriter, *http.Request) {},
		"endless":        func(w http.ResponseWriter, _ *http.Request) { _, _ = io.CopyN(w, zeros{}, maxAnswer+10) },
		"an empty token": func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, `{}`) },
		"long complaint": refuse(500, `{"error":{"kind":"internal","message":"`+strings.Repeat("x", 2000)+`"}}`),
		"absurd waits":   refuse(429, `{"error":{"kind":"limited","message":"Wait.","retry_after_ms":9223372036854775807}}`),
		"negative waits": refuse(429, `{"error":{"kind":"limited","message":"Wait.","retry_after_ms":-5}}`),
		"cut in the body": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "50")
			_, _ = io.WriteString(w, `{"token":`)
		},
	} {
		c := server(t, answer)
		_, err := c.SignIn(t.Context(), "e", "p", "d")
		var e *domain.Error
		if !errors.As(err, &e) || len(e.Message) > 300 || e.Message == "" || e.RetryAfter < 0 || e.RetryAfter > maxWait {
			t.Errorf("%s: %v", name, err)
		}
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func refuse(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

func TestClient_tokenDoesNotFollowARedirect(t *testing.T) {
	stolen := make(chan string, 1)
	thief := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { stolen <- r.Header.Get("Authorization") }))
	defer thief.Close()
	c := server(t, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, thief.URL, http.StatusTemporaryRedirect)
	})
	if _, err := c.Me(t.Context()); !strings.Contains(domain.Sentence(err), "another address") || len(stolen) != 0 {
		t.Errorf("%v, %d requests at the other address", err, len(stolen))
	}
}

func TestClient_grantMustStayOnTheScheme(t *testing.T) {
	for _, answer := range []string{`{"whip_url":"https://elsewhere/whip","token":"t"}`, `{"whip_url":"file:///etc","token":"t"}`, `{"whip_url":"/whip","token":""}`, `{"whip_url":"%zz","token":"t"}`} {
		c := server(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, answer) })
		if _, err := c.Begin(t.Context(), nil); domain.KindOf(err) != domain.KindUnavailable {
			t.Errorf("%s: %v", answer, err)
		}
	}
}

func TestClient_unreachable(t *testing.T) {
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := "http://" + closed.Addr().String()
	_ = closed.Close()
	c, err := New(Config{URL: address})
	if err != nil {
		t.Fatal(err)
	}
	_, err = c.Me(t.Context())
	if want := "The backend at " + address + " does not answer. Check the address and your network."; domain.Sentence(err) != want {
		t.Errorf("%v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err = c.Me(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("ended by the caller: %v", err)
	}
}

func TestClient_certificates(t *testing.T) {
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, `{"earned_cents":1}`) }))
	s.Config.ErrorLog = log.New(io.Discard, "", 0) // the refused handshake is expected
	s.StartTLS()
	defer s.Close()
	strange, err := New(Config{URL: s.URL})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := strange.Me(t.Context()); !strings.Contains(domain.Sentence(err), "certificate") {
		t.Errorf("an unknown certificate: %v", err)
	}
	strange.CloseIdle()
	transport := NewTransport(&tls.Config{RootCAs: s.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs, MinVersion: tls.VersionTLS12})
	defer transport.CloseIdleConnections()
	known, err := New(Config{URL: s.URL, Transport: transport})
	if err != nil {
		t.Fatal(err)
	}
	if me, err := known.Me(t.Context()); err != nil || me.EarnedCents != 1 {
		t.Errorf("a known certificate: %v", err)
	}
	plain := server(t, func(http.ResponseWriter, *http.Request) {})
	u, _ := url.Parse(plain.URL())
	wrong, err := New(Config{URL: "https://" + u.Host})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := wrong.Me(t.Context()); !strings.Contains(domain.Sentence(err), "HTTPS") {
		t.Errorf("TLS to a plain server: %v", err)
	}
}

// never answers until the caller gives up.
type never struct{}

func (never) RoundTrip(r *http.Request) (*http.Response, error) {
	<-r.Context().Done()
	return nil, r.Context().Err()
}

func TestClient_slowBackendIsGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, err := New(Config{URL: "http://localhost", Transport: never{}})
		if err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		if _, err := c.Me(t.Context()); domain.KindOf(err) != domain.KindUnavailable || time.Since(began) != CallTimeout {
			t.Errorf("%v after %v", err, time.Since(began))
		}
	})
}

func TestClient_connectionsAreReused(t *testing.T) {
	opened := make(chan struct{}, 100)
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, `{}`) }))
	s.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			opened <- struct{}{}
		}
	}
	s.Start()
	defer s.Close()
	c, err := New(Config{URL: s.URL})
	if err != nil {
		t.Fatal(err)
	}
	defer c.CloseIdle()
	for range 10 {
		if _, err := c.With("other").Me(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if len(opened) != 1 {
		t.Errorf("%d connections for ten calls", len(opened))
	}
}

func TestCheckURL(t *testing.T) {
	for address, ok := range map[string]bool{
		"https://example.com": true, " https://example.com/ ": true, "https://example.com:8443/site/": true, "http://127.0.0.1:8787": true,
		"http://[::1]:8787": true, "http://localhost:8787": true, "http://192.168.1.5": true, "http://studio-server": true, "http://studio.local": true,
		"http://example.com": false, "http://8.8.8.8": false, "ftp://example.com": false, "example.com": false, "": false, "https://": false,
		"https://user:pw@example.com": false, "ftp://user:pw@example.com": false, "user:pw@example.com": false, "https://user:pw@exa mple.com": false, "https://example.com?x": false, "https://example.com#x": false, "http://ex ample": false,
	} {
		u, err := CheckURL(address)
		if (err == nil) != ok || err == nil && strings.HasSuffix(u.String(), "/") {
			t.Errorf("%q: %v, %v", address, u, err)
		}
		if err != nil && (domain.KindOf(err) != domain.KindInvalid || strings.Contains(domain.Sentence(err), "pw")) {
			t.Errorf("%q: %v", address, err)
		}
	}
}
