package guests

import (
	"hash/fnv"
	"slices"
	"strings"
	"unicode/utf8"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	standard "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/text"
	"github.com/jasmincam/jasmincam/internal/ui/control"
	"github.com/jasmincam/jasmincam/internal/ui/page"
	"github.com/jasmincam/jasmincam/internal/ui/page/figure"
	"github.com/jasmincam/jasmincam/internal/ui/theme"
	"github.com/jasmincam/jasmincam/internal/ui/vm"
	"github.com/jasmincam/jasmincam/internal/ui/xwidget"
	"github.com/jasmincam/jasmincam/internal/ui/xwidget/feed"
)

// Model is what the page needs of its view model.
type Model interface {
	View() vm.GuestsView
	Open(email string)
	Sort(by domain.AcquaintanceOrder)
	Remark(email, who, note string, favourite bool)
}

// beside is the width, at a text size of 100 %, from which on the note stands
// beside the list.
const beside = 760

// draft is the note that she writes. It outlives the page, which is built anew
// with other colours and words.
type draft struct {
	email, who string // about whom; "" for nobody
	note       string
	favourite  bool
	touched    bool // differs from what is kept
}

// guests is the Members page.
type guests struct {
	shell page.Shell
	words *text.Words
	model Model
	d     *draft
	view  vm.GuestsView
	drawn bool

	whose, order *control.Select
	list         *feed.Feed
	columns      *feed.EntryRow
	nothing      *widget.Label
	trouble      *widget.Label
	name, hint   *widget.Label
	figures      *xwidget.Figures
	favourite    *control.Check
	note         *page.Area
	save, undo   *control.Button
	editor       fyne.CanvasObject
	frame        *xwidget.Adaptive
}

var (
	_ page.Page   = (*guests)(nil)
	_ page.Keeper = (*guests)(nil)
)

// orders are offered in this order (domain C10).
func orders() []domain.AcquaintanceOrder {
	return []domain.AcquaintanceOrder{domain.ByLastSpent, domain.ByFavourite, domain.ByMostSpent, domain.ByName}
}

// New returns the maker of the Members page.
func New(model Model) page.Maker {
	d := &draft{}
	return func(shell page.Shell) page.Page {
		g := &guests{shell: shell, words: shell.Words(), model: model, d: d}
		g.buildList()
		g.buildEditor()
		g.frame = xwidget.NewAdaptive([]float32{beside}, g.arrange)
		return g
	}
}

func (g *guests) buildList() {
	g.whose = control.NewSelect(nil, func(i int) {
		if i < len(g.view.Rooms) {
			email := g.view.Rooms[i].Email
			g.leave(func() { g.model.Open(email) })
		}
	})
	names := make([]string, 0, len(orders()))
	for _, by := range orders() {
		names = append(names, g.words.Say("members.order."+string(by)))
	}
	g.order = control.NewSelect(names, func(i int) { g.model.Sort(orders()[i]) })
	g.list = feed.New(feed.Config{Len: func() int { return len(g.view.Guests) }, ID: g.id, NewestTop: true,
		Make: func() feed.Row { return feed.NewEntryRow() }, Fill: g.fill, Pressed: g.press})
	g.columns = feed.NewEntryRow()
	g.columns.Set(feed.Entry{Head: true, Time: g.words.Say("members.last"), What: g.words.Say("members.who"), Own: g.words.Say("members.spent")})
	g.nothing = control.Text("")
	g.nothing.Alignment = fyne.TextAlignCenter
	g.trouble = control.Text("")
	g.trouble.Importance = widget.WarningImportance
	g.trouble.Hide()
}

func (g *guests) buildEditor() {
	g.name = control.Heading("")
	g.figures = xwidget.NewFigures()
	g.favourite = control.NewCheck(g.words.Say("members.favourite"), func(on bool) {
		g.d.favourite = on
		g.touch()
	})
	g.note = page.NewArea(6, func(words string) {
		g.d.note = words
		g.touch()
	})
	g.note.SetPlaceHolder(g.words.Say("members.note.hint"))
	g.hint = control.Text("")
	g.hint.Importance = widget.WarningImportance
	g.hint.Hide()
	g.save = control.NewMainButton(g.words.Say("save"), standard.DocumentSaveIcon(), g.keep)
	g.undo = control.NewButton(g.words.Say("undo"), standard.ContentUndoIcon(), g.Undo)
	g.editor = control.Panel(xwidget.Rows(g.name, xwidget.Indent(g.figures), g.favourite, control.Quiet(g.words.Say("members.note")),
		g.note, g.hint, xwidget.Flow(g.save, g.undo)))
}

// arrange places the note below the list, or beside it.
func (g *guests) arrange(class int) fyne.CanvasObject {
	wide := 250 * theme.Scale()
	head := xwidget.Rows(xwidget.Flow(xwidget.Wide(290*theme.Scale(), g.whose), xwidget.Wide(wide, g.order)), g.trouble)
	columns := feed.Heading(g.columns)
	list := xwidget.Tall(220*theme.Scale(), container.NewStack(g.list, xwidget.Middle(g.nothing)))
	if class == 0 {
		return container.NewPadded(xwidget.Scrolled(xwidget.Rows(head, columns, list, g.editor)))
	}
	left := container.NewBorder(xwidget.Rows(head, columns), nil, nil, nil, list)
	return container.NewPadded(container.NewPadded(xwidget.Columns([]float32{1.4, 1}, left, xwidget.Scrolled(xwidget.Rows(g.editor)))))
}

// ID implements page.Page.
func (g *guests) ID() string { return page.Members }

// Title implements page.Page.
func (g *guests) Title() string { return "page.members" }

// Icon implements page.Page.
func (g *guests) Icon() fyne.Resource { return theme.Sign("people") }

