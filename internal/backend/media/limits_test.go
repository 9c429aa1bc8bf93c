package media

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/pion/webrtc/v4"

	"github.com/jasmincam/jasmincam/internal/domain"
)

// closingDoor admits each asker once; then the door is shut.
type closingDoor struct {
	*door
	shut func()
}

func (d closingDoor) AdmitUpload(ctx context.Context, token string) (Upload, error) {
	u, err := d.door.AdmitUpload(ctx, token)
	d.shut()
	return u, err
}

func (d closingDoor) AdmitView(ctx context.Context, performer string) error {
	err := d.door.AdmitView(ctx, performer)
	d.shut()
	return err
}

// offers are a publisher's and a viewer's.
func offers(t *testing.T) (send, receive string) {
	t.Helper()
	return offer(t, webrtc.RTPTransceiverDirectionSendonly, kindVideo, kindAudio),
		offer(t, webrtc.RTPTransceiverDirectionRecvonly, kindVideo, kindAudio)
}

func TestDoor_thatClosesWhileAnOfferIsAnswered(t *testing.T) {
	closing := &closingDoor{shut: func() {}}
	h := open(t, func(c *Config) {
		closing.door = c.Doorman.(*door)
		c.Doorman = closing
	})
	ctx := within(t, 30*time.Second)
	h.publish(ctx, "key", nil)
	h.until(ctx, "a", domain.RoomLive)
	send, receive := offers(t)

	// No Recheck follows: the bell of the change rang before the session was there.
	closing.shut = func() {
		h.door.ban("a", "", domain.Errorf("view", domain.KindForbidden, "You are banned from this room."))
	}
	if status, _, body := call(t, "POST", h.url+"/whep/a", "", "", receive); status != 403 || !strings.Contains(body, "banned") {
		t.Errorf("a viewer banned in between: %d %s", status, body)
	}
	closing.shut = func() {
		h.door.mu.Lock()
		defer h.door.mu.Unlock()
		delete(h.door.grants, "both")
	}
	if status, _, body := call(t, "POST", h.url+"/whip", "both", "", send); status != 401 {
		t.Errorf("a token that ended in between: %d %s", status, body)
	}
	h.door.grant("both", Upload{ID: "u1", Rooms: []string{"a", "b"}})
	closing.shut = func() { h.door.grant("both", Upload{ID: "u1"}) }
	if status, _, body := call(t, "POST", h.url+"/whip", "both", "", send); status != 403 || !strings.Contains(body, "no room") {
		t.Errorf("a token that lost its rooms in between: %d %s", status, body)
	}
	if s := h.Stats(); s.Viewers != 0 || s.Uploads != 1 {
		t.Errorf("%d views and %d uploads are left, not 0 and 1", s.Viewers, s.Uploads)
	}
}

func TestViews_ofOneOriginAreBounded(t *testing.T) {
	h := open(t, func(c *Config) { c.ViewsPerOrigin = 2 })
	ctx := within(t, 30*time.Second)
	h.publish(ctx, "key", nil)
	h.until(ctx, "a", domain.RoomLive)
	_, receive := offers(t)
	watch := func(origin string) (int, http.Header) {
		status, header, _ := callFrom(t, origin, "POST", h.url+"/whep/a", receive)
		return status, header
	}
	_, first := watch("one")
	if status, _ := watch("one"); status != 201 {
		t.Fatalf("the second view: %d", status)
	}
	status, header := watch("one")
	if status != 429 || header.Get("Retry-After") == "" {
		t.Errorf("the third view: %d with Retry-After %q", status, header.Get("Retry-After"))
	}
	if status, _ := watch("two"); status != 201 {
		t.Errorf("another origin: %d", status)
	}
	if status, _, _ := call(t, "DELETE", h.url+first.Get("Location"), "", "", ""); status != 200 {
		t.Fatalf("closing a view: %d", status)
	}
	if status, _ := watch("one"); status != 201 {
		t.Errorf("after one view was closed: %d", status)
	}
}

// callFrom is call with the origin that the test's server believes.
func callFrom(t *testing.T, origin, method, url, body string) (int, http.Header, string) {
	t.Helper()
	req, err := http.NewRequest(method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/sdp")
	req.Header.Set("X-Origin", origin)
	return do(t, req)
}

// restart is a fragment with new credentials.
func restart(n int) string {
	return fmt.Sprintf("a=ice-ufrag:new%d\r\na=ice-pwd:abcdefghijklmnopqrstuvwx\r\nm=audio 9 UDP/TLS/RTP/SAVPF 0\r\na=mid:0\r\n", n)
}

func TestRestarts_countAsOffers(t *testing.T) {
	h := open(t, func(c *Config) { c.OffersPerMinute = 8 }) // 4 at once
	ctx := within(t, 30*time.Second)
	pub := h.publish(ctx, "key", nil)
	h.until(ctx, "a", domain.RoomLive)
	v := h.view(ctx, "a", nil)
	var got []int
	for i, url := range []string{v.Session.URL(), v.Session.URL(), v.Session.URL(), pub.Session.URL()} {
		status, header, _ := call(t, "PATCH", url, "", "*", restart(i))
		got = append(got, status)
		if status == 429 && header.Get("Retry-After") == "" {
			t.Error("429 without Retry-After")
		}
	}
	if s := fmt.Sprint(got); s != "[200 200 429 429]" {
		t.Errorf("the restarts got %s", s)
	}
	candidate := "a=candidate:1 1 udp 2130706431 192.0.2.1 50000 typ host\r\n"
	if status, _, body := call(t, "PATCH", v.Session.URL(), "", "*", candidate); status != 204 {
		t.Errorf("a candidate counts as an offer: %d %s", status, body)
	}
}

func TestPatch_knowsItsICESessionByAnyLineEnd(t *testing.T) {
	h := open(t, nil)
	send, _ := offers(t)
	for name, sdp := range map[string]string{"CRLF": send, "LF": strings.ReplaceAll(send, "\r\n", "\n")} {
		status, header, body := call(t, "POST", h.url+"/whip", "both", "", sdp)
		if status != 201 {
			t.Fatalf("%s: %d %s", name, status, body)
		}
		fragment := ""
		for line := range strings.Lines(send) {
			if fragment == "" && strings.HasPrefix(line, "a=ice-ufrag:") || strings.HasPrefix(line, "a=ice-pwd:") && strings.Count(fragment, "a=") == 1 {
				fragment += line
			}
		}
		status, _, body = call(t, "PATCH", h.url+header.Get("Location"), "", header.Get("ETag"), fragment+"a=end-of-candidates\r\n")
		if status != 204 {
			t.Errorf("%s: the same credentials restarted ICE: %d %s", name, status, body)
		}
	}
}
