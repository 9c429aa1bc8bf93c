package media

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/testkit/chrome"
)

// browserPage publishes with the fake camera and watches; what it sees is in
// window.seen.
const browserPage = `<!doctype html><link rel=icon href="data:,"><video id=v autoplay muted playsinline></video><script>
async function talk(pc, url, token) {
	await pc.setLocalDescription(await pc.createOffer());
	const headers = {"Content-Type": "application/sdp"};
	if (token) headers.Authorization = "Bearer " + token;
	const r = await fetch(url, {method: "POST", headers, body: pc.localDescription.sdp});
	if (r.status != 201) throw new Error(r.status + " " + await r.text());
	window.last = {location: r.headers.get("Location"), etag: r.headers.get("ETag")};
	await pc.setRemoteDescription({type: "answer", sdp: await r.text()});
}
async function publish(url, token) {
	const media = await navigator.mediaDevices.getUserMedia({video: {width: 640, height: 360, frameRate: 30}, audio: true});
	window.up = new RTCPeerConnection();
	for (const t of media.getTracks()) window.up.addTransceiver(t, {direction: "sendonly", streams: [media]});
	await talk(window.up, url, token);
}
async function watch(url) {
	window.down = new RTCPeerConnection();
	const stream = new MediaStream();
	window.down.ontrack = e => { stream.addTrack(e.track); v.srcObject = stream; };
	window.down.addTransceiver("video", {direction: "recvonly"});
	window.down.addTransceiver("audio", {direction: "recvonly"});
	await talk(window.down, url, "");
}
window.seen = {};
setInterval(async () => {
	if (!window.down) return;
	for (const s of (await window.down.getStats()).values()) {
		if (s.type == "inbound-rtp" && s.kind == "video") Object.assign(window.seen, {decoded: s.framesDecoded || 0, keys: s.keyFramesDecoded || 0,
			lost: s.packetsLost, nacks: s.nackCount || 0, plis: s.pliCount || 0, freezes: s.freezeCount || 0, rtx: s.retransmittedPacketsReceived || 0});
		if (s.type == "inbound-rtp" && s.kind == "audio") Object.assign(window.seen, {sound: s.packetsReceived, concealed: s.concealedSamples, playout: s.estimatedPlayoutTimestamp || 0});
	}
}, 200);
</script>`

type seen struct {
	Decoded, Keys, Lost, Nacks, Plis, Freezes, Rtx int
	Sound                                          int
}

func TestChromium_publishesAndWatches(t *testing.T) {
	h := open(t, nil)
	ctx := within(t, 90*time.Second)
	h.extra.HandleFunc("GET /page", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = fmt.Fprint(w, browserPage)
	})
	b := chrome.Open(t, chrome.Options{FakeCamera: true})
	studio := b.Page(h.url + "/page")
	studio.Eval(`publish("/whip", "key").then(() => "")`, new(string))
	h.until(ctx, "a", domain.RoomLive)

	fan := b.Page(h.url + "/page")
	fan.Eval(`watch("/whep/a").then(() => "")`, new(string))
	fan.Until(20*time.Second, `window.seen.decoded > 90 && window.seen.sound > 100`)
	var s seen
	fan.Eval(`window.seen`, &s)
	if s.Lost != 0 || s.Plis > 1 {
		t.Errorf("the browser sees %+v", s)
	}
	v := h.view(ctx, "a", nil)
	if err := v.Wait(ctx, 60); err != nil {
		t.Fatal(err)
	}
	for i, u := range v.Units() {
		if !u.Whole || i == 0 && !u.Key {
			t.Errorf("picture %d of the browser's stream is %+v", i, u)
		}
	}
	if e := append(studio.Errors(), fan.Errors()...); len(e) > 0 {
		t.Errorf("the pages complain: %v", e)
	}
}

func TestChromium_followsTheNextUpload(t *testing.T) {
	h := open(t, nil)
	ctx := within(t, 90*time.Second)
	h.extra.HandleFunc("GET /page", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = fmt.Fprint(w, browserPage)
	})
	b := chrome.Open(t, chrome.Options{FakeCamera: true})
	first := b.Page(h.url + "/page")
	first.Eval(`publish("/whip", "key").then(() => "")`, new(string))
	h.until(ctx, "a", domain.RoomLive)
	fan := b.Page(h.url + "/page")
	fan.Eval(`watch("/whep/a").then(() => "")`, new(string))
	fan.Until(20*time.Second, `window.seen.decoded > 30`)
	first.Close()
	h.until(ctx, "a", domain.RoomReconnecting)
	second := b.Page(h.url + "/page")
	second.Eval(`publish("/whip", "key").then(() => "")`, new(string))
	h.until(ctx, "a", domain.RoomLive)
	var s seen
	fan.Eval(`window.seen`, &s)
	fan.Until(20*time.Second, fmt.Sprintf(`window.seen.decoded > %d`, s.Decoded+60))
}
