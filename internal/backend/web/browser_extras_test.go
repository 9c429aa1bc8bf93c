package web_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/jasmincam/jasmincam/internal/backend/web"
	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/testkit/chrome"
)

// key is an expression for the key of an extra, note for what stands under them.
func key(name string) string { return `document.querySelector('[data-extra="` + name + `"]')` }

const note = `document.querySelector("[data-extras-note]").textContent`

// shown tells whether he sees what she sees of him, by a camera that is open.
const shown = `document.querySelector("[data-extras-self]").checkVisibility() && document.querySelector("[data-extras-self] video").srcObject?.getTracks()[0].readyState === "live"`

// keep remembers the camera's track, dark tells whether it is closed.
const keep = `window.kept = document.querySelector("[data-extras-self] video").srcObject.getTracks()[0]; 0`
const dark = `window.kept.readyState === "ended" && !document.querySelector("[data-extras-self]").checkVisibility() && document.querySelector("[data-extras-self] video").srcObject === null`

// newShowFixture has max in a show with anna, in a browser with or without devices.
// Its uploads find no place unless another answer is given.
func newShowFixture(t *testing.T, o chrome.Options, whip ...http.HandlerFunc) (*fixture, *chrome.Page) {
	t.Helper()
	full := func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "5")
		http.Error(w, "full", http.StatusServiceUnavailable)
	}
	f := newFixture(t, func(c *web.Config) { c.WHEP, c.WHIP = http.HandlerFunc(full), append(whip, full)[0] })
	f.backend.Credit("max", 20_000)
	f.offers(t)
	p := f.signedIn(chrome.Open(t, o), "max", "/r/anna")
	ask(p)
	p.Until(soon, `!document.querySelector("[data-extras]").checkVisibility()`)
	f.backend.SetRoom("anna", domain.RoomPrivate, 0)
	f.backend.Perform("anna", func(s *domain.Show) {
		s.State, s.Started, s.Left = domain.ShowRunning, time.Now().UnixMilli(), 18_000
	})
	p.Until(soon, key("cam2cam")+`.checkVisibility() && `+key("audio")+`.checkVisibility()`)
	return f, p
}

// offers has anna set a price for each extra.
func (f *fixture) offers(t *testing.T) {
	t.Helper()
	f.want(f.call("PUT", "performers/anna/profile", f.anna, `{"category":"girls","prices":{"private_millicredits":2990,"cam2cam_millicredits":1000,"audio_millicredits":500}}`), 200, "")
}

// on tells what the backend knows of the extras of anna's show.
func (f *fixture) on() (cam2cam, audio bool) {
	f.backend.Perform("anna", func(s *domain.Show) { cam2cam, audio = s.Cam2cam.On, s.Audio.On })
	return cam2cam, audio
}

