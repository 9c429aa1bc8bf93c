package private

import (
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	standard "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/text"
	"github.com/jasmincam/jasmincam/internal/ui/control"
	"github.com/jasmincam/jasmincam/internal/ui/page/figure"
	"github.com/jasmincam/jasmincam/internal/ui/theme"
	"github.com/jasmincam/jasmincam/internal/ui/vm"
	"github.com/jasmincam/jasmincam/internal/ui/xwidget"
)

// Model is what the card needs of its view model.
type Model interface {
	Accept(show string)
	Decline(show string)
	Free()
}

// The most that a card takes, at a text size of 100 %.
const (
	oneWidth  = 460
	moreWidth = 420 // each, beside each other
	frame     = 3
)

// Card is what lies over the page: those who ask, or the receipt. It is empty
// while there is nothing of either.
type Card struct {
	words   *text.Words
	model   Model
	box     *fyne.Container // ground and everything on it
	inside  *fyne.Container // of the ground
	asks    []*ask
	receipt *receipt
	trouble *widget.Label
	scrolls []*container.Scroll
	drawn   string // what it was drawn for
}

// NewCard returns an empty one.
func NewCard(words *text.Words, model Model) *Card {
	c := &Card{words: words, model: model, inside: container.NewStack(), trouble: control.Text("")}
	c.trouble.Importance = widget.WarningImportance
	ground := canvas.NewRectangle(theme.Color(standard.ColorNameOverlayBackground))
	ground.CornerRadius = 12
	ground.StrokeColor, ground.StrokeWidth = theme.Color(theme.Private), frame
	c.box = container.NewStack(ground, container.NewPadded(container.NewPadded(c.inside)))
	c.box.Hide()
	return c
}

// Content is the card; it is hidden while it is empty.
func (c *Card) Content() fyne.CanvasObject { return c.box }

// Render shows the newest view, and tells whether the card's size may be another
// one.
func (c *Card) Render(v vm.PrivateView) bool {
	kind := make([]string, 0, 1+len(v.Requests))
	switch {
	case v.Current != nil: // the banner tells it
	case v.MustFree:
		kind = append(kind, "over")
	default:
		for _, q := range v.Requests {
			kind = append(kind, q.Show)
		}
	}
	anew := strings.Join(kind, "\n") != c.drawn
	if anew {
		c.drawn = strings.Join(kind, "\n")
		c.build(kind, v)
	}
	if len(kind) == 0 {
		return anew
	}
	before := c.heights()
	said := v.Trouble.In(c.words)
	if v.Panic && len(c.asks) > 0 {
		said = c.words.Say("private.ask.panic")
	}
	control.Say(c.trouble, said)
	if c.receipt != nil {
		c.receipt.show(c.words, v)
	}
	for i, a := range c.asks {
		a.show(c.words, v.Requests[i], v.Busy, v.Panic)
	}
	return anew || !slices.Equal(before, c.heights())
}

// build makes the card anew.
func (c *Card) build(kind []string, v vm.PrivateView) {
	c.asks, c.receipt, c.scrolls = nil, nil, nil
	c.inside.Objects = nil
	switch {
	case len(kind) == 0:
	case v.MustFree:
		c.receipt = newReceipt(c.words, c.model.Free)
		c.inside.Add(c.scrolled(c.receipt.head, xwidget.Rows(c.receipt.body, c.trouble), c.receipt.foot))
	default:
		c.inside.Add(c.asked(v.Requests))
	}
	control.Show(c.box, len(kind) > 0)
	c.box.Refresh()
}

// asked places those who ask side by side.
func (c *Card) asked(list []vm.PrivateRequest) fyne.CanvasObject {
	columns, weights := make([]fyne.CanvasObject, 0, len(list)), make([]float32, 0, len(list))
	for i, q := range list {
		a := newAsk(c.words, i == 0, func() { c.model.Accept(q.Show) }, func() { c.model.Decline(q.Show) })
		c.asks = append(c.asks, a)
		body := a.body
		if i == 0 {
			body = xwidget.Rows(c.trouble, body)
		}
		columns, weights = append(columns, c.scrolled(party(q.Letter, q.Account, q.Member), body, a.foot)), append(weights, 1)
	}
	title := "private.ask.title"
	if len(list) > 1 {
		title = "private.ask.several"
	}
	return container.NewBorder(control.Heading(c.words.Say(title)), nil, nil, nil, xwidget.Columns(weights, columns...))
}

