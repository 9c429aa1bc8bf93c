package ui_test

import (
	"context"
	"reflect"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"github.com/jasmincam/jasmincam/internal/ui/page"
	"github.com/jasmincam/jasmincam/internal/ui/vm"
)

// typeShortcut types Ctrl and a key while no entry has the focus.
func (r *rig) typeShortcut(name fyne.KeyName) {
	s := &desktop.CustomShortcut{KeyName: name, Modifier: fyne.KeyModifierShortcutDefault}
	inner := reflect.ValueOf(r.canvas()).Elem().FieldByName("WindowlessCanvas") // the test driver hides that it takes shortcuts
	inner.Interface().(fyne.Shortcutable).TypedShortcut(s)
}

func TestShell_turnsPagesByKey(t *testing.T) {
	r := newRig(t, nil)
	for _, row := range []struct {
		key  func()
		want string
	}{
		{func() { r.typeShortcut(fyne.Key2) }, page.Settings},
		{func() { r.typeShortcut(fyne.Key1) }, page.Accounts},
		{func() { r.press(fyne.KeyF4) }, page.Settings},
		{func() { r.typeShortcut(fyne.Key9) }, page.Settings}, // there is no such page
		{func() { r.press(fyne.KeyF1) }, page.Settings},       // nor that one
	} {
		row.key()
		if got := r.shell.At(); got != row.want {
			t.Errorf("the page is %s, want %s", got, row.want)
		}
	}
}

// A key that an entry has no use for reaches the window.
func TestShell_keysWorkWhileSheWrites(t *testing.T) {
	r := newRig(t, withFront)
	r.canvas().FocusNext()
	for range 20 {
		if _, writes := r.canvas().Focused().(fyne.Shortcutable); writes {
			break
		}
		r.canvas().FocusNext()
	}
	if _, writes := r.canvas().Focused().(fyne.Shortcutable); !writes {
		t.Fatal("no entry can be reached by Tab")
	}
	r.press(fyne.KeyF5)
	if r.front.online != 1 || r.shell.At() != page.Live {
		t.Errorf("F5 went online %d times, at %s; want once, where she sees herself", r.front.online, r.shell.At())
	}
}

func TestShell_doesWhatShortcutsSay(t *testing.T) {
	r := newRig(t, nil)
	r.press(fyne.KeyF6)
	r.press(fyne.KeyF7)
	r.press(fyne.KeyF8)
	if !r.live.offline || !r.live.muted || !r.live.view.Look.Mirror {
		t.Errorf("offline %v, muted %v, mirrored %v", r.live.offline, r.live.muted, r.live.view.Look.Mirror)
	}
	r.typeShortcut(fyne.KeyPlus)
	r.typeShortcut(fyne.KeyEqual)
	r.typeShortcut(fyne.KeyMinus)
	if got := r.settings.values.TextSize; got != 110 {
		t.Errorf("the text is %d %%, want 110", got)
	}
	r.settings.values.Shortcuts[6].Key = "Ctrl+O" // offline
	r.live.offline = false
	r.shell.Render()
	r.press(fyne.KeyF6)
	if r.live.offline {
		t.Error("the old key still works")
	}
	r.typeShortcut(fyne.KeyO)
	if !r.live.offline {
		t.Error("the new key does not work")
	}
}

func TestShell_askAndEscape(t *testing.T) {
	r := newRig(t, nil)
	var said []bool
	q := page.Question{Title: "Sure?", Text: "It cannot be taken back.", Yes: "Do it", No: "Leave it", Danger: true,
		Answer: func(yes bool) { said = append(said, yes) }}
	r.shell.Ask(q)
	if r.canvas().Overlays().Top() == nil {
		t.Fatal("nothing is asked")
	}
	r.press(fyne.KeyF6) // no shortcut works below a question
	r.press(fyne.KeyEscape)
	if r.canvas().Overlays().Top() != nil || len(said) != 1 || said[0] || r.live.offline {
		t.Errorf("after Escape: answers %v, offline %v", said, r.live.offline)
	}
	r.shell.Ask(q)
	r.press(fyne.KeySpace) // No has the focus, for it cannot be taken back
	q.Danger = false
	r.shell.Ask(q)
	r.press(fyne.KeyReturn)
	if len(said) != 3 || said[1] || !said[2] {
		t.Errorf("answers %v, want no, no, yes", said)
	}
}

