package ui

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	standard "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/jasmincam/jasmincam/internal/settings"
	"github.com/jasmincam/jasmincam/internal/text"
	"github.com/jasmincam/jasmincam/internal/ui/control"
	"github.com/jasmincam/jasmincam/internal/ui/theme"
	"github.com/jasmincam/jasmincam/internal/ui/vm"
)

// toastStack shows messages that pass, above the page, at the lower right.
type toastStack struct {
	box     *fyne.Container
	words   *text.Words
	dismiss func(id int64)
	shown   map[int64]fyne.CanvasObject
}

func newToastStack(words *text.Words, dismiss func(id int64)) *toastStack {
	return &toastStack{box: container.New(corner{}), words: words, dismiss: dismiss, shown: map[int64]fyne.CanvasObject{}}
}

// render shows these toasts and no others; it draws only what is new.
func (s *toastStack) render(toasts []vm.Toast) {
	shown := make(map[int64]fyne.CanvasObject, len(toasts))
	list := make([]fyne.CanvasObject, 0, len(toasts))
	same := len(toasts) == len(s.shown)
	for _, t := range toasts {
		o, ok := s.shown[t.ID]
		if !ok {
			o, same = s.card(t), false
		}
		shown[t.ID] = o
		list = append(list, o)
	}
	if same {
		return
	}
	s.shown, s.box.Objects = shown, list
	s.box.Refresh()
}

func (s *toastStack) card(t vm.Toast) fyne.CanvasObject {
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
	ground := canvas.NewRectangle(theme.Color(standard.ColorNameMenuBackground))
	ground.CornerRadius = 8
	ground.StrokeColor, ground.StrokeWidth = theme.Color(standard.ColorNameSeparator), 1
	closer := control.NewButton("", standard.CancelIcon(), func() { s.dismiss(t.ID) })
	closer.Importance = widget.LowImportance
	left := container.NewHBox(edge)
	if t.Letter != "" {
		left.Add(control.Mark(t.Letter, account))
	}
	return container.NewStack(ground, container.NewPadded(
		container.NewBorder(nil, nil, left, container.NewVBox(closer), control.Text(s.says(t)))))
}

// says is the sentence of a toast.
func (s *toastStack) says(t vm.Toast) string {
	if t.Sound == settings.SoundTip {
		said := s.words.Say("toast.tip", t.Who, t.Millicredits, t.Account)
		if note := strings.TrimSpace(t.Text); note != "" {
			said += "\n“" + note + "”"
		}
		return said
	}
	said := t.Notice.In(s.words)
	if t.Account != "" {
		said = t.Account + ": " + said
	}
	return said
}

// toastWidth is the most that a toast takes, at a text size of 100 %.
const toastWidth = 360

// corner stacks objects upwards from the lower right corner; it takes no room of
// its own.
type corner struct{}

// MinSize implements fyne.Layout.
func (corner) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.Size{} }

// Layout implements fyne.Layout.
func (corner) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	gap := 2 * standard.Padding()
	width := min(toastWidth*theme.Scale(), size.Width-2*gap)
	bottom := size.Height - gap
	for i := len(objects) - 1; i >= 0; i-- {
		o := objects[i]
		o.Resize(fyne.NewSize(width, o.MinSize().Height)) // lines break at this width,
		height := o.MinSize().Height                      // which tells the height
		o.Resize(fyne.NewSize(width, height))
		bottom -= height
		o.Move(fyne.NewPos(size.Width-gap-width, bottom))
		bottom -= gap
	}
}
