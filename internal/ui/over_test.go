package ui_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"

	"github.com/jasmincam/jasmincam/internal/session"
	"github.com/jasmincam/jasmincam/internal/settings"
	"github.com/jasmincam/jasmincam/internal/ui/control"
	"github.com/jasmincam/jasmincam/internal/ui/page"
	"github.com/jasmincam/jasmincam/internal/ui/uitest"
	"github.com/jasmincam/jasmincam/internal/ui/vm"
)

// What lies over the page: toasts, the guide, the words of controls, the tray.

// tips are so many toasts, the first with ID 1.
func tips(n int) (list []vm.Toast) {
	for i := range n {
		list = append(list, vm.Toast{ID: int64(i + 1), Sound: settings.SoundTip, Account: "luna-rose", Letter: "A", Who: fmt.Sprint("fan-", i+1), Millicredits: 5000})
	}
	return list
}

// box is where an object is in the window.
func box(o fyne.CanvasObject) (at fyne.Position, size fyne.Size) {
	return fyne.CurrentApp().Driver().AbsolutePositionForObject(o), o.Size()
}

// over tells whether one object lies over another.
func over(a, b fyne.CanvasObject) bool {
	p, s := box(a)
	q, r := box(b)
	return p.X < q.X+r.Width && q.X < p.X+s.Width && p.Y < q.Y+r.Height && q.Y < p.Y+s.Height
}

// cards are the toasts on the screen: each stack with a button to close it.
func (r *rig) cards() (list []fyne.CanvasObject) {
	layers := r.shell.Window().Content().(*fyne.Container)
	for _, o := range layers.Objects[2].(*fyne.Container).Objects {
		if o.Visible() {
			list = append(list, o)
		}
	}
	return list
}

func TestToasts_atMostThreeAndTheNumberOfOthers(t *testing.T) {
	r := newRig(t, nil)
	r.shell.Window().Resize(fyne.NewSize(1180, 760))
	for _, row := range []struct {
		n     int
		shown []string
		more  string
	}{{1, []string{"fan-1"}, ""}, {3, []string{"fan-1", "fan-2", "fan-3"}, ""}, {7, []string{"fan-5", "fan-6", "fan-7"}, "and 4 more"}} {
		r.toasts.view = tips(row.n)
		r.shell.Render()
		said := r.said()
		for i := range row.n {
			who := fmt.Sprint("fan-", i+1)
			if got := strings.Contains(said, who+" tipped"); got != slices.Contains(row.shown, who) {
				t.Errorf("of %d: %s is shown: %v", row.n, who, got)
			}
		}
		if strings.Contains(said, " more") != (row.more != "") || !strings.Contains(said, row.more) {
			t.Errorf("of %d it does not say %q", row.n, row.more)
		}
	}
	r.toasts.view = append([]vm.Toast{{ID: 90, Sound: settings.SoundTrouble, Notice: vm.Notice{Key: "error.unavailable"}}}, tips(5)...)
	r.shell.Render()
	if !strings.Contains(r.said(), "The service cannot be reached.") {
		t.Error("a storm of tips hides a trouble")
	}
}

// The newest closes by Escape, when Escape has nothing else to close.
func TestToasts_closeByKey(t *testing.T) {
	r := newRig(t, nil)
	r.toasts.view = tips(2)
	r.shell.Render()
	r.shell.Ask(page.Question{Title: "Sure?", Yes: "Yes", No: "No"})
	r.press(fyne.KeyEscape)
	if len(r.toasts.dismissed) > 0 {
		t.Error("Escape closed more than the question")
	}
	r.press(fyne.KeyEscape)
	if !slices.Equal(r.toasts.dismissed, []int64{2}) {
		t.Errorf("dismissed %v, want the newest", r.toasts.dismissed)
	}
}

