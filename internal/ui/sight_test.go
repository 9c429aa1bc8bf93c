package ui_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"github.com/jasmincam/jasmincam/internal/ui/page"
)

// watcher is a page that notes what it is told of the window.
type watcher struct {
	page.Page
	told    []bool
	renders int
}

func (w *watcher) ID() string     { return page.Live }
func (w *watcher) Seen(seen bool) { w.told = append(w.told, seen) }
func (w *watcher) Render()        { w.renders++ }

// A window that nobody can see draws nothing, and the newest when it is seen.
func TestShell_drawsNothingThatNobodySees(t *testing.T) {
	w := &watcher{}
	r := newRig(t, func(r *rig) {
		r.pages = []page.Maker{func(s page.Shell) page.Page {
			w.Page = page.NewSettings(r.settings, r.seats, &r.chimes, outputs{})(s)
			return w
		}}
	})
	r.shell.Turn(page.Live)
	before := w.renders
	r.shell.See(false)
	r.shell.Render()
	if w.renders != before {
		t.Errorf("hidden, it was drawn %d times", w.renders-before)
	}
	r.shell.See(true)
	if w.renders != before+1 {
		t.Errorf("seen again, it was drawn %d times, want once", w.renders-before)
	}
	if want := []bool{true, false, true}; !slices.Equal(w.told, want) {
		t.Errorf("the page was told %v, want %v", w.told, want)
	}
}

// Whoever tells of the window is asked while it runs, and waited for.
func TestShell_asksWhetherItIsSeen(t *testing.T) {
	asked, over := make(chan fyne.Window, 1), make(chan struct{})
	r := newRig(t, func(r *rig) {
		r.app = lastingApp{r.app, make(chan struct{})}
		r.sight = func(ctx context.Context, w fyne.Window, _ func(bool)) {
			asked <- w
			<-ctx.Done()
			close(over)
		}
	})
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { defer close(done); r.shell.Run(ctx) }()
	select {
	case w := <-asked:
		if w != r.shell.Window() {
			t.Error("it was asked about another window")
		}
	case <-time.After(10 * time.Second):
		t.Error("nobody was asked")
	}
	cancel()
	<-done
	select {
	case <-over:
	default:
		t.Error("the window ended before who told of it")
	}
}
