package screen

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jasmincam/jasmincam/internal/testkit"
)

// startLimit bounds the start of the server and of a window.
const startLimit = 60 * time.Second

// Screen is a running X server without a monitor.
type Screen struct {
	Env     []string // for the programs that are to be seen on it
	t       testing.TB
	xdotool string
	memory  string // the file that is its picture
	server  *testkit.Process
}

// Open starts a screen of this many pixels until the test ends. It stays as it is while
// nobody uses it: by default the server begins anew behind its last client, and refuses
// whoever connects just then.
func Open(t testing.TB, width, height int) *Screen {
	t.Helper()
	s := &Screen{t: t, xdotool: testkit.Need(t, "xdotool")}
	folder := t.TempDir()
	s.memory = filepath.Join(folder, "Xvfb_screen0")
	shape := strconv.Itoa(width) + "x" + strconv.Itoa(height) + "x24"
	s.server = testkit.Start(t, testkit.Spec{Path: testkit.Need(t, "Xvfb"),
		Args: []string{"-displayfd", "1", "-screen", "0", shape, "-nolisten", "tcp", "-noreset", "-fbdir", folder}})
	testkit.Until(t, startLimit, "a screen", func() bool { return strings.Contains(s.server.Output(), "\n") })
	s.Env = []string{"DISPLAY=:" + strings.TrimSpace(s.server.Output()), "WAYLAND_DISPLAY=", "LIBGL_ALWAYS_SOFTWARE=1", "LANG=C.UTF-8"}
	return s
}

func (s *Screen) do(args ...string) (string, error) {
	cmd := exec.CommandContext(s.t.Context(), s.xdotool, args...)
	cmd.Env = append(os.Environ(), s.Env...)
	out, err := cmd.Output()
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
		err = fmt.Errorf("%w: %s", err, exit.Stderr)
	}
	return strings.TrimSpace(string(out)), err
}

// Keys presses keys one after the other, as a person does. Their names are
// those of X, such as "Return" or "ctrl+q".
func (s *Screen) Keys(names ...string) {
	s.t.Helper()
	if _, err := s.do(append([]string{"key", "--delay", "80"}, names...)...); err != nil {
		s.t.Fatalf("pressing %v: %v", names, err)
	}
}

// Type writes into whatever has the cursor.
func (s *Screen) Type(text string) {
	s.t.Helper()
	if _, err := s.do("type", "--delay", "30", text); err != nil {
		s.t.Fatalf("typing: %v", err)
	}
}

// Focus gives the keys to the window whose title holds name, as soon as there
// is one.
func (s *Screen) Focus(name string) {
	s.t.Helper()
	testkit.Until(s.t, startLimit, "a window called "+name, func() bool {
		id, ok := s.find(name)
		if !ok {
			return false
		}
		_, err := s.do("windowfocus", "--sync", id)
		return err == nil
	})
}

// Unfocus takes the keys from every window.
func (s *Screen) Unfocus() {
	s.t.Helper()
	root, err := s.do("search", "--maxdepth", "0", "--name", "")
	if err == nil {
		_, err = s.do("windowfocus", strings.Fields(root + " 0")[0])
	}
	if err != nil {
		s.t.Fatalf("taking the keys: %v", err)
	}
}

// Focused is the title of the window that has the keys, "" when it has none.
func (s *Screen) Focused() string {
	title, err := s.do("getwindowfocus", "getwindowname")
	if err != nil {
		return ""
	}
	return title
}

// Titled tells whether the title of a window that is shown holds name.
func (s *Screen) Titled(name string) bool {
	_, ok := s.find(name)
	return ok
}

func (s *Screen) find(name string) (id string, ok bool) {
	out, err := s.do("search", "--onlyvisible", "--name", name)
	if err != nil || out == "" {
		return "", false
	}
	return strings.Fields(out)[0], true
}
