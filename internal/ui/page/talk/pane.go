package talk

import (
	"strings"
	"unicode/utf8"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	standard "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/settings"
	"github.com/jasmincam/jasmincam/internal/text"
	"github.com/jasmincam/jasmincam/internal/ui/control"
	"github.com/jasmincam/jasmincam/internal/ui/page"
	"github.com/jasmincam/jasmincam/internal/ui/vm"
	"github.com/jasmincam/jasmincam/internal/ui/xwidget"
	"github.com/jasmincam/jasmincam/internal/ui/xwidget/feed"
)

// Model is what the chat needs of its view model.
type Model interface {
	View() vm.ChatView
	Len() int
	Line(i int) (vm.Line, bool)
	Filter(email string)
	Search(words string)
	Answer(id int64)
	To(email string)
	Send(text string) bool
	Retry(id int64)
	TakeBack(id int64) string
	Ban(email, viewer string)
	Kick(email, viewer string, minutes int)
	Lift(email, viewer string)
	MuteGuests(email string, muted bool)
}

// pane is the lines of all rooms with the entry below them. The Live page and
// the Chat page have one each, of the same view model.
type pane struct {
	shell page.Shell
	words *text.Words
	model Model
	kept  page.Kept
	view  vm.ChatView
	drawn drawnChat

	feed    *feed.Feed
	fresh   *control.Button // the lines that came in below
	entry   *control.Entry
	send    *control.Button
	to      *control.Select
	answer  *widget.Label
	unlink  *control.Button
	trouble *widget.Label
	left    *widget.Label // how much more fits into the line that she writes
	empty   *widget.Label
	only    *widget.Label     // what alone is shown
	narrow  fyne.CanvasObject // the same with the way back to all; nil on the page that has filters
	news    *fyne.Container   // rooms with news that are not shown
	missed  []missedRow       // of those
	foot    *fyne.Container
	content fyne.CanvasObject
}

// drawnChat is what the feed was drawn for.
type drawnChat struct {
	version  uint64
	answered int64
	filter   string
	search   string
	top      bool
	any      bool
}

var _ page.Pane = (*pane)(nil)

// Beside returns the maker of the lines as a part of another page.
func Beside(model Model, kept page.Kept) func(page.Shell) page.Pane {
	return func(shell page.Shell) page.Pane { return newPane(shell, model, kept, true) }
}

func newPane(shell page.Shell, model Model, kept page.Kept, titled bool) *pane {
	t := &pane{shell: shell, words: shell.Words(), model: model, kept: kept}
	t.feed = feed.New(feed.Config{Len: model.Len, ID: t.id, Make: t.row, Fill: t.fill, Pressed: t.press, Menu: t.menu,
		Moved: t.moved, NewestTop: kept.View().NewestTop})
	t.fresh = control.NewButton("", standard.MoveDownIcon(), t.feed.ToNewest)
	t.fresh.Importance = widget.HighImportance
	t.fresh.Hide()
	t.entry = control.NewEntry()
	t.entry.SetPlaceHolder(t.words.Say("chat.write"))
	t.entry.OnSubmitted = func(string) { t.say() }
	t.entry.OnChanged = t.count
	t.left = control.Text("")
	t.left.Hide()
	t.send = control.NewButton(t.words.Say("chat.send"), standard.MailSendIcon(), t.say)
	t.to = control.NewSelect(nil, func(i int) {
		if i < len(t.view.Rooms) {
			t.model.To(t.view.Rooms[i].Email)
		}
	})
	t.to.PlaceHolder = t.words.Say("chat.to.none")
	t.answer = control.Text("")
	t.answer.Truncation, t.answer.Wrapping = fyne.TextTruncateEllipsis, fyne.TextWrapOff
	t.unlink = control.NewButton(t.words.Say("chat.answer.end"), standard.CancelIcon(), func() { t.model.Answer(0) })
	t.unlink.Importance = widget.LowImportance
	t.trouble = control.Text("")
	t.trouble.Importance = widget.WarningImportance
	t.empty = control.Text(t.words.Say("chat.empty"))
	t.empty.Alignment = fyne.TextAlignCenter
	answering := container.NewBorder(nil, nil, nil, t.unlink, t.answer)
	t.news = xwidget.Rows()
	t.news.Hide()
	t.foot = xwidget.Rows(t.news, t.fresh, t.trouble, answering, t.left, container.NewBorder(nil, nil, nil, t.send, t.entry))
	head := fyne.CanvasObject(container.NewBorder(nil, nil, label(t.words.Say("chat.to")), nil, t.to))
	if titled {
		t.narrow = t.widen()
		t.foot.Objects = append(t.foot.Objects[:3], append([]fyne.CanvasObject{t.narrow, head}, t.foot.Objects[3:]...)...)
	} else {
		t.foot.Objects[3] = xwidget.Columns([]float32{1, 1.4}, head, answering)
	}
	t.content = container.NewBorder(nil, t.foot, nil, nil, container.NewStack(t.feed, xwidget.Middle(t.empty)))
	return t
}

