package ui

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"github.com/jasmincam/jasmincam/assets"
	"github.com/jasmincam/jasmincam/internal/settings"
	"github.com/jasmincam/jasmincam/internal/text"
	"github.com/jasmincam/jasmincam/internal/ui/page"
	"github.com/jasmincam/jasmincam/internal/ui/vm"
)

// drawEvery bounds how often the window is drawn: a storm of events costs no
// more than this.
const drawEvery = 30 * time.Millisecond

// Model is a view model: after a wake its view is worth another look.
type Model interface{ Changed() <-chan struct{} }

// Live is what the shell needs of the live view model.
type Live interface {
	Model
	View() vm.LiveView
	GoOnline(emails ...string)
	GoOffline(emails ...string)
	Panic()
	Mute(muted bool)
	FlipMirror()
}

// Toasts is what the shell needs of the toasts' view model.
type Toasts interface {
	Model
	View() []vm.Toast
	Dismiss(id int64)
}

// Settings is what the shell needs of the settings' view model.
type Settings interface {
	Model
	View() vm.SettingsView
	Change(edit func(v *settings.Values))
}

// Entrance is what the shell needs of the sign-in's view model.
type Entrance interface {
	Model
	View() vm.SignInView
}

// Config is what a window is made of.
type Config struct {
	App       fyne.App
	Book      *text.Book
	Languages []string // that the system asks for, first wish first
	Live      Live
	Toasts    Toasts
	Settings  Settings
	SignIn    Entrance
	Shows     Shows
	Others    []Model         // view models that pages show
	Pages     []page.Maker    // in the order of the navigation
	Wishes    <-chan struct{} // another start asks to see the window; may be nil
	// Sight tells whether anything of the window can be seen, until ctx ends; it
	// is called on a goroutine of its own. Nil: the window is always seen.
	Sight func(ctx context.Context, w fyne.Window, seen func(seen bool))
	Tray  bool // the system has a place for a sign beside its clock
	// Room tells how large a window may be on the screen, in pixels; 0 where it is
	// not known. Nil: as large as it likes.
	Room     func() (width, height int)
	Expected bool // accounts are signed in by themselves: the first page is not the sign-in
}

// Shell is the window. Make one with New, then Run it on the main goroutine.
type Shell struct {
	cfg    Config
	window fyne.Window
	gone   atomic.Bool
	dirty  chan struct{} // holds one wake: something is to be drawn

	// All below belongs to the window's goroutine.
	look    look
	words   *text.Words
	pages   []page.Page
	at      page.Page // nil before the first
	placed  bool      // the first page was chosen, by us or by her
	frame   *frame
	banner  *banner
	nav     *nav
	toasts  *toastStack
	over    *overlay
	coach   *coach
	layers  *stackedLayers
	tray    *tray // nil where the system has none
	body    *fyne.Container
	asking  *dialogue
	keys    *keyboard
	closing bool
	fitted  fyne.Size // the size that the screen left; zero while it has room for what is remembered
	unseen  bool      // minimised, hidden or covered: nothing is drawn
}

var _ page.Shell = (*Shell)(nil)

// New makes the window without showing it. It is called on the main goroutine.
func New(cfg Config) *Shell {
	s := &Shell{cfg: cfg, dirty: make(chan struct{}, 1), placed: cfg.Expected}
	s.window = cfg.App.NewWindow("JasminCam")
	s.window.SetIcon(fyne.NewStaticResource("icon.png", assets.Icon))
	s.window.SetMaster()
	s.window.SetPadded(false)
	s.window.SetCloseIntercept(s.Close)
	s.keys = newKeyboard(s.window.Canvas(), s.escape, s.act)
	kept := cfg.Settings.View()
	s.keys.number(len(cfg.Pages), s.goNumber)
	s.keys.leave(s.Close)
	s.privates()
	s.wear(kept.Values)
	s.Turn(kept.Page)
	if s.at == nil && len(s.pages) > 0 {
		s.Turn(s.pages[0].ID())
	}
	s.fit(cfg.App.Settings().Scale())
	cfg.App.Lifecycle().SetOnStarted(s.refit)
	if s.tray = newTray(s); s.tray != nil {
		s.tray.render()
	}
	return s
}