func TestShell_asksBeforeItClosesOnAir(t *testing.T) {
	r := newRig(t, func(r *rig) { r.live.view.Online = true })
	r.shell.Close()
	if r.canvas().Overlays().Top() == nil {
		t.Fatal("it did not ask")
	}
	r.press(fyne.KeyEscape)
	r.live.view.Online = false
	r.shell.Turn(page.Settings)
	r.shell.Window().Resize(fyne.NewSize(1200, 800))
	r.shell.Close()
	if w := r.settings.values; w.Page != page.Settings || w.Window.Width != 1200 || w.Window.Height != 800 {
		t.Errorf("remembered page %q and window %v", w.Page, w.Window)
	}
}

func TestShell_beginsWhereItWasLeft(t *testing.T) {
	in := func(r *rig) {
		r.settings.values.Page = page.Settings
		r.signIn.view.Accounts = []vm.Known{{Email: "a@example.com", In: true, Letter: "A"}}
	}
	if r := newRig(t, in); r.shell.At() != page.Settings {
		t.Errorf("it begins at %s", r.shell.At())
	}
	r := newRig(t, func(r *rig) { r.settings.values.Page = page.Settings })
	if r.shell.At() != page.Accounts {
		t.Errorf("with nobody signed in it begins at %s", r.shell.At())
	}
	if r := newRig(t, func(r *rig) { r.settings.values.Page, r.expected = page.Settings, true }); r.shell.At() != page.Settings {
		t.Errorf("when accounts are expected it begins at %s", r.shell.At())
	}
	r.shell.Turn(page.Settings)
	r.shell.Render()
	if r.shell.At() != page.Settings {
		t.Error("it leads back to the accounts again and again")
	}
}

func TestShell_wearsWhatSheChose(t *testing.T) {
	r := newRig(t, nil)
	r.shell.Turn(page.Settings)
	small := r.shell.Window().Content().MinSize()
	r.settings.values.Language, r.settings.values.TextSize = "ru", 200
	r.shell.Render()
	if got := r.shell.Words().Lang(); got != "ru" {
		t.Errorf("the words are in %s", got)
	}
	if r.shell.At() != page.Settings {
		t.Error("the page was lost")
	}
	if large := r.shell.Window().Content().MinSize(); large.Height <= small.Height {
		t.Errorf("the window needs %v with large text and %v with small", large, small)
	}
	r.settings.values.Language = "xx"
	r.shell.Render()
	if got := r.shell.Words().Lang(); got != "en" {
		t.Errorf("for a language that nobody has the words are in %s", got)
	}
}

// lastingApp runs until it is quit, as one on a screen does.
type lastingApp struct {
	fyne.App
	over chan struct{}
}

func (a lastingApp) Run()  { <-a.over }
func (a lastingApp) Quit() { close(a.over) }

func TestShell_drawsAfterAWakeAndEndsWithItsContext(t *testing.T) {
	seen := make(chan struct{}, 100)
	r := newRig(t, func(r *rig) { r.app = lastingApp{r.app, make(chan struct{})} })
	r.live.seen = seen
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		r.shell.Run(ctx)
	}()
	r.live.bell <- struct{}{}
	await := func(what string, signal chan struct{}) {
		select {
		case <-signal:
		case <-time.After(10 * time.Second):
			t.Fatal("it did not " + what)
		}
	}
	await("draw after a wake", seen)
	cancel()
	await("end", done)
}

// kept is a page with something on it that is not saved.
type kept struct {
	page.Page
	undone int
}

