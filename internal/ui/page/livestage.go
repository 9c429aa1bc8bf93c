package page

import (
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	standard "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/jasmincam/jasmincam/internal/session"
	"github.com/jasmincam/jasmincam/internal/ui/control"
	"github.com/jasmincam/jasmincam/internal/ui/page/figure"
	"github.com/jasmincam/jasmincam/internal/ui/theme"
	"github.com/jasmincam/jasmincam/internal/ui/vm"
	"github.com/jasmincam/jasmincam/internal/ui/xwidget"
)

// stage is who is online: the large button with its menu, and a card an
// account.
type stage struct {
	shell   Shell
	model   LiveModel
	online  func(emails ...string) // once she has seen herself
	view    vm.LiveView
	button  fyne.CanvasObject
	all     *control.Button   // everybody goes online, or offline
	more    *control.Button   // the menu
	panics  *control.Button   // black and silent at once, and then the way back
	hideAll fyne.CanvasObject // the same, large
	key     func() string     // of panics; "" for none
	since   time.Time         // of the panic that is shown
	cards   *fyne.Container
	list    []*xwidget.AccountCard
	emails  []string
	nobody  fyne.CanvasObject
	last    map[string]press // the newest press by whom it was for
	now     func() time.Time
}

// settle is how long after a press the other meaning is not heard: the second
// click of a double click must not take back what the first one did.
const settle = time.Second

// press is a wish to be online, or offline, and when she had it.
type press struct {
	online bool
	at     time.Time
}

func newStage(shell Shell, model LiveModel, key func() string, online func(emails ...string), again func()) *stage {
	s := &stage{shell: shell, model: model, online: online, key: key, cards: xwidget.Rows(), last: map[string]press{}, now: time.Now}
	words := shell.Words()
	s.all = control.NewMainButton(words.Say("live.online"), standard.MediaPlayIcon(), func() { s.press(!s.view.Online) })
	s.more = control.NewButton(words.Say("live.each"), standard.MenuDropDownIcon(), s.menu)
	s.panics = control.NewButton(words.Say("live.panic"), standard.VisibilityOffIcon(), func() { s.hide(again) })
	s.panics.Importance = widget.DangerImportance
	s.button = xwidget.Large(container.NewBorder(nil, nil, nil, s.more, s.all))
	s.hideAll = xwidget.Large(s.panics)
	s.nobody = control.Panel(xwidget.Rows(control.Text(words.Say("live.none")),
		control.NewButton(words.Say("live.signin"), standard.AccountIcon(), func() { shell.Turn(Accounts) })))
	return s
}

func (s *stage) render(v vm.LiveView) {
	s.view = v
	words := s.shell.Words()
	word, sign, weight := words.Say("live.online"), standard.MediaPlayIcon(), widget.HighImportance
	if v.Online {
		word, sign, weight = words.Say("live.offline"), standard.MediaStopIcon(), widget.MediumImportance
	}
	if s.all.Text != word {
		s.all.Icon, s.all.Importance = sign, weight
		s.all.SetText(word)
	}
	s.renderPanic(v.Panic)
	s.all.SetOn(len(v.Accounts) > 0)
	s.more.SetOn(len(v.Accounts) > 0)
	if !s.same(v.Accounts) {
		s.build(v.Accounts)
	}
	for i, card := range s.list {
		s.show(card, v.Accounts[i])
	}
}

// renderPanic shows the button of the panic, or of the way back.
func (s *stage) renderPanic(on bool) {
	words := s.shell.Words()
	word, sign, weight := words.Say("live.panic"), standard.VisibilityOffIcon(), widget.DangerImportance
	if key := s.key(); key != "" {
		word += " (" + key + ")"
	}
	if on {
		word, sign, weight = words.Say("panic.show"), standard.VisibilityIcon(), widget.MediumImportance
	}
	if s.panics.Text != word {
		s.panics.Icon, s.panics.Importance = sign, weight
		s.panics.SetText(word)
	}
}

// hide makes her black and silent; pressed again, but not as the second click of a
// double one, it asks whether she wants to be seen.
func (s *stage) hide(again func()) {
	if !s.model.View().Panic {
		s.since = s.now()
		s.model.Panic()
		return
	}
	if s.now().Sub(s.since) >= settle {
		again()
	}
}

func (s *stage) same(accounts []vm.Card) bool {
	if len(accounts) != len(s.emails) || len(s.cards.Objects) == 0 {
		return false
	}
	for i, a := range accounts {
		if s.emails[i] != a.Email {
			return false
		}
	}
	return true
}

// build makes a card an account.
func (s *stage) build(accounts []vm.Card) {
	s.list, s.emails = nil, nil
	s.cards.Objects = nil
	for _, a := range accounts {
		card := xwidget.NewAccountCard(xwidget.AccountCardConfig{Letter: a.Letter, Account: figure.Account(a.Letter),
			Switch: s.shell.Words().Say("live.switch"), Pressed: func(online bool) { s.press(online, a.Email) }})
		s.list, s.emails = append(s.list, card), append(s.emails, a.Email)
		s.cards.Add(card)
	}
	if len(accounts) == 0 {
		s.cards.Add(s.nobody)
	}
	s.cards.Refresh()
}

