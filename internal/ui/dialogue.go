package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/widget"

	"github.com/jasmincam/jasmincam/internal/settings"
	"github.com/jasmincam/jasmincam/internal/ui/control"
	"github.com/jasmincam/jasmincam/internal/ui/page"
	"github.com/jasmincam/jasmincam/internal/ui/theme"
)

// questionWidth is the most that a question takes, at a text size of 100 %.
const questionWidth = 420

// dialogue is a question that waits for its answer.
type dialogue struct {
	popup *widget.PopUp
	ask   page.Question
}

// Ask implements page.Shell. A question that is open already is answered with
// no.
func (s *Shell) Ask(q page.Question) {
	s.answer(false)
	yes := control.NewMainButton(q.Yes, nil, func() { s.answer(true) })
	no := control.NewButton(q.No, nil, func() { s.answer(false) })
	if q.Danger {
		yes.Importance = widget.DangerImportance
	}
	buttons := container.NewHBox(layout.NewSpacer(), no, yes)
	if q.No == "" {
		buttons = container.NewHBox(layout.NewSpacer(), yes)
	}
	content := container.NewVBox(control.Heading(q.Title), control.Text(q.Text))
	if q.Body != nil {
		content.Add(q.Body)
	}
	c := s.window.Canvas()
	room := c.Size().SubtractWidthHeight(48, 48)
	width := min(questionWidth*theme.Scale(), room.Width)
	content.Resize(fyne.NewSize(width, content.MinSize().Height)) // lines break at this width
	scroll := container.NewVScroll(content)
	scroll.SetMinSize(fyne.NewSize(width, min(content.MinSize().Height, room.Height-buttons.MinSize().Height)))
	d := &dialogue{ask: q}
	d.popup = widget.NewModalPopUp(container.NewPadded(container.NewPadded(container.NewBorder(nil, buttons, nil, nil, scroll))), c)
	s.asking = d
	if q.Until != nil {
		yes.SetOn(false)
		q.Until(func() {
			yes.SetOn(true)
			if s.asking == d && c.Focused() == nil {
				c.Focus(yes)
			}
		})
	}
	d.popup.Show()
	switch {
	case q.Until != nil: // nothing is pressed by mistake while she waits
	case q.Danger && q.No != "":
		c.Focus(no)
	case q.Body == nil || q.Ready:
		c.Focus(yes)
	}
}

// answer closes the question.
func (s *Shell) answer(yes bool) {
	d := s.asking
	if d == nil {
		return
	}
	s.asking = nil
	d.popup.Hide()
	if d.ask.Answer != nil {
		d.ask.Answer(yes)
	}
}

// escape closes what lies over the page.
func (s *Shell) escape() {
	if s.asking != nil {
		s.answer(false)
		return
	}
	overlays := s.window.Canvas().Overlays()
	switch top := overlays.Top(); {
	case top != nil:
		overlays.Remove(top)
	case s.coach.at >= 0:
		s.coach.end()
	default:
		s.toasts.close()
	}
}

// leave does what leads away from the page. While she has written there what is
// not saved, it asks first.
func (s *Shell) leave(then func()) {
	k, ok := s.at.(page.Keeper)
	if !ok || !k.Unsaved() {
		then()
		return
	}
	s.Ask(page.Question{Title: s.words.Say("unsaved.title"), Text: s.words.Say("unsaved.text"), Yes: s.words.Say("unsaved.yes"),
		No: s.words.Say("unsaved.no"), Danger: true, Answer: func(yes bool) {
			if yes {
				k.Undo()
				then()
			}
		}})
}

// Close closes the window. While something is not saved, or somebody is online,
// it asks first.
func (s *Shell) Close() { s.leave(s.close) }

func (s *Shell) close() {
	if s.leaveShow(nil, "private.leave.close", s.quit) {
		return
	}
	if !s.cfg.Live.View().Online {
		s.quit()
		return
	}
	s.Ask(page.Question{Title: s.words.Say("close.title"), Text: s.words.Say("close.text"), Yes: s.words.Say("close.yes"),
		No: s.words.Say("close.no"), Danger: true, Answer: func(yes bool) {
			if yes {
				s.quit()
			}
		}})
}

// quit remembers the window and ends it.
func (s *Shell) quit() {
	if s.closing {
		return
	}
	s.closing = true
	s.remember()
	s.cfg.App.Quit()
}

// remember keeps the size and the page for the next start.
func (s *Shell) remember() {
	size, at := s.size(), s.At()
	s.cfg.Settings.Change(func(v *settings.Values) {
		v.Window = size
		v.Page = at
	})
}
