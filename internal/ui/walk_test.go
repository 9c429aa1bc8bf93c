package ui_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"image"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"

	"github.com/jasmincam/jasmincam/assets"
	"github.com/jasmincam/jasmincam/internal/capture"
	"github.com/jasmincam/jasmincam/internal/settings"
	"github.com/jasmincam/jasmincam/internal/text"
	"github.com/jasmincam/jasmincam/internal/ui"
	"github.com/jasmincam/jasmincam/internal/ui/page"
	"github.com/jasmincam/jasmincam/internal/ui/page/accounts"
	money "github.com/jasmincam/jasmincam/internal/ui/page/book"
	"github.com/jasmincam/jasmincam/internal/ui/page/guests"
	"github.com/jasmincam/jasmincam/internal/ui/page/persona"
	"github.com/jasmincam/jasmincam/internal/ui/page/private"
	"github.com/jasmincam/jasmincam/internal/ui/page/talk"
	"github.com/jasmincam/jasmincam/internal/ui/uitest"
	"github.com/jasmincam/jasmincam/internal/ui/vm"
)

// look is a way in which the window is shown.
type look struct {
	theme   string
	percent int
	lang    string
}

func (l look) String() string { return fmt.Sprintf("%s-%d-%s", l.theme, l.percent, l.lang) }

// looks are all in which the window is walked. Romanian and Portuguese are
// walked in one colour: colours change no size.
func looks() []look {
	var all []look
	for _, lang := range []string{"en", "es", "ru"} {
		for _, percent := range []int{100, 200} {
			all = append(all, look{settings.ThemeLight, percent, lang}, look{settings.ThemeDark, percent, lang})
		}
	}
	return append(all, look{settings.ThemeDark, 100, "ro"}, look{settings.ThemeDark, 200, "ro"}, look{settings.ThemeDark, 100, "pt"}, look{settings.ThemeDark, 200, "pt"})
}

// windows are the sizes in which everything has to have its place.
func windows() []fyne.Size { return []fyne.Size{fyne.NewSize(1366, 768), fyne.NewSize(1024, 700)} }

// play is a window in one look whose models are actors.
type play struct {
	t        *testing.T
	app      fyne.App
	book     *text.Book
	shell    *ui.Shell
	live     *actorLive
	chat     *actorChat
	money    *actorMoney
	persona  *actorPersona
	guests   *actorGuests
	toasts   *fakeToasts
	settings *fakeSettings
	signIn   *fakeSignIn
	seats    *fakeSeats
	shows    *fakeShows
	chimes   fakeChimes
	pages    []page.Page
	dots     []string // ends of sentences
}

func newPlay(t *testing.T, l look) *play {
	p := &play{t: t, dots: dotted(t, l.lang), app: test.NewTempApp(t), book: book(t), live: &actorLive{bell: make(bell)},
		chat: &actorChat{}, money: &actorMoney{}, persona: &actorPersona{}, guests: &actorGuests{}, toasts: &fakeToasts{bell: make(bell)},
		settings: &fakeSettings{bell: make(bell), values: settings.Defaults()}, signIn: &fakeSignIn{bell: make(bell)}, seats: &fakeSeats{}, shows: &fakeShows{bell: make(bell)}}
	v := &p.settings.values
	v.Theme, v.TextSize, v.Language = l.theme, l.percent, l.lang
	p.signIn.view = vm.SignInView{Ready: true, Vault: vm.VaultKeyring, Accounts: twoKnown()}
	makers := []page.Maker{page.NewLive(p.live, talk.Beside(p.chat, p.settings), private.NewVisitor(p.shows), p.settings), talk.New(p.chat, p.settings), money.New(p.money), persona.New(p.persona),
		guests.New(p.guests), accounts.New(p.signIn, func() {}), page.NewSettings(p.settings, p.seats, &p.chimes, outputs{})}
	for i, maker := range makers {
		makers[i] = func(s page.Shell) page.Page {
			one := maker(s)
			p.pages = append(p.pages, one)
			return one
		}
	}
	p.shell = ui.New(ui.Config{App: p.app, Book: p.book, Live: p.live, Toasts: p.toasts, Settings: p.settings, SignIn: p.signIn, Shows: p.shows, Expected: true, Pages: makers})
	return p
}

