package page_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"

	"github.com/jasmincam/jasmincam/internal/capture"
	"github.com/jasmincam/jasmincam/internal/session"
	"github.com/jasmincam/jasmincam/internal/settings"
	"github.com/jasmincam/jasmincam/internal/ui/control"
	"github.com/jasmincam/jasmincam/internal/ui/page"
	"github.com/jasmincam/jasmincam/internal/ui/page/talk"
	"github.com/jasmincam/jasmincam/internal/ui/theme"
	"github.com/jasmincam/jasmincam/internal/ui/uitest"
	"github.com/jasmincam/jasmincam/internal/ui/vm"
	"github.com/jasmincam/jasmincam/internal/ui/xwidget"
	"github.com/jasmincam/jasmincam/internal/ui/xwidget/feed"
)

// all finds the widgets of a type on the screen.
func all[T fyne.CanvasObject](root fyne.CanvasObject) []T {
	var found []T
	uitest.Each(root, func(o fyne.CanvasObject) {
		if w, ok := o.(T); ok {
			found = append(found, w)
		}
	})
	return found
}

// button finds the button with a word.
func button(t *testing.T, root fyne.CanvasObject, word string) *control.Button {
	t.Helper()
	for _, b := range all[*control.Button](root) {
		if b.Text == word {
			return b
		}
	}
	t.Fatalf("no button says %q", word)
	return nil
}

// says tells whether the screen has these words somewhere.
func says(root fyne.CanvasObject, words string) bool {
	found := false
	uitest.Each(root, func(o fyne.CanvasObject) {
		switch o := o.(type) {
		case *widget.Label:
			found = found || strings.Contains(o.Text, words)
		case *canvas.Text:
			found = found || strings.Contains(o.Text, words)
		}
	})
	return found
}

// absent is a member whom nobody sees or hears; he may have a show with her.
type absent struct {
	fyne.CanvasObject
	name string
}

func (a absent) Content() fyne.CanvasObject { return a.CanvasObject }
func (a absent) Watch(bool)                 {}
func (a absent) Render() bool               { return false }
func (a absent) Member() string             { return a.name }
func (a absent) Word() (word, state string) { return "", "" }

func nobody(page.Shell) page.Visit {
	o := canvas.NewRectangle(nil)
	o.Hide()
	return absent{CanvasObject: o}
}

func openLive(t *testing.T, view vm.LiveView) (*stage, *fakeLive, *fakeKept, page.Page) {
	t.Helper()
	s := newStage(t, theme.Dark, 100, "en")
	model, kept := &fakeLive{view: view, level: -20}, &fakeKept{values: settings.Defaults()}
	p := page.NewLive(model, talk.Beside(crowd(), kept), nobody, kept)(s)
	t.Cleanup(p.Hide)
	s.show(p, fyne.NewSize(1190, 1400))
	return s, model, kept, p
}

func TestLive_tellsTheStateInAWord(t *testing.T) {
	for state, word := range map[session.State]string{session.Offline: "OFFLINE", session.Connecting: "CONNECTING", session.Live: "LIVE",
		session.Reconnecting: "RECONNECTING", session.Away: "AWAY", session.Private: "PRIVATE"} {
		t.Run(word, func(t *testing.T) {
			_, _, _, p := openLive(t, vm.LiveView{State: state})
			if chips := all[*xwidget.Chip](p.Content()); len(chips) == 0 || !slices.ContainsFunc(chips, func(c *xwidget.Chip) bool {
				return c.AccessibilityLabel() == word
			}) {
				t.Errorf("nothing over the picture says %s", word)
			}
		})
	}
}

// after is the part of a page of a show that is over.
type after struct{ absent }

func (after) Word() (word, state string) { return "FREE", "away" }

// After a show the word over the picture is the show's, not that of her upload.
func TestLive_theWordOfAShowThatIsOver(t *testing.T) {
	s, kept, view := newStage(t, theme.Dark, 100, "en"), &fakeKept{values: settings.Defaults()}, busy()
	view.State = session.Private
	p := page.NewLive(&fakeLive{view: view}, talk.Beside(crowd(), kept), func(s page.Shell) page.Visit { return after{nobody(s).(absent)} }, kept)(s)
	t.Cleanup(p.Hide)
	s.show(p, fyne.NewSize(1190, 1400))
	chip := all[*xwidget.Chip](all[*xwidget.Preview](p.Content())[0])
	if len(chip) != 1 || chip[0].AccessibilityLabel() != "FREE" {
		t.Errorf("over the picture stands %v", chip)
	}
}

