package talk

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	standard "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/jasmincam/jasmincam/internal/settings"
	"github.com/jasmincam/jasmincam/internal/text"
	"github.com/jasmincam/jasmincam/internal/ui/control"
	"github.com/jasmincam/jasmincam/internal/ui/page"
	"github.com/jasmincam/jasmincam/internal/ui/page/figure"
	"github.com/jasmincam/jasmincam/internal/ui/theme"
	"github.com/jasmincam/jasmincam/internal/ui/vm"
	"github.com/jasmincam/jasmincam/internal/ui/xwidget"
)

// chatWide is the width, at a text size of 100 %, from which on the rooms stand
// beside the lines.
const chatWide = 820

// chat is the Chat page: the lines of all rooms, what is shown of them, and the
// rooms' rules.
type chat struct {
	shell  page.Shell
	words  *text.Words
	model  Model
	kept   page.Kept
	talk   *pane
	filter []*control.Button // all, and one a room
	bar    *fyne.Container
	search *control.Entry
	top    *control.Check
	rooms  *fyne.Container
	drawn  []vm.ChatRoom
	toggle *control.Button
	frame  *xwidget.Adaptive
	body   *fyne.Container
	aside  fyne.CanvasObject
	open   bool // the rooms are shown in the place of the lines
}

var (
	_ page.Page  = (*chat)(nil)
	_ page.Actor = (*chat)(nil)
)

// New returns the maker of the Chat page.
func New(model Model, kept page.Kept) page.Maker {
	return func(shell page.Shell) page.Page {
		c := &chat{shell: shell, words: shell.Words(), model: model, kept: kept}
		c.talk = newPane(shell, model, kept, false)
		c.search = control.NewEntry()
		c.search.SetPlaceHolder(c.words.Say("chat.search"))
		c.search.OnChanged = model.Search
		c.search.SetText(model.View().Search)
		c.top = control.NewCheck(c.words.Say("settings.newest"), func(on bool) {
			kept.Change(func(v *settings.Values) { v.NewestTop = on })
		})
		c.toggle = control.NewButton(c.words.Say("chat.rooms"), standard.ListIcon(), func() {
			c.open = !c.open
			c.place()
		})
		c.bar = xwidget.Flow()
		c.rooms = xwidget.Rows()
		c.aside = xwidget.Scrolled(c.rooms)
		c.body = container.NewStack()
		c.frame = xwidget.NewAdaptive([]float32{chatWide}, c.arrange)
		return c
	}
}

// arrange places the rooms beside the lines where there is room, and else in
// their place while the button is pressed.
func (c *chat) arrange(class int) fyne.CanvasObject {
	head := xwidget.Rows(c.bar)
	if class > 0 {
		return container.NewPadded(container.NewPadded(container.NewBorder(head, nil, nil, nil,
			xwidget.Columns([]float32{2.4, 1}, c.talk.content, c.aside))))
	}
	c.place()
	return container.NewPadded(container.NewBorder(head, nil, nil, nil, c.body))
}

// place puts the lines or the rooms into a narrow page.
func (c *chat) place() {
	c.body.Objects = []fyne.CanvasObject{c.talk.content}
	if c.open {
		c.body.Objects = []fyne.CanvasObject{c.aside}
	}
	word := c.words.Say("chat.rooms")
	if c.open {
		word = c.words.Say("chat.lines")
	}
	c.toggle.SetWord(word)
	c.body.Refresh()
}

// Choices are what may be done about a line.
func (c *chat) Choices(l vm.Line) []*fyne.MenuItem { return c.talk.choices(l) }

// ID implements page.Page.
func (c *chat) ID() string { return page.Chat }

// Title implements page.Page.
func (c *chat) Title() string { return "page.chat" }

// Icon implements page.Page.
func (c *chat) Icon() fyne.Resource { return theme.Sign("chat") }

// Content implements page.Page.
func (c *chat) Content() fyne.CanvasObject { return c.frame }

// Show implements page.Page.
func (c *chat) Show() {}