// widen tells what alone is shown, with a button that leads back to all.
func (t *pane) widen() fyne.CanvasObject {
	t.only = control.Text("")
	t.only.Truncation, t.only.Wrapping = fyne.TextTruncateEllipsis, fyne.TextWrapOff
	all := control.NewMainButton(t.words.Say("chat.all"), nil, func() {
		t.model.Filter("")
		t.model.Search("")
	})
	row := container.NewBorder(nil, nil, nil, all, t.only)
	row.Hide()
	return row
}

// label is a short word beside a field.
func label(word string) fyne.CanvasObject { return widget.NewLabel(word) }

func (t *pane) id(i int) int64 {
	l, _ := t.model.Line(i)
	return l.ID
}

func (t *pane) row() feed.Row {
	return feed.NewChatRow(feed.ChatRowConfig{Retry: t.words.Say("chat.retry"), Back: t.words.Say("chat.back"),
		OnRetry: func(id int64) { t.model.Retry(id) }, OnBack: t.takeBack, Feed: func() *feed.Feed { return t.feed }})
}

func (t *pane) fill(i int, row feed.Row) {
	if l, ok := t.model.Line(i); ok {
		line := lineOf(t.words, l, l.ID == t.view.Answered.ID)
		line.Found = strings.ToLower(strings.TrimSpace(t.view.Search))
		row.(*feed.ChatRow).Set(line)
	}
}

// press is a click on a line: it is answered.
func (t *pane) press(id int64) {
	l, ok := t.line(id)
	if !ok {
		return
	}
	t.model.Answer(id)
	if l.Kind == vm.LineSaid || l.Kind == vm.LineTip {
		t.focus(t.entry)
	}
}

// line finds a line by its id; it nearly always is near the newest.
func (t *pane) line(id int64) (vm.Line, bool) {
	for i := t.model.Len() - 1; i >= 0; i-- {
		if l, ok := t.model.Line(i); ok && l.ID == id {
			return l, true
		}
	}
	return vm.Line{}, false
}

// focus gives the keys to a field. The window is asked for, and not where the
// field was drawn: on a page that is just being turned to it was not drawn yet.
func (t *pane) focus(o fyne.Focusable) { t.shell.Window().Canvas().Focus(o) }

// nearEnd is how many characters from the longest line it is said how many fit.
const nearEnd = 100

// count says near the longest line how much more fits, and beyond it what is too
// much: nothing is sent then, and nothing is lost.
func (t *pane) count(written string) {
	n := utf8.RuneCountInString(strings.TrimSpace(written))
	said, weight := "", widget.MediumImportance
	switch over := n - domain.MaxLine; {
	case over > 0:
		said, weight = t.words.Say("chat.over", over, domain.MaxLine), widget.WarningImportance
	case over > -nearEnd:
		said = t.words.Say("chat.left", -over)
	}
	if t.left.Text != said {
		before := t.left.Visible()
		t.left.Importance = weight
		control.Say(t.left, said)
		if t.left.Visible() != before {
			t.content.Refresh()
		}
	}
	t.send.SetOn(t.view.To.Email != "" && n <= domain.MaxLine)
}

