package ui

import (
	"cmp"
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	standard "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/jasmincam/jasmincam/internal/settings"
	"github.com/jasmincam/jasmincam/internal/ui/control"
	"github.com/jasmincam/jasmincam/internal/ui/theme"
	"github.com/jasmincam/jasmincam/internal/ui/vm"
)

// maxToasts are shown at once; of others the number is said.
const maxToasts = 3

// toastStack shows messages that pass, above the page, where they lie over
// nothing that she needs. The newest is at the bottom.
type toastStack struct {
	box    *fyne.Container
	shell  *Shell
	toasts []vm.Toast
	cards  []toastCard     // of the newest, in the order of toasts
	more   *fyne.Container // how many others there are
	number *widget.Label
	over   []rect // what was needed of the page when they were placed
}

// toastCard is a toast on the screen.
type toastCard struct {
	fyne.CanvasObject
	id    int64
	words *widget.Label
}

func newToastStack(shell *Shell) *toastStack {
	s := &toastStack{shell: shell, number: widget.NewLabel("")}
	s.number.Alignment = fyne.TextAlignCenter
	s.more = container.NewStack(toastGround(), s.number)
	s.box = container.New(stackedToasts{s})
	return s
}

// render shows these toasts; it draws only what is new. One that grows keeps its
// card, and the mouse on it.
func (s *toastStack) render(toasts []vm.Toast) {
	toasts = foremost(toasts)
	if slices.EqualFunc(toasts, s.toasts, func(a, b vm.Toast) bool { return a.ID == b.ID && a.Tips == b.Tips }) {
		return
	}
	before := s.cards
	s.toasts, s.cards, s.box.Objects = toasts, nil, nil
	for _, t := range toasts[max(0, len(toasts)-maxToasts):] {
		card := s.card(t, before)
		s.cards = append(s.cards, card)
		s.box.Objects = append(s.box.Objects, card.CanvasObject)
	}
	s.box.Objects = append(s.box.Objects, s.more)
	s.box.Refresh()
}

// foremost puts troubles after tips, which the chat and the earnings tell as
// well: where there is room for one, it is a trouble.
func foremost(toasts []vm.Toast) []vm.Toast {
	weight := map[settings.Sound]int{settings.SoundTrouble: 1}
	return slices.SortedStableFunc(slices.Values(toasts), func(a, b vm.Toast) int { return cmp.Compare(weight[a.Sound], weight[b.Sound]) })
}

// close takes the toast at the bottom away, where there is one.
func (s *toastStack) close() {
	if n := len(s.toasts); n > 0 {
		s.shell.cfg.Toasts.Dismiss(s.toasts[n-1].ID)
	}
}

func toastGround() *canvas.Rectangle {
	ground := canvas.NewRectangle(theme.Color(standard.ColorNameMenuBackground))
	ground.CornerRadius = 8
	ground.StrokeColor, ground.StrokeWidth = theme.Color(standard.ColorNameInputBorder), 1
	return ground
}

// card is the one that a toast has already, or a new one.
func (s *toastStack) card(t vm.Toast, before []toastCard) toastCard {
	if i := slices.IndexFunc(before, func(c toastCard) bool { return c.id == t.ID }); i >= 0 {
		control.Say(before[i].words, s.says(t))
		return before[i]
	}
	account := 0
	if t.Letter == "B" {
		account = 1
	}
	colour, _ := theme.Account(account)
	if t.Sound == settings.SoundTrouble {
		colour = theme.Waiting
	}
	edge := canvas.NewRectangle(theme.Color(colour))
	edge.SetMinSize(fyne.NewSize(5, 0))
	edge.CornerRadius = 2
	closer := control.NewButton("", standard.CancelIcon(), nil).Hint(s.shell.words.Say("toast.close"))
	closer.OnTapped = func() {
		control.Tell(closer, "")
		s.shell.cfg.Toasts.Dismiss(t.ID)
	}
	closer.Importance = widget.LowImportance
	left := container.NewHBox(edge)
	if t.Letter != "" {
		left.Add(control.Mark(t.Letter, account))
	}
	words := control.Text(s.says(t))
	return toastCard{container.NewStack(toastGround(), container.NewPadded(
		container.NewBorder(nil, nil, left, container.NewVBox(closer), words))), t.ID, words}
}

