package ui_test

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/test"

	"github.com/jasmincam/jasmincam/internal/session"
	"github.com/jasmincam/jasmincam/internal/settings"
	"github.com/jasmincam/jasmincam/internal/ui/control"
	"github.com/jasmincam/jasmincam/internal/ui/page"
	"github.com/jasmincam/jasmincam/internal/ui/vm"
)

// The key of the panic works on every page, below a question, and while she writes;
// no key undoes it.
func TestPanic_theKeyWorksWhateverGoesOn(t *testing.T) {
	r := newRig(t, withFront)
	r.press(fyne.KeyF12)
	r.press(fyne.KeyF12)
	if r.live.panics != 2 || !r.live.view.Panic {
		t.Fatalf("%d panics, panicked %t", r.live.panics, r.live.view.Panic)
	}
	r.canvas().Focus(r.entries()[0])
	if _, writes := r.canvas().Focused().(*control.Entry); !writes {
		t.Fatalf("the keyboard is on a %T, not where she writes", r.canvas().Focused())
	}
	r.press(fyne.KeyF12)
	r.shell.Ask(page.Question{Title: "Sure?", Text: "It cannot be taken back.", Yes: "Do it", No: "Leave it", Danger: true})
	r.press(fyne.KeyF12)
	if r.live.panics != 4 || r.canvas().Overlays().Top() == nil {
		t.Errorf("%d panics while she writes and is asked, want 4", r.live.panics)
	}
	r.press(fyne.KeyEscape)
	for what, open := range map[string]func(){
		"a menu": func() {
			control.PopAt(r.canvas(), fyne.Position{}, []*fyne.MenuItem{fyne.NewMenuItem("ban", func() {})})
		},
		"a choice": func() {
			r.shell.Turn(page.Settings)
			test.Tap(r.selects()[0])
		},
		"a file dialog": func() {
			control.ShowFiles(r.shell.Window(), dialog.NewFileSave(func(fyne.URIWriteCloser, error) {}, r.shell.Window()))
		},
	} {
		before := r.live.panics
		open()
		if r.canvas().Overlays().Top() == nil || r.canvas().Focused() == nil {
			t.Fatalf("%s is not open, or has not the keyboard", what)
		}
		if r.press(fyne.KeyF12); r.live.panics != before+1 {
			t.Errorf("%s keeps the key from the window", what)
		}
		if at := r.shell.At(); what == "a file dialog" {
			if r.press(fyne.KeyF1); r.shell.At() != at {
				t.Error("another key turns the page under it")
			}
		}
		r.press(fyne.KeyEscape)
		if r.canvas().Overlays().Top() != nil {
			t.Errorf("%s does not close", what)
		}
	}
	for i := range r.settings.values.Shortcuts {
		if s := &r.settings.values.Shortcuts[i]; s.Action == settings.ActionPanic {
			s.Key = "Ctrl+P"
		}
	}
	r.shell.Render()
	r.press(fyne.KeyF12)
	r.typeShortcut(fyne.KeyP)
	if r.live.panics != 8 {
		t.Errorf("%d panics with another key, want 8", r.live.panics)
	}
}

// In a panic the key that accepts accepts nobody, and leaves a question alone.
func TestPanic_acceptsNobody(t *testing.T) {
	r := newRig(t, withFront)
	r.shows.view = vm.PrivateView{Panic: true, Requests: []vm.PrivateRequest{wish("s1", "A", "quiet-fox")}}
	r.shell.Render()
	r.shell.Ask(page.Question{Title: "Sure?", Yes: "Yes", No: "No"})
	r.shortcut(fyne.KeyReturn, 0)
	if len(r.shows.accepted) > 0 || r.canvas().Overlays().Top() == nil {
		t.Errorf("accepted %v", r.shows.accepted)
	}
}

// While nobody sees or hears her the banner says so over every page, whatever else
// goes on, and leads back to where she sees herself first.
func TestPanic_theBanner(t *testing.T) {
	r := newRig(t, withFront)
	r.live.view = vm.LiveView{State: session.Panic, Panic: true, Muted: true, Online: true}
	r.shows.view = long("tom")["private"]
	r.shell.Turn(page.Settings)
	r.shell.Render()
	said := r.said()
	for _, words := range []string{"PANIC", "Nobody sees or hears you", "stands still and costs nothing", "Show me again"} {
		if !strings.Contains(said, words) {
			t.Errorf("the banner does not say %q: %s", words, said)
		}
	}
	if strings.Contains(said, "PRIVATE") {
		t.Error("the show is said to go on")
	}
	test.Tap(r.button(t, "End the show")) // a question, and she stays hidden
	r.yes(t)
	if r.shows.ended != 1 || !r.live.view.Panic {
		t.Errorf("the show was ended %d times, hidden: %t", r.shows.ended, r.live.view.Panic)
	}
	r.shows.view.Trouble = vm.Notice{Key: "error.unavailable"}
	r.shell.Render()
	if said := r.said(); !strings.Contains(said, "The service cannot be reached.") {
		t.Errorf("an end that does not arrive is not told: %s", said)
	}
	test.Tap(r.button(t, "Show me again …"))
	if r.front.again != 1 || r.shell.At() != page.Live {
		t.Errorf("the way back was asked for %d times, at %s", r.front.again, r.shell.At())
	}
	r.live.view.Panic, r.live.view.State = false, session.Live
	r.shell.Render()
	if said := r.said(); strings.Contains(said, "Nobody sees or hears you") || strings.Contains(said, "Show me again") {
		t.Errorf("after it the banner says %s", said)
	}
}