// begin shows a scene in a window of a size.
func (p *play) begin(s scene, size fyne.Size) {
	s.set(p)
	p.shell.Turn(s.page)
	p.shell.Render()
	if s.page == page.Live && p.live.view.Watching {
		p.picture()
	}
	p.settle(size)
	if s.do != nil {
		s.do(p)
		p.settle(size)
	}
}

func (p *play) canvas() fyne.Canvas { return p.shell.Window().Canvas() }

func (p *play) at() page.Page {
	return p.pages[slices.IndexFunc(p.pages, func(one page.Page) bool { return one.ID() == p.shell.At() })]
}

// picture has the preview draw one, and ends its goroutine: the test driver draws
// on whichever goroutine asks.
func (p *play) picture() {
	waits := p.shell.Words().Say("live.preview.wait")
	comes, _, _ := strings.Cut(p.shell.Words().Say("visitor.camera.coming"), "{0}")
	v := p.shows.view.Visitor
	visited := v != nil && v.Camera.Presence == vm.VisitorHere && !p.shows.view.Panic
	pool := capture.NewPool(2)
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for range 100 {
		p.live.slot.Put(scenery(pool))
		if visited {
			p.shows.slot.Put(scenery(pool))
		}
		for range 3 { // it was read, and has been drawn soon after that
			for out := 1; out > 0; out, _, _ = pool.Stats() {
				<-tick.C
			}
		}
		p.at().Hide()
		p.shell.Render()
		if !says(p.at().Content(), waits) && !(visited && says(p.at().Content(), comes)) {
			return
		}
		p.at().Show()
	}
	p.t.Fatal("the preview drew nothing")
}

// settle gives the window a size, and everything in it its place, as the driver
// of a screen does before it draws: the test driver does not when a text has
// become longer.
func (p *play) settle(size fyne.Size) {
	p.shell.Window().Resize(size)
	for range 2 {
		p.canvas().Content().Refresh()
		p.shell.Window().Resize(size)
	}
}

// layers are what lies over each other in the window, the uppermost last: the
// page in its frame, toasts, questions and menus.
func (p *play) layers() []fyne.CanvasObject {
	var layers []fyne.CanvasObject
	for i, o := range p.canvas().Content().(*fyne.Container).Objects {
		if c, ok := o.(*fyne.Container); o.Visible() && (i == 0 || !ok || len(c.Objects) > 0) {
			layers = append(layers, o)
		}
	}
	return append(layers, p.canvas().Overlays().List()...)
}

// deep calls see for every visible object, those inside of widgets too.
func deep(o fyne.CanvasObject, see func(o fyne.CanvasObject)) {
	if o == nil || !o.Visible() {
		return
	}
	see(o)
	switch o := o.(type) {
	case *fyne.Container:
		for _, child := range o.Objects {
			deep(child, see)
		}
	case fyne.Widget:
		for _, child := range test.WidgetRenderer(o).Objects() {
			deep(child, see)
		}
	}
}

func says(o fyne.CanvasObject, words string) bool {
	found := false
	deep(o, func(o fyne.CanvasObject) {
		t, ok := o.(*canvas.Text)
		found = found || ok && strings.HasPrefix(t.Text, words)
	})
	return found
}

// innermost finds the deepest object of a kind that says words, in the uppermost
// layer.
func innermost[T any](p *play, words string) (found T, ok bool) {
	layers := p.layers()
	deep(layers[len(layers)-1], func(o fyne.CanvasObject) {
		if one, is := o.(T); is && says(o, words) {
			found, ok = one, true
		}
	})
	return found, ok
}

