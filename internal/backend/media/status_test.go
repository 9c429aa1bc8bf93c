package media

import (
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pion/webrtc/v4"

	"github.com/jasmincam/jasmincam/internal/backend/media/fan"
	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/testkit/peer"
)

// offer makes an offer with the given kinds and direction.
func offer(t *testing.T, direction webrtc.RTPTransceiverDirection, kinds ...webrtc.RTPCodecType) string {
	t.Helper()
	pc, err := webrtc.NewPeerConnection(webrtc.Configuration{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = pc.GracefulClose() }()
	for _, k := range kinds {
		if _, err := pc.AddTransceiverFromKind(k, webrtc.RTPTransceiverInit{Direction: direction}); err != nil {
			t.Fatal(err)
		}
	}
	o, err := pc.CreateOffer(nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := pc.SetLocalDescription(o); err != nil {
		t.Fatal(err)
	}
	return pc.LocalDescription().SDP
}

// call does one request and returns the status, the headers and the body.
func call(t *testing.T, method, url, token, match, body string) (int, http.Header, string) {
	t.Helper()
	req, err := http.NewRequest(method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/sdp")
	if method == http.MethodPatch {
		req.Header.Set("Content-Type", "application/trickle-ice-sdpfrag")
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	if match != "" {
		req.Header.Set("If-Match", match)
	}
	return do(t, req)
}

// do sends a request and returns the status, the headers and the body.
func do(t *testing.T, req *http.Request) (int, http.Header, string) {
	t.Helper()
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, resp.Header, string(b)
}

const (
	kindVideo = webrtc.RTPCodecTypeVideo
	kindAudio = webrtc.RTPCodecTypeAudio
)

// without leaves out the lines that begin so.
func without(sdp, prefix string) string {
	var b strings.Builder
	for line := range strings.Lines(sdp) {
		if !strings.HasPrefix(line, prefix) {
			b.WriteString(line)
		}
	}
	return b.String()
}

func TestStatuses_ofOffers(t *testing.T) {
	h := open(t, nil)
	ctx := within(t, 30*time.Second)
	h.publish(ctx, "key", nil)
	h.until(ctx, "a", domain.RoomLive)
	h.door.ban("a", "", nil)
	send, receive := offer(t, webrtc.RTPTransceiverDirectionSendonly, kindVideo, kindAudio), offer(t, webrtc.RTPTransceiverDirectionRecvonly, kindVideo, kindAudio)
	both := strings.ReplaceAll(receive, "a=recvonly", "a=sendrecv")
	noH264 := strings.ReplaceAll(receive, "H264/90000", "H265/90000")
	mode0 := strings.ReplaceAll(receive, "packetization-mode=1", "packetization-mode=0")
	simulcast := strings.Replace(send, "a=mid:0\r\n", "a=mid:0\r\na=rid:h send\r\na=rid:l send\r\na=simulcast:send h;l\r\n", 1)
	noOpus := strings.ReplaceAll(receive, "opus/48000", "speex/48000")
	for _, c := range []struct {
		name, path, token, body string
		status                  int
		words                   string
	}{
		{"upload without a token", "/whip", "", send, 401, "token"},
		{"upload with a wrong token", "/whip", "wrong", send, 401, "token"},
		{"upload that receives", "/whip", "both", receive, 422, "sendonly"},
		{"upload without H.264", "/whip", "both", strings.ReplaceAll(send, "H264/90000", "H265/90000"), 422, "H.264"},
		{"upload of garbage", "/whip", "both", "v=0\r\nthis is not an SDP", 400, "SDP"},
		{"upload of nothing", "/whip", "both", "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n", 422, "Offer both"},
		{"upload of a picture alone", "/whip", "both", offer(t, webrtc.RTPTransceiverDirectionSendonly, kindVideo), 422, "Offer both"},
		{"upload of two pictures", "/whip", "both", offer(t, webrtc.RTPTransceiverDirectionSendonly, kindVideo, kindVideo, kindAudio), 422, "nothing else"},
		{"upload", "/whip", "both", send, 201, ""},
		{"upload that could receive", "/whip", "both", strings.ReplaceAll(send, "a=sendonly", "a=sendrecv"), 201, ""},
		{"view of nobody", "/whep/nobody", "", receive, 404, "performer"},
		{"view of a room that is not live", "/whep/b", "", receive, 409, "not live"},
		{"view that sends", "/whep/a", "", both, 422, "recvonly"},
		{"view without H.264", "/whep/a", "", noH264, 422, "H.264"},
		{"view with packetization-mode 0", "/whep/a", "", mode0, 422, "packetization-mode 1"},
		{"view without Opus", "/whep/a", "", noOpus, 422, "Opus"},
		{"view with a rejected section", "/whep/a", "", strings.Replace(receive, "m=audio 9", "m=audio 0", 1), 422, "active"},
		{"upload in several sizes", "/whip", "both", simulcast, 422, "simulcast"},
		{"upload without ICE credentials", "/whip", "both", without(send, "a=ice-ufrag:"), 422, "cannot be answered: its SDP"},
		{"view without a fingerprint", "/whep/a", "", without(receive, "a=fingerprint:"), 422, "cannot be answered: its SDP"},
		{"view", "/whep/a", "", receive, 201, ""},
	} {
		status, header, body := call(t, "POST", h.url+c.path, c.token, "", c.body)
		if status != c.status || !strings.Contains(body, c.words) {
			t.Errorf("%s: %d %s", c.name, status, body)
		}
		if status == 409 && header.Get("Retry-After") == "" {
			t.Errorf("%s: no Retry-After", c.name)
		}
		if status != 201 {
			continue
		}
		location := header.Get("Location")
		if id := location[strings.LastIndex(location, "/")+1:]; !strings.HasPrefix(location, c.path+"/") || len(id) < 22 {
			t.Errorf("%s: the session is at %q", c.name, location)
		}
		for line := range strings.Lines(body) {
			if strings.HasPrefix(line, "a=candidate:") && !strings.Contains(line, " 127.0.0.1 ") {
				t.Errorf("%s: a candidate that is not ours: %s", c.name, line)
			}
		}
		if n := strings.Count(body, " udp "); n != 2 || strings.Count(body, "tcptype passive") != 2 || !strings.Contains(body, "a=end-of-candidates") {
			t.Errorf("%s: not the whole set of candidates:\n%s", c.name, body)
		}
	}
	h.door.ban("a", "", domain.Errorf("view", domain.KindCountry, "This room is not open in your country."))
	if status, _, _ := call(t, "POST", h.url+"/whep/a", "", "", receive); status != 451 {
		t.Errorf("closed country: %d", status)
	}
	h.door.ban("a", "", domain.Errorf("view", domain.KindForbidden, "You are banned."))
	if status, _, _ := call(t, "POST", h.url+"/whep/a", "", "", receive); status != 403 {
		t.Errorf("banned: %d", status)
	}
}

func TestStatuses_ofSessions(t *testing.T) {
	h := open(t, nil)
	ctx := within(t, 30*time.Second)
	pub := h.publish(ctx, "key", nil)
	h.until(ctx, "a", domain.RoomLive)
	v := h.view(ctx, "a", nil)
	candidate := "a=candidate:1 1 udp 2130706431 192.0.2.1 50000 typ host\r\na=end-of-candidates\r\n"
	for name, s := range map[string]interface {
		URL() string
		ETag() string
	}{"upload": pub.Session, "view": v.Session} {
		for _, c := range []struct {
			method, match, body string
			status              int
		}{
			{"PATCH", `"` + s.ETag() + `"`, candidate, 204},
			{"PATCH", "*", candidate, 204},
			{"PATCH", `"other"`, candidate, 412},
			{"PATCH", "", candidate, 428},
			{"PATCH", "*", "hello", 400},
			{"GET", "", "", 405},
			{"POST", "", "", 405},
			{"OPTIONS", "", "", 204},
			{"DELETE", "", "", 200},
			{"DELETE", "", "", 404},
			{"PATCH", "*", candidate, 404},
		} {
			if status, _, body := call(t, c.method, s.URL(), "", c.match, c.body); status != c.status {
				t.Errorf("%s: %s with %q: %d, not %d: %s", name, c.method, c.match, status, c.status, body)
			}
		}
	}
	for name, gone := range map[string]<-chan struct{}{"upload": pub.Gone(), "view": v.Gone()} {
		select {
		case <-gone:
		case <-ctx.Done():
			t.Errorf("the %s outlived DELETE", name)
		}
	}
}

func TestAnswer_tellsOnlyThePublicAddress(t *testing.T) {
	h := open(t, func(c *Config) { c.PublicIPs = []netip.Addr{netip.MustParseAddr("203.0.113.7")} })
	status, _, answer := call(t, "POST", h.url+"/whip", "both", "", offer(t, webrtc.RTPTransceiverDirectionSendonly, kindVideo, kindAudio))
	if status != 201 {
		t.Fatalf("%d %s", status, answer)
	}
	seen := 0
	for line := range strings.Lines(answer) {
		if strings.HasPrefix(line, "a=candidate:") {
			seen++
			if strings.Fields(line)[4] != "203.0.113.7" {
				t.Errorf("another address: %s", line)
			}
		}
	}
	if seen == 0 || strings.Contains(answer, "127.0.0.1") {
		t.Errorf("%d candidates in\n%s", seen, answer)
	}
}

func FuzzOffer(f *testing.F) {
	n, err := openNetwork(Config{UDP: "127.0.0.1:0"})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(n.close)
	f.Add(browserOffer, "abcd", "abcdefghijklmnopqrstuvwx")
	f.Add(strings.ReplaceAll(browserOffer, "\r\n", "\n"), "", "")
	f.Fuzz(func(t *testing.T, sdp, ufrag, pwd string) {
		if checkOffer(sdp, "sendonly", "recvonly", "sendrecv", "inactive") != nil {
			return
		}
		pc, err := n.connection(n.viewer)
		if err != nil {
			t.Fatal(err)
		}
		v := &view{session: session{pc: pc}, media: fan.NewViewer(pc, &fan.Counters{})}
		if _, err := v.negotiate(t.Context(), sdp); err == nil {
			_, _ = v.answer(t.Context(), withCredentials(sdp, ufrag, pwd))
		}
		v.close()
	})
}

// browserOffer is a small offer like a browser's.
const browserOffer = "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0 1\r\n" +
	"m=video 9 UDP/TLS/RTP/SAVPF 102 103\r\nc=IN IP4 0.0.0.0\r\na=ice-ufrag:abcd\r\na=ice-pwd:abcdefghijklmnopqrstuvwx\r\n" +
	"a=fingerprint:sha-256 00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF\r\n" +
	"a=setup:actpass\r\na=mid:0\r\na=recvonly\r\na=rtcp-mux\r\na=rtpmap:102 H264/90000\r\na=rtcp-fb:102 nack\r\n" +
	"a=fmtp:102 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f\r\na=rtpmap:103 rtx/90000\r\na=fmtp:103 apt=102\r\n" +
	"m=audio 9 UDP/TLS/RTP/SAVPF 111\r\nc=IN IP4 0.0.0.0\r\na=ice-ufrag:abcd\r\na=ice-pwd:abcdefghijklmnopqrstuvwx\r\na=setup:actpass\r\n" +
	"a=mid:1\r\na=recvonly\r\na=rtcp-mux\r\na=rtpmap:111 opus/48000/2\r\n"

func TestStatuses_ofLimits(t *testing.T) {
	h := open(t, func(c *Config) { c.MaxUploads, c.MaxViewers, c.OffersPerMinute = 1, 1, 12 })
	ctx := within(t, 30*time.Second)
	h.publish(ctx, "key", nil) // the first of 6 at once
	h.until(ctx, "a", domain.RoomLive)
	send, receive := offer(t, webrtc.RTPTransceiverDirectionSendonly, kindVideo, kindAudio), offer(t, webrtc.RTPTransceiverDirectionRecvonly, kindVideo, kindAudio)
	var got []int
	for _, c := range []struct{ path, token, body string }{
		{"/whip", "both", send}, {"/whep/a", "", receive}, {"/whep/a", "", receive}, {"/whip", "wrong", send}, {"/whip", "wrong", send}, {"/whip", "wrong", send},
	} {
		status, header, _ := call(t, "POST", h.url+c.path, c.token, "", c.body)
		got = append(got, status)
		if (status == 503 || status == 429) && header.Get("Retry-After") == "" {
			t.Errorf("%d without Retry-After", status)
		}
	}
	if s := fmt.Sprint(got); s != "[503 201 503 401 401 429]" {
		t.Errorf("the statuses are %s", s)
	}
}

func TestOffers_thatNobodyTakesUpAreForgotten(t *testing.T) {
	var (
		mu   sync.Mutex
		skew time.Duration
	)
	h := open(t, func(c *Config) {
		c.Now = func() time.Time {
			mu.Lock()
			defer mu.Unlock()
			return time.Now().Add(skew)
		}
	})
	ctx := within(t, 30*time.Second)
	h.publish(ctx, "key", nil)
	h.until(ctx, "a", domain.RoomLive)
	v := h.view(ctx, "a", nil)
	call(t, "POST", h.url+"/whip", "both", "", offer(t, webrtc.RTPTransceiverDirectionSendonly, kindVideo, kindAudio))
	call(t, "POST", h.url+"/whep/a", "", "", offer(t, webrtc.RTPTransceiverDirectionRecvonly, kindVideo, kindAudio))
	if s := h.Stats(); s.Uploads != 2 || s.Viewers != 2 || h.Room("a").Viewers != 1 {
		t.Fatalf("%+v, %d watch", s, h.Room("a").Viewers)
	}
	mu.Lock()
	skew = offerLife + time.Second
	mu.Unlock()
	h.wait(ctx, func() bool { s := h.Stats(); return s.Uploads == 1 && s.Viewers == 1 }, "the offers are still there")
	if err := v.Wait(ctx, len(v.Units())+5); err != nil {
		t.Errorf("the connected view was forgotten too: %v", err)
	}
}

func TestEngine_closingEndsEverythingAndRefuses(t *testing.T) {
	h := open(t, nil)
	ctx := within(t, 30*time.Second)
	pub := h.publish(ctx, "key", nil)
	h.until(ctx, "a", domain.RoomLive)
	v := h.view(ctx, "a", nil)
	if err := v.Wait(ctx, 20); err != nil { // so that both ends are through with DTLS
		t.Fatal(err)
	}
	h.stop()
	for i, gone := range []<-chan struct{}{pub.Gone(), v.Gone()} {
		select {
		case <-gone:
		case <-ctx.Done():
			t.Fatalf("peer %d is still connected", i)
		}
	}
	if _, err := peer.Publish(ctx, peer.Publication{URL: h.url + "/whip", Token: "key"}); err == nil || !strings.Contains(err.Error(), "503") {
		t.Errorf("a closed engine answers %v", err)
	}
}