// says is the sentence of a toast.
func (s *toastStack) says(t vm.Toast) string {
	if t.Tips > 1 {
		return s.shell.words.Count("toast.tips", t.Tips, t.Millicredits, t.Account) + "\n" + strings.Join(append([]string{t.Who}, t.Others...), ", ")
	}
	if t.Snapshot {
		return s.shell.words.Say("toast.snapshot", t.Who, t.Millicredits, t.Account)
	}
	if t.Sound == settings.SoundTip {
		said := s.shell.words.Say("toast.tip", t.Who, t.Millicredits, t.Account)
		if note := strings.TrimSpace(t.Text); note != "" {
			said += "\n“" + note + "”"
		}
		return said
	}
	said := t.Notice.In(s.shell.words)
	if t.Account != "" {
		said = t.Account + ": " + said
	}
	return said
}

// toastWidth is the most that a toast takes, at a text size of 100 %.
const toastWidth = 360

// stackedToasts puts as many of the newest as there is room for into the place
// that was found, upwards from its end.
type stackedToasts struct{ *toastStack }

// MinSize implements fyne.Layout: they take no room of their own. The toolkit
// asks before each picture, when it has laid out the page: where that moved what
// is needed, they are placed again for the same picture.
func (s stackedToasts) MinSize(objects []fyne.CanvasObject) fyne.Size {
	if len(s.cards) > 0 && !slices.Equal(places(s.shell.needed()), s.over) {
		s.Layout(objects, s.box.Size())
	}
	return fyne.Size{}
}

// Layout implements fyne.Layout.
func (s stackedToasts) Layout([]fyne.CanvasObject, fyne.Size) {
	s.more.Hide()
	if len(s.cards) == 0 {
		return
	}
	gap := 2 * standard.Padding()
	width := min(toastWidth*theme.Scale(), s.shell.area().width)
	heights := make([]float32, 0, len(s.cards))
	for _, o := range s.cards {
		o.Show()
		heights = append(heights, settled(o, width))
	}
	fits := func(height float32) int { return s.fit(heights, gap, height) }
	s.over = places(s.shell.needed())
	at := s.shell.room(s.over, s.shell.columns(width), width, fits)
	n := max(1, fits(at.height)) // the newest is shown in any case
	bottom := at.y + at.height
	for i := len(s.cards) - 1; i >= 0; i-- {
		control.Show(s.cards[i], i >= len(s.cards)-n)
		if i >= len(s.cards)-n {
			bottom -= heights[i]
			s.cards[i].Move(fyne.NewPos(at.x, bottom))
			bottom -= gap
		}
	}
	if others := len(s.toasts) - n; others > 0 {
		s.number.SetText(s.shell.words.Count("toast.more", others))
		s.more.Show()
		s.more.Resize(fyne.NewSize(width, s.more.MinSize().Height))
		s.more.Move(fyne.NewPos(at.x, bottom-s.more.MinSize().Height))
	}
}

// fit tells how many of the newest fit into a height, with the number of the
// others above them.
func (s *toastStack) fit(heights []float32, gap, height float32) int {
	n := 0
	for i := len(heights) - 1; i >= 0; i-- {
		height -= heights[i]
		rest := float32(0)
		if n+1 < len(s.toasts) {
			rest = gap + s.more.MinSize().Height
		}
		if height < rest {
			break
		}
		height -= gap
		n++
	}
	return n
}

// settled gives an object a width, and returns the height that it then takes.
func settled(o fyne.CanvasObject, width float32) float32 {
	o.Resize(fyne.NewSize(width, o.MinSize().Height)) // lines break at this width,
	height := o.MinSize().Height                      // which tells the height
	o.Resize(fyne.NewSize(width, height))
	return height
}