// tap taps what bears the words of a key. A window with room for the rooms
// beside the chat has no button for them.
func (p *play) tap(key string) {
	o, ok := innermost[fyne.Tappable](p, p.shell.Words().Say(key))
	switch {
	case ok:
		o.Tapped(&fyne.PointEvent{})
	case key != "chat.rooms":
		p.t.Errorf("nothing says %s", key)
	}
}

// menuOf opens the menu of a line.
func (p *play) menuOf(words string) {
	o, ok := innermost[fyne.SecondaryTappable](p, words)
	if !ok {
		p.t.Fatalf("no line says %q", words)
	}
	at := fyne.CurrentApp().Driver().AbsolutePositionForObject(any(o).(fyne.CanvasObject))
	o.TappedSecondary(&fyne.PointEvent{AbsolutePosition: at.AddXY(60, 10)})
}

// pick chooses from the menu that is open. The names in its words are left out.
func (p *play) pick(key string) {
	words, _, _ := strings.Cut(p.shell.Words().Say(key), "{0}")
	o, ok := innermost[fyne.Tappable](p, words)
	if !ok {
		p.t.Fatalf("the menu has no %s", key)
	}
	o.Tapped(&fyne.PointEvent{})
}

// write puts other words into the field that has some.
func (p *play) write(before, after string) {
	deep(p.layers()[0], func(o fyne.CanvasObject) {
		e, ok := o.(interface{ SetText(string) })
		if !ok || reflect.TypeOf(o).Kind() != reflect.Pointer {
			return
		}
		if text := reflect.ValueOf(o).Elem().FieldByName("Text"); text.IsValid() && text.Kind() == reflect.String && text.String() == before {
			e.SetText(after)
		}
	})
}

// part is what one process walks of the looks, "" for all of them in several
// processes: the toolkit has one app in each.
var part = flag.String("part", "", "language of the looks to walk")

// TestWindow_everyPage walks the whole window in all its states and looks.
func TestWindow_everyPage(t *testing.T) {
	if raced {
		walkAll(t, []look{{settings.ThemeDark, 200, "ru"}}, windows()[1:]) // not painted; make test walks without the detector, too
		return
	}
	if *part == "" {
		t.Run("languages", inProcesses)
		if *screens != "" {
			writeIndex(t, filepath.Dir(filepath.Clean(*screens)))
		}
		return
	}
	var some []look
	for _, l := range looks() {
		if l.lang == *part {
			some = append(some, l)
		}
	}
	a := &album{lang: *part, sheets: map[string][]uitest.Cell{}}
	walkAll(t, some, windows(), a.keep, a.whole)
	if *screens != "" {
		a.write(t, *screens)
	}
}

// inProcesses walks each language in a process of its own, two at a time. With
// pictures, it walks what is pictured alone.
func inProcesses(t *testing.T) {
	gate := make(chan struct{}, 2)
	for _, lang := range []string{"en", "es", "ru", "ro", "pt"} {
		t.Run(lang, func(t *testing.T) {
			t.Parallel()
			gate <- struct{}{}
			defer func() { <-gate }()
			args := []string{"-test.run=^TestWindow_everyPage$", "-test.timeout=30m", "-part=" + lang}
			if *screens != "" {
				folder, err := filepath.Abs(*screens)
				if err != nil {
					t.Fatal(err)
				}
				args = append(args, "-screens="+folder)
			}
			if said, err := exec.CommandContext(t.Context(), os.Args[0], args...).CombinedOutput(); err != nil {
				t.Errorf("%v\n%s", err, said)
			}
		})
	}
}

// keeper is told of each picture.
type keeper func(s scene, l look, size fyne.Size, m image.Image)

// walkAll walks all scenes in looks and sizes. The pictures go to keep[0], those
// in full length to keep[1].
func walkAll(t *testing.T, looks []look, sizes []fyne.Size, keep ...keeper) {
	for _, s := range scenes() {
		for _, size := range sizes {
			for _, l := range looks {
				if *screens != "" && !pictures(s, l, size) {
					continue
				}
				t.Run(fmt.Sprintf("%s-%.0f-%s", s.name, size.Width, l), func(t *testing.T) { walk(t, l, s, size, keep) })
			}
		}
	}
}

