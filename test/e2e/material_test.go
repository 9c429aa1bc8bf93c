package e2e

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/pion/rtp"

	"github.com/jasmincam/jasmincam/internal/testkit/peer"
	"github.com/jasmincam/jasmincam/internal/testkit/stage"
)

// material is all that visitors received of one room, as it came.
type material struct {
	room string

	mu     sync.Mutex
	text   bytes.Buffer // headers and bodies of every answer
	stills map[[32]byte][]byte
	joins  []*join
	// reports are the RTCP packets; payload is all media, one after the other.
	reports [][]byte
	payload bytes.Buffer
}

// join is one visitor's view of the room: the headers of its packets in the
// order of their coming.
type join struct {
	view    *peer.Viewer
	packets []seenPacket
}

type seenPacket struct {
	rtp.Header
	sum [32]byte // of the payload
}

func newMaterial(room string) *material {
	return &material{room: room, stills: map[[32]byte][]byte{}}
}

// eyes is a visitor, who writes all that comes into the room's material.
type eyes struct {
	s     *stage.Stage
	token string // "" = a guest
}

// into is a transport that asks as the visitor and keeps what is answered.
func (e eyes) into(m *material) http.RoundTripper { return &keeper{e, m} }

type keeper struct {
	eyes
	m *material
}

// RoundTrip implements http.RoundTripper.
func (k *keeper) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	if k.token != "" {
		r.Header.Set("Authorization", "Bearer "+k.token)
	}
	resp, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	k.m.mu.Lock()
	defer k.m.mu.Unlock()
	fmt.Fprintf(&k.m.text, "\n%s\n", resp.Status)
	_ = resp.Header.Write(&k.m.text) // a buffer takes all
	if !strings.HasPrefix(resp.Header.Get("Content-Type"), "image/") {
		resp.Body = &tee{resp.Body, k.m}
	}
	return resp, nil
}

type tee struct {
	io.ReadCloser
	m *material
}

// Read implements io.Reader.
func (t *tee) Read(b []byte) (int, error) {
	n, err := t.ReadCloser.Read(b)
	t.m.mu.Lock()
	defer t.m.mu.Unlock()
	t.m.text.Write(b[:n])
	return n, err
}

// call asks for something and returns the body.
func (e eyes) call(t *testing.T, m *material, method, path, body string) (status int, answer []byte) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, e.s.URL+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	resp, err := e.into(m).RoundTrip(req)
	if err != nil {
		t.Fatalf("%s %s: %v", method, path, err)
	}
	defer func() { _ = resp.Body.Close() }()
	answer, err = io.ReadAll(resp.Body)
	if err != nil {
		t.Fatalf("%s %s: %v", method, path, err)
	}
	return resp.StatusCode, answer
}

// read looks at all that the room shows without media.
func (e eyes) read(t *testing.T, m *material) {
	t.Helper()
	for _, path := range []string{"/r/" + m.room, "/api/v1/rooms/" + m.room, "/api/v1/rooms/" + m.room + "/messages?after=0"} {
		if status, answer := e.call(t, m, "GET", path, ""); status != http.StatusOK {
			t.Fatalf("GET %s: %d %s", path, status, answer)
		}
	}
}

// still takes the room's thumbnail, if there is one.
func (e eyes) still(t *testing.T, m *material) {
	t.Helper()
	status, picture := e.call(t, m, "GET", "/api/v1/rooms/"+m.room+"/thumbnail", "")
	if status == http.StatusOK {
		m.mu.Lock()
		defer m.mu.Unlock()
		m.stills[sha256.Sum256(picture)] = picture
	}
}

// follow reads the room's events from the first one until ctx ends.
func (e eyes) follow(ctx context.Context, t *testing.T, m *material, work *sync.WaitGroup) {
	t.Helper()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, e.s.URL+"/api/v1/events?after=0&room="+m.room, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := e.into(m).RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	work.Go(func() {
		defer func() { _ = resp.Body.Close() }()
		_, _ = io.Copy(io.Discard, resp.Body) // ends with ctx
	})
}

// watch opens the room's picture and sound.
func (e eyes) watch(t *testing.T, m *material) {
	t.Helper()
	j := &join{}
	j.view = watchFrom(t, peer.Watch{URL: e.s.URL + "/whep/" + m.room, Transport: e.into(m), Light: true, Tap: func(b []byte) { m.take(j, b) }})
	m.mu.Lock()
	defer m.mu.Unlock()
	m.joins = append(m.joins, j)
}

// take keeps one packet; RFC 5761 tells the kinds apart.
func (m *material) take(j *join, b []byte) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(b) > 1 && b[1] >= 192 && b[1] <= 223 {
		m.reports = append(m.reports, bytes.Clone(b))
		return
	}
	var h rtp.Header
	n, err := h.Unmarshal(b)
	if err != nil {
		fmt.Fprintf(&m.text, "\nbroken RTP %x\n", b)
		return
	}
	j.packets = append(j.packets, seenPacket{h.Clone(), sha256.Sum256(b[n:])})
	m.payload.Write(b[n:])
}

// words are the names and numbers in a text that are long enough to be
// somebody's own. The version in an answer's o= line is the second of the
// visitor's own call.
func words(text string) map[string]bool {
	all := map[string]bool{}
	text = regexp.MustCompile(`(?m)^(o=\S+ \S+) \d+`).ReplaceAllString(text, "$1")
	for _, w := range regexp.MustCompile(`[A-Za-z0-9+_-]{6,}`).FindAllString(text, -1) {
		all[w] = true
	}
	return all
}

func (m *material) words() map[string]bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return words(m.text.String())
}
