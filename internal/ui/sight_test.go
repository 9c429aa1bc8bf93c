package ui_test

import (
	"context"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"github.com/jasmincam/jasmincam/internal/ui"
	"github.com/jasmincam/jasmincam/internal/ui/page"
)

// watcher is a page that notes what it is told of the window.
type watcher struct {
	page.Page
	told    chan bool
	renders int
}

func (w *watcher) ID() string     { return page.Live }
func (w *watcher) Seen(seen bool) { w.told <- seen }
func (w *watcher) Render()        { w.renders++ }

// A window that nobody can see draws nothing, and the newest when it is seen.
func TestShell_drawsNothingThatNobodySees(t *testing.T) {
	w := &watcher{told: make(chan bool, 10)}
	system := make(chan bool)
	seen := make(chan struct{}, 100)
	r := newRig(t, func(r *rig) {
		r.app = lastingApp{r.app, make(chan struct{})}
		r.pages = []page.Maker{func(s page.Shell) page.Page {
			w.Page = page.NewSettings(r.settings, r.seats, &r.chimes)(s)
			return w
		}}
		r.sight = func(ctx context.Context, _ fyne.Window, tell func(bool)) {
			for {
				select {
				case on := <-system:
					tell(on)
				case <-ctx.Done():
					return
				}
			}
		}
	})
	r.shell.Turn(page.Live)
	if !<-w.told {
		t.Fatal("at first the window counts as hidden")
	}
	r.live.seen = seen
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { defer close(done); r.shell.Run(ctx) }()
	defer func() { cancel(); <-done }()

	system <- false
	if next(t, w.told) {
		t.Error("the page was told that a hidden window is seen")
	}
	before := w.renders
	r.live.bell <- struct{}{}
	select {
	case <-seen:
		t.Error("a wake drew a window that nobody sees")
	case <-time.After(10 * ui.DrawEvery):
	}
	system <- true
	if !next(t, w.told) {
		t.Error("the page was not told that the window is seen again")
	}
	next(t, seen)
	cancel()
	<-done
	if w.renders != before+1 {
		t.Errorf("seen again, it was drawn %d times, want once", w.renders-before)
	}
}

func next[T any](t *testing.T, from <-chan T) T {
	t.Helper()
	select {
	case v := <-from:
		return v
	case <-time.After(10 * time.Second):
		t.Fatal("waited in vain")
		panic("unreachable")
	}
}
