package screen

import (
	"io"
	"os"
	"os/exec"
	"strings"

	"github.com/jasmincam/jasmincam/internal/testkit"
)

// PID is the X server's process.
func (s *Screen) PID() int { return s.server.PID() }

// Manage starts a window manager, which gives keys to new windows and can
// minimise them.
func (s *Screen) Manage() {
	s.t.Helper()
	testkit.Start(s.t, testkit.Spec{Path: testkit.Need(s.t, "openbox"), Env: s.Env})
	testkit.Until(s.t, startLimit, "a window manager", func() bool {
		_, err := s.do("get_desktop")
		return err == nil
	})
}

// Minimise makes an icon of the window whose title holds name; what it returns
// brings the window back.
func (s *Screen) Minimise(name string) (back func()) {
	s.t.Helper()
	id, ok := s.find(name)
	if !ok {
		s.t.Fatalf("there is no window called %s", name)
	}
	if _, err := s.do("windowminimize", id); err != nil {
		s.t.Fatalf("minimising %s: %v", name, err)
	}
	return func() {
		s.t.Helper()
		if _, err := s.do("windowactivate", id); err != nil {
			s.t.Fatalf("bringing %s back: %v", name, err)
		}
	}
}

// Unmap takes the window whose title holds name from the screen.
func (s *Screen) Unmap(name string) {
	s.t.Helper()
	id, ok := s.find(name)
	if !ok {
		s.t.Fatalf("there is no window called %s", name)
	}
	if _, err := s.do("windowunmap", id); err != nil {
		s.t.Fatalf("hiding %s: %v", name, err)
	}
}

// Click clicks the left button at a point of the screen.
func (s *Screen) Click(x, y string) {
	s.t.Helper()
	if _, err := s.do("mousemove", x, y, "sleep", "0.2", "click", "1"); err != nil {
		s.t.Fatalf("clicking: %v", err)
	}
}

// Hand presses keys without the time that the start of a program takes.
type Hand struct {
	screen *Screen
	in     io.WriteCloser
}

// Hand lasts until the test ends.
func (s *Screen) Hand() *Hand {
	s.t.Helper()
	cmd := exec.Command(s.xdotool, "-")
	cmd.Env = append(os.Environ(), s.Env...)
	in, err := cmd.StdinPipe()
	if err != nil {
		s.t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() {
		_ = in.Close() // ends it
		_ = cmd.Wait() // tells only that a last word was cut
	})
	return &Hand{screen: s, in: in}
}

// Press presses keys at once, and does not wait until they were.
func (h *Hand) Press(names ...string) {
	h.screen.t.Helper()
	if _, err := io.WriteString(h.in, "key --delay 0 "+strings.Join(names, " ")+"\n"); err != nil {
		h.screen.t.Fatalf("pressing %v: %v", names, err)
	}
}