func (s *stage) show(card *xwidget.AccountCard, a vm.Card) {
	words := s.shell.Words()
	ground, ink := theme.State(string(a.State))
	name := a.Name
	if name == "" {
		name = a.Email
	}
	state, edge := words.Say("state."+string(a.State)), fyne.ThemeColorName("")
	if a.Closed {
		ground, ink = theme.State(string(session.Private))
		state = words.Say("live.closed")
	}
	if a.Closed || a.State == session.Private {
		edge = theme.Private
	}
	price := "–"
	if a.PriceMillicredits > 0 {
		price = figure.Credits(a.PriceMillicredits)
	}
	figures := []xwidget.Figure{
		{What: words.Say("live.viewers"), Value: figure.Number(float64(a.Viewers), 0)},
		{What: words.Say("live.time"), Value: figure.Duration(a.TimeOnline)},
		{What: words.Say("live.earned"), Value: figure.Dollars(a.EarnedCents)},
		{What: words.Say("live.price"), Value: price},
	}
	if a.SnapshotMillicredits > 0 { // a picture may leave at any moment: she sees that it is on
		figures = append(figures, xwidget.Figure{What: words.Say("live.snapshot"), Value: figure.Credits(a.SnapshotMillicredits)})
	}
	card.Set(xwidget.AccountView{Name: name, State: state, Ground: ground, Text: ink, Frame: edge, Online: a.Online,
		Figures: figures, Trouble: a.Trouble.In(words)})
}

// press puts accounts online, or all, or takes them off; what would turn a press
// of a moment ago around is not heard.
func (s *stage) press(online bool, emails ...string) {
	last, ok := s.last[strings.Join(emails, " ")]
	if ok && last.online != online && s.now().Sub(last.at) < settle {
		return
	}
	s.note(online, emails)
	if online {
		s.online(emails...)
		return
	}
	s.offline(emails...)
}

func (s *stage) note(online bool, emails []string) {
	s.last[strings.Join(emails, " ")] = press{online, s.now()}
}

// offline takes accounts off, or all. While viewers are there it asks first.
func (s *stage) offline(emails ...string) {
	viewers := 0
	for _, a := range s.view.Accounts {
		if len(emails) == 0 || emails[0] == a.Email {
			viewers += a.Viewers
		}
	}
	AskOffline(s.shell, emails, viewers, func() {
		s.note(false, emails) // her answer may be a double click, too
		s.model.GoOffline(emails...)
	})
}

// AskOffline has these accounts go offline, or all without a name: at once when
// nobody watches, and otherwise when she says so once more.
func AskOffline(s Shell, emails []string, viewers int, leave func()) {
	if g, ok := s.(Guard); ok && g.Leaving(emails, leave) {
		return
	}
	if viewers == 0 {
		leave()
		return
	}
	words := s.Words()
	s.Ask(Question{Title: words.Say("live.offline.title"), Text: words.Count("live.offline.text", viewers),
		Yes: words.Say("live.offline"), No: words.Say("live.offline.no"), Danger: true, Answer: func(yes bool) {
			if yes {
				leave()
			}
		}})
}

// menu offers every account alone, and all.
func (s *stage) menu() {
	words := s.shell.Words()
	var on, off []*fyne.MenuItem
	for _, a := range s.view.Accounts {
		name := a.Letter + " · " + a.Name
		if a.Online || a.State != session.Offline {
			off = append(off, fyne.NewMenuItem(words.Say("live.offline.one", name), func() { s.offline(a.Email) }))
		}
		if !a.Online {
			on = append(on, fyne.NewMenuItem(words.Say("live.online.one", name), func() { s.online(a.Email) }))
		}
	}
	if len(on) > 1 {
		on = append([]*fyne.MenuItem{fyne.NewMenuItem(words.Say("live.online.all"), func() { s.online() })}, on...)
	}
	if len(off) > 1 {
		off = append([]*fyne.MenuItem{fyne.NewMenuItem(words.Say("live.offline.all"), func() { s.offline() })}, off...)
	}
	items := on
	if len(on) > 0 && len(off) > 0 {
		items = append(items, fyne.NewMenuItemSeparator())
	}
	popUnder(s.more, append(items, off...))
}

// popUnder shows a menu below a widget.
func popUnder(o fyne.CanvasObject, items []*fyne.MenuItem) {
	if c := fyne.CurrentApp().Driver().CanvasForObject(o); c != nil {
		at := fyne.CurrentApp().Driver().AbsolutePositionForObject(o)
		control.PopAt(c, at.AddXY(0, o.Size().Height), items)
	}
}

// belowEachOther puts three below each other: a row, the cards, which scroll
// where they would take much more than half of the rest, and the chat, whose
// entry is always seen.
type belowEachOther struct{ cards fyne.CanvasObject }

// MinSize implements fyne.Layout.
func (belowEachOther) MinSize(objects []fyne.CanvasObject) (size fyne.Size) {
	for _, o := range objects {
		least := o.MinSize()
		size = fyne.NewSize(max(size.Width, least.Width), size.Height+least.Height+standard.Padding())
	}
	return size
}

// Layout implements fyne.Layout.
func (b belowEachOther) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	gap := standard.Padding()
	top := objects[0].MinSize().Height
	rest := size.Height - top - 2*gap
	most := max(objects[1].MinSize().Height, min(rest*0.6, rest-objects[2].MinSize().Height))
	objects[1].Resize(fyne.NewSize(size.Width, most)) // the cards break their lines at this width
	heights := []float32{top, min(most, b.cards.MinSize().Height)}
	heights = append(heights, rest-heights[1])
	y := float32(0)
	for i, o := range objects {
		o.Move(fyne.NewPos(0, y))
		o.Resize(fyne.NewSize(size.Width, heights[i]))
		y += heights[i] + gap
	}
}
