package whip

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// desk is a Peer that knows one session.
type desk struct {
	offers  []Offer
	patches []Patch
	closed  []string
	fail    error
	restart bool
}

const session = "s3cr3t"

func (d *desk) Offer(_ context.Context, o Offer) (Answer, error) {
	d.offers = append(d.offers, o)
	return Answer{Session: session, ETag: "one", SDP: "v=0\r\nanswer\r\n"}, d.fail
}

func (d *desk) Patch(_ context.Context, p Patch) (Patched, error) {
	d.patches = append(d.patches, p)
	switch {
	case d.fail != nil:
		return Patched{}, d.fail
	case p.Session != session:
		return Patched{}, NoSession()
	case p.Match != "one" && p.Match != "*":
		return Patched{}, fmt.Errorf("patch: %w", Mismatch())
	case d.restart:
		return Patched{Fragment: &Fragment{Ufrag: "serv", Pwd: pwd, End: true}, ETag: "two"}, nil
	}
	return Patched{}, nil
}

func (d *desk) Close(_ context.Context, s string) error {
	if s != session {
		return NoSession()
	}
	d.closed = append(d.closed, s)
	return d.fail
}

// exchange is one request and what must come back.
type exchange struct {
	name, method, path, body string
	header                   map[string]string
	status                   int
	want                     map[string]string // header: exact value, "" = must be absent, "?" = must be there
}

func (x exchange) run(t *testing.T, h http.Handler) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest(x.method, x.path, strings.NewReader(x.body))
	for k, v := range x.header {
		r.Header.Set(k, v)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	if w.Code != x.status {
		t.Errorf("%s: status %d, not %d: %s", x.name, w.Code, x.status, w.Body)
	}
	for k, want := range x.want {
		got := w.Header().Get(k)
		if want == "?" && got == "" || want != "?" && got != want {
			t.Errorf("%s: %s is %q, not %q", x.name, k, got, want)
		}
	}
	if w.Code >= 400 {
		var told refusalBody
		if err := json.Unmarshal(w.Body.Bytes(), &told); err != nil || told.Error.Message == "" {
			t.Errorf("%s: the refusal has no words: %s", x.name, w.Body)
		}
	}
	if w.Header().Get("Access-Control-Allow-Credentials") != "" {
		t.Errorf("%s: other sites may use cookies", x.name)
	}
	return w
}

func TestServer_statuses(t *testing.T) {
	sdp := map[string]string{"Content-Type": "application/sdp"}
	frag := func(match string) map[string]string {
		h := map[string]string{"Content-Type": "application/trickle-ice-sdpfrag"}
		if match != "" {
			h["If-Match"] = match
		}
		return h
	}
	trickle := Fragment{Candidates: []string{"candidate:1 1 udp 1 192.0.2.1 1 typ host"}}.String()
	h := NewServer("/whip", &desk{})
	for _, x := range []exchange{
		{"offer", "POST", "/whip", "v=0\r\n", sdp, 201, map[string]string{"Location": "/whip/" + session, "ETag": `"one"`, "Content-Type": "application/sdp",
			"Link": "", "Accept-Patch": "?", "Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": "?"}},
		{"offer with parameters", "POST", "/whip/", "v=0\r\n", map[string]string{"Content-Type": "application/sdp; charset=utf-8", "Accept": "application/sdp, */*;q=0.1"}, 201, nil},
		{"any application type", "POST", "/whip", "v=0\r\n", map[string]string{"Content-Type": "application/sdp", "Accept": "application/*"}, 201, nil},
		{"no SDP", "POST", "/whip", "hello", sdp, 400, nil},
		{"empty", "POST", "/whip", "", sdp, 400, nil},
		{"no content type", "POST", "/whip", "v=0\r\n", nil, 415, nil},
		{"JSON", "POST", "/whip", "{}", map[string]string{"Content-Type": "application/json"}, 415, nil},
		{"JSON wanted", "POST", "/whip", "v=0\r\n", map[string]string{"Content-Type": "application/sdp", "Accept": "application/json"}, 406, nil},
		{"SDP unwanted", "POST", "/whip", "v=0\r\n", map[string]string{"Content-Type": "application/sdp", "Accept": "application/sdp;q=0"}, 406, nil},
		{"another scheme", "POST", "/whip", "v=0\r\n", map[string]string{"Content-Type": "application/sdp", "Authorization": "Basic eDp5"}, 401, map[string]string{"WWW-Authenticate": "Bearer"}},
		{"an empty token", "POST", "/whip", "v=0\r\n", map[string]string{"Content-Type": "application/sdp", "Authorization": "Bearer "}, 401, nil},
		{"64 KiB", "POST", "/whip", "v=0\r\n" + strings.Repeat("x", MaxBody-5), sdp, 201, nil},
		{"a byte more", "POST", "/whip", "v=0\r\n" + strings.Repeat("x", MaxBody-4), sdp, 413, nil},
		{"get", "GET", "/whip", "", nil, 405, map[string]string{"Allow": "POST, OPTIONS", "Accept-Post": "application/sdp"}},
		{"put", "PUT", "/whip", "", nil, 405, nil},
		{"delete the endpoint", "DELETE", "/whip", "", nil, 405, nil},
		{"options", "OPTIONS", "/whip", "", nil, 204, map[string]string{"Accept-Post": "application/sdp", "Access-Control-Allow-Methods": "POST, OPTIONS", "Access-Control-Allow-Headers": "?"}},
		{"another path", "POST", "/whipped", "v=0\r\n", sdp, 404, nil},
		{"too deep", "DELETE", "/whip/a/b", "", nil, 404, nil},

		{"trickle", "PATCH", "/whip/" + session, trickle, frag(`"one"`), 204, nil},
		{"star", "PATCH", "/whip/" + session, trickle, frag("*"), 204, nil},
		{"quoted star", "PATCH", "/whip/" + session, trickle, frag(`"*"`), 204, nil},
		{"no condition", "PATCH", "/whip/" + session, trickle, frag(""), 428, nil},
		{"another ICE session", "PATCH", "/whip/" + session, trickle, frag(`"zero"`), 412, nil},
		{"no fragment", "PATCH", "/whip/" + session, "hello", frag(`"one"`), 400, nil},
		{"fragment of a wrong type", "PATCH", "/whip/" + session, trickle, sdp, 415, nil},
		{"huge fragment", "PATCH", "/whip/" + session, trickle + strings.Repeat("a=x\r\n", MaxBody/5), frag(`"one"`), 413, nil},
		{"patch nothing", "PATCH", "/whip/other", trickle, frag(`"one"`), 404, nil},
		{"delete", "DELETE", "/whip/" + session, "", nil, 200, nil},
		{"delete nothing", "DELETE", "/whip/other", "", nil, 404, nil},
		{"get a session", "GET", "/whip/" + session, "", nil, 405, map[string]string{"Allow": "PATCH, DELETE, OPTIONS"}},
		{"options of a session", "OPTIONS", "/whip/" + session, "", nil, 204, map[string]string{"Accept-Patch": TypeFragment}},
	} {
		x.run(t, h)
	}
}

