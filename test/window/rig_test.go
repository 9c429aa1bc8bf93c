package window

import (
	"image"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jasmincam/jasmincam/internal/client"
	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/testkit"
	"github.com/jasmincam/jasmincam/internal/testkit/screen"
	"github.com/jasmincam/jasmincam/internal/testkit/stage"
)

// patience bounds every wait whose length is not the subject.
const patience = 60 * time.Second

// day is the app on a screen, with a keyring and a backend.
type day struct {
	*screen.Screen
	*stage.Stage
	t       *testing.T
	profile string
	own     []*client.Client // of the performers, in sessions of the test's own
	env     []string         // more for the app
	url     string           // of the backend
	app     *testkit.Process
}

func newDay(t *testing.T) *day {
	t.Helper()
	return newDayOn(t, image.Pt(1180, 760))
}

// newDayOn is a day on a screen of this size.
func newDayOn(t *testing.T, size image.Point) *day {
	t.Helper()
	testkit.NewKeyring(t)
	d := &day{Screen: screen.Open(t, size.X, size.Y), Stage: stage.Open(t, stage.Options{}), t: t, profile: t.TempDir()}
	d.url = d.URL
	d.keep(`{"camera": "pattern", "microphone": "tone"}`) // nobody goes online with what she did not choose
	for _, p := range d.Performers {
		own, _ := d.Stage.SignIn(p)
		d.own = append(d.own, own)
	}
	return d
}

func (d *day) args() []string { return []string{"--backend", d.url, "--profile", d.profile} }

// start starts the app.
func (d *day) start() *testkit.Process {
	d.t.Helper()
	return testkit.Start(d.t, testkit.Spec{Path: testkit.Build(d.t, "jasmincam", false), Args: d.args(), Env: append(d.Env[:len(d.Env):len(d.Env)], d.env...)})
}

// begin starts the app and gives it the keys as soon as there is a window.
func (d *day) begin() {
	d.t.Helper()
	d.app = d.start()
	d.Focus("JasminCam")
}

// open starts the app and gives it the keys, when its accounts were tried.
func (d *day) open() {
	d.t.Helper()
	p := d.start()
	testkit.Until(d.t, patience, "the window and its accounts", func() bool {
		select {
		case <-p.Done():
			d.t.Fatalf("the window ended:\n%s", p.Log())
		default:
		}
		return strings.Contains(p.Output(), "Ready:")
	})
	d.app = p
	d.Focus("JasminCam")
}

// signInBoth signs both accounts in by the form, which has the cursor when it
// is shown and again when an account is in.
func (d *day) signInBoth() {
	d.t.Helper()
	testkit.Until(d.t, patience, "the sign-in", func() bool { return d.Titled("JasminCam · Accounts") })
	for i, p := range d.Performers {
		d.Type(p.Email)
		d.Keys("Tab")
		d.Type(p.Password)
		d.Keys("Return")
		if !testkit.Holds(patience, func() bool { return d.sessions(i) == 1 }) {
			d.Keep("sign-in")
			d.t.Fatalf("%s is not signed in", p.Name)
		}
		d.still(image.Rect(372, 50, 932, 265)) // the heading and the list of accounts, above the form
	}
}

// still waits until parts of the screen rest for a while, and returns it.
func (d *day) still(parts ...image.Rectangle) *image.RGBA {
	d.t.Helper()
	last, since := d.Picture(), time.Now()
	testkit.Until(d.t, patience, "a screen that rests", func() bool {
		now := d.Picture()
		if slices.ContainsFunc(parts, func(r image.Rectangle) bool { return screen.Changed(last, now, r) > 0 }) {
			last, since = now, time.Now()
		}
		return time.Since(since) > 2*time.Second
	})
	return last
}

// untilDrawn waits until a part of the screen looks different.
func (d *day) untilDrawn(before *image.RGBA, r image.Rectangle, what string) {
	d.t.Helper()
	if !testkit.Holds(patience, func() bool { return screen.Changed(before, d.Picture(), r) > 0 }) {
		d.Keep("in-vain")
		d.t.Fatalf("waited %v in vain for %s", patience, what)
	}
}

// sessions counts those of the app, of performer i.
func (d *day) sessions(i int) int {
	list, err := d.own[i].Sessions(d.t.Context())
	if err != nil {
		return 0
	}
	return len(slices.DeleteFunc(list, func(s domain.Session) bool { return s.Device != "JasminCam app" }))
}

// rooms tells whether all rooms are in a state, as their performers see it: who
// shares an address with somebody banned does not.
func (d *day) rooms(state domain.RoomState) func() bool {
	return func() bool {
		for i, p := range d.Performers {
			if room, err := d.own[i].Room(d.t.Context(), p.Name); err != nil || room.State != state {
				return false
			}
		}
		return true
	}
}

// kept is the file of the settings as it is now, "" before the first.
func (d *day) kept() string {
	text, err := os.ReadFile(filepath.Join(d.profile, "settings.json"))
	if err != nil {
		return ""
	}
	return string(text)
}

// goesOnline presses the key that puts all rooms online, and once more when she
// is asked first with her picture.
func (d *day) goesOnline() {
	d.t.Helper()
	d.Keys("F5")
	d.confirms("both rooms live", d.rooms(domain.RoomLive))
}

// confirms says yes where she is asked with her picture, when that was on the
// screen.
func (d *day) confirms(what string, live func() bool) {
	d.t.Helper()
	if !testkit.Holds(3*time.Second, live) {
		d.Keys("Return")
	}
	testkit.Until(d.t, patience, what, live)
}

// page turns to a page of the navigation by its key, and waits for its title.
func (d *day) page(key, title string) {
	d.t.Helper()
	d.Keys(key)
	testkit.Until(d.t, patience, "the page "+title, func() bool { return d.Titled("JasminCam · " + title) })
}

// card is where the page of the accounts has the first of them.
func card() image.Rectangle { return image.Rect(372, 90, 932, 300) }