// In a private show both accounts say so, in violet, whichever has it.
func TestLive_bothCardsTellOfAPrivateShow(t *testing.T) {
	v := busy()
	v.State = session.Private
	v.Accounts[0].State, v.Accounts[1].State, v.Accounts[1].Closed = session.Private, session.Away, true
	_, model, _, p := openLive(t, v)
	violet := 0
	uitest.Each(p.Content(), func(o fyne.CanvasObject) {
		if x, ok := o.(*canvas.Rectangle); ok && x.StrokeWidth > 0 && x.StrokeColor == theme.Color(theme.Private) {
			violet++
		}
	})
	if !says(p.Content(), "PRIVATE") || !says(p.Content(), "CLOSED") || violet != 2 {
		t.Errorf("%d cards are violet", violet)
	}
	model.view = busy()
	p.Render()
	if says(p.Content(), "CLOSED") {
		t.Error("after the show it is closed still")
	}
}

// The red button hides her at once; the same place then leads back, but not by the
// second click of a double one, and only after a question that Return answers with no.
func TestLive_panic(t *testing.T) {
	s, model, _, p := openLive(t, busy())
	now := time.Now()
	page.SetClock(p, func() time.Time { return now })
	hide := button(t, p.Content(), "Panic: black and silent (F12)")
	test.Tap(hide)
	model.view.State = session.Panic
	p.Render()
	if !model.view.Panic || !says(p.Content(), "Your viewers read that you have paused") || !says(p.Content(), "PANIC") || len(s.asked) > 0 {
		t.Fatalf("panicked %t, asked %d", model.view.Panic, len(s.asked))
	}
	now = now.Add(300 * time.Millisecond)
	test.Tap(hide)
	if len(s.asked) > 0 {
		t.Error("a double click asks")
	}
	now = now.Add(time.Second)
	test.Tap(button(t, p.Content(), "Show me again …"))
	if len(s.asked) != 1 || !s.asked[0].Danger || !model.view.Panic {
		t.Fatalf("asked %d times", len(s.asked))
	}
	s.asked[0].Answer(false)
	if !model.view.Panic {
		t.Error("no shows her")
	}
	test.Tap(button(t, p.Content(), "Show me again …"))
	s.asked[1].Answer(true)
	if model.view.Panic {
		t.Error("yes does not show her")
	}
	model.view = busy()
	p.Render()
	if says(p.Content(), "Your viewers read that you have paused") {
		t.Error("it is said after she is back")
	}
}

// In a private show the question names who alone will see her.
func TestLive_showAgainInAShow(t *testing.T) {
	s := newStage(t, theme.Dark, 100, "en")
	model, kept := &fakeLive{view: busy(), level: -20}, &fakeKept{values: settings.Defaults()}
	model.view.Panic = true
	o := canvas.NewRectangle(nil)
	o.Hide()
	p := page.NewLive(model, talk.Beside(crowd(), kept), func(page.Shell) page.Visit { return absent{o, "quiet-fox"} }, kept)(s)
	t.Cleanup(p.Hide)
	s.show(p, fyne.NewSize(1190, 1400))
	test.Tap(button(t, p.Content(), "Show me again …"))
	if q := s.asked[0]; !strings.Contains(q.Text, "quiet-fox alone") || strings.Contains(q.Text, "viewers") {
		t.Errorf("it asks %q", q.Text)
	}
	s.asked[0].Answer(false)
}

// While another program takes the key's presses, the button does not promise it.
func TestLive_panicKeyThatDoesNothing(t *testing.T) {
	_, _, kept, p := openLive(t, busy())
	button(t, p.Content(), "Panic: black and silent (F12)")
	kept.panics = vm.Notice{Key: "settings.panic.taken"}
	p.Render()
	button(t, p.Content(), "Panic: black and silent")
}

// In a narrow window, too, the button that hides her is on the screen at once, in a
// show with a member who is seen as well.
func TestLive_panicIsNeverBelowTheScreen(t *testing.T) {
	s := newStage(t, theme.Dark, 100, "en")
	tall := canvas.NewRectangle(nil)
	tall.SetMinSize(fyne.NewSize(400, 500))
	model, kept := &fakeLive{view: busy(), level: -20}, &fakeKept{values: settings.Defaults()}
	p := page.NewLive(model, talk.Beside(crowd(), kept), func(page.Shell) page.Visit { return absent{CanvasObject: tall} }, kept)(s)
	t.Cleanup(p.Hide)
	s.show(p, fyne.NewSize(600, 560))
	hide := button(t, p.Content(), "Panic: black and silent (F12)")
	if at := fyne.CurrentApp().Driver().AbsolutePositionForObject(hide); at.Y+hide.Size().Height > 560 {
		t.Errorf("it ends at %.0f of 560", at.Y+hide.Size().Height)
	}
}

