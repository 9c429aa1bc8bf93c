package ui_test

import (
	"context"
	"fmt"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"github.com/jasmincam/jasmincam/assets"
	"github.com/jasmincam/jasmincam/internal/capture"
	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/session/desk"
	"github.com/jasmincam/jasmincam/internal/settings"
	"github.com/jasmincam/jasmincam/internal/text"
	"github.com/jasmincam/jasmincam/internal/ui"
	"github.com/jasmincam/jasmincam/internal/ui/page"
	"github.com/jasmincam/jasmincam/internal/ui/page/accounts"
	"github.com/jasmincam/jasmincam/internal/ui/vm"
)

// bell is what every fake model has.
type bell chan struct{}

func (b bell) Changed() <-chan struct{} { return b }

type fakeLive struct {
	bell
	view           vm.LiveView
	online         int
	offline, muted bool
	panics         int
	seen           chan struct{} // told of each View; may be nil
}

func (f *fakeLive) View() vm.LiveView {
	select {
	case f.seen <- struct{}{}:
	default:
	}
	return f.view
}
func (f *fakeLive) GoOnline(...string)  { f.online++ }
func (f *fakeLive) Panic()              { f.panics++; f.view.Panic = true }
func (f *fakeLive) ShowAgain()          { f.view.Panic = false }
func (f *fakeLive) GoOffline(...string) { f.offline = true }
func (f *fakeLive) Mute(on bool)        { f.muted = on }
func (f *fakeLive) FlipMirror()         { f.view.Look.Mirror = !f.view.Look.Mirror }

type fakeToasts struct {
	bell
	view      []vm.Toast
	dismissed []int64
}

func (f *fakeToasts) View() []vm.Toast { return f.view }
func (f *fakeToasts) Dismiss(id int64) { f.dismissed = append(f.dismissed, id) }

type fakeSettings struct {
	bell
	values  settings.Values
	trouble vm.Notice
	panics  vm.Notice // where the key of the panic works
	keys    map[settings.Action]string
}

func (f *fakeSettings) View() vm.SettingsView {
	return vm.SettingsView{Values: f.values.Clone(), Trouble: f.trouble, PanicKey: f.panics}
}
func (f *fakeSettings) Change(edit func(v *settings.Values)) { edit(&f.values) }
func (f *fakeSettings) SetShortcut(a settings.Action, key string) {
	f.keys[a] = key
}

type fakeSignIn struct {
	bell
	view      vm.SignInView
	signedIn  []string
	signedUp  []domain.SignUp
	forgotten []string
	applied   []string
	phrase    string
	nothing   bool
	asked     int
}

func (f *fakeSignIn) View() vm.SignInView { return f.view }
func (f *fakeSignIn) SignIn(email, password, url string) {
	f.signedIn = append(f.signedIn, email+" "+password+" "+url)
}
func (f *fakeSignIn) SignUp(who domain.SignUp, _ string) { f.signedUp = append(f.signedUp, who) }
func (f *fakeSignIn) Retry(string)                       {}
func (f *fakeSignIn) Forget(email string)                { f.forgotten = append(f.forgotten, email) }
func (f *fakeSignIn) Unseal(phrase string)               { f.phrase = phrase }
func (f *fakeSignIn) KeepNothing()                       { f.nothing = true }
func (f *fakeSignIn) AskKeyring()                        { f.asked++ }
func (f *fakeSignIn) Apply(email string, a domain.Application) {
	f.applied = append(f.applied, email+" "+a.FullName+" "+a.BirthDate+" "+a.Country)
}

// fakeShows notes what it is asked for.
type fakeShows struct {
	bell
	view             vm.PrivateView
	accepted, denied []string
	ended, freed     int
	then             func()
	slot             capture.Slot
}

func (f *fakeShows) View() vm.PrivateView { return f.view }
func (f *fakeShows) Accept(show string)   { f.accepted = append(f.accepted, show) }
func (f *fakeShows) Decline(show string)  { f.denied = append(f.denied, show) }
func (f *fakeShows) Free()                { f.freed++ }
func (f *fakeShows) End(then func())      { f.ended, f.then = f.ended+1, then }

func (f *fakeShows) Picture() *capture.Slot { return &f.slot }
func (f *fakeShows) Loudness() float64      { return -24 }
func (f *fakeShows) SetVolume(int)          {}
func (f *fakeShows) Hush(bool)              {}
func (f *fakeShows) SwitchOff(bool, bool)   {}

