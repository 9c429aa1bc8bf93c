package e2e

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jasmincam/jasmincam/internal/encode"
	"github.com/jasmincam/jasmincam/internal/testkit"
	"github.com/jasmincam/jasmincam/internal/testkit/chrome"
	"github.com/jasmincam/jasmincam/internal/testkit/peer"
	"github.com/jasmincam/jasmincam/internal/testkit/stage"
)

// patience bounds what happens at once on an idle machine.
const patience = 30 * time.Second

// A performer goes online by the browser page with camera and microphone,
// guests see and hear her, and Stop ends it with words on both sides.
func TestBroadcast_fromTheBrowserIsSeenAndHeard(t *testing.T) {
	s := stage.Open(t, stage.Options{})
	her := s.Performers[0]
	browser := chrome.Open(t, chrome.Options{FakeCamera: true, Flags: []string{
		// Each page is looked at, as on a screen of its own.
		"disable-backgrounding-occluded-windows", "disable-renderer-backgrounding", "disable-background-timer-throttling", "mute-audio",
	}})
	studio := browser.Incognito(s.URL + "/signin?next=/broadcast")
	signInHere(t, studio, her)
	studio.Until(patience, `document.querySelector("[data-preview]")?.videoWidth > 0`)
	studio.Until(patience, state("offline")+` && document.body.innerText.includes("Only you see this picture")`)
	if n := liveRooms(t, s); n != 0 {
		t.Errorf("%d rooms are live before she pressed Go online", n)
	}
	studio.Eval(`document.querySelector("[data-go]").click()`, nil)
	studio.Until(patience, state("live")+` && document.body.innerText.includes("You are live")`)

	guest := browser.Incognito(s.URL + "/r/" + her.Name)
	guest.Until(patience, `document.querySelector("video[data-room]").dataset.state === "live"`)
	view := watchFrom(t, peer.Watch{URL: s.URL + "/whep/" + her.Name, Keep: true})
	before, began := framesDecoded(guest), time.Now()
	seen := guest.Watch("video[data-room]", 8*time.Second, 6)
	fps := (framesDecoded(guest) - before) / time.Since(began).Seconds()
	loud := slices.ContainsFunc(seen.Sounds, func(h chrome.Sound) bool { return h.LevelDB > -50 })
	last := seen.Looks[len(seen.Looks)-1]
	t.Logf("the guest's page decodes %.1f frames a second of %d×%d, and hears her: %v", fps, last.Width, last.Height, loud)
	if fps < 5 || last.Width < 640 {
		t.Errorf("the guest's page decodes %.1f frames a second of %d×%d", fps, last.Width, last.Height)
	}
	if !loud {
		t.Errorf("the guest's page hears nothing: %+v", seen.Sounds)
	}
	if n := decodable(t, view); n < 20 {
		t.Errorf("another guest got %d pictures that decode, want 20 or more", n)
	}
	if n := view.Stats().AudioPackets; n < 100 {
		t.Errorf("another guest got %d packets of sound", n)
	}
	testkit.Until(t, patience, "her still in the list", func() bool {
		rooms, err := s.Guest().OnlineRooms(t.Context())
		return err == nil && len(rooms) == 1 && rooms[0].Thumbnail != ""
	})

	studio.Eval(`document.querySelector("[data-stop]").click()`, nil)
	studio.Until(patience, state("offline")+` && document.body.innerText.includes("Nobody sees you")`)
	testkit.Receive(t, patience, view.Gone(), "the view to end")
	guest.Until(patience, `document.querySelector("video[data-room]").dataset.state === "ended"`)
	if text := guest.Text(); !strings.Contains(text, "Not online: the show has ended") {
		t.Errorf("the guest's page has no words for the end: %q", text)
	}
	if n := liveRooms(t, s); n != 0 {
		t.Errorf("%d rooms are live after Stop", n)
	}
	elsewhere(t, s, her, studio)
	for name, page := range map[string]*chrome.Page{"her": studio, "the guest's": guest} {
		for _, complaint := range page.Errors() {
			// A view that comes a moment too early or too late is refused, and comes back.
			if !strings.Contains(complaint, "Failed to load resource") {
				t.Errorf("%s page complains: %s", name, complaint)
			}
		}
	}
}

