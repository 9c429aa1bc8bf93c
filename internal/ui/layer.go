package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	standard "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/jasmincam/jasmincam/internal/ui/control"
)

// stackedLayers puts the toasts, the guide and the words of a control over the
// frame. It is the window's content, and says what a control does that has no
// word of its own.
type stackedLayers struct {
	frame fyne.CanvasObject
	over  []fyne.CanvasObject // each as large as the window
	hint  *fyne.Container
	words *widget.Label
	about fyne.CanvasObject // whom the words are of; nil while there are none
}

var (
	_ fyne.Layout    = (*stackedLayers)(nil)
	_ control.Teller = (*stackedLayers)(nil)
)

func newLayers(frame fyne.CanvasObject, over ...fyne.CanvasObject) (*fyne.Container, *stackedLayers) {
	l := &stackedLayers{frame: frame, over: over, words: widget.NewLabel("")}
	l.hint = container.NewStack(toastGround(), l.words)
	l.hint.Hide()
	return container.New(l, append(append([]fyne.CanvasObject{frame}, over...), l.hint)...), l
}

// MinSize implements fyne.Layout.
func (l *stackedLayers) MinSize([]fyne.CanvasObject) fyne.Size { return l.frame.MinSize() }

// Layout implements fyne.Layout.
func (l *stackedLayers) Layout(_ []fyne.CanvasObject, size fyne.Size) {
	for _, o := range append([]fyne.CanvasObject{l.frame}, l.over...) {
		o.Move(fyne.Position{})
		o.Resize(size)
	}
	l.place(size)
}

// Tell implements control.Teller.
func (l *stackedLayers) Tell(about fyne.CanvasObject, words string) {
	switch {
	case words != "":
		l.about = about
		l.words.SetText(words)
		l.hint.Show()
		l.place(l.frame.Size())
	case about == l.about:
		l.silence()
	}
}

// silence says nothing of any control.
func (l *stackedLayers) silence() {
	l.about = nil
	control.Show(l.hint, false)
}

// place puts the words beside a sign, and below anything wider; where the window
// ends it is above.
func (l *stackedLayers) place(size fyne.Size) {
	if l.about == nil {
		return
	}
	at, least, gap := where(l.about), l.hint.MinSize(), standard.Padding()
	x, y := at.x+at.width+gap, at.y+(at.height-least.Height)/2
	if at.width > 1.5*at.height || x+least.Width > size.Width {
		x, y = max(0, min(at.x, size.Width-least.Width)), at.y+at.height+gap
	}
	if y+least.Height > size.Height {
		y = max(0, at.y-gap-least.Height)
	}
	l.hint.Resize(fyne.NewSize(min(least.Width, size.Width), least.Height))
	l.hint.Move(fyne.NewPos(x, y))
}
