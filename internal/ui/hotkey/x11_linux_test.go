//go:build cgo

package hotkey

import (
	"context"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/jasmincam/jasmincam/internal/testkit"
	"github.com/jasmincam/jasmincam/internal/testkit/screen"
)

// A key of a real X server is heard without any window, with Num Lock and Caps Lock
// too; a second program is told that it is taken, and has it when the first lets go.
func TestHold_onX11(t *testing.T) {
	const soon = 20 * time.Second
	s := screen.Open(t, 320, 200)
	for _, v := range s.Env {
		if name, value, _ := strings.Cut(v, "="); name == "DISPLAY" {
			t.Setenv(name, value)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	held, pressed, over := make(chan struct{}), make(chan struct{}, 10), make(chan error, 1)
	go func() {
		over <- Hold(ctx, "F12", func() { close(held) }, func() { pressed <- struct{}{} })
	}()
	testkit.Receive(t, soon, held, "the key")
	if err := Hold(ctx, "F12", func() { t.Error("held twice") }, func() {}); err != ErrTaken {
		t.Errorf("a key that is taken: %v", err)
	}
	s.Keys("F11", "F12")
	testkit.Receive(t, soon, pressed, "the press")
	s.Keys("Num_Lock", "F12", "Caps_Lock", "F12")
	testkit.Receive(t, soon, pressed, "the press with Num Lock")
	testkit.Receive(t, soon, pressed, "the press with Caps Lock")
	// The keyboard becomes another one, whose first alphabet is not Latin: the key is
	// grabbed anew, wherever it is now, and letters of the second alphabet are found.
	if out, err := exec.CommandContext(t.Context(), testkit.Need(t, "setxkbmap"), "-layout", "ru,us").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	testkit.Until(t, soon, "the press on another keyboard", func() bool { s.Keys("F12"); return len(pressed) > 0 })
	again, stop := context.WithCancel(t.Context())
	if err := Hold(again, "Ctrl+Alt+P", stop, func() {}); err != nil {
		t.Errorf("another key: %v", err)
	}
	cancel()
	if err := testkit.Receive(t, soon, over, "the end"); err != nil {
		t.Errorf("it ended with %v", err)
	}
	for len(pressed) > 0 {
		<-pressed
	}
	if s.Keys("F12"); testkit.Holds(time.Second, func() bool { return len(pressed) > 0 }) {
		t.Error("a key that is let go of is heard")
	}
	t.Setenv("DISPLAY", ":12345")
	if err := Hold(t.Context(), "F12", nil, nil); err != ErrNoWay {
		t.Errorf("no screen: %v", err)
	}
}