// The price stands on each key before it is pressed; on, he sees what she sees, and
// whatever ends it closes the camera at once.
func TestBrowser_extrasOpenAndCloseTheDevices(t *testing.T) {
	f, p := newShowFixture(t, chrome.Options{FakeCamera: true})
	p.Until(soon, key("cam2cam")+`.textContent.includes("+1.00 a minute") && `+key("audio")+`.textContent.includes("+0.50 a minute") && `+key("cam2cam")+`.ariaChecked === "false"`)
	p.Eval(key("cam2cam")+`.focus()`, nil)
	p.Run(chromedp.KeyEvent(kb.Enter))
	p.Until(soon, shown+` && `+key("cam2cam")+`.ariaChecked === "true" && `+key("audio")+`.ariaChecked === "false"`)
	if cam2cam, audio := f.on(); !cam2cam || audio {
		t.Errorf("pressed, the backend has %v and %v on", cam2cam, audio)
	}
	p.Until(soon, `/^4:[0-3][0-9]$/.test(`+part("rest")+`.textContent)`) // 18 credits at 3.99 a minute
	p.Eval(keep, nil)
	p.Run(chromedp.KeyEvent(" "))
	p.Until(soon, dark+` && `+key("cam2cam")+`.ariaChecked === "false" && `+key("cam2cam")+`.ariaDisabled === "false"`)
	if cam2cam, _ := f.on(); cam2cam {
		t.Error("it is still on at the backend")
	}
	press := key("cam2cam") + `.click()`
	p.Eval(press, nil)
	p.Until(soon, shown)
	p.Eval(keep, nil)
	f.backend.Perform("anna", func(s *domain.Show) { s.Cam2cam.On = false }) // she does not want it
	p.Until(soon, dark+` && `+note+`.includes("switched off")`)
	p.Eval(press, nil)
	p.Until(soon, shown)
	p.Eval(key("audio")+`.click()`, nil)
	p.Until(soon, key("audio")+`.ariaChecked === "true"`)
	p.Eval(keep, nil)
	f.backend.Perform("anna", func(s *domain.Show) {
		s.State, s.Reason, s.Ended = domain.ShowSettled, "performer", s.Started+130_000
		s.DeliveredMS, s.Cam2cam.DeliveredMS, s.Audio.DeliveredMS, s.Charged = 123_456, 60_000, 30_500, 7_406
		s.Cam2cam.On, s.Audio.On = false, false
	})
	p.Until(soon, dark+` && !document.querySelector("[data-extras]").checkVisibility()`)
	// 2.99 × 123.456 s is 6152.2, 1.00 × 60 s is 1000, 0.50 × 30.5 s is 254.1: 7406.3 in all.
	p.Until(soon, part("base-line")+`.textContent === "6.152" && `+part("cam2cam-line")+`.textContent === "1.000" && `+part("audio-line")+`.textContent === "0.254" && `+part("charged")+`.textContent === "7.406"`)
	p.Until(soon, reads("sum", "(123.456 s × 2.99 + 60.000 s × 1.00 + 30.500 s × 0.50) ÷ 60"))
	noBrokenPolicy(t, p)
}

// connects is a peer connection that is up as soon as there is an answer.
const connects = `window.RTCPeerConnection = class {
	localDescription = { sdp: "v=0" };
	addTransceiver() { return { sender: { replaceTrack: async () => {} }, setCodecPreferences() {} }; }
	async setLocalDescription() {}
	async setRemoteDescription() { this.connectionState = "connected"; }
	close() { this.connectionState = "closed"; }
}; 0`

// That his camera's picture leaves says nothing of whether she sees it: the page says
// so when the site has counted it at her, and no longer than it does. When one of two is
// switched off it says which, and that the other goes on.
func TestBrowser_extrasSayWhatReachesHer(t *testing.T) {
	f, p := newShowFixture(t, chrome.Options{FakeCamera: true}, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Location", "/whip/session")
		w.WriteHeader(http.StatusCreated)
	})
	is := func(words string) {
		t.Helper()
		p.Until(soon, note+` === "`+words+`"`)
	}
	counts := func(base, cam2cam, audio int64) {
		f.backend.Perform("anna", func(s *domain.Show) { s.DeliveredMS, s.Cam2cam.DeliveredMS, s.Audio.DeliveredMS = base, cam2cam, audio })
	}
	const seen, sent, said = "She sees you.", "Your picture is on its way to her. It costs nothing until it arrives.", "Your voice is on its way to her. It costs nothing until it arrives."
	p.Eval(connects, nil)
	p.Eval(key("cam2cam")+`.click()`, nil)
	is(sent)
	counts(10_000, 0, 0)
	p.Eval(key("audio")+`.click()`, nil)
	is(sent + " " + said)
	counts(20_000, 8_000, 0)
	is(seen + " " + said)
	counts(30_000, 18_000, 10_000)
	is("She sees and hears you.")
	counts(40_000, 28_000, 10_000)
	is(seen + " " + said)
	counts(50_000, 38_000, 20_000)
	is("She sees and hears you.")
	f.backend.Perform("anna", func(s *domain.Show) { s.Audio.On = false })
	is("Your microphone was switched off. She no longer hears you. " + seen)
	f.backend.Perform("anna", func(s *domain.Show) { s.State = domain.ShowInterrupted })
	is(sent)
	f.backend.Perform("anna", func(s *domain.Show) { s.Cam2cam.On = false })
	is("It was switched off. Nothing of you is sent any more.")
	noBrokenPolicy(t, p)
}

