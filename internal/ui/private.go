package ui

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"github.com/jasmincam/jasmincam/internal/ui/control"
	"github.com/jasmincam/jasmincam/internal/ui/page"
	"github.com/jasmincam/jasmincam/internal/ui/page/private"
	"github.com/jasmincam/jasmincam/internal/ui/vm"
)

// Shows is what the shell needs of the private shows' view model.
type Shows interface {
	Model
	private.Model
	View() vm.PrivateView
	End(then func())
}

var _ page.Guard = (*Shell)(nil)

// overlay is the card of private shows over every page, in the middle of its upper
// edge.
type overlay struct {
	shell *Shell
	card  *private.Card
	box   *fyne.Container
}

func newOverlay(shell *Shell) *overlay {
	o := &overlay{shell: shell, card: private.NewCard(shell.words, shell.cfg.Shows)}
	o.box = &fyne.Container{Layout: o, Objects: []fyne.CanvasObject{o.card.Content()}}
	o.box.Hide()
	return o
}

// render shows the newest view.
func (o *overlay) render(v vm.PrivateView) {
	if o.card.Render(v) {
		control.Show(o.box, o.card.Content().Visible())
		o.box.Refresh()
		o.shell.toasts.box.Refresh() // they have less room, or more
	}
}

// MinSize implements fyne.Layout: it takes no room of its own.
func (o *overlay) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.Size{} }

// Layout implements fyne.Layout.
func (o *overlay) Layout([]fyne.CanvasObject, fyne.Size) { o.place() }

// place puts the card where the page is now.
func (o *overlay) place() {
	if !o.card.Content().Visible() {
		return
	}
	area := o.shell.area()
	size := o.card.Fit(fyne.NewSize(area.width, area.height))
	o.card.Content().Move(fyne.NewPos(area.x+(area.width-size.Width)/2, area.y))
}

// privates ties the keys of private shows: Ctrl+Enter accepts who asked first,
// Ctrl+Shift+Enter opens her rooms. Neither is typed by accident, and no other key
// does the one or the other. A question that is open is answered with no.
func (s *Shell) privates() {
	c := s.window.Canvas()
	for _, name := range []fyne.KeyName{fyne.KeyReturn, fyne.KeyEnter} {
		c.AddShortcut(&desktop.CustomShortcut{KeyName: name, Modifier: fyne.KeyModifierShortcutDefault}, func(fyne.Shortcut) {
			if v := s.cfg.Shows.View(); len(v.Requests) > 0 && !v.Panic {
				s.answer(false)
				s.cfg.Shows.Accept(v.Requests[0].Show)
			}
		})
		c.AddShortcut(&desktop.CustomShortcut{KeyName: name, Modifier: fyne.KeyModifierShortcutDefault | fyne.KeyModifierShift}, func(fyne.Shortcut) {
			if s.cfg.Shows.View().MustFree {
				s.answer(false)
				s.cfg.Shows.Free()
			}
		})
	}
}

// endShow ends the show that goes on, once she has said so again.
func (s *Shell) endShow() {
	c := s.cfg.Shows.View().Current
	if c == nil {
		return
	}
	s.Ask(page.Question{Title: s.words.Say("private.end.title"), Text: s.words.Say("private.end.text", c.Member), Yes: s.words.Say("private.end"),
		No: s.words.Say("private.end.no"), Danger: true, Answer: func(yes bool) {
			if yes {
				s.cfg.Shows.End(nil)
			}
		}})
}

// Leaving implements page.Guard.
func (s *Shell) Leaving(emails []string, leave func()) bool {
	return s.leaveShow(emails, "private.leave.offline", leave)
}

// leaveShow asks before a show is ended by what she does; then comes when it is
// ended. False when these accounts, or all without a name, give none.
func (s *Shell) leaveShow(emails []string, yes string, then func()) bool {
	c := s.cfg.Shows.View().Current
	if c == nil || len(emails) > 0 && !slices.Contains(emails, c.Email) {
		return false
	}
	s.Ask(page.Question{Title: s.words.Say("private.leave.title"), Text: s.words.Say("private.leave.text", c.Member), Yes: s.words.Say(yes),
		No: s.words.Say("private.end.no"), Danger: true, Answer: func(yes bool) {
			if yes {
				s.cfg.Shows.End(func() { s.Post(then) })
			}
		}})
	return true
}