// elsewhere has her go online by an encoder: the page never says that nobody sees her.
func elsewhere(t *testing.T, s *stage.Stage, her stage.Person, page *chrome.Page) {
	t.Helper()
	encoder, err := peer.Publish(t.Context(), peer.Publication{URL: s.URL + "/whip", Token: her.StreamKey})
	if err != nil {
		t.Fatal(err)
	}
	page.Until(patience, state("elsewhere")+` && document.body.innerText.includes("live by another program")`)

	page.Eval(`document.querySelector("[data-go]").click()`, nil) // replaces the encoder's upload …
	page.Until(patience, state("live"))
	testkit.Receive(t, patience, encoder.Gone(), "the end of the encoder's upload")
	if err := encoder.Abandon(); err != nil {
		t.Error(err)
	}
	encoder, err = peer.Publish(t.Context(), peer.Publication{URL: s.URL + "/whip", Token: her.StreamKey})
	if err != nil {
		t.Fatal(err)
	}
	page.Until(patience, state("elsewhere")) // … and is replaced: it does not come back by itself
	if err := encoder.Close(t.Context()); err != nil {
		t.Error(err)
	}
}

// state is an expression: the broadcast page is in this state.
func state(is string) string {
	return `document.querySelector("[data-broadcast-state]")?.dataset.state === "` + is + `"`
}

// watchFrom opens a view that ends with the test.
func watchFrom(t *testing.T, w peer.Watch) *peer.Viewer {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	v, err := peer.View(ctx, w)
	if err != nil {
		t.Fatalf("%s cannot be watched: %v", w.URL, err)
	}
	t.Cleanup(func() {
		if err := v.Abandon(); err != nil {
			t.Error(err)
		}
	})
	return v
}

// decodable counts the access units that a decoder takes.
func decodable(t *testing.T, v *peer.Viewer) (n int) {
	t.Helper()
	dec, err := encode.NewDecoder()
	if err != nil {
		t.Fatal(err)
	}
	defer dec.Close()
	for _, u := range v.Units() {
		if pic, err := dec.Decode(u.Data); err == nil && pic != nil && pic.Rect.Dx() >= 320 {
			n++
		}
	}
	return n
}

// Any WHIP encoder goes online with a stream key alone: the room is live with
// the first picture, what was sent is what arrives, and DELETE ends it.
func TestBroadcast_byStreamKeyIsWatched(t *testing.T) {
	s := stage.Open(t, stage.Options{})
	her := s.Performers[0]
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	encoder, err := peer.Publish(ctx, peer.Publication{URL: s.URL + "/whip", Token: her.StreamKey})
	if err != nil {
		t.Fatal(err)
	}
	ended := false
	defer func() {
		if !ended {
			_ = encoder.Abandon()
		}
	}()
	testkit.Until(t, patience, "the room to be live", func() bool { return liveRooms(t, s) == 1 })
	rooms, err := s.Guest().OnlineRooms(ctx)
	if err != nil || len(rooms) != 1 || rooms[0].Name != her.Name {
		t.Fatalf("the list is %+v (%v), want %s alone", rooms, err, her.Name)
	}
	view := watchFrom(t, peer.Watch{URL: s.URL + "/whep/" + her.Name})
	if err := view.Wait(ctx, 90); err != nil {
		t.Fatal(err)
	}
	sent := map[[32]byte]bool{}
	for _, u := range encoder.Sent() {
		sent[u.Hash] = true
	}
	for i, u := range view.Units() {
		if !u.Whole || !sent[u.Hash] {
			t.Fatalf("unit %d is not one that was sent (whole %v)", i, u.Whole)
		}
	}
	if n := view.Stats().AudioPackets; n < 50 {
		t.Errorf("%d packets of sound arrived", n)
	}
	ended = true
	if err := encoder.Close(ctx); err != nil {
		t.Errorf("DELETE: %v", err)
	}
	testkit.Until(t, patience, "the room not to be live any more", func() bool { return liveRooms(t, s) == 0 })
}
