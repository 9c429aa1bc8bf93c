package window

import (
	"context"
	"image"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/testkit"
	"github.com/jasmincam/jasmincam/internal/testkit/peer"
	"github.com/jasmincam/jasmincam/internal/testkit/screen"
)

// banner is the strip on top of every page.
func banner() image.Rectangle { return image.Rect(0, 0, 1024, 41) }

// The backend is away when she starts, in a small window, in a language that
// nobody speaks: the window is there, says so, and her accounts come in when it
// is back. Then staff suspends one of the two while both are live: the other's
// viewers lose no picture. A second start shows the first.
func TestWindow_aTroubledEvening(t *testing.T) {
	d := newDayOn(t, image.Pt(1024, 700))
	d.keep(`{"camera": "pattern", "microphone": "tone", "window": {"width": 1024, "height": 700}}`)
	d.env = []string{"LANG=xx_YY.UTF-8", "LC_ALL=nonsense@@..", "LANGUAGE=::zz"}
	d.open()
	d.signInBoth()
	d.Keys("ctrl+q")
	if err := d.app.Wait(patience); err != nil {
		t.Fatal(err)
	}
	d.Kill()
	d.open()
	testkit.Until(t, patience, "the live page, in English", func() bool { return d.Titled("JasminCam · Live") })
	away := d.still(banner())
	d.Keep("backend-away")
	d.Stage.Start()
	testkit.Until(t, patience, "the banner without the trouble", func() bool { return screen.Changed(away, d.Picture(), image.Rect(0, 41, 1024, 80)) > 0.1 })
	d.Keys("F5", "F5") // it asks before the first picture, or not
	d.untilLive()
	d.Keep("backend-back")
	d.suspendsOne()
	d.secondStart()
	if err := d.app.Stop(patience); err != nil {
		t.Errorf("Ctrl-C ended it with %v", err)
	}
}

// untilLive answers what the window asks before her first picture.
func (d *day) untilLive() {
	d.t.Helper()
	if testkit.Holds(patience/4, d.rooms(domain.RoomLive)) {
		return
	}
	d.Keep("asks")
	d.Keys("Return")
	testkit.Until(d.t, patience, "both rooms live", d.rooms(domain.RoomLive))
}

// suspendsOne has staff suspend the first account while somebody watches the
// second.
func (d *day) suspendsOne() {
	d.t.Helper()
	staff, _ := d.Stage.SignIn(d.Stage.Staff)
	v, err := peer.View(d.t.Context(), peer.Watch{URL: d.URL + "/whep/" + d.Performers[1].Name})
	if err != nil {
		d.t.Fatal(err)
	}
	defer func() { _ = v.Close(context.WithoutCancel(d.t.Context())) }() // the stage ends with the test
	seen := func() int { return len(v.Units()) }
	testkit.Until(d.t, patience, "a picture of the second room", func() bool { return seen() > 30 })
	if _, err := staff.Decide(d.t.Context(), d.Performers[0].Name, domain.Decision{State: domain.StateSuspended, Reason: "Rule 7."}); err != nil {
		d.t.Fatal(err)
	}
	testkit.Until(d.t, patience, "the first room closed", func() bool {
		room, err := d.own[0].Room(d.t.Context(), d.Performers[0].Name)
		return err == nil && room.State == domain.RoomOffline
	})
	before := seen()
	testkit.Until(d.t, patience, "more pictures of the second", func() bool { return seen() > before+60 })
	if lost := v.Stats().Lost; lost != 0 {
		d.t.Errorf("the other room lost %d packets", lost)
	}
	room, err := d.own[1].Room(d.t.Context(), d.Performers[1].Name)
	if err != nil || room.State != domain.RoomLive {
		d.t.Errorf("the other room is %s, %v", room.State, err)
	}
	d.Keep("one-suspended")
}

// secondStart takes the keys from the window; another start gives them back.
func (d *day) secondStart() {
	d.t.Helper()
	d.Unfocus()
	second := testkit.Start(d.t, testkit.Spec{Path: testkit.Build(d.t, "jasmincam", false), Args: d.args(), Env: d.Env})
	if err := second.Wait(patience); err != nil || !strings.Contains(second.Output(), "runs already") {
		d.t.Errorf("a second start ended with %v and said %q", err, second.Output())
	}
	testkit.Until(d.t, patience, "the window with the keys", func() bool { return strings.HasPrefix(d.Focused(), "JasminCam") })
}

// Another program has the camera: she reads it, and goes online as soon as it has
// let go. A camera that is not there is said, too.
func TestWindow_cameraTaken(t *testing.T) {
	d := newDay(t)
	d.keep(`{"camera": "pattern:busy=20s", "microphone": "tone"}`)
	d.open()
	d.signInBoth()
	d.page("ctrl+1", "Live")
	d.still(banner())
	d.Keep("camera-busy")
	if d.rooms(domain.RoomLive)() {
		t.Fatal("live without a camera")
	}
	testkit.Pause(25 * time.Second) // the other program lets go of it
	d.Keys("Escape", "F5")          // she was asked to look at herself
	d.untilLive()
	if err := d.app.Stop(patience); err != nil {
		t.Error(err)
	}
	d.keep(strings.Replace(d.kept(), `"pattern:busy=20s"`, `"device:no-such-camera"`, 1))
	d.open()
	d.page("ctrl+1", "Live")
	d.Keys("F5")
	d.still(banner())
	d.Keep("no-camera")
	if d.rooms(domain.RoomLive)() {
		t.Error("live without a camera")
	}
}

// keep writes the settings.
func (d *day) keep(text string) {
	d.t.Helper()
	if err := os.WriteFile(filepath.Join(d.profile, "settings.json"), []byte(text), 0o600); err != nil {
		d.t.Fatal(err)
	}
}
