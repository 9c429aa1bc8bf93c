package window

import (
	"image"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"

	"github.com/jasmincam/jasmincam/internal/testkit"
	"github.com/jasmincam/jasmincam/internal/testkit/screen"
)

// nowhere is an address where nobody serves.
const nowhere = "http://127.0.0.1:1"

// lonely is the app without a backend.
func lonely(t *testing.T) *day {
	t.Helper()
	return &day{Screen: screen.Open(t, 1024, 700), t: t, profile: t.TempDir(), url: nowhere}
}

// mute is a keyring that takes every question and answers none.
type mute struct{ ended chan struct{} }

// LookupObject implements dbus.Handler: it never comes back while the test runs.
func (m mute) LookupObject(dbus.ObjectPath) (dbus.ServerObject, bool) {
	<-m.ended
	return nil, false
}

// hangingKeyring starts a private session bus whose Secret Service hangs.
func hangingKeyring(t *testing.T) {
	t.Helper()
	address := testkit.NewBus(t)
	m := mute{make(chan struct{})}
	t.Cleanup(func() { close(m.ended) })
	conn, err := dbus.Connect(address, dbus.WithHandler(m))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	if r, err := conn.RequestName("org.freedesktop.secrets", dbus.NameFlagDoNotQueue); err != nil || r != dbus.RequestNameReplyPrimaryOwner {
		t.Fatalf("%v, %v", r, err)
	}
}

// A keyring that never answers holds up nothing: the window turns its pages at
// once, and asks for a passphrase instead; she works on without one.
func TestWindow_keyringHangs(t *testing.T) {
	hangingKeyring(t)
	d := lonely(t)
	d.begin()
	began := time.Now()
	for range 3 { // while the keyring is asked
		d.page("ctrl+7", "Settings")
		d.page("ctrl+6", "Accounts")
	}
	if took := time.Since(began); took > patience/4 {
		t.Errorf("six pages took %v", took)
	}
	testkit.Until(t, patience, "its giving up", func() bool { return strings.Contains(d.app.Output(), "Ready:") })
	d.still(image.Rect(372, 450, 932, 690)) // below the cursor, which blinks
	d.Keep("keyring-hangs")
	d.page("ctrl+7", "Settings")
	d.Keys("ctrl+q")
	if err := d.app.Wait(patience); err != nil {
		t.Errorf("it ended with %v", err)
	}
}

// Settings that are damaged are set aside, and a folder that cannot be written is
// said; a folder that cannot be made has a window that says it.
func TestWindow_settingsAndFolders(t *testing.T) {
	testkit.NewBus(t)
	d := lonely(t)
	path := filepath.Join(d.profile, "settings.json")
	if err := os.WriteFile(path, []byte(`{"theme": "light", `), 0o600); err != nil {
		t.Fatal(err)
	}
	d.open()
	if kept, err := os.ReadFile(path + ".broken"); err != nil || string(kept) != `{"theme": "light", ` {
		t.Errorf("what was there: %q, %v", kept, err)
	}
	d.Keep("settings-damaged")

	if err := os.RemoveAll(path); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Join(path, "in the way"), 0o700); err != nil { // root may write anywhere
		t.Fatal(err)
	}
	before := d.Picture()
	d.Keys("ctrl+plus")
	d.untilDrawn(before, image.Rect(700, 600, 1010, 690), "the message that nothing can be written")
	d.still(image.Rect(700, 600, 1010, 690))
	d.Keep("settings-unwritten")
	if err := d.app.Stop(patience); err != nil {
		t.Errorf("it ended with %v", err)
	}

	d.profile = filepath.Join(path, "..", "settings.json.broken", "profile") // below a file
	p := d.start()
	testkit.Until(t, patience, "a window that says it", func() bool { return d.Titled("JasminCam") })
	d.Focus("JasminCam")
	d.still(image.Rect(0, 0, 1024, 700))
	d.Keep("no-folder")
	d.Keys("Return")
	if err := p.Wait(patience); err == nil || !strings.Contains(p.Log(), "cannot be made") {
		t.Errorf("it ended with %v:\n%s", err, p.Log())
	}
}

// Without any keyring she is told so, and stays signed in by a passphrase, which
// is asked for after the next start.
func TestWindow_passphraseInsteadOfAKeyring(t *testing.T) {
	d := newDay(t)
	d.env = []string{"DBUS_SESSION_BUS_ADDRESS=unix:path=" + filepath.Join(t.TempDir(), "no-bus")}
	d.open()
	d.Type(d.Performers[0].Email)
	d.Keys("Tab")
	d.Type(d.Performers[0].Password)
	d.Keys("Return")
	testkit.Until(t, patience, "the account", func() bool { return d.sessions(0) == 1 })
	d.Keep("no-keyring")
	d.Keys("Tab", "Tab", "Tab", "Tab", "Tab") // password, the button, two links, the passphrase
	d.Type("open sesame")
	d.Keys("Return")
	sealed := filepath.Join(d.profile, "sealed")
	testkit.Until(t, patience, "the sealed file", func() bool { _, err := os.Stat(sealed); return err == nil })
	if text, err := os.ReadFile(sealed); err != nil || strings.Contains(string(text), d.Performers[0].Email) {
		t.Errorf("the sealed file can be read: %v", err)
	}
	if err := d.app.Stop(patience); err != nil {
		t.Error(err)
	}
	if n := d.sessions(0); n != 1 {
		t.Errorf("%d sessions are kept, want one", n)
	}
	d.open()
	d.still(image.Rect(372, 450, 932, 690))
	d.Keep("passphrase-asked")
	if err := d.app.Stop(patience); err != nil {
		t.Error(err)
	}
}
