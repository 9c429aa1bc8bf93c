package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jasmincam/jasmincam/internal/client"
	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/testkit"
	"github.com/jasmincam/jasmincam/internal/testkit/stage"
)

// desktop is a virtual screen with real keys.
type desktop struct {
	t       *testing.T
	xdotool string
	env     []string
}

func newDesktop(t *testing.T) *desktop {
	t.Helper()
	d := &desktop{t: t, xdotool: testkit.Need(t, "xdotool")}
	screen := testkit.Start(t, testkit.Spec{Path: testkit.Need(t, "Xvfb"), Args: []string{"-displayfd", "1", "-screen", "0", "1180x760x24", "-nolisten", "tcp"}})
	testkit.Until(t, 20*time.Second, "a screen", func() bool { return strings.Contains(screen.Output(), "\n") })
	d.env = []string{"DISPLAY=:" + strings.TrimSpace(screen.Output()), "WAYLAND_DISPLAY=", "LIBGL_ALWAYS_SOFTWARE=1", "LANG=C.UTF-8"}
	return d
}

func (d *desktop) do(args ...string) (string, error) {
	cmd := exec.CommandContext(d.t.Context(), d.xdotool, args...)
	cmd.Env = append(cmd.Environ(), d.env...)
	out, err := cmd.Output()
	return string(out), err
}

// keys presses them one after the other, as a person does.
func (d *desktop) keys(names ...string) {
	d.t.Helper()
	if _, err := d.do(append([]string{"key", "--delay", "80"}, names...)...); err != nil {
		d.t.Fatalf("pressing %v: %v", names, err)
	}
}

// types writes into whatever has the cursor.
func (d *desktop) types(text string) {
	d.t.Helper()
	if _, err := d.do("type", "--delay", "20", text); err != nil {
		d.t.Fatalf("typing: %v", err)
	}
}

// window starts the app and gives it the keys.
func (d *desktop) window(args ...string) *testkit.Process {
	d.t.Helper()
	p := testkit.Start(d.t, testkit.Spec{Path: testkit.Build(d.t, "jasmincam", false), Args: args, Env: d.env})
	testkit.Until(d.t, 60*time.Second, "the window and its accounts", func() bool {
		select {
		case <-p.Done():
			d.t.Fatalf("the window ended:\n%s", p.Log())
		default:
		}
		return strings.Contains(p.Output(), "Ready:")
	})
	testkit.Until(d.t, 20*time.Second, "the keys", func() bool {
		id, err := d.do("search", "--name", "JasminCam")
		if err != nil || strings.TrimSpace(id) == "" {
			return false
		}
		_, err = d.do("windowfocus", "--sync", strings.Fields(id)[0])
		return err == nil
	})
	return p
}

// rooms tells whether all rooms are in a state.
func rooms(t *testing.T, s *stage.Stage, state domain.RoomState) func() bool {
	guest := s.Guest()
	return func() bool {
		return !slices.ContainsFunc(s.Performers, func(p stage.Person) bool {
			room, err := guest.Room(t.Context(), p.Name)
			return err != nil || room.State != state
		})
	}
}

// signedIn tells whether the app has a session of an account.
func signedIn(t *testing.T, c *client.Client) func() bool {
	return func() bool {
		list, err := c.Sessions(t.Context())
		return err == nil && slices.ContainsFunc(list, func(s domain.Session) bool { return s.Device == "JasminCam app" })
	}
}

// She comes for the first time: signs in to two accounts by keyboard alone, goes
// online, starts the app once more by mistake, closes it, and finds everything
// as she left it, with a real keyring.
func TestWindow_firstDay(t *testing.T) {
	testkit.NewKeyring(t)
	d, s := newDesktop(t), stage.Open(t, stage.Options{})
	profile := t.TempDir()
	args := []string{"--backend", s.URL, "--profile", profile}
	window := d.window(args...)
	for _, p := range s.Performers {
		own, _ := s.SignIn(p)
		in := signedIn(t, own)
		for try := 0; try < 3 && !in(); try++ { // the cursor comes with the form
			d.keys("ctrl+a")
			d.types(p.Email)
			d.keys("Tab", "ctrl+a")
			d.types(p.Password)
			d.keys("Return")
			testkit.Holds(5*time.Second, in)
		}
		if !in() {
			t.Fatalf("%s is not signed in", p.Name)
		}
	}
	d.keys("F5")
	testkit.Until(t, 30*time.Second, "both rooms live", rooms(t, s, domain.RoomLive))

	second := testkit.Start(t, testkit.Spec{Path: testkit.Build(t, "jasmincam", false), Args: args, Env: d.env})
	if err := second.Wait(20 * time.Second); err != nil || !strings.Contains(second.Output(), "runs already") {
		t.Errorf("a second start ended with %v and said %q", err, second.Output())
	}

	d.keys("ctrl+q", "Escape") // it asks, for she is online; she stays
	testkit.Pause(time.Second)
	if !rooms(t, s, domain.RoomLive)() {
		t.Fatal("Escape did not keep her online")
	}
	d.keys("ctrl+plus", "ctrl+plus") // larger text, to be remembered
	d.keys("ctrl+q", "Tab", "Return")
	if err := window.Wait(30 * time.Second); err != nil {
		t.Fatalf("the window ended with %v", err)
	}
	testkit.Until(t, 10*time.Second, "both rooms offline", rooms(t, s, domain.RoomOffline))

	again := d.window(args...)
	d.keys("F5") // no password is asked for: the keyring has her sessions
	testkit.Until(t, 30*time.Second, "both rooms live again", rooms(t, s, domain.RoomLive))
	if err := again.Stop(30 * time.Second); err != nil {
		t.Errorf("Ctrl-C ended it with %v", err)
	}
	if text := read(t, profile, "settings.json"); !strings.Contains(text, `"text_size": 120`) || strings.Contains(text, s.Performers[0].Password) {
		t.Errorf("remembered:\n%s", text)
	}
}

func read(t *testing.T, folder, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(folder, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