// scrolled keeps the buttons on the screen, however long the rest is.
func (c *Card) scrolled(head, body, foot fyne.CanvasObject) fyne.CanvasObject {
	s := container.NewVScroll(body)
	c.scrolls = append(c.scrolls, s)
	return container.NewBorder(head, foot, nil, nil, s)
}

// heights are those of what is scrolled.
func (c *Card) heights() []float32 {
	list := make([]float32, 0, len(c.scrolls))
	for _, s := range c.scrolls {
		list = append(list, s.Content.MinSize().Height)
	}
	return list
}

// Fit gives the card its size in a room so large, and returns it.
func (c *Card) Fit(room fyne.Size) fyne.Size {
	width := float32(oneWidth)
	if n := len(c.asks); n > 1 {
		width = float32(n) * moreWidth
	}
	width = max(min(width*theme.Scale(), room.Width), c.box.MinSize().Width)
	c.box.Resize(fyne.NewSize(width, room.Height)) // lines break at this width, which tells the height
	more := float32(0)
	for _, s := range c.scrolls {
		more = max(more, s.Content.MinSize().Height-s.MinSize().Height)
	}
	size := fyne.NewSize(width, min(c.box.MinSize().Height+more, room.Height))
	c.box.Resize(size)
	return size
}

// ask is one who asks.
type ask struct {
	price, known, note, left *widget.Label
	clock                    *xwidget.Progress
	accept, decline          *control.Button
	body, foot               fyne.CanvasObject
}

func newAsk(words *text.Words, first bool, accept, decline func()) *ask {
	a := &ask{price: control.Text(""), known: control.Text(""), note: control.Text(""), left: control.Text(""), clock: xwidget.NewProgress()}
	word := "private.ask.accept"
	if first {
		word = "private.ask.accept.key"
	}
	a.price.TextStyle.Bold = true
	a.accept = control.NewMainButton(words.Say(word), nil, accept)
	a.decline = control.NewButton(words.Say("private.ask.decline"), nil, decline)
	a.body = xwidget.Rows(a.price, a.left, a.known, a.note)
	a.foot = xwidget.Rows(xwidget.Indent(a.clock), a.accept, a.decline)
	return a
}

// party names the member, and below him whom he asks.
func party(letter, account, member string) fyne.CanvasObject {
	name, whose := control.Heading(member), widget.NewLabel(account)
	name.Wrapping, name.Truncation, whose.Truncation = fyne.TextWrapOff, fyne.TextTruncateEllipsis, fyne.TextTruncateEllipsis
	return container.NewVBox(name, container.NewBorder(nil, nil, control.Mark(letter, figure.Account(letter)), nil, whose))
}

func (a *ask) show(words *text.Words, q vm.PrivateRequest, busy, panicked bool) {
	control.Say(a.price, words.Say("private.price", q.Price))
	known := words.Say("private.ask.new")
	switch {
	case !q.Known:
		known = words.Say("private.ask.reading")
	case q.Spent > 0:
		known = words.Say("private.ask.spent", q.Spent)
	}
	if q.Favourite {
		known = words.Say("chat.badge.favourite") + " · " + known
	}
	control.Say(a.known, known)
	note := ""
	if q.Note != "" {
		note = "“" + q.Note + "”"
	}
	control.Say(a.note, note)
	control.Say(a.left, words.Say("private.ask.left", int(q.Left.Seconds())))
	a.clock.Put(q.Left.Seconds() / domain.AnswerWithin.Seconds())
	a.accept.SetOn(!busy && !panicked)
	a.decline.SetOn(!busy)
}