func (k *kept) ID() string    { return page.Profile }
func (k *kept) Unsaved() bool { return k.undone == 0 }
func (k *kept) Undo()         { k.undone++ }

func TestShell_asksBeforeItLeavesWhatIsNotSaved(t *testing.T) {
	k := &kept{}
	r := newRig(t, func(r *rig) {
		r.pages = []page.Maker{func(s page.Shell) page.Page {
			k.Page = page.NewSettings(r.settings, r.seats, &r.chimes, outputs{})(s)
			return k
		}}
	})
	r.shell.Turn(page.Profile)
	r.shell.Turn(page.Accounts)
	r.press(fyne.KeyEscape)
	if r.shell.At() != page.Profile || k.undone != 0 {
		t.Fatalf("no led to %s", r.shell.At())
	}
	r.shell.Turn(page.Accounts)
	r.canvas().FocusNext()
	r.press(fyne.KeyReturn)
	if r.shell.At() != page.Accounts || k.undone != 1 {
		t.Errorf("yes led to %s, undone %d times", r.shell.At(), k.undone)
	}
}

func TestShell_leadsOnFromTheAccounts(t *testing.T) {
	in := []vm.Known{{Email: "a@example.com", In: true, Letter: "A"}}
	live := func(r *rig) {
		r.pages = []page.Maker{func(s page.Shell) page.Page {
			return livePage{page.NewSettings(r.settings, r.seats, &r.chimes, outputs{})(s)}
		}}
	}
	r := newRig(t, func(r *rig) {
		live(r)
		r.settings.values.Page, r.signIn.view.Accounts = page.Accounts, in
	})
	if r.shell.At() != page.Live {
		t.Errorf("with a known account it begins at %s", r.shell.At())
	}
	r = newRig(t, live)
	r.shell.Enter()
	if r.shell.At() != page.Accounts {
		t.Errorf("with nobody signed in it leads to %s", r.shell.At())
	}
	r.signIn.view.Accounts = in
	r.shell.Render()
	if r.shell.At() != page.Accounts {
		t.Error("it leads away from the form that she fills in")
	}
	r.shell.Enter()
	if r.shell.At() != page.Live {
		t.Errorf("after the demo came in it shows %s", r.shell.At())
	}
}

type livePage struct{ page.Page }

func (livePage) ID() string { return page.Live }

// A key that is hit by mistake does not take her away from her viewers.
func TestShell_asksBeforeAKeyTakesHerOffline(t *testing.T) {
	r := newRig(t, nil)
	r.live.view.Accounts = []vm.Card{{Viewers: 2}, {Viewers: 1}}
	r.press(fyne.KeyF6)
	if r.live.offline || r.canvas().Overlays().Top() == nil {
		t.Fatalf("offline %v, and nothing is asked", r.live.offline)
	}
	r.press(fyne.KeyEscape)
	if r.live.offline {
		t.Error("Escape took her offline")
	}
}

// Who turned to a page while the keyring was slow is not led away from it; whoever
// did not is led to the sign-in.
func TestShell_takesNoPageFromUnderHerHands(t *testing.T) {
	for name, row := range map[string]struct {
		turn func(r *rig)
		want string
	}{
		"a key":      {func(r *rig) { r.press(fyne.KeyF4) }, page.Settings},
		"a number":   {func(r *rig) { r.typeShortcut(fyne.Key2) }, page.Settings},
		"remembered": {func(*rig) {}, page.Accounts},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, func(r *rig) {
				r.signIn.view.Ready = false
				if name == "remembered" {
					r.settings.values.Page = page.Settings
				}
			})
			row.turn(r)
			if got := r.shell.At(); got != page.Settings {
				t.Fatalf("it shows %s", got)
			}
			r.signIn.view.Ready = true
			r.shell.Render()
			if got := r.shell.At(); got != row.want {
				t.Errorf("it shows %s, want %s", got, row.want)
			}
		})
	}
}
