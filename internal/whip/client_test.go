package whip

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

func TestClient_againstTheServer(t *testing.T) {
	d := &desk{restart: true}
	server := httptest.NewServer(NewServer("/whip", d))
	defer server.Close()
	ctx := context.Background()
	c := &Client{Endpoint: server.URL + "/whip", Token: "T0k"}
	s, err := c.Publish(ctx, "v=0\r\noffer\r\n")
	if err != nil {
		t.Fatal(err)
	}
	if s.Answer != "v=0\r\nanswer\r\n" || s.URL() != server.URL+"/whip/"+session || s.ETag() != "one" || d.offers[0].Token != "T0k" {
		t.Errorf("the session is %+v at %s", s, s.URL())
	}
	d.restart = false
	if err := s.Trickle(ctx, Fragment{End: true}); err != nil {
		t.Errorf("trickle: %v", err)
	}
	d.restart = true
	f, err := s.Restart(ctx, Fragment{Ufrag: ufrag, Pwd: pwd})
	if err != nil || f.Ufrag != "serv" || s.ETag() != "two" {
		t.Errorf("restart: %+v %v, ETag %s", f, err, s.ETag())
	}
	if err := s.Trickle(ctx, Fragment{End: true}); refusedWith(err) != 412 {
		t.Errorf("trickle with an ETag that is not current: %v", err)
	}
	if err := s.Delete(ctx); err != nil || len(d.closed) != 1 {
		t.Errorf("delete: %v", err)
	}
}

func refusedWith(err error) int {
	var r *Refusal
	if errors.As(err, &r) {
		return r.Status
	}
	return 0
}

// told answers every request with the same.
func told(status int, header map[string]string, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for k, v := range header {
			w.Header().Set(k, v)
		}
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	}
}

func offerTo(t *testing.T, h http.Handler) (*Session, error) {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	return (&Client{Endpoint: server.URL + "/whip/endpoint", Token: "T0k"}).View(context.Background(), "v=0\r\n")
}

func TestClient_tellsRefusals(t *testing.T) {
	_, err := offerTo(t, told(503, map[string]string{"Retry-After": "7"}, `{"error":{"kind":"unavailable","message":"Full.","retry_after_ms":1500}}`))
	var r *Refusal
	if !errors.As(err, &r) || r.Status != 503 || r.Kind != "unavailable" || r.Message != "Full." || r.RetryAfter != 7*time.Second {
		t.Errorf("%+v", err)
	}
	_, err = offerTo(t, told(401, map[string]string{"Content-Type": "text/plain"}, "no such key\n"))
	if !errors.As(err, &r) || r.Message != "no such key" {
		t.Errorf("%+v", err)
	}
	_, err = offerTo(t, told(502, map[string]string{"Content-Type": "text/html", "Retry-After": "-3"}, "<html>"))
	if !errors.As(err, &r) || r.Message != "Bad Gateway" || r.RetryAfter != 0 {
		t.Errorf("%+v", err)
	}
}

func TestClient_refusesBadAnswers(t *testing.T) {
	sdp := map[string]string{"Content-Type": "application/sdp", "Location": "x"}
	for name, h := range map[string]http.HandlerFunc{
		"200":               told(200, sdp, "v=0"),
		"no SDP":            told(201, sdp, "<html>"),
		"a wrong type":      told(201, map[string]string{"Content-Type": "text/html", "Location": "x"}, "v=0"),
		"no Location":       told(201, map[string]string{"Content-Type": "application/sdp"}, "v=0"),
		"a file Location":   told(201, map[string]string{"Content-Type": "application/sdp", "Location": "file:///etc/passwd"}, "v=0"),
		"a huge body":       told(201, sdp, "v=0"+strings.Repeat("x", MaxBody)),
		"a redirect by 302": told(302, map[string]string{"Location": "/elsewhere"}, ""),
		"a circle":          told(307, map[string]string{"Location": "/whip/endpoint"}, ""),
		"a lost redirect":   told(307, nil, ""),
	} {
		if s, err := offerTo(t, h); err == nil {
			t.Errorf("%s gave a session at %s", name, s.URL())
		}
	}
	if _, err := (&Client{Endpoint: "not an address"}).Publish(context.Background(), "v=0"); err == nil {
		t.Error("an address without a host was taken")
	}
}

func TestClient_resolvesLocations(t *testing.T) {
	for location, want := range map[string]string{
		"s/1":   "/whip/s/1",
		"/s/1":  "/s/1",
		"?id=1": "/whip/endpoint?id=1",
	} {
		s, err := offerTo(t, told(201, map[string]string{"Content-Type": "application/sdp", "Location": location}, "v=0"))
		if err != nil || !strings.HasSuffix(s.URL(), want) {
			t.Errorf("%s: %v %v", location, s, err)
		}
	}
}

func TestClient_tokenGoesToItsHostOnly(t *testing.T) {
	var seen []string
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen = append(seen, "other "+r.Header.Get("Authorization"))
		told(201, map[string]string{"Content-Type": "application/sdp", "Location": "s"}, "v=0")(w, r)
	}))
	defer other.Close()
	var first *httptest.Server
	first = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen = append(seen, "first "+r.Header.Get("Authorization"))
		if r.URL.Path == "/one" {
			http.Redirect(w, r, first.URL+"/two", http.StatusPermanentRedirect)
			return
		}
		http.Redirect(w, r, other.URL+"/whip", http.StatusTemporaryRedirect)
	}))
	defer first.Close()
	s, err := (&Client{Endpoint: first.URL + "/one", Token: "T0k"}).Publish(context.Background(), "v=0\r\n")
	if err != nil || s.URL() != other.URL+"/s" {
		t.Fatalf("%v %v", s, err)
	}
	if got := strings.Join(seen, ", "); got != "first Bearer T0k, first Bearer T0k, other " {
		t.Errorf("the token went: %s", got)
	}
}

func TestSession_serversWithoutPatch(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /whip/endpoint", told(201, map[string]string{"Content-Type": "application/sdp", "Location": "s"}, "v=0"))
	mux.HandleFunc("DELETE /whip/s", told(404, nil, ""))
	s, err := offerTo(t, mux)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Trickle(context.Background(), Fragment{End: true}); !errors.Is(err, ErrNoPatch) {
		t.Errorf("trickle: %v", err)
	}
	if _, err := s.Restart(context.Background(), Fragment{Ufrag: ufrag, Pwd: pwd}); !errors.Is(err, ErrNoPatch) {
		t.Errorf("restart: %v", err)
	}
	if err := s.Delete(context.Background()); err != nil {
		t.Errorf("deleting what is gone: %v", err)
	}
}

func TestClient_unreachable(t *testing.T) {
	server := httptest.NewServer(told(200, nil, ""))
	server.Close()
	_, err := (&Client{Endpoint: server.URL}).Publish(context.Background(), "v=0")
	if err == nil || !strings.Contains(err.Error(), "could not be reached") {
		t.Errorf("%v", err)
	}
}
