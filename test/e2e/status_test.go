package e2e

import (
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pion/webrtc/v4"
	"golang.org/x/sync/errgroup"

	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/testkit"
	"github.com/jasmincam/jasmincam/internal/testkit/peer"
	"github.com/jasmincam/jasmincam/internal/testkit/stage"
	"github.com/jasmincam/jasmincam/internal/whip"
)

// ask is one request to WHIP or WHEP. What is left out is as it should be.
type ask struct {
	method, path string
	token        string
	from         string // the caller's address; a fresh one when empty
	kind         string // Content-Type
	accept       string
	origin       string // of the page that asks
	match        string
	body         string
}

// told is what came back.
type told struct {
	status int
	header http.Header
	body   string
}

// desk asks a backend, each time from another address, so that the limit of
// offers meets only who means it.
type desk struct {
	s    *stage.Stage
	next atomic.Uint32
}

func (d *desk) ask(t *testing.T, a ask) told {
	t.Helper()
	got, err := d.try(t, a)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func (d *desk) try(t *testing.T, a ask) (told, error) {
	req, err := http.NewRequestWithContext(t.Context(), a.method, d.s.URL+a.path, strings.NewReader(a.body))
	if err != nil {
		return told{}, err
	}
	if a.from == "" {
		n := d.next.Add(1)
		a.from = "10.9." + strconv.Itoa(int(n>>8)) + "." + strconv.Itoa(int(n&0xff))
	}
	if a.kind == "" {
		a.kind = map[string]string{http.MethodPost: whip.TypeSDP, http.MethodPatch: whip.TypeFragment}[a.method]
	}
	for name, value := range map[string]string{"Content-Type": a.kind, "Accept": a.accept, "If-Match": a.match, "Origin": a.origin} {
		if value != "" {
			req.Header.Set(name, value)
		}
	}
	if a.token != "" {
		req.Header.Set("Authorization", "Bearer "+a.token)
	}
	resp, err := forwarded(a.from).RoundTrip(req)
	if err != nil {
		return told{}, err
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	return told{resp.StatusCode, resp.Header, string(body)}, err
}

// offerOf makes an offer of one picture and one sound without candidates.
func offerOf(t *testing.T, direction webrtc.RTPTransceiverDirection) string {
	t.Helper()
	pc, err := webrtc.NewPeerConnection(webrtc.Configuration{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = pc.GracefulClose() }()
	for _, k := range []webrtc.RTPCodecType{webrtc.RTPCodecTypeVideo, webrtc.RTPCodecTypeAudio} {
		if _, err := pc.AddTransceiverFromKind(k, webrtc.RTPTransceiverInit{Direction: direction}); err != nil {
			t.Fatal(err)
		}
	}
	offer, err := pc.CreateOffer(nil)
	if err != nil {
		t.Fatal(err)
	}
	return offer.SDP
}

// promised compares an answer with what docs/PROTOCOL.md section 3 promises for
// its status.
func promised(t *testing.T, name string, got told, status int, words string) {
	t.Helper()
	if got.status != status || !strings.Contains(got.body, words) {
		t.Errorf("%s: %d %s, want %d with %q", name, got.status, got.body, status, words)
		return
	}
	if got.header.Get("Access-Control-Allow-Origin") != "*" || got.header.Get("Access-Control-Allow-Credentials") != "" {
		t.Errorf("%s: other sites cannot read the answer, or may use cookies: %v", name, got.header)
	}
	if status >= 400 && (!strings.HasPrefix(got.body, `{"error":{"kind":"`) || !strings.HasSuffix(got.header.Get("Content-Type"), "json")) {
		t.Errorf("%s: the refusal is no error object: %s", name, got.body)
	}
	switch status {
	case 401:
		if got.header.Get("WWW-Authenticate") == "" {
			t.Errorf("%s: 401 without WWW-Authenticate", name)
		}
	case 405:
		if got.header.Get("Allow") == "" {
			t.Errorf("%s: 405 without Allow", name)
		}
	case 409, 429, 503:
		if n, err := strconv.Atoi(got.header.Get("Retry-After")); err != nil || n < 1 || n > 60 {
			t.Errorf("%s: %d with Retry-After %q", name, status, got.header.Get("Retry-After"))
		}
	}
}

// The statuses of docs/PROTOCOL.md section 3, asked of the real program.
func TestWHIP_statusesOfTheRunningServer(t *testing.T) {
	s := stage.Open(t, stage.Options{Args: []string{"--trusted-proxy", "127.0.0.1/32"}})
	d := &desk{s: s}
	a, b, member := s.Performers[0], s.Performers[1], s.Members[0]
	encoder, err := peer.Publish(t.Context(), peer.Publication{URL: s.URL + "/whip", Token: a.StreamKey})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = encoder.Abandon() }()
	testkit.Until(t, patience, "the room to be live", func() bool { return liveRooms(t, s) == 1 })

	t.Run("offers", func(t *testing.T) { d.offers(t, a, b) })
	t.Run("sessions", func(t *testing.T) { d.sessions(t, a, b) })
	t.Run("doors", func(t *testing.T) { d.doors(t, a, member) })
	t.Run("too many offers", func(t *testing.T) {
		receive, last := offerOf(t, webrtc.RTPTransceiverDirectionRecvonly), told{}
		for range 200 {
			if last = d.ask(t, ask{method: "POST", path: "/whep/nobody", body: receive, from: "10.8.0.1"}); last.status != 404 {
				break
			}
		}
		promised(t, "the last of many", last, 429, "Too many")
		promised(t, "another visitor", d.ask(t, ask{method: "POST", path: "/whep/nobody", body: receive}), 404, "performer")
	})
	t.Run("full", func(t *testing.T) { d.full(t, b) })
}

func (d *desk) offers(t *testing.T, a, b stage.Person) {
	send, receive := offerOf(t, webrtc.RTPTransceiverDirectionSendonly), offerOf(t, webrtc.RTPTransceiverDirectionRecvonly)
	without := func(offer, what string) string { return strings.ReplaceAll(offer, what, "unknown/90000") }
	for _, c := range []struct {
		name   string
		ask    ask
		status int
		words  string
	}{
		{"upload", ask{path: "/whip", token: b.StreamKey, body: send}, 201, "a=candidate:"},
		{"upload, accepting the SDP among others", ask{path: "/whip", token: b.StreamKey, body: send, accept: "text/html, application/*;q=0.5"}, 201, "v=0"},
		{"view", ask{path: "/whep/" + a.Name, body: receive}, 201, "a=candidate:"},
		{"view from another site's page", ask{path: "/whep/" + a.Name, body: receive, origin: "https://elsewhere.example"}, 201, "v=0"},
		{"upload that is no SDP", ask{path: "/whip", token: b.StreamKey, body: "hello"}, 400, "SDP"},
		{"view that is no SDP", ask{path: "/whep/" + a.Name, body: "v=0\r\nhello"}, 400, "SDP"},
		{"upload without a token", ask{path: "/whip", body: send}, 401, "token"},
		{"upload with an unknown token", ask{path: "/whip", token: "wrong", body: send}, 401, ""},
		{"upload with a token of half its length", ask{path: "/whip", token: b.StreamKey[:len(b.StreamKey)/2], body: send}, 401, ""},
		{"view with an unknown token", ask{path: "/whep/" + a.Name, token: "wrong", body: receive}, 401, ""},
		{"view of nobody", ask{path: "/whep/nobody", body: receive}, 404, "performer"},
		{"view of what cannot be a name", ask{path: "/whep/..%2f..%2fetc", body: receive}, 404, ""},
		{"PUT to the upload's address", ask{method: "PUT", path: "/whip", token: b.StreamKey, body: send}, 405, "POST"},
		{"GET of a view", ask{method: "GET", path: "/whep/" + a.Name}, 405, "POST"},
		{"upload that wants HTML", ask{path: "/whip", token: b.StreamKey, body: send, accept: "text/html"}, 406, "Accept"},
		{"view that wants no SDP", ask{path: "/whep/" + a.Name, body: receive, accept: "application/sdp;q=0"}, 406, "Accept"},
		{"view of a room that is not live", ask{path: "/whep/" + b.Name, body: receive}, 409, "not live"},
		{"upload of 65 KiB", ask{path: "/whip", token: b.StreamKey, body: send + strings.Repeat("a=x\r\n", 13<<10)}, 413, "64 KiB"},
		{"view of 65 KiB", ask{path: "/whep/" + a.Name, body: receive + strings.Repeat("a=x\r\n", 13<<10)}, 413, "64 KiB"},
		{"upload of JSON", ask{path: "/whip", token: b.StreamKey, kind: "application/json", body: "{}"}, 415, "application/sdp"},
		{"view of a form", ask{path: "/whep/" + a.Name, kind: "application/x-www-form-urlencoded", body: "a=b"}, 415, "application/sdp"},
		{"upload that only receives", ask{path: "/whip", token: b.StreamKey, body: receive}, 422, "sendonly"},
		{"view that only sends", ask{path: "/whep/" + a.Name, body: send}, 422, "recvonly"},
		{"view both ways", ask{path: "/whep/" + a.Name, body: offerOf(t, webrtc.RTPTransceiverDirectionSendrecv)}, 422, "recvonly"},
		{"upload without H.264", ask{path: "/whip", token: b.StreamKey, body: without(send, "H264/90000")}, 422, "H.264"},
		{"view without Opus", ask{path: "/whep/" + a.Name, body: without(receive, "opus/48000/2")}, 422, "Opus"},
		{"view with packetization-mode 0", ask{path: "/whep/" + a.Name, body: strings.ReplaceAll(receive, "packetization-mode=1", "packetization-mode=0")}, 422, "packetization-mode 1"},
	} {
		if c.ask.method == "" {
			c.ask.method = "POST"
		}
		got := d.ask(t, c.ask)
		promised(t, c.name, got, c.status, c.words)
		if got.status == 201 {
			d.granted(t, c.name, c.ask, got)
		}
	}
	for _, path := range []string{"/whip", "/whep/" + a.Name} {
		got := d.ask(t, ask{method: "OPTIONS", path: path})
		promised(t, "OPTIONS "+path, got, 204, "")
		for name, want := range map[string]string{"Accept-Post": whip.TypeSDP, "Access-Control-Allow-Headers": "If-Match", "Access-Control-Allow-Methods": "POST"} {
			if !strings.Contains(got.header.Get(name), want) {
				t.Errorf("OPTIONS %s: %s is %q, want %q", path, name, got.header.Get(name), want)
			}
		}
	}
}

// granted checks the headers of a 201 and ends the session.
func (d *desk) granted(t *testing.T, name string, asked ask, got told) {
	t.Helper()
	location := got.header.Get("Location")
	id, below := strings.CutPrefix(location, asked.path+"/")
	switch {
	case !below || len(id) < 22 || strings.Contains(id, "/"):
		t.Errorf("%s: the session is at %q", name, location)
	case got.header.Get("Content-Type") != whip.TypeSDP || !strings.HasPrefix(got.header.Get("ETag"), `"`):
		t.Errorf("%s: Content-Type %q, ETag %q", name, got.header.Get("Content-Type"), got.header.Get("ETag"))
	case !strings.Contains(got.body, "a=end-of-candidates"):
		t.Errorf("%s: not the whole set of candidates", name)
	}
	promised(t, name+": DELETE", d.ask(t, ask{method: "DELETE", path: location}), 200, "")
}

// sessions goes through what can be asked of a granted session.
func (d *desk) sessions(t *testing.T, a, b stage.Person) {
	const candidate = "a=candidate:1 1 udp 2130706431 192.0.2.1 50000 typ host\r\na=end-of-candidates\r\n"
	const restart = "a=ice-ufrag:fresh\r\na=ice-pwd:aaaaaaaaaaaaaaaaaaaaaaaa\r\n"
	for name, begin := range map[string]ask{
		"upload": {method: "POST", path: "/whip", token: b.StreamKey, body: offerOf(t, webrtc.RTPTransceiverDirectionSendonly)},
		"view":   {method: "POST", path: "/whep/" + a.Name, body: offerOf(t, webrtc.RTPTransceiverDirectionRecvonly)},
	} {
		granted := d.ask(t, begin)
		promised(t, name, granted, 201, "")
		at, etag := granted.header.Get("Location"), granted.header.Get("ETag")
		for _, c := range []struct {
			what   string
			ask    ask
			status int
			words  string
		}{
			{"trickle", ask{method: "PATCH", match: etag, body: candidate}, 204, ""},
			{"trickle of another ICE session", ask{method: "PATCH", match: `"other"`, body: candidate}, 412, "ETag"},
			{"trickle without If-Match", ask{method: "PATCH", body: candidate}, 428, "If-Match"},
			{"trickle of nonsense", ask{method: "PATCH", match: etag, body: "hello"}, 400, ""},
			{"trickle as SDP", ask{method: "PATCH", match: etag, kind: whip.TypeSDP, body: candidate}, 415, "sdpfrag"},
			{"trickle of 65 KiB", ask{method: "PATCH", match: etag, body: strings.Repeat(candidate, 1000)}, 413, "64 KiB"},
			{"another offer", ask{method: "POST", body: begin.body}, 405, "PATCH"},
			{"GET", ask{method: "GET"}, 405, "DELETE"},
			{"OPTIONS", ask{method: "OPTIONS"}, 204, ""},
		} {
			c.ask.path = at
			promised(t, name+": "+c.what, d.ask(t, c.ask), c.status, c.words)
		}
		renewed := d.ask(t, ask{method: "PATCH", path: at, match: "*", body: restart})
		promised(t, name+": ICE restart", renewed, 200, "a=ice-ufrag:")
		if e := renewed.header.Get("ETag"); e == "" || e == etag || renewed.header.Get("Content-Type") != whip.TypeFragment {
			t.Errorf("%s: after the restart the ETag is %q (before %q) and the type %q", name, e, etag, renewed.header.Get("Content-Type"))
		}
		promised(t, name+": the old ETag", d.ask(t, ask{method: "PATCH", path: at, match: etag, body: candidate}), 412, "")
		promised(t, name+": DELETE", d.ask(t, ask{method: "DELETE", path: at}), 200, "")
		promised(t, name+": DELETE again", d.ask(t, ask{method: "DELETE", path: at}), 404, "session")
		promised(t, name+": PATCH after the end", d.ask(t, ask{method: "PATCH", path: at, match: "*", body: candidate}), 404, "session")
		guessed := at[:len(at)-4] + "AAAA"
		promised(t, name+": a guessed session", d.ask(t, ask{method: "DELETE", path: guessed}), 404, "session")
	}
}

// doors goes through who is known and yet not let in.
func (d *desk) doors(t *testing.T, a, member stage.Person) {
	s := d.s
	send, receive := offerOf(t, webrtc.RTPTransceiverDirectionSendonly), offerOf(t, webrtc.RTPTransceiverDirectionRecvonly)
	her, _ := s.SignIn(a)
	_, session := s.SignIn(member)
	view := ask{method: "POST", path: "/whep/" + a.Name, token: session.Token, body: receive}
	promised(t, "a member's view", d.ask(t, view), 201, "")
	promised(t, "an upload with a member's token", d.ask(t, ask{method: "POST", path: "/whip", token: session.Token, body: send}), 401, "")
	if _, err := her.Ban(t.Context(), a.Name, member.Name, 0); err != nil {
		t.Fatal(err)
	}
	promised(t, "a banned member's view", d.ask(t, view), 403, "")

	staff, _ := s.SignIn(s.Staff)
	studio, _ := s.SignIn(s.Studio)
	_, key := performerIn(t, s, staff, studio, domain.StateSuspended)
	promised(t, "a suspended performer's upload", d.ask(t, ask{method: "POST", path: "/whip", token: key, body: send}), 403, domain.StateSuspended.OfflineReason())

	if err := her.SetSettings(t.Context(), a.Name, domain.RoomSettings{GuestsClosedIn: []string{"FR"}}); err != nil {
		t.Fatal(err)
	}
	promised(t, "a view from a closed country", d.ask(t, ask{method: "POST", path: "/whep/" + a.Name, body: receive, from: inFrance}), 451, "country")
	if _, err := her.NewStreamKey(t.Context(), a.Name); err != nil {
		t.Fatal(err)
	}
	promised(t, "an upload with a stream key that was replaced", d.ask(t, ask{method: "POST", path: "/whip", token: a.StreamKey, body: send}), 401, "")
}

// full offers uploads that nobody takes up until there is no place left.
func (d *desk) full(t *testing.T, b stage.Person) {
	send := offerOf(t, webrtc.RTPTransceiverDirectionSendonly)
	ctx := t.Context()
	var offerers errgroup.Group
	refused := make(chan told, 8)
	deadline := time.Now().Add(2 * time.Minute)
	for range 8 {
		offerers.Go(func() error {
			for ctx.Err() == nil && time.Now().Before(deadline) {
				got, err := d.try(t, ask{method: "POST", path: "/whip", token: b.StreamKey, body: send})
				if err != nil {
					return err
				}
				if got.status != 201 {
					refused <- got
					return nil
				}
			}
			return nil
		})
	}
	if err := offerers.Wait(); err != nil {
		t.Fatal(err)
	}
	if len(refused) == 0 {
		t.Fatal("no offer was refused in two minutes")
	}
	promised(t, "an upload more than there are places for", <-refused, 503, "full")
}