// Content implements page.Page.
func (g *guests) Content() fyne.CanvasObject { return g.frame }

// Show implements page.Page: the list is read anew.
func (g *guests) Show() { g.model.Open(g.model.View().Email) }

// Hide implements page.Page.
func (g *guests) Hide() {}

// Unsaved implements page.Keeper.
func (g *guests) Unsaved() bool { return g.d.touched }

// Undo implements page.Keeper.
func (g *guests) Undo() {
	g.d.touched = false
	g.drawn = false
	g.Render()
}

// leave does what leads to another note, and asks first while this one is not
// kept.
func (g *guests) leave(then func()) {
	if !g.d.touched {
		then()
		return
	}
	g.drawn = false // the choice shows what is chosen still
	g.shell.Ask(page.Question{Title: g.words.Say("unsaved.title"), Text: g.words.Say("unsaved.text"), Yes: g.words.Say("unsaved.yes"),
		No: g.words.Say("unsaved.no"), Danger: true, Answer: func(yes bool) {
			if yes {
				g.d.touched = false
				then()
			}
			g.Render()
		}})
}

// id tells a member apart from all others; row 0 is the last one.
func (g *guests) id(i int) int64 {
	if i < 0 || i >= len(g.view.Guests) {
		return 0
	}
	h := fnv.New64a()
	_, _ = h.Write([]byte(g.guest(i).Name)) // a hash takes everything
	return int64(h.Sum64() | 1)
}

func (g *guests) guest(i int) vm.Guest { return g.view.Guests[len(g.view.Guests)-1-i] }

func (g *guests) fill(i int, row feed.Row) {
	if i < 0 || i >= len(g.view.Guests) {
		return
	}
	one, last := g.guest(i), "–"
	if !one.Last.IsZero() {
		last = one.Last.Local().Format("2006-01-02 15:04")
	}
	what := one.Name
	if one.Favourite {
		what += " · " + g.words.Say("chat.badge.favourite")
	}
	if one.Note != "" {
		what += " · " + strings.ReplaceAll(one.Note, "\n", " ")
	}
	row.(*feed.EntryRow).Set(feed.Entry{Time: last, What: what, Own: figure.Credits(int64(one.Spent))})
}

// press shows the note on a member.
func (g *guests) press(id int64) {
	for i := range g.view.Guests {
		if g.id(i) != id {
			continue
		}
		who := g.guest(i).Name
		g.leave(func() {
			*g.d = draft{email: g.view.Email, who: who}
			g.drawn = false
			g.Render()
		})
		return
	}
}

// kept is the member of the draft as the view has it.
func (g *guests) kept() (vm.Guest, bool) {
	i := slices.IndexFunc(g.view.Guests, func(one vm.Guest) bool { return one.Name == g.d.who })
	if i < 0 || g.d.email != g.view.Email {
		return vm.Guest{}, false
	}
	return g.view.Guests[i], true
}

// touch notes that she wrote.
func (g *guests) touch() {
	one, ok := g.kept()
	g.d.touched = ok && (g.d.note != one.Note || g.d.favourite != one.Favourite)
	g.allow()
}

func (g *guests) keep() {
	g.model.Remark(g.d.email, g.d.who, strings.TrimSpace(g.d.note), g.d.favourite)
}

// allow says what may be pressed.
func (g *guests) allow() {
	long := utf8.RuneCountInString(g.d.note) > domain.MaxRemark
	said := ""
	if long {
		said = g.words.Say("chat.too_long", domain.MaxRemark)
	}
	control.Say(g.hint, said)
	g.save.SetOn(g.d.touched && !long && !g.view.Busy)
	g.undo.SetOn(g.d.touched)
}

// Render implements page.Page.
func (g *guests) Render() {
	before := g.view
	g.view = g.model.View()
	v := g.view
	names, at := make([]string, 0, len(v.Rooms)), -1
	for i, r := range v.Rooms {
		names = append(names, r.Letter+" · "+r.Name)
		if r.Email == v.Email {
			at = i
		}
	}
	g.whose.Offer(names, at)
	g.order.Choose(slices.Index(orders(), v.Order))
	control.Say(g.trouble, v.Trouble.In(g.words))
	nothing := ""
	switch {
	case v.Email == "":
		nothing = g.words.Say("live.nobody")
	case !v.Known && v.Trouble.Empty():
		nothing = g.words.Say("members.reading")
	case v.Known && len(v.Guests) == 0:
		nothing = g.words.Say("members.none")
	}
	control.Say(g.nothing, nothing)
	if !g.drawn || !slices.Equal(before.Guests, v.Guests) {
		g.list.Update()
	}
	g.renderNote()
	g.drawn = true
}

// renderNote shows the member whose note is open; at first the uppermost.
func (g *guests) renderNote() {
	one, ok := g.kept()
	if !ok && len(g.view.Guests) > 0 {
		one, ok = g.view.Guests[0], true
		*g.d = draft{email: g.view.Email, who: one.Name}
	}
	control.Show(g.editor, ok)
	if !ok {
		*g.d = draft{}
		return
	}
	if g.d.touched = g.d.touched && (strings.TrimSpace(g.d.note) != one.Note || g.d.favourite != one.Favourite); !g.d.touched {
		g.d.note, g.d.favourite = one.Note, one.Favourite
	}
	control.Say(g.name, one.Name)
	last := "–"
	if !one.Last.IsZero() {
		last = one.Last.Local().Format("2006-01-02")
	}
	g.figures.Set([]xwidget.Figure{{What: g.words.Say("members.spent"), Value: figure.Credits(int64(one.Spent))}, {What: g.words.Say("members.last"), Value: last}})
	g.favourite.Tick(g.d.favourite)
	g.note.Put(g.d.note)
	g.allow()
}