// Toasts lie over nothing that she needs, at any size.
func TestToasts_coverNothingThatIsNeeded(t *testing.T) {
	for _, row := range []struct {
		size    fyne.Size
		percent int
	}{{fyne.NewSize(1180, 760), 100}, {fyne.NewSize(1024, 700), 100}, {fyne.NewSize(1024, 700), 200}, {fyne.NewSize(1366, 768), 200}} {
		t.Run(fmt.Sprint(row.size, row.percent), func(t *testing.T) {
			top, foot, left := widget.NewButton("Go online", nil), widget.NewEntry(), widget.NewButton("the picture", nil)
			r := newRig(t, func(r *rig) {
				withFront(r)
				r.settings.values.TextSize = row.percent
				r.front.content = container.NewBorder(top, foot, container.NewGridWrap(fyne.NewSize(300, 100), left), nil)
				r.front.needed = []fyne.CanvasObject{top, foot, left}
			})
			r.shell.Window().Resize(row.size)
			r.shell.Turn(page.Live)
			r.toasts.view = tips(5)
			r.shell.Render()
			cards := r.cards()
			if len(cards) < 2 {
				t.Fatalf("%d cards are shown", len(cards))
			}
			banner := r.shell.Window().Content().(*fyne.Container).Objects[0].(*fyne.Container).Objects[0]
			for i, c := range cards {
				for _, o := range []fyne.CanvasObject{top, foot, left, banner} {
					if over(c, o) {
						t.Errorf("card %d lies over %T", i, o)
					}
				}
				for _, other := range cards[:i] {
					if over(c, other) {
						t.Errorf("card %d lies over another", i)
					}
				}
				if at, size := box(c); at.X < 0 || at.Y < 0 || at.X+size.Width > row.size.Width || at.Y+size.Height > row.size.Height {
					t.Errorf("card %d at %v with %v is not in the window", i, at, size)
				}
			}
		})
	}
}

// before asks everything how large it has to be, as the toolkit does before each
// picture.
func (r *rig) before() {
	uitest.Each(r.shell.Window().Content(), func(o fyne.CanvasObject) { o.MinSize() })
}

// What moves below a toast, such as the line where she writes when a page has
// found its layout, is free again with the next picture; nothing moves for
// nothing.
func TestToasts_makeRoomForWhatMoves(t *testing.T) {
	foot := widget.NewEntry()
	r := newRig(t, func(r *rig) {
		withFront(r)
		r.front.content = container.NewWithoutLayout(foot)
		r.front.needed = []fyne.CanvasObject{foot}
	})
	r.shell.Window().Resize(fyne.NewSize(1180, 760))
	r.toasts.view = tips(1)
	r.shell.Render()
	r.shell.Turn(page.Live)
	at, size := box(r.cards()[0])
	r.before()
	if now, _ := box(r.cards()[0]); now != at {
		t.Error("the card moves for nothing")
	}
	origin, _ := box(r.front.content)
	foot.Resize(size)
	foot.Move(at.Subtract(origin))
	if !over(r.cards()[0], foot) {
		t.Fatal("the part of the page is not where the card is")
	}
	r.before()
	if over(r.cards()[0], foot) {
		t.Error("the card still lies over what is needed")
	}
}

// Many tips are one card, which stays the same while it grows: the mouse may be
// on its button.
func TestToasts_growInTheirCard(t *testing.T) {
	r := newRig(t, nil)
	r.shell.Window().Resize(fyne.NewSize(1180, 760))
	folded := vm.Toast{ID: 7, Sound: settings.SoundTip, Account: "luna-rose", Letter: "A", Who: "max", Others: []string{"tom"}, Millicredits: 33_500, Tips: 11}
	r.toasts.view = []vm.Toast{folded}
	r.shell.Render()
	card := r.cards()[0]
	folded.Tips, folded.Millicredits, folded.Who, folded.Others = 12, 34_000, "ann", []string{"max", "tom"}
	r.toasts.view = []vm.Toast{folded}
	r.shell.Render()
	if said := r.said(); !strings.Contains(said, "12 tips, 34.00 credits in luna-rose.\nann, max, tom") {
		t.Errorf("it says %q", said)
	}
	if r.cards()[0] != card {
		t.Error("the card is another one")
	}
}