func walk(t *testing.T, l look, s scene, size fyne.Size, keep []keeper) {
	unsaid := regexp.MustCompile(`\{\d\}|^[a-z]+\.[a-z][a-z._]*$`) // a place without its value, or a key without a sentence
	p := newPlay(t, l)
	p.begin(s, size)
	defer func() { p.at().Hide() }()
	if got := p.canvas().Size(); got != size {
		t.Errorf("the window needs %v, there are %v", got, size)
	}
	layers := p.layers()
	for _, layer := range layers {
		for _, problem := range uitest.Problems(layer, p.whole()...) {
			t.Error(problem)
		}
	}
	deep(p.canvas().Content(), func(o fyne.CanvasObject) {
		if word, ok := o.(*canvas.Text); ok && unsaid.MatchString(word.Text) && !strings.HasSuffix(longMail, word.Text) && !strings.HasSuffix("a@example.com", word.Text) { // the end of a broken address looks like a key
			t.Errorf("it says %q", word.Text)
		}
	})
	top := layers[len(layers)-1]
	if raced || !slices.Contains(pictured(), l.lang) {
		return // painting takes ten times as long with the race detector; colours do not know the language
	}
	see := func(i int) {
		picture := p.canvas().Capture()
		for _, problem := range uitest.Faint(top, picture) {
			t.Error(problem)
		}
		if *screens != "" && i < len(keep) {
			keep[i](s, l, size, picture)
		}
	}
	see(0)
	if kept, of := keptLook(l.lang); s.tall && l.percent == kept.percent && size == of {
		p.settle(fyne.NewSize(size.Width, min(longest, size.Height+p.hidden())))
		see(1)
	}
}

// longest bounds the height of a page in full length.
const longest = 9000

// hidden is how much of the page is scrolled out of the window.
func (p *play) hidden() (most float32) {
	deep(p.at().Content(), func(o fyne.CanvasObject) {
		if s, ok := o.(*container.Scroll); ok && s.Direction == container.ScrollVerticalOnly {
			most = max(most, s.Content.MinSize().Height-s.Size().Height)
		}
	})
	return most
}

// whole are the words that may be shortened: names and notes, which the window
// says in full elsewhere, and what is answered, which stands in the chat. Those of
// the catalogue may end in dots.
func (p *play) whole() []string {
	list := []string{longName, longMember, longMember + " · " + longNote, longCamera, longPlace, longMail}
	for _, name := range []string{longName, "bella"} {
		list = append(list, "A · "+name, "B · "+name)
	}
	for _, l := range talkLines() {
		list = append(list, p.shell.Words().Say("chat.answering", l.Who, l.Text))
	}
	list = append(list, "12:34 · "+longMember)
	for _, m := range p.chat.view.Missed { // its lines are a press away
		list = append(list, p.shell.Words().Say("chat.missed.tip", m.Tipper, m.Tip))
	}
	badges := []string{}
	for _, key := range []string{"new", "tipper", "favourite"} {
		badges = append(badges, p.shell.Words().Say("chat.badge."+key))
	}
	list = append(list, strings.Join(append(badges, longNote), " · "))
	for i, one := range regulars().Guests {
		if i%2 == 1 { // those with a note
			list = append(list, one.Name)
		}
	}
	return append(list, p.dots...)
}

// dotted are the ends of those sentences of a language that end in dots.
func dotted(t *testing.T, lang string) []string {
	t.Helper()
	raw, err := fs.ReadFile(assets.Words(), lang+".json")
	if err != nil {
		t.Fatal(err)
	}
	words, list := map[string]string{}, []string(nil)
	if err := json.Unmarshal(raw, &words); err != nil {
		t.Fatal(err)
	}
	for _, said := range words {
		if strings.HasSuffix(said, "…") {
			list = append(list, said[strings.LastIndex(said, "}")+1:])
		}
	}
	return list
}
