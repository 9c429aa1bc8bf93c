package page_test

import (
	"flag"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"github.com/jasmincam/jasmincam/assets"
	"github.com/jasmincam/jasmincam/internal/capture"
	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/session"
	"github.com/jasmincam/jasmincam/internal/session/desk"
	"github.com/jasmincam/jasmincam/internal/settings"
	"github.com/jasmincam/jasmincam/internal/text"
	"github.com/jasmincam/jasmincam/internal/ui/page"
	"github.com/jasmincam/jasmincam/internal/ui/theme"
	"github.com/jasmincam/jasmincam/internal/ui/vm"
)

var pictures = flag.String("pictures", "", "folder for pictures of the pages")

// stage is the window that a page is shown in; it notes what the page asks for.
type stage struct {
	book   *text.Book
	words  *text.Words
	window fyne.Window
	posts  chan func()
	ready  bool      // the newest question may be answered with yes
	page   page.Page // the one that is shown
	asked  []page.Question
	went   string
	hailed int // times it was asked to show her around
}

func newStage(t *testing.T, mode theme.Mode, percent int, lang string) *stage {
	t.Helper()
	app := test.NewTempApp(t)
	app.Settings().SetTheme(theme.New(mode, percent))
	book, err := text.Load(assets.Words())
	if err != nil {
		t.Fatal(err)
	}
	return &stage{book: book, words: book.For(lang), window: test.NewTempWindow(t, nil), posts: make(chan func(), 10)}
}

func (s *stage) Words() *text.Words { return s.words }
func (s *stage) Book() *text.Book   { return s.book }
func (s *stage) Post(f func())      { s.posts <- f }
func (s *stage) Ask(q page.Question) {
	s.asked, s.ready = append(s.asked, q), false
	if q.Until != nil {
		q.Until(func() { s.ready = true })
	}
}
func (s *stage) Turn(id string)      { s.went = id }
func (s *stage) Welcome()            { s.hailed++ }
func (s *stage) Window() fyne.Window { return s.window }

// show puts a page into the window at a size, as the shell does.
func (s *stage) show(p page.Page, size fyne.Size) {
	s.window.SetPadded(false)
	s.window.SetContent(p.Content())
	s.window.Resize(size)
	p.Show()
	p.Render()
	s.page = p
	s.window.Resize(size.AddWidthHeight(1, 0)) // the toolkit settles new texts with the next picture
	s.window.Resize(size)
}

// run does what was posted next.
func (s *stage) run(t *testing.T) {
	t.Helper()
	select {
	case f := <-s.posts:
		f()
	case <-time.After(10 * time.Second):
		t.Fatal("nothing was posted to the window")
	}
}

// keep writes a picture of the window when a folder for them is given.
func (s *stage) keep(t *testing.T, name string) {
	t.Helper()
	if *pictures == "" {
		return
	}
	f, err := os.Create(filepath.Join(*pictures, name+".png"))
	if err != nil {
		t.Fatal(err)
	}
	if err := png.Encode(f, s.window.Canvas().Capture()); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}

// fakeLive is a live view model that notes its verbs.
type fakeLive struct {
	view     vm.LiveView
	level    float64
	slot     capture.Slot
	online   []string
	offline  []string
	muted    *bool
	watching bool
	watched  []bool // each wish
	chosen   desk.Choice
	look     settings.Look
	looked   int
}

func (f *fakeLive) View() vm.LiveView          { return f.view }
func (f *fakeLive) Level() float64             { return f.level }
func (f *fakeLive) Preview() *capture.Slot     { return &f.slot }
func (f *fakeLive) GoOnline(emails ...string)  { f.online = append(f.online, join(emails)) }
func (f *fakeLive) Panic()                     { f.view.Panic = true }
func (f *fakeLive) ShowAgain()                 { f.view.Panic = false }
func (f *fakeLive) GoOffline(emails ...string) { f.offline = append(f.offline, join(emails)) }
func (f *fakeLive) Mute(muted bool)            { f.muted = &muted }
func (f *fakeLive) Watch(watching bool) {
	f.watching, f.watched = watching, append(f.watched, watching)
}
func (f *fakeLive) Choose(c desk.Choice)    { f.chosen = c }
func (f *fakeLive) SetLook(l settings.Look) { f.look = l }
func (f *fakeLive) LookForDevices()         { f.looked++ }