// What the browser does not give is not switched on, and the page says what to do; a
// refusal of the site's closes the camera again.
func TestBrowser_extrasThatAreRefused(t *testing.T) {
	f, p := newShowFixture(t, chrome.Options{Flags: []string{"use-fake-device-for-media-stream", "deny-permission-prompts"}})
	for name, device := range map[string]string{"cam2cam": "camera", "audio": "microphone"} {
		p.Eval(key(name)+`.click()`, nil)
		p.Until(soon, note+`.includes("does not allow the `+device+`") && `+key(name)+`.ariaChecked === "false" && `+key(name)+`.ariaDisabled === "false"`)
	}
	if cam2cam, audio := f.on(); cam2cam || audio {
		t.Errorf("without a device %v and %v are on", cam2cam, audio)
	}
	f.backend.Perform("anna", func(s *domain.Show) { s.Cam2cam.Price, s.Audio.Price = 0, 1500 })
	p.Until(soon, `!`+key("cam2cam")+`.checkVisibility() && `+key("audio")+`.textContent.includes("+1.50")`)
	f.backend.Perform("anna", func(s *domain.Show) { s.Audio.Price = 0 })
	p.Until(soon, `!document.querySelector("[data-extras]").checkVisibility()`)
	noBrokenPolicy(t, p)

	f, p = newShowFixture(t, chrome.Options{FakeCamera: true})
	f.backend.Fail(domain.Errorf("show", domain.KindPayment, "Your credits do not last for this."))
	p.Eval(`(() => { const get = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
		navigator.mediaDevices.getUserMedia = async (w) => { const s = await get(w); window.kept = s.getTracks()[0]; return s; }; })()`, nil)
	p.Eval(key("cam2cam")+`.click()`, nil)
	p.Until(soon, `window.kept && `+dark+` && `+note+`.includes("do not last")`)
	f.backend.Fail(nil)
	p.Eval(key("cam2cam")+`.click()`, nil)
	p.Until(soon, shown+` && `+key("cam2cam")+`.ariaDisabled === "false"`)
	p.Go(f.url + "/r/anna") // leaving ends it; coming back opens nothing by itself
	p.Until(soon, key("cam2cam")+`.checkVisibility() && `+key("cam2cam")+`.ariaChecked === "false"`)
	if cam2cam, _ := f.on(); cam2cam {
		t.Error("the page was left, and the camera is on at the backend")
	}
}

// Only the parties have a show's extras, and the media's addresses know who asks.
func TestAPI_extras(t *testing.T) {
	var who string
	f := newFixture(t, func(c *web.Config) {
		c.WHIP = http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { who = domain.ActorFrom(r.Context()).Account.Name })
	})
	f.backend.Credit("max", 5_000)
	f.offers(t)
	f.want(f.wish("anna", f.max, "show-of-max"), 201, "")
	id := f.backend.Perform("anna", in(domain.ShowRunning))
	got := f.call("POST", "shows/"+id+"/extras", f.max, `{"cam2cam":true,"audio":false}`)
	if f.want(got, 200, ""); !strings.Contains(got.body, `"cam2cam":{"price_millicredits":1000,"on":true,"delivered_ms":0}`) {
		t.Errorf("switched on: %s", got.body)
	}
	f.want(f.call("POST", "shows/"+id+"/extras", f.max, `{"cam2cam":true,"voice":false}`), 422, domain.KindInvalid)
	_, eve := f.backend.Add(domain.RoleMember, "eve")
	f.want(f.call("POST", "shows/"+id+"/extras", eve, `{"cam2cam":false,"audio":false}`), 404, domain.KindNotFound)
	for path, want := range map[string]string{"/whip/shows/" + id: "max", "/whip/shows/" + id + "/session": "max", "/whip": "", "/whip/session": ""} {
		who = "nobody was asked"
		f.site.ServeHTTP(httptest.NewRecorder(), f.request("POST", path, f.max, "v=0"))
		if who != want {
			t.Errorf("at %s the media plane sees %q, want %q", path, who, want)
		}
	}
}