// Where everything is needed, what is needed least is covered, and the newest is
// seen.
func TestToasts_areSeenWhereThereIsNoRoom(t *testing.T) {
	top, rest := widget.NewButton("Go online", nil), widget.NewEntry()
	r := newRig(t, func(r *rig) {
		withFront(r)
		r.front.content = container.NewBorder(top, nil, nil, nil, rest)
		r.front.needed = []fyne.CanvasObject{top, rest}
	})
	r.shell.Window().Resize(fyne.NewSize(1024, 700))
	r.shell.Turn(page.Live)
	r.toasts.view = tips(1)
	r.shell.Render()
	if c := r.cards(); len(c) != 1 || over(c[0], top) || !over(c[0], rest) {
		t.Errorf("%d cards, or the wrong part is covered", len(c))
	}
}

// Where there is room for one, it is a trouble.
func TestToasts_showTroublesFirst(t *testing.T) {
	top := container.NewGridWrap(fyne.NewSize(500, 510), widget.NewButton("Go online", nil))
	r := newRig(t, func(r *rig) {
		withFront(r)
		r.front.content = container.NewBorder(top, nil, nil, nil)
		r.front.needed = []fyne.CanvasObject{top}
	})
	r.shell.Window().Resize(fyne.NewSize(1024, 700))
	r.shell.Turn(page.Live)
	r.toasts.view = append([]vm.Toast{{ID: 90, Sound: settings.SoundTrouble, Notice: vm.Notice{Key: "error.unavailable"}}}, tips(3)...)
	r.shell.Render()
	if c := r.cards(); len(c) != 2 || !strings.Contains(r.said(), "The service cannot be reached.") { // one is the number of others
		t.Errorf("%d cards, or tips hide the trouble: %s", len(c), r.said())
	}
}

// A yes that has to wait for something can be pressed neither by key nor by mouse
// before, and has the focus then.
func TestShell_asksUntilItIsReady(t *testing.T) {
	r := newRig(t, nil)
	var answers []bool
	var ready func()
	r.shell.Ask(page.Question{Title: "Go online?", Yes: "Yes, now", No: "Not yet", Body: widget.NewLabel("a picture"),
		Until: func(f func()) { ready = f }, Answer: func(yes bool) { answers = append(answers, yes) }})
	r.press(fyne.KeyReturn)
	deep(r.canvas().Overlays().Top(), func(o fyne.CanvasObject) {
		if b, ok := o.(*control.Button); ok && b.Text == "Yes, now" {
			test.Tap(b)
		}
	})
	if len(answers) > 0 {
		t.Fatalf("it was answered with %v before it was ready", answers)
	}
	ready()
	r.press(fyne.KeyReturn)
	if !slices.Equal(answers, []bool{true}) {
		t.Errorf("answered %v", answers)
	}
	before := r.canvas().Focused()
	ready() // late news change nothing
	if r.canvas().Focused() != before {
		t.Error("a question that is gone takes the focus")
	}
}

func TestShell_goesOnlineWhereSheSeesHerself(t *testing.T) {
	r := newRig(t, withFront)
	r.signIn.view.Accounts = []vm.Known{{Email: "a@example.com", In: true, Letter: "A"}}
	r.shell.Render()
	r.press(fyne.KeyF5)
	r.press(fyne.KeyF5)
	if r.front.online != 2 || r.live.online != 0 || r.shell.At() != page.Live {
		t.Errorf("the page was asked %d times, the rooms %d times, at %s", r.front.online, r.live.online, r.shell.At())
	}
	if r.front.setUp != nil {
		t.Error("who goes online is asked for her camera first")
	}
	r.live.view.Accounts = nil
	r.press(fyne.KeyF5)
	if r.front.online != 2 || r.shell.At() != page.Accounts {
		t.Errorf("with nobody to go online it shows %s, and asked %d times", r.shell.At(), r.front.online)
	}
}

// Who was here before is not asked for anything at the start.
func TestShell_welcomesNobodyAtTheStart(t *testing.T) {
	r := newRig(t, func(r *rig) {
		withFront(r)
		r.settings.values.Page = page.Accounts
		r.signIn.view.Accounts = []vm.Known{{Email: "a@example.com", In: true, Letter: "A"}}
	})
	if r.shell.At() != page.Live || r.front.setUp != nil {
		t.Errorf("it begins at %s, and asks: %v", r.shell.At(), r.front.setUp != nil)
	}
}