func join(emails []string) string {
	if len(emails) == 0 {
		return "all"
	}
	return emails[0]
}

// fakeChat is a chat of lines that lie in memory.
type fakeChat struct {
	view  vm.ChatView
	lines []vm.Line
	did   []string
	back  string
	full  bool // Send refuses
}

func (f *fakeChat) View() vm.ChatView { f.view.Len = len(f.lines); return f.view }
func (f *fakeChat) Len() int          { return len(f.lines) }
func (f *fakeChat) Line(i int) (vm.Line, bool) {
	if i < 0 || i >= len(f.lines) {
		return vm.Line{}, false
	}
	return f.lines[i], true
}
func (f *fakeChat) note(what string)         { f.did = append(f.did, what) }
func (f *fakeChat) Filter(email string)      { f.view.Filter = email; f.note("filter " + email) }
func (f *fakeChat) Search(words string)      { f.view.Search = words; f.note("search " + words) }
func (f *fakeChat) To(email string)          { f.note("to " + email) }
func (f *fakeChat) Send(text string) bool    { f.note("send " + text); return !f.full }
func (f *fakeChat) Retry(int64)              { f.note("retry") }
func (f *fakeChat) TakeBack(int64) string    { f.note("back"); return f.back }
func (f *fakeChat) Ban(email, viewer string) { f.note("ban " + email + " " + viewer) }
func (f *fakeChat) Lift(email, v string)     { f.note("lift " + email + " " + v) }
func (f *fakeChat) Kick(email, viewer string, minutes int) {
	f.note("kick " + email + " " + viewer + " " + (time.Duration(minutes) * time.Minute).String())
}
func (f *fakeChat) MuteGuests(email string, muted bool) {
	f.note(map[bool]string{true: "mute ", false: "unmute "}[muted] + email)
}
func (f *fakeChat) Answer(id int64) {
	f.view.Answered = vm.Line{}
	for _, l := range f.lines {
		if l.ID == id {
			f.view.Answered = l
			f.note("answer " + l.Email)
		}
	}
	if id == 0 {
		f.note("answer none")
	}
}

// fakeKept is settings in memory.
type fakeKept struct {
	values settings.Values
	panics vm.Notice // where the key of the panic works
}

func (f *fakeKept) View() vm.SettingsView {
	return vm.SettingsView{Values: f.values, PanicKey: f.panics}
}
func (f *fakeKept) Change(edit func(v *settings.Values)) { edit(&f.values) }
func (f *fakeKept) SetShortcut(settings.Action, string)  {}

// fakeMoney is earnings in memory.
type fakeMoney struct {
	view vm.MoneyView
	read int
	did  []string
}

func (f *fakeMoney) View() vm.MoneyView { return f.view }
func (f *fakeMoney) Refresh()           { f.read++ }
func (f *fakeMoney) Open(email string)  { f.did = append(f.did, "open "+email) }
func (f *fakeMoney) Shut()              { f.did = append(f.did, "shut") }
func (f *fakeMoney) Earlier()           { f.did = append(f.did, "earlier") }
func (f *fakeMoney) Later()             { f.did = append(f.did, "later") }
func (f *fakeMoney) More()              { f.did = append(f.did, "more") }
func (f *fakeMoney) Export(to io.WriteCloser) {
	_, _ = io.WriteString(to, "a,b\n")
	_ = to.Close()
	f.did = append(f.did, "export")
}