// Run shows the window until it is closed or ctx ends. It must be called on the
// main goroutine.
func (s *Shell) Run(ctx context.Context) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	s.window.Show()
	var tasks sync.WaitGroup
	for _, m := range s.models() {
		tasks.Go(func() { s.listen(ctx, m) })
	}
	tasks.Go(func() { s.draw(ctx) })
	tasks.Go(func() { s.attend(ctx) })
	if s.cfg.Sight != nil {
		tasks.Go(func() { s.cfg.Sight(ctx, s.window, func(seen bool) { s.Post(func() { s.see(seen) }) }) })
	}
	s.cfg.App.Run()
	s.gone.Store(true)
	if !s.closing { // the toolkit ends by itself on a signal
		s.closing = true
		s.remember()
	}
	stop()
	tasks.Wait()
}

func (s *Shell) models() []Model {
	return append([]Model{s.cfg.Live, s.cfg.Toasts, s.cfg.Settings, s.cfg.SignIn, s.cfg.Shows}, s.cfg.Others...)
}

// listen notes the wakes of one view model.
func (s *Shell) listen(ctx context.Context, m Model) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-m.Changed():
		}
		select {
		case s.dirty <- struct{}{}:
		default:
		}
	}
}

// draw renders once for all wakes since the last time; one drawing is on its way
// at most.
func (s *Shell) draw(ctx context.Context) {
	pause := time.NewTimer(0)
	defer pause.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-s.dirty:
		}
		done := make(chan struct{})
		s.Post(func() { defer close(done); s.Render() })
		select {
		case <-ctx.Done():
			return
		case <-done:
		}
		pause.Reset(drawEvery)
		select {
		case <-ctx.Done():
			return
		case <-pause.C:
		}
	}
}

// attend waits for the end and for other starts that ask to see the window.
func (s *Shell) attend(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			s.Post(s.quit)
			return
		case <-s.cfg.Wishes:
			s.Post(func() { s.window.Show(); s.window.RequestFocus() })
		}
	}
}

// Post implements page.Shell.
func (s *Shell) Post(f func()) {
	if s.gone.Load() {
		return
	}
	fyne.Do(func() {
		if !s.gone.Load() {
			f()
		}
	})
}

// see stops drawing what nobody can see, and shows the newest when somebody can
// again.
func (s *Shell) see(seen bool) {
	s.unseen = !seen
	s.tellSeen()
	s.Render()
}

// tellSeen tells the page that is shown whether the window can be seen.
func (s *Shell) tellSeen() {
	if w, ok := s.at.(page.Watcher); ok {
		w.Seen(!s.unseen)
	}
}

// Render shows the newest views, to whom they can see.
func (s *Shell) Render() {
	if s.closing {
		return
	}
	s.wear(s.cfg.Settings.View().Values)
	if s.tray != nil {
		s.tray.render()
	}
	if s.unseen {
		return
	}
	s.place()
	show := s.cfg.Shows.View()
	if s.banner.render(s.words, s.cfg.Live.View(), s.cfg.SignIn.View(), show) && s.frame.settle() {
		s.toasts.box.Refresh() // their room moved
		s.coach.box.Refresh()
	}
	s.over.render(show)
	s.toasts.render(s.cfg.Toasts.View())
	if s.at != nil {
		s.at.Render()
	}
}

// place leads once, after the start, to where she begins: to the accounts when
// nobody is signed in, and on from there when somebody is.
func (s *Shell) place() {
	if s.placed || !s.cfg.SignIn.View().Ready {
		return
	}
	s.placed = true
	if s.anybody() {
		s.leaveAccounts(s.open) // she was here before: nothing is asked at the start
		return
	}
	s.Turn(page.Accounts)
}

// anybody tells whether an account is signed in that may go online.
func (s *Shell) anybody() bool {
	return slices.ContainsFunc(s.cfg.SignIn.View().Accounts, func(a vm.Known) bool { return a.In && !a.Waits() })
}

