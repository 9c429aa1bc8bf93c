package pace

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"image"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jasmincam/jasmincam/internal/testkit"
	"github.com/jasmincam/jasmincam/internal/testkit/screen"
)

// patience bounds what is not measured.
const patience = 60 * time.Second

// lookEvery is how often the screen is looked at: the fault of a time.
const lookEvery = 2 * time.Millisecond

// Window is the app on a screen of its own, which it fills.
type Window struct {
	*screen.Screen
	App     *testkit.Process
	Profile string
	t       testing.TB
	hand    *screen.Hand
	began   time.Time
	blank   []byte // the content's part of a screen without the app
}

// Open opens a screen as large as the window is at first; nothing runs on it.
func Open(t testing.TB) *Window {
	t.Helper()
	w := &Window{Screen: screen.Open(t, 1180, 760), Profile: t.TempDir(), t: t}
	w.hand = w.Hand()
	w.blank = w.Part(content())
	return w
}

// Start starts the app with these flags and a profile that lasts from start to
// start.
func (w *Window) Start(args ...string) {
	w.t.Helper()
	path := testkit.Build(w.t, "jasmincam", false)
	w.began = time.Now()
	w.App = testkit.Start(w.t, testkit.Spec{Path: path, Env: w.Env, Args: append([]string{"--profile", w.Profile}, args...)})
}

// Says waits until the app has written words.
func (w *Window) Says(words string) {
	w.t.Helper()
	testkit.Until(w.t, patience, words, func() bool {
		select {
		case <-w.App.Done():
			w.t.Fatalf("the window ended:\n%s", w.App.Log())
		default:
		}
		return strings.Contains(w.App.Output(), words)
	})
}

// changed looks at a part of the screen until is holds for what it was and what
// it is, and returns the time of that.
func (w *Window) changed(part image.Rectangle, before []byte, what string, meanwhile func(), is func(before, now []byte) bool) time.Time {
	w.t.Helper()
	look := time.NewTicker(lookEvery)
	defer look.Stop()
	for began := time.Now(); ; {
		if is(before, w.Part(part)) {
			return time.Now()
		}
		if time.Since(began) > patience {
			w.Keep("in-vain")
			w.t.Fatalf("waited %v in vain for %s", patience, what)
		}
		if meanwhile != nil {
			meanwhile()
		}
		<-look.C
	}
}

// content is where pages are.
func content() image.Rectangle { return image.Rect(140, 60, 1160, 700) }

// Started is the time from the start of the process until the window is painted,
// and until it shows the page that a key asks for. The keys of two pages are
// pressed in turn: it may have begun at the page of one.
func (w *Window) Started() (painted, answered time.Duration) {
	w.t.Helper()
	part := content()
	several := func(_, now []byte) bool { return colours(now) > 8 } // neither the blank screen nor an empty window
	at := w.changed(part, w.blank, "the first paint", nil, several)
	before, pressed, presses := w.Part(part), time.Time{}, 0
	answer := w.changed(part, before, "the page of a key", func() {
		if time.Since(pressed) > 50*time.Millisecond { // a window that has not the keys yet misses one
			w.hand.Press([]string{"F4", "F2"}[presses%2])
			pressed = time.Now()
			presses++
		}
	}, func(a, b []byte) bool { return share(a, b) > 0.02 })
	return at.Sub(w.began), answer.Sub(w.began)
}

// colours counts those of a part.
func colours(part []byte) int {
	seen := make(map[uint32]bool)
	for i := 0; i < len(part); i += 4 {
		seen[binary.NativeEndian.Uint32(part[i:])] = true
	}
	return len(seen)
}

// share is the part of the pixels that differ.
func share(a, b []byte) float64 {
	n := 0
	for i := 0; i < len(a); i += 4 {
		if !bytes.Equal(a[i:i+4], b[i:i+4]) {
			n++
		}
	}
	return 4 * float64(n) / float64(len(a))
}

// entry is where the Live page has what she writes.
func entry() image.Rectangle { return image.Rect(756, 722, 1080, 746) }

// Answers clicks into the entry of the Live page, writes letters and takes them back, n times in all; each time is that from the key to the paint.
func (w *Window) Answers(n int) []time.Duration {
	w.t.Helper()
	part := entry()
	w.Keys("F1")
	w.Click("900", "735")
	testkit.Pause(time.Second) // the page and the cursor are painted
	columns := func(a, b []byte) bool { return differing(a, b, part.Dx()) >= letter }
	var all []time.Duration
	for i := range n {
		before := w.Part(part)
		pressed := time.Now()
		w.hand.Press([]string{"M", "BackSpace"}[i%2])
		at := w.changed(part, before, "a letter", nil, columns)
		all = append(all, at.Sub(pressed))
		testkit.Pause(time.Duration(40+i*37%100) * time.Millisecond) // at any moment of the preview's beat
	}
	return all
}

// letter is how many columns an M changes at least; the cursor, which blinks,
// is narrower.
const letter = 6

// differing counts the columns of a part that differ.
func differing(a, b []byte, width int) int {
	seen := make(map[int]bool)
	for i := 0; i < len(a); i += 4 {
		if !bytes.Equal(a[i:i+4], b[i:i+4]) {
			seen[i/4%width] = true
		}
	}
	return len(seen)
}

// Pictures counts the pictures of the preview on the Live page in a while, by
// the test picture's strip, which differs in each.
func (w *Window) Pictures(while time.Duration) int {
	w.t.Helper()
	strip := image.Rect(210, 58, 730, 62)
	look := time.NewTicker(lookEvery)
	defer look.Stop()
	n := 0
	last := w.Part(strip)
	for began := time.Now(); time.Since(began) < while; <-look.C {
		if now := w.Part(strip); !bytes.Equal(now, last) {
			last = now
			n++
		}
	}
	return n
}

// Paints counts how often the threads that paint in software were at work in a
// while: none in a window that is not painted. The number says no more.
func (w *Window) Paints(while time.Duration) int {
	w.t.Helper()
	before := w.switches()
	testkit.Pause(while)
	return w.switches() - before
}

func (w *Window) switches() int {
	w.t.Helper()
	tasks := fmt.Sprintf("/proc/%d/task", w.App.PID())
	list, err := os.ReadDir(tasks)
	if err != nil {
		w.t.Fatal(err)
	}
	n, painters := 0, 0
	for _, task := range list {
		name, _ := os.ReadFile(filepath.Join(tasks, task.Name(), "comm")) // a thread that has ended is none
		if !strings.HasPrefix(string(name), "llvmpipe-") {
			continue
		}
		painters++
		status, err := os.ReadFile(filepath.Join(tasks, task.Name(), "status"))
		if err != nil {
			w.t.Fatal(err)
		}
		_, rest, _ := strings.Cut(string(status), "\nvoluntary_ctxt_switches:")
		line, _, _ := strings.Cut(rest, "\n")
		count, err := strconv.Atoi(strings.TrimSpace(line))
		if err != nil {
			w.t.Fatalf("the switches of a thread: %v", err)
		}
		n += count
	}
	if painters == 0 {
		w.t.Fatal("nothing paints in software here")
	}
	return n
}