// After the first sign-in she is shown around, once, and again when she asks.
func TestShell_welcomes(t *testing.T) {
	r := newRig(t, withFront)
	r.signIn.view.Accounts = []vm.Known{{Email: "a@example.com", In: true, Letter: "A"}}
	r.shell.Render()
	r.shell.Window().Resize(fyne.NewSize(1180, 760))
	r.front.spot = r.front.Content()
	test.Tap(r.button(t, "To camera and microphone"))
	if r.front.setUp == nil || r.shell.At() != page.Live {
		t.Fatal("she is not asked for her camera")
	}
	r.settings.values.Welcomed = true
	r.front.setUp(true)
	for _, title := range []string{"Here you go online", "Here all rooms talk", "Here you see what you earn"} {
		if !strings.Contains(r.said(), title) {
			t.Fatalf("it does not say %q", title)
		}
		r.press(fyne.KeyReturn)
	}
	if strings.Contains(r.said(), "Here you") {
		t.Error("it does not end")
	}
	r.front.setUp = nil
	r.shell.Turn(page.Accounts)
	r.shell.Turn(page.Live)
	if r.front.setUp != nil {
		t.Error("she is shown around twice")
	}
	r.shell.Turn(page.Settings)
	test.Tap(r.button(t, "Show me around again"))
	if r.front.setUp == nil || r.shell.At() != page.Live {
		t.Fatal("the settings do not show her around")
	}
	r.front.setUp(false)
	if strings.Contains(r.said(), "Here you") {
		t.Error("who skips is shown more")
	}
	r.front.setUp = nil
	r.live.view.Online = true
	r.shell.Welcome()
	if r.front.setUp != nil || !strings.Contains(r.said(), "Here you go online") {
		t.Error("while she is online it says that she is not, or shows nothing")
	}
	r.press(fyne.KeyEscape)
	if strings.Contains(r.said(), "Here you") {
		t.Error("Escape does not end it")
	}
}

// The guide's card never lies over what it shows, and is in the window.
func TestCoach_coversNothing(t *testing.T) {
	for _, percent := range []int{100, 200} {
		r := newRig(t, func(r *rig) { withFront(r); r.settings.values.TextSize = percent; r.live.view.Online = true })
		size := fyne.NewSize(1024, 700)
		r.shell.Window().Resize(size)
		spot := widget.NewButton("Go online", nil)
		r.front.content, r.front.spot = container.NewBorder(spot, nil, nil, nil), spot
		r.shell.Welcome()
		guide := r.shell.Window().Content().(*fyne.Container).Objects[1].(*fyne.Container)
		if len(guide.Objects) != 2 {
			t.Fatalf("%d %%: there is no card", percent)
		}
		at, big := box(guide.Objects[1])
		if over(guide.Objects[1], spot) || at.X < 0 || at.Y < 0 || at.X+big.Width > size.Width || at.Y+big.Height > size.Height {
			t.Errorf("%d %%: the card at %v with %v covers what it shows, or leaves the window", percent, at, big)
		}
		if !over(guide.Objects[0], spot) {
			t.Errorf("%d %%: the frame is somewhere else", percent)
		}
	}
}

// A sign without a word is told in words while the mouse or the keyboard is on it.
func TestHints_areSaid(t *testing.T) {
	r := newRig(t, nil)
	r.shell.Window().Resize(fyne.NewSize(980, 700)) // the navigation has no words
	r.toasts.view = tips(1)
	r.shell.Render()
	hint := func() string {
		layers := r.shell.Window().Content().(*fyne.Container).Objects
		box := layers[len(layers)-1].(*fyne.Container)
		if !box.Visible() {
			return ""
		}
		if at, size := box.Position(), box.Size(); at.X < 0 || at.Y < 0 || at.X+size.Width > 980 || at.Y+size.Height > 700 {
			t.Errorf("the words are at %v with %v, outside the window", at, size)
		}
		return box.Objects[1].(*widget.Label).Text
	}
	var said []string
	uitest.Each(r.shell.Window().Content(), func(o fyne.CanvasObject) {
		if b, ok := o.(*control.Button); ok && b.Text != "" {
			return
		}
		if h, ok := o.(desktop.Hoverable); ok {
			h.MouseIn(&desktop.MouseEvent{})
			if words := hint(); words != "" {
				said = append(said, words)
			}
			h.MouseOut()
			if hint() != "" {
				t.Error("the words stay")
			}
		}
	})
	if want := []string{"Accounts", "Settings", "Close this message (Esc)"}; !slices.Equal(said, want) {
		t.Errorf("said %q, want %q", said, want)
	}
}