// Hide implements page.Page.
func (c *chat) Hide() {}

// Act implements page.Actor.
func (c *chat) Act(a settings.Action) bool {
	if a == settings.ActionSearch {
		c.talk.focus(c.search)
		return true
	}
	if a == settings.ActionWrite && c.open { // where she writes is behind the rooms
		c.open = false
		c.place()
	}
	return c.talk.act(a)
}

// Render implements page.Page.
func (c *chat) Render() {
	c.talk.Render()
	v := c.talk.view
	c.top.Tick(c.kept.View().NewestTop)
	if c.search.Text != v.Search { // it was ended on another page
		c.search.SetText(v.Search)
	}
	c.filters(v)
	control.Show(c.toggle, c.frame.Class() == 0)
	if !sameRooms(c.drawn, v.Rooms) {
		c.drawn = v.Rooms
		c.build(v.Rooms)
	}
}

// filters shows whose lines are shown.
func (c *chat) filters(v vm.ChatView) {
	if len(c.filter) != len(v.Rooms)+1 || !sameNames(c.drawn, v.Rooms) {
		c.filter = []*control.Button{control.NewButton(c.words.Say("chat.all"), nil, func() { c.model.Filter("") })}
		c.bar.Objects = []fyne.CanvasObject{c.filter[0]}
		for _, r := range v.Rooms {
			b := control.NewButton(r.Letter+" · "+r.Account, nil, func() { c.model.Filter(r.Email) })
			c.filter = append(c.filter, b)
			c.bar.Add(b)
		}
		c.bar.Add(xwidget.Wide(200*theme.Scale(), c.search))
		c.bar.Add(c.top)
		c.bar.Add(c.toggle)
	}
	for i, b := range c.filter {
		weight := widget.MediumImportance
		if i == 0 && v.Filter == "" || i > 0 && v.Rooms[i-1].Email == v.Filter {
			weight = widget.HighImportance
		}
		if b.Importance != weight {
			b.Importance = weight
			b.Refresh()
		}
	}
}

func sameNames(a, b []vm.ChatRoom) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i].Email != b[i].Email || a[i].Account != b[i].Account {
			return false
		}
	}
	return true
}

func sameRooms(a, b []vm.ChatRoom) bool {
	if !sameNames(a, b) {
		return false
	}
	for i := range a {
		if a[i].GuestChat != b[i].GuestChat || a[i].Known != b[i].Known || len(a[i].Removed) != len(b[i].Removed) {
			return false
		}
		for k := range a[i].Removed {
			if a[i].Removed[k] != b[i].Removed[k] {
				return false
			}
		}
	}
	return true
}

// build shows the rooms' rules, and who is kept out of them.
func (c *chat) build(rooms []vm.ChatRoom) {
	c.rooms.Objects = nil
	for _, r := range rooms {
		name := widget.NewLabel(r.Account)
		name.TextStyle.Bold = true
		name.Wrapping = fyne.TextWrapWord
		guests := control.NewCheck(c.words.Say("chat.guests"), nil)
		guests.Tick(r.GuestChat)
		guests.OnChanged = func(on bool) {
			guests.Tick(!on) // it moves when the backend has agreed
			c.talk.muteGuests(r)
		}
		if !r.Known {
			guests.Disable()
		}
		part := xwidget.Rows(container.NewBorder(nil, nil, control.Mark(r.Letter, figure.Account(r.Letter)), nil, name), guests)
		if r.Known && len(r.Removed) == 0 {
			part.Add(control.Quiet(c.words.Say("chat.removed.none")))
		}
		for _, gone := range r.Removed {
			lift := control.NewButton(c.words.Say("chat.lift"), nil, func() { c.model.Lift(r.Email, gone.Who) })
			part.Add(container.NewBorder(nil, nil, nil, container.NewVBox(lift), control.Text(removed(c.words, gone.Who, gone.Until))))
		}
		c.rooms.Add(control.Panel(part))
	}
	c.rooms.Refresh()
}
