package window

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/testkit"
	"github.com/jasmincam/jasmincam/internal/ui/hotkey"
)

// undoing is how long an undoing would take at most to reach the service: where there
// is to be none, it is waited for.
const undoing = 2 * time.Second

// panicked tells whether both rooms are paused, as their service knows it.
func (d *day) panicked(want bool) func() bool {
	return func() bool {
		for i, p := range d.Performers {
			if room, err := d.own[i].Room(d.t.Context(), p.Name); err != nil || room.Paused != want || room.State != domain.RoomLive {
				return false
			}
		}
		return true
	}
}

// panics presses the key, and once more, which changes nothing.
func (d *day) panics(key, where string) {
	d.t.Helper()
	d.Keys(key)
	if !testkit.Holds(patience, d.panicked(true)) {
		d.Keep("no-panic")
		d.t.Fatalf("the key does nothing %s", where)
	}
	d.Keys(key)
	if testkit.Holds(undoing, d.panicked(false)) {
		d.t.Errorf("the same key undoes it %s", where)
	}
}

// showsAgain presses the button in the banner, stays hidden once, and then says that
// she wants to be seen.
func (d *day) showsAgain() {
	d.t.Helper()
	before := d.Picture()
	d.Click("70", "62")
	d.untilDrawn(before, lines(), "the question whether she wants to be seen")
	d.Keep("panic-again")
	d.Keys("Return") // No has the focus
	if testkit.Holds(undoing, d.panicked(false)) {
		d.t.Error("Return undid it")
	}
	testkit.Until(d.t, patience, "her to be seen again", func() bool {
		d.Click("70", "62")
		d.Keys("Tab", "Return")
		return testkit.Holds(3*time.Second, d.panicked(false))
	})
}

// One key hides her from both rooms while she writes, while she is asked something,
// and, where the system allows it, while another window has the keyboard.
func TestWindow_panicByOneKey(t *testing.T) {
	t.Run("in the window", func(t *testing.T) {
		d := newDay(t)
		// The system gives this one to no program, so that the window's own is pressed.
		d.keep(`{"camera": "pattern", "microphone": "tone", "shortcuts": [{"action": "panic", "key": "Ctrl+."}]}`)
		d.open()
		d.signInBoth()
		d.goesOnline()
		d.page("F2", "Chat")
		d.Keys("F10")
		d.Type("just a mom")
		d.panics("ctrl+period", "while she writes")
		d.Keep("panic-chat")
		d.showsAgain()
		d.page("F1", "Live")
		before := d.Picture()
		d.Keys("ctrl+q") // somebody is online: it asks
		d.untilDrawn(before, lines(), "the question whether to close")
		d.panics("ctrl+period", "in a dialog")
		d.Keys("Escape")
		d.Keep("panic-live")
	})
	t.Run("in another window", func(t *testing.T) {
		d := newDay(t)
		d.open()
		d.signInBoth()
		d.goesOnline()
		other := testkit.Start(t, testkit.Spec{Path: testkit.Need(t, "xev"), Args: []string{"-name", "elsewhere"}, Env: d.Env})
		d.Focus("elsewhere")
		d.Keys("a")
		testkit.Until(t, patience, "the other window to have the keys", func() bool { return strings.Contains(other.Output(), "keysym 0x61, a") })
		d.panics("F12", "in another window")
		if strings.Contains(other.Output(), "F12") {
			t.Error("the other window has the key as well")
		}
		other.Kill() // it lies over the button
		d.Focus("JasminCam")
		d.showsAgain()
	})
	t.Run("of another program", func(t *testing.T) {
		d := newDay(t)
		free := d.taken()
		d.open()
		testkit.Until(t, patience, "the word that the key is taken", func() bool { return strings.Contains(d.app.Log(), "another program has this key") })
		d.Keys("F12")
		if testkit.Holds(undoing, d.hidden) {
			t.Error("the settings say that the other program takes every press, and one came")
		}
		free()
		testkit.Until(t, patience, "the key that the other program gave back", func() bool { d.Keys("F12"); return d.hidden() })
	})
}

// hidden tells whether the app itself says that she is black and silent.
func (d *day) hidden() bool { return strings.Contains(d.app.Log(), "black and silent by her wish") }

// taken has another program keep the key until it is told to free it.
func (d *day) taken() (free func()) {
	d.t.Helper()
	for _, v := range d.Env {
		if name, value, _ := strings.Cut(v, "="); name == "DISPLAY" {
			d.t.Setenv(name, value)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	held, over := make(chan struct{}), make(chan error, 1)
	go func() { over <- hotkey.Hold(ctx, "F12", func() { close(held) }, func() {}) }()
	free = sync.OnceFunc(func() {
		cancel()
		if err := testkit.Receive(d.t, patience, over, "the end of the other program"); err != nil {
			d.t.Error(err)
		}
	})
	d.t.Cleanup(free)
	testkit.Receive(d.t, patience, held, "the key")
	return free
}