// outputs are two loudspeakers.
type outputs struct{}

func (outputs) LookForDevices() {}
func (outputs) Speakers() []vm.Device {
	return []vm.Device{{Source: desk.Source{Kind: "device", Name: "usb"}, Name: "Headphones with a long name of their maker"}, {Source: desk.Source{Kind: "device", Name: "hdmi"}, Name: "Screen"}}
}

type fakeSeats struct {
	view  []vm.Seats
	ended []string
}

func (f *fakeSeats) View() []vm.Seats       { return f.view }
func (f *fakeSeats) Refresh()               {}
func (f *fakeSeats) End(email, id string)   { f.ended = append(f.ended, email+" "+id) }
func (f *fakeSeats) EndOthers(email string) { f.ended = append(f.ended, email+" others") }

type fakeChimes []string

func (f *fakeChimes) Play(name string, volume int) { *f = append(*f, fmt.Sprint(name, " ", volume)) }

// rig is a window in memory with models that do as they are told.
type rig struct {
	app      fyne.App
	live     *fakeLive
	toasts   *fakeToasts
	settings *fakeSettings
	signIn   *fakeSignIn
	seats    *fakeSeats
	shows    *fakeShows
	shell    *ui.Shell
	chimes   fakeChimes
	expected bool
	tray     bool
	room     func() (width, height int)
	pages    []page.Maker // after the window's own
	sight    func(ctx context.Context, w fyne.Window, seen func(seen bool))
	front    *front
}

// front is a Live page that notes what it is asked for.
type front struct {
	page.Page
	online  int
	again   int
	needed  []fyne.CanvasObject
	spot    fyne.CanvasObject
	setUp   func(on bool)
	content fyne.CanvasObject
}

func (*front) ID() string                      { return page.Live }
func (f *front) GoOnline(...string)            { f.online++ }
func (f *front) ShowAgain()                    { f.again++ }
func (f *front) SetUp(done func(bool))         { f.setUp = done }
func (f *front) Spot(string) fyne.CanvasObject { return f.spot }
func (f *front) Needed() []fyne.CanvasObject   { return f.needed }
func (f *front) Content() fyne.CanvasObject {
	if f.content != nil {
		return f.content
	}
	return f.Page.Content()
}

// withFront gives the window a Live page.
func withFront(r *rig) {
	r.front = &front{}
	r.live.view.Accounts = []vm.Card{{Email: "a@example.com"}}
	r.pages = append(r.pages, func(s page.Shell) page.Page {
		r.front.Page = page.NewSettings(r.settings, r.seats, &r.chimes, outputs{})(s)
		return r.front
	})
}

func book(t *testing.T) *text.Book {
	t.Helper()
	b, err := text.Load(assets.Words())
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func newRig(t *testing.T, change func(r *rig)) *rig {
	t.Helper()
	r := &rig{app: test.NewTempApp(t), live: &fakeLive{bell: make(bell)}, toasts: &fakeToasts{bell: make(bell)},
		settings: &fakeSettings{bell: make(bell), values: settings.Defaults(), keys: map[settings.Action]string{}},
		signIn:   &fakeSignIn{bell: make(bell), view: vm.SignInView{Ready: true, Room: true, Vault: vm.VaultKeyring}}, seats: &fakeSeats{}, shows: &fakeShows{bell: make(bell)}}
	r.settings.values.Language, r.settings.values.Theme = "en", settings.ThemeDark
	if change != nil {
		change(r)
	}
	r.shell = ui.New(ui.Config{App: r.app, Book: book(t), Live: r.live, Toasts: r.toasts, Settings: r.settings, SignIn: r.signIn, Shows: r.shows, Sight: r.sight, Expected: r.expected, Room: r.room, Tray: r.tray,
		Pages: append([]page.Maker{accounts.New(r.signIn, func() {}), page.NewSettings(r.settings, r.seats, &r.chimes, outputs{})}, r.pages...)})
	r.shell.Render()
	return r
}

func (r *rig) canvas() fyne.Canvas { return r.shell.Window().Canvas() }

// press types a key as the driver does: to the focused widget, else to the window.
func (r *rig) press(name fyne.KeyName) {
	key := &fyne.KeyEvent{Name: name}
	if f := r.canvas().Focused(); f != nil {
		f.TypedKey(key)
		return
	}
	r.canvas().OnTypedKey()(key)
}