// trayApp is an app on a system with a place for a sign.
type trayApp struct {
	fyne.App
	menus []*fyne.Menu
	icons []string
}

func (a *trayApp) SetSystemTrayMenu(m *fyne.Menu)    { a.menus = append(a.menus, m) }
func (a *trayApp) SetSystemTrayIcon(i fyne.Resource) { a.icons = append(a.icons, i.Name()) }
func (a *trayApp) SetSystemTrayWindow(fyne.Window)   {}

func newTray(t *testing.T, has bool) (*rig, *trayApp) {
	t.Helper()
	var app *trayApp
	r := newRig(t, func(r *rig) {
		withFront(r)
		app = &trayApp{App: r.app}
		r.app, r.tray = app, has
		r.signIn.view.Accounts = []vm.Known{{Email: "a@example.com", In: true, Letter: "A"}}
		r.live.view = vm.LiveView{State: session.Offline, Accounts: []vm.Card{{Email: "a@example.com", Viewers: 3}}}
	})
	return r, app
}

func (a *trayApp) labels() string {
	var all []string
	for _, i := range a.menus[len(a.menus)-1].Items {
		if i.IsSeparator {
			i.Label = "-"
		}
		all = append(all, i.Label)
	}
	return strings.Join(all, " | ")
}

func (a *trayApp) press(i int) { a.menus[len(a.menus)-1].Items[i].Action() }

func TestTray_saysAndDoes(t *testing.T) {
	r, app := newTray(t, true)
	if got, want := app.labels(), "OFFLINE · Nobody sees you. | - | Show the window | Panic: black and silent | Go online | Mute | - | Quit"; got != want {
		t.Errorf("the menu is %q, want %q", got, want)
	}
	before := len(app.menus)
	r.shell.Render()
	if len(app.menus) != before {
		t.Error("it is told anew what it shows already")
	}
	app.press(4)
	if r.front.online != 1 || r.live.online != 0 || r.shell.At() != page.Live {
		t.Error("it does not go online where she sees herself")
	}
	app.press(5)
	if !r.live.muted {
		t.Error("it does not mute")
	}
	r.live.view.Online, r.live.view.State, r.live.view.Muted, r.live.view.To = true, session.Live, true, []string{"luna-rose"}
	r.shell.Render()
	if got, want := app.labels(), "LIVE · luna-rose · microphone off | - | Show the window | Panic: black and silent | Go offline | Muted – unmute | - | Quit"; got != want {
		t.Errorf("the menu is %q, want %q", got, want)
	}
	if len(app.icons) != 2 || app.icons[0] == app.icons[1] {
		t.Errorf("the signs are %q, want one for each state", app.icons)
	}
	for _, i := range []int{4, 7} { // offline while viewers watch, and closing while she is live: it asks
		app.press(i)
		if r.canvas().Overlays().Top() == nil || r.live.offline {
			t.Errorf("item %d does not ask", i)
		}
		r.press(fyne.KeyEscape)
	}
	app.press(3)
	r.shell.Render()
	if got := app.labels(); !r.live.view.Panic || !strings.HasPrefix(got, "PANIC · Nobody sees or hears you") || !strings.Contains(got, "| Show me again … |") {
		t.Errorf("after a panic the menu is %q", got)
	}
	if app.press(3); r.front.again != 1 || !r.live.view.Panic {
		t.Error("the menu undoes a panic without a question")
	}
	r.settings.values.Language = "es"
	r.shell.Render()
	if !strings.Contains(app.labels(), "Mostrar la ventana") {
		t.Errorf("in Spanish the menu is %q", app.labels())
	}
}

func TestTray_isLeftAloneWhereThereIsNone(t *testing.T) {
	r, app := newTray(t, false)
	r.live.view.State = session.Live
	r.shell.Render()
	if len(app.menus)+len(app.icons) > 0 {
		t.Error("it speaks to a tray that is not there")
	}
}