func TestLive_asksBeforeItGoesOfflineWhileViewersAreThere(t *testing.T) {
	s, model, _, p := openLive(t, busy())
	test.Tap(button(t, p.Content(), "Go offline"))
	if len(model.offline) > 0 || len(s.asked) != 1 || !strings.Contains(s.asked[0].Text, "137 viewers") {
		t.Fatalf("offline %v, asked %v; want a question that tells of 137 viewers", model.offline, s.asked)
	}
	s.asked[0].Answer(false)
	if len(model.offline) > 0 {
		t.Error("no took her offline")
	}
	s.asked[0].Answer(true)
	if !slices.Equal(model.offline, []string{"all"}) {
		t.Errorf("yes took %v offline, want all", model.offline)
	}
}

func TestLive_switchesOneAccount(t *testing.T) {
	view := busy()
	view.Accounts[1].Viewers, view.Accounts[1].Online = 0, true
	view.Accounts[0].Online = false
	s, model, _, p := openLive(t, view)
	switches := all[*xwidget.Switch](p.Content())
	if len(switches) != 2 {
		t.Fatalf("there are %d switches, want 2", len(switches))
	}
	test.Tap(switches[0])
	switches[1].TypedKey(&fyne.KeyEvent{Name: fyne.KeySpace})
	if !slices.Equal(model.online, []string{"a@example.com"}) || !slices.Equal(model.offline, []string{"b@example.com"}) || len(s.asked) > 0 {
		t.Errorf("online %v, offline %v, asked %d; want a on, b off, and no question: nobody watches b", model.online, model.offline, len(s.asked))
	}
	if switches[0].On() {
		t.Error("the switch moved before she was online")
	}
}

// A double click on a button or switch does what its first click says: the
// second one, on what then has the other meaning, is not heard.
func TestLive_aDoubleClickDoesNotTurnItselfAround(t *testing.T) {
	for name, c := range map[string]struct {
		online bool // before
		one    bool // account, by its switch
		asks   bool // while viewers are there
	}{
		"all go offline": {online: true}, "all go online": {}, "one goes offline": {online: true, one: true}, "one goes online": {one: true},
		"all go offline after a question": {online: true, asks: true},
	} {
		t.Run(name, func(t *testing.T) {
			view := busy()
			view.Accounts[1].Online = false
			if !c.asks {
				view.Accounts[0].Viewers, view.Accounts[1].Viewers = 0, 0
			}
			view.Online, view.Accounts[0].Online = c.online, c.online
			s, model, _, p := openLive(t, view)
			now := time.Now()
			page.SetClock(p, func() time.Time { return now })
			tap := func() {
				word := "Go online"
				if model.view.Online {
					word = "Go offline"
				}
				before := len(model.online) + len(model.offline)
				if c.one {
					test.Tap(all[*xwidget.Switch](p.Content())[0])
				} else {
					test.Tap(button(t, p.Content(), word))
				}
				for _, q := range s.asked {
					if c.asks {
						now = now.Add(5 * time.Second) // she thinks before she answers
					}
					q.Answer(true)
				}
				s.asked = nil
				if len(model.online)+len(model.offline) > before {
					model.view.Online = !model.view.Online // it is done at once
					model.view.Accounts[0].Online = model.view.Online
					p.Render()
				}
			}
			tap()
			now = now.Add(200 * time.Millisecond)
			tap()
			if model.view.Online == c.online {
				t.Fatalf("after a double click online is %v as before; went online %v, offline %v", c.online, model.online, model.offline)
			}
			now = now.Add(time.Second)
			tap()
			if model.view.Online != c.online {
				t.Errorf("a second later the other meaning is not heard: went online %v, offline %v", model.online, model.offline)
			}
		})
	}
}

func TestLive_withoutAccountsLeadsToSignIn(t *testing.T) {
	s, _, _, p := openLive(t, vm.LiveView{State: session.Offline})
	if !button(t, p.Content(), "Go online").Disabled() {
		t.Error("nobody can go online, and the button may be pressed")
	}
	test.Tap(button(t, p.Content(), "Sign in"))
	if s.went != page.Accounts {
		t.Errorf("went to %q", s.went)
	}
}

func TestLive_watchesOnlyWhileItIsShown(t *testing.T) {
	_, model, kept, p := openLive(t, busy())
	if !model.watching || model.looked != 1 {
		t.Fatalf("watching is %v and devices were listed %d times, want true and once", model.watching, model.looked)
	}
	p.Hide()
	if model.watching {
		t.Error("a hidden page keeps the devices open")
	}
	p.Show()
	kept.values.Preview = false
	p.Render()
	if model.watching {
		t.Error("without a preview the devices stay open")
	}
	if !says(p.Content(), "The preview is switched off") {
		t.Error("it does not say why there is no picture")
	}
}