func TestServer_passesOnWhatWasAsked(t *testing.T) {
	d := &desk{restart: true}
	exchange{"view", "POST", "/whep/alice", "v=0\r\n", map[string]string{"Content-Type": "application/sdp", "Authorization": "bearer T0k"}, 201,
		map[string]string{"Location": "/whep/alice/" + session}}.run(t, NewPlayback("/whep/", d))
	if o := d.offers[0]; o.Resource != "alice" || o.Token != "T0k" || o.SDP != "v=0\r\n" {
		t.Errorf("the offer is %+v", o)
	}
	body := Fragment{Ufrag: ufrag, Pwd: pwd}.String()
	w := exchange{"restart", "PATCH", "/whep/alice/" + session, body, map[string]string{"Content-Type": TypeFragment, "If-Match": "*"}, 200,
		map[string]string{"ETag": `"two"`, "Content-Type": TypeFragment}}.run(t, NewPlayback("/whep", d))
	if f, err := ParseFragment(w.Body.String()); err != nil || f.Ufrag != "serv" || !f.End {
		t.Errorf("the answer is %+v, %v", f, err)
	}
	if p := d.patches[0]; p.Match != "*" || p.Fragment.Ufrag != ufrag {
		t.Errorf("the patch is %+v", p)
	}
	exchange{"no performer", "POST", "/whep", "v=0\r\n", map[string]string{"Content-Type": "application/sdp"}, 404, nil}.run(t, NewPlayback("/whep", d))
}

func TestServer_tellsRefusals(t *testing.T) {
	post := func(err error, status int, want map[string]string) string {
		t.Helper()
		w := exchange{"refused", "POST", "/whip", "v=0\r\n", map[string]string{"Content-Type": "application/sdp"}, status, want}.run(t, NewServer("/whip", &desk{fail: err}))
		b, _ := io.ReadAll(w.Body)
		return string(b)
	}
	for _, status := range []int{401, 403, 404, 409, 422, 429, 451, 503} {
		post(&Refusal{Status: status, Kind: "k", Message: "Words."}, status, nil)
	}
	post(&Refusal{Status: 503, Message: "Full.", RetryAfter: 1500 * time.Millisecond}, 503, map[string]string{"Retry-After": "2"})
	if body := post(errors.New("dial 192.0.2.7: refused"), 500, nil); strings.Contains(body, "192.0.2.7") {
		t.Errorf("the cause of a defect is told to the world: %s", body)
	}
}