// leaveAccounts leads to the Live page when she has no more to do at the accounts.
func (s *Shell) leaveAccounts(lead func(page.Page)) {
	if s.At() != page.Accounts {
		return
	}
	for _, p := range s.pages {
		if p.ID() == page.Live {
			lead(p)
		}
	}
}

// Enter leads from the accounts to the Live page when accounts were signed in
// that nobody typed in, such as those of the demo. It may be called from any
// goroutine.
func (s *Shell) Enter() {
	s.Post(func() {
		if s.anybody() {
			s.placed = true
			s.leaveAccounts(s.turn)
		}
	})
}

// Words implements page.Shell.
func (s *Shell) Words() *text.Words { return s.words }

// Book implements page.Shell.
func (s *Shell) Book() *text.Book { return s.cfg.Book }

// Window implements page.Shell.
func (s *Shell) Window() fyne.Window { return s.window }

// At names the page that is shown.
func (s *Shell) At() string {
	if s.at == nil {
		return ""
	}
	return s.at.ID()
}

// Turn implements page.Shell. A name that no page bears changes nothing.
func (s *Shell) Turn(id string) {
	for _, p := range s.pages {
		if p.ID() == id && p != s.at {
			s.leave(func() { s.turn(p) })
			return
		}
	}
}

// turn shows another page. The first time that she comes from the accounts to
// where she goes online, she is shown around.
func (s *Shell) turn(p page.Page) {
	first := s.At() == page.Accounts && p.ID() == page.Live && !s.cfg.Expected && s.anybody() && !s.cfg.Settings.View().Welcomed
	s.open(p)
	if first {
		s.Welcome()
	}
}

// goNumber shows page number i of the navigation, from 0.
func (s *Shell) goNumber(i int) {
	if !s.covered() {
		s.wander(s.pages[i].ID())
	}
}

// wander shows the page that she asks for. From then on she is not led to where
// she begins: a keyring may be slow, and no page is taken from under her hands.
func (s *Shell) wander(id string) {
	s.placed = true
	s.Turn(id)
}

// open shows another page.
func (s *Shell) open(p page.Page) {
	if s.at != nil {
		s.at.Hide()
	}
	s.at = p
	s.layers.silence()
	s.body.Objects = []fyne.CanvasObject{p.Content()}
	s.body.Refresh()
	s.nav.mark(p.ID())
	s.window.SetTitle("JasminCam · " + s.words.Say(p.Title()))
	s.tellSeen()
	p.Show()
	p.Render()
	s.toasts.box.Refresh() // the page needs other parts of the window
	s.coach.box.Refresh()
}

// Welcome implements page.Shell. Who is online is not asked for her camera.
func (s *Shell) Welcome() {
	s.toFront(func(front page.Front) {
		if s.cfg.Live.View().Online {
			s.coach.show(0)
			return
		}
		front.SetUp(func(on bool) {
			if on {
				s.coach.show(0)
			}
		})
	})
}

// toFront leads to the page where she goes online, and does something there.
func (s *Shell) toFront(do func(page.Front)) {
	for _, p := range s.pages {
		front, ok := p.(page.Front)
		if !ok {
			continue
		}
		if p == s.at {
			do(front)
			return
		}
		s.leave(func() {
			s.open(p)
			do(front)
		})
	}
}

// build makes everything anew, in the words and colours of now, and shows the
// page that was shown.
func (s *Shell) build() {
	at := s.At()
	if s.at != nil {
		s.at.Hide()
	}
	s.at = nil
	s.pages = make([]page.Page, 0, len(s.cfg.Pages))
	for _, maker := range s.cfg.Pages {
		s.pages = append(s.pages, maker(s))
	}
	s.banner = newBanner(s.words, s.endShow, s.showAgain)
	s.nav = newNav(s.words, s.pages, s.wander)
	s.toasts = newToastStack(s)
	s.coach = newCoach(s)
	s.over = newOverlay(s)
	s.body = container.NewStack()
	s.frame = newFrame(s.banner, s.nav, s.body)
	content, layers := newLayers(s.frame.box, s.coach.box, s.toasts.box, s.over.box)
	s.layers = layers
	s.frame.placed = s.over.place
	s.window.SetContent(content)
	s.Turn(at)
}