// A window that nobody can see needs no camera for a preview; what is told of the
// window while another page is shown counts when she comes back.
func TestLive_watchesOnlyWhileTheWindowIsSeen(t *testing.T) {
	_, model, _, p := openLive(t, busy())
	window := p.(page.Watcher)
	window.Seen(false)
	if model.watching {
		t.Error("minimised, the page keeps the devices open")
	}
	p.Render()
	if model.watching {
		t.Error("a view opened the devices of a minimised window")
	}
	window.Seen(true)
	if !model.watching {
		t.Error("seen again, the preview stays away")
	}
	p.Hide()
	window.Seen(true)
	if model.watching {
		t.Error("another page is shown, and the devices are open")
	}
}

func TestLive_choosesDevicesWithoutTouchingTheRest(t *testing.T) {
	_, model, _, p := openLive(t, busy())
	selects := all[*control.Select](p.Content())
	selects[0].SetSelectedIndex(1)
	want := model.view.Choice
	want.Camera = model.view.Cameras[1].Source
	if model.chosen != want {
		t.Errorf("chose %v, want %v", model.chosen, want)
	}
	selects[2].SetSelectedIndex(1)
	if got := model.chosen.Size; got != (capture.Wish{Width: 1280, Height: 720, FPS: 30}) {
		t.Errorf("chose %v", got)
	}
}

func TestLive_mirrorsAndMutes(t *testing.T) {
	_, model, _, p := openLive(t, busy())
	for _, c := range all[*control.Check](p.Content()) {
		if c.Text == "Mirror" {
			test.Tap(c)
		}
	}
	if model.look.Mirror || model.look.Zoom != 1.5 || model.look.Overlay.Path == "" {
		t.Errorf("the look is %+v, want the same without the mirror", model.look)
	}
	test.Tap(button(t, p.Content(), "Mute"))
	if model.muted == nil || !*model.muted {
		t.Error("it was not muted")
	}
	model.view.Muted = true
	p.Render()
	button(t, p.Content(), "Muted – unmute")
}

// Where she writes is seen at the window's end, however many accounts there are,
// whenever they come and whatever they have to say.
func TestLive_writingIsAlwaysSeen(t *testing.T) {
	s, model, size := newStage(t, theme.Dark, 100, "ru"), &fakeLive{}, fyne.NewSize(970, 645)
	kept := &fakeKept{values: settings.Defaults()}
	p := page.NewLive(model, talk.Beside(crowd(), kept), nobody, kept)(s)
	t.Cleanup(p.Hide)
	s.show(p, size)
	for _, views := range []vm.LiveView{{State: session.Offline}, ready(), busy()} {
		model.view = views
		for i := range model.view.Accounts {
			model.view.Accounts[i].Trouble = vm.Notice{Key: "account.suspended"}
		}
		p.Hide()
		p.Show()
		p.Render()
		for _, e := range all[*control.Entry](p.Content()) {
			at := fyne.CurrentApp().Driver().AbsolutePositionForObject(e)
			if end := at.Y + e.Size().Height; end > size.Height || end < size.Height-40 || at.Y <= 0 {
				t.Errorf("with %d accounts the entry is from %v to %v of %v", len(views.Accounts), at.Y, end, size.Height)
			}
		}
		if lines := all[*feed.Feed](p.Content())[0].Size().Height; lines < 50 {
			t.Errorf("with %d accounts %v is left for what is said", len(views.Accounts), lines)
		}
	}
}

// Who has filtered the lines on the Chat page sees on the Live page that they
// are not all, and gets them back.
func TestLive_saysThatNotAllLinesAreShown(t *testing.T) {
	s := newStage(t, theme.Dark, 100, "en")
	chat := crowd()
	kept := &fakeKept{values: settings.Defaults()}
	p := page.NewLive(&fakeLive{view: busy()}, talk.Beside(chat, kept), nobody, kept)(s)
	t.Cleanup(p.Hide)
	s.show(p, fyne.NewSize(1190, 900))
	offered := func() bool {
		return slices.ContainsFunc(all[*control.Button](p.Content()), func(b *control.Button) bool { return b.Text == "All rooms" })
	}
	if offered() {
		t.Error("it offers all rooms while all are shown")
	}
	chat.view.Filter, chat.view.Search = "b@example.com", "hi"
	p.Render()
	if !says(p.Content(), "B · bella “hi”") {
		t.Error("it does not say what alone is shown")
	}
	test.Tap(button(t, p.Content(), "All rooms"))
	p.Render()
	if chat.view.Filter != "" || chat.view.Search != "" || offered() {
		t.Errorf("filter %q and search %q are left", chat.view.Filter, chat.view.Search)
	}
}
