package ui_test

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"github.com/jasmincam/jasmincam/internal/session"
	"github.com/jasmincam/jasmincam/internal/settings"
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
	for range 20 {
		if _, writes := r.canvas().Focused().(fyne.Shortcutable); writes {
			break
		}
		r.canvas().FocusNext()
	}
	r.press(fyne.KeyF12)
	r.shell.Ask(page.Question{Title: "Sure?", Text: "It cannot be taken back.", Yes: "Do it", No: "Leave it", Danger: true})
	r.press(fyne.KeyF12)
	if r.live.panics != 4 || r.canvas().Overlays().Top() == nil {
		t.Errorf("%d panics while she writes and is asked, want 4", r.live.panics)
	}
	r.press(fyne.KeyEscape)
	for i := range r.settings.values.Shortcuts {
		if s := &r.settings.values.Shortcuts[i]; s.Action == settings.ActionPanic {
			s.Key = "Ctrl+P"
		}
	}
	r.shell.Render()
	r.press(fyne.KeyF12)
	r.typeShortcut(fyne.KeyP)
	if r.live.panics != 5 {
		t.Errorf("%d panics with another key, want 5", r.live.panics)
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