// say sends what she wrote.
func (t *pane) say() {
	if t.send.Disabled() {
		return
	}
	if said := t.entry.Text; said != "" && t.view.To.Email != "" && t.model.Send(said) {
		t.entry.SetText("")
		t.feed.ToNewest()
	}
}

// takeBack puts a refused line into the entry, to be written anew.
func (t *pane) takeBack(id int64) {
	if said := t.model.TakeBack(id); said != "" {
		t.entry.SetText(said)
		t.entry.CursorColumn = len([]rune(said))
		t.focus(t.entry)
	}
}

// moved shows how many new lines are not seen.
func (t *pane) moved() {
	n := t.feed.Unread()
	if n > 0 {
		t.fresh.SetWord(t.words.Count("chat.new", n))
	}
	if on := n > 0; t.fresh.Visible() != on {
		control.Show(t.fresh, on)
		t.content.Refresh()
	}
}

// Content implements page.Pane.
func (t *pane) Content() fyne.CanvasObject { return t.content }

// Foot implements page.Pane: where she writes.
func (t *pane) Foot() fyne.CanvasObject { return t.foot }

// Render implements page.Pane.
func (t *pane) Render() {
	v := t.model.View()
	t.view = v
	now := drawnChat{version: v.Version, answered: v.Answered.ID, filter: v.Filter, search: v.Search, top: t.kept.View().NewestTop, any: true}
	before := t.drawn
	t.drawn = now
	switch {
	case before.any && (before.filter != now.filter || before.search != now.search || before.top != now.top):
		t.feed.SetNewestTop(now.top)
		t.feed.Restart()
	case before != now:
		t.feed.Update()
	}
	t.narrowed(v)
	t.tellMissed(v)
	t.target(v)
	trouble := v.Trouble.In(t.words)
	for _, r := range v.Rooms {
		if trouble == "" && !r.Trouble.Empty() {
			trouble = r.Account + ": " + r.Trouble.In(t.words)
		}
	}
	control.Say(t.trouble, trouble)
	nothing := t.words.Say("chat.empty")
	if v.Search != "" {
		nothing = t.words.Say("chat.empty.found", v.Search)
	}
	if v.Len > 0 {
		nothing = ""
	}
	control.Say(t.empty, nothing)
	t.count(t.entry.Text)
}

// narrowed says that not all lines are shown: she would miss a room's.
func (t *pane) narrowed(v vm.ChatView) {
	if t.narrow == nil {
		return
	}
	said := ""
	for _, r := range v.Rooms {
		if r.Email == v.Filter {
			said = r.Letter + " · " + r.Account
		}
	}
	if v.Search != "" {
		said = strings.TrimSpace(said + " “" + v.Search + "”")
	}
	if t.only.Text == said {
		return
	}
	t.only.SetText(said)
	control.Show(t.narrow, said != "")
	t.content.Refresh()
}

// target shows where what she writes goes.
func (t *pane) target(v vm.ChatView) {
	names, at := []string{}, -1
	for i, r := range v.Rooms {
		names = append(names, r.Letter+" · "+r.Account)
		if r.Email == v.To.Email {
			at = i
		}
	}
	t.to.Offer(names, at)
	said := ""
	if v.Answered.ID != 0 {
		said = t.words.Say("chat.answering", v.Answered.Who, v.Answered.Text)
	}
	if t.answer.Text != said {
		t.answer.SetText(said)
	}
	on := said != ""
	if t.unlink.Visible() != on {
		control.Show(t.unlink, on)
		control.Show(t.answer, on)
		t.foot.Refresh()
	}
}

// act does the shortcuts that are the chat's.
func (t *pane) act(a settings.Action) bool {
	switch a {
	case settings.ActionWrite:
		t.focus(t.entry)
	case settings.ActionFilter:
		t.model.Filter(nextFilter(t.view))
	default:
		return false
	}
	return true
}

// nextFilter is the room after the one that is shown; after the last come all.
func nextFilter(v vm.ChatView) string {
	if v.Filter == "" && len(v.Rooms) > 0 {
		return v.Rooms[0].Email
	}
	for i, r := range v.Rooms {
		if r.Email == v.Filter && i+1 < len(v.Rooms) {
			return v.Rooms[i+1].Email
		}
	}
	return ""
}