// busy is a view with everything in it and long names.
func busy() vm.LiveView {
	return vm.LiveView{State: session.Live, To: []string{"anna-from-the-north", "bella"}, Online: true,
		Accounts: []vm.Card{
			{Email: "a@example.com", Name: "anna-from-the-north", Letter: "A", State: session.Live, Online: true, Viewers: 128,
				TimeOnline: 3*time.Hour + 7*time.Minute, EarnedCents: 123_456, PriceMillicredits: 2990},
			{Email: "b@example.com", Name: "bella", Letter: "B", State: session.Reconnecting, Online: true, Viewers: 9,
				TimeOnline: 42 * time.Minute, EarnedCents: 990, PriceMillicredits: 10_000, Trouble: vm.Notice{Key: "error.unavailable"}},
		},
		Choice: desk.Choice{Camera: desk.Source{Kind: "device", Name: "usb-1"}, Microphone: desk.Source{Kind: "tone"},
			Size: capture.Wish{Width: 1920, Height: 1080, FPS: 30}},
		Cameras: []vm.Device{{Source: desk.Source{Kind: "device", Name: "usb-1"}, Name: "A camera with a very long name of its maker, HD Pro"},
			{Source: desk.Source{Kind: "pattern"}}},
		Microphones: []vm.Device{{Source: desk.Source{Kind: "tone"}}, {Source: desk.Source{Kind: "silence"}}},
		Look:        settings.Look{Mirror: true, Zoom: 1.5, X: 0.5, Y: 0.5, Overlay: settings.Overlay{Path: "/logo.png", X: 1, Width: 0.15}},
		Width:       1920, Height: 1080, FPS: 29.7, Kbps: 4012, Dropped: 3, HealthWord: desk.HealthFair, HealthReason: desk.ReasonNetwork,
		Advice: []string{"dark", "small"}, Watching: true}
}

// crowd is a chat with everything that may be in one.
func crowd() *fakeChat {
	at := time.Date(2026, 11, 22, 20, 15, 0, 0, time.Local)
	said := func(id int64, letter, who, words string) vm.Line {
		name, email := "anna-from-the-north", "a@example.com"
		if letter == "B" {
			name, email = "bella", "b@example.com"
		}
		return vm.Line{ID: id, Email: email, Account: name, Letter: letter, Kind: vm.LineSaid, Who: who, Role: domain.RoleMember, Text: words,
			At: at.Add(time.Duration(id) * time.Minute)}
	}
	lines := []vm.Line{
		said(1, "A", "tom", "hello there, you look lovely tonight"),
		said(2, "B", "guest-k3f9", "hi"),
		said(3, "A", "a-member-with-thirty-letters-xx", "שלום לך, מה שלומך הערב? אני שמח לראות אותך"),
		said(4, "B", "karl", "👩‍👩‍👧‍👦 😍🇷🇴 👍🏽 what a night, and a long line that has to be broken because there is no room for all of its words in one row"),
		said(5, "A", "tom", long(1000)),
		said(6, "A", "anna-from-the-north", "thank you, tom!"),
		said(7, "B", "karl", "for the shoes"),
		said(8, "B", "bella", "I will be back at nine"),
		said(9, "A", "", ""),
		said(10, "B", "", ""),
	}
	lines[0].Badges = vm.Badges{New: true, Tipper: true, Favourite: true, Note: "likes jazz"}
	lines[1].Role = domain.RoleGuest
	lines[5].Own, lines[5].Fate = true, vm.FateSent
	lines[6].Kind, lines[6].Millicredits = vm.LineTip, 25_000
	lines[7].Own, lines[7].Fate, lines[7].Why = true, vm.FateRefused, vm.Notice{Key: "error.unavailable"}
	lines[8].Kind, lines[8].Who, lines[8].Until = vm.LineRemoved, "spammer", at.Add(time.Hour)
	lines[9].Kind, lines[9].Open = vm.LineRules, false
	return &fakeChat{lines: lines, view: vm.ChatView{Version: 1, Answered: lines[3],
		Rooms: []vm.ChatRoom{
			{Email: "a@example.com", Account: "anna-from-the-north", Letter: "A", Known: true, GuestChat: true,
				Removed: []vm.Removed{{Who: "spammer", Until: at}, {Who: "a-member-with-thirty-letters-xx"}}},
			{Email: "b@example.com", Account: "bella", Letter: "B", Known: true},
		}, To: vm.ChatRoom{Email: "b@example.com", Account: "bella", Letter: "B"}}}
}

func long(n int) string {
	out := make([]rune, n)
	for i := range out {
		out[i] = rune('a' + i%26)
		if i%9 == 8 && i < n/2 {
			out[i] = ' '
		}
	}
	return string(out)
}

// scene is a picture of a room, for the preview.
func scene(pool *capture.Pool) *capture.Frame {
	f := pool.Get(1280, 720)
	for y := range f.Height {
		for x := range f.Width {
			f.Y[y*f.YStride+x] = byte(40 + (x*120/f.Width+y*60/f.Height)%180)
		}
	}
	for i := range f.Cb {
		f.Cb[i], f.Cr[i] = 118, 142
	}
	f.At = time.Now()
	return f
}
