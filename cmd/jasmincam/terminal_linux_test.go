package main

import (
	"bytes"
	"context"
	"errors"
	"os"
	"strconv"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/jasmincam/jasmincam/internal/testkit"
)

// terminal opens a new one; what is written to keys is typed on it.
func terminal(t *testing.T) (keys, tty *os.File) {
	t.Helper()
	keys, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		testkit.CannotRun(t, "this machine gives no pseudo-terminal: %v", err)
	}
	t.Cleanup(func() { _ = keys.Close() })
	fd := int(keys.Fd())
	n, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err := errors.Join(err, unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0)); err != nil {
		t.Fatal(err)
	}
	if tty, err = os.OpenFile("/dev/pts/"+strconv.Itoa(n), os.O_RDWR|unix.O_NOCTTY, 0); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = tty.Close() })
	return keys, tty
}

// shows tells whether the terminal shows what is typed.
func shows(t *testing.T, tty *os.File) bool {
	t.Helper()
	state, err := unix.IoctlGetTermios(int(tty.Fd()), unix.TCGETS)
	if err != nil {
		t.Fatal(err)
	}
	return state.Lflag&unix.ECHO != 0
}

// A password is read without being shown, and Ctrl-C does not have to wait for
// Enter.
func TestWorld_passwordPromptEndsWithCtrlC(t *testing.T) {
	keys, tty := terminal(t)
	w := world{in: tty, err: &bytes.Buffer{}}
	w.readPassphrase = w.askTerminal
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	type answer struct {
		text string
		err  error
	}
	for _, ends := range []bool{false, true} {
		done := make(chan answer, 1)
		go func() {
			text, err := w.asker(ctx)("Password: ")
			done <- answer{text, err}
		}()
		testkit.Until(t, 5*time.Second, "the prompt", func() bool { return !shows(t, tty) })
		if ends {
			cancel()
		} else if _, err := keys.WriteString("secret\n"); err != nil {
			t.Fatal(err)
		}
		got := testkit.Receive(t, 5*time.Second, done, "the end of the prompt")
		if ends && !errors.Is(got.err, context.Canceled) || !ends && (got.text != "secret" || got.err != nil) || !shows(t, tty) {
			t.Errorf("ended %v: %+v, shown %v", ends, got, shows(t, tty))
		}
	}
	if _, err := keys.WriteString("\n"); err != nil { // the reading that goes on alone
		t.Fatal(err)
	}
}
