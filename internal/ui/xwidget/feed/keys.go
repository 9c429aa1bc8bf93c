package feed

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"

	"github.com/jasmincam/jasmincam/internal/ui/control"
)

// Scrolled implements fyne.Scrollable.
func (f *Feed) Scrolled(e *fyne.ScrollEvent) { f.scroll(-e.Scrolled.DY) }

// FocusGained implements fyne.Focusable.
func (f *Feed) FocusGained() {
	f.focused = true
	f.ring.Show()
	f.mark()
}

// FocusLost implements fyne.Focusable.
func (f *Feed) FocusLost() {
	f.focused, f.shift = false, false
	f.ring.Hide()
	f.mark()
}

func (f *Feed) mark() {
	for _, s := range f.shown {
		s.row.SetCurrent(f.focused && s.id == f.current)
	}
	canvas.Refresh(f.ring)
}

// TypedRune implements fyne.Focusable.
func (f *Feed) TypedRune(rune) {}

// KeyDown implements desktop.Keyable.
func (f *Feed) KeyDown(key *fyne.KeyEvent) {
	if key.Name == desktop.KeyShiftLeft || key.Name == desktop.KeyShiftRight {
		f.shift = true
	}
}

// KeyUp implements desktop.Keyable.
func (f *Feed) KeyUp(key *fyne.KeyEvent) {
	if key.Name == desktop.KeyShiftLeft || key.Name == desktop.KeyShiftRight {
		f.shift = false
	}
}

// MouseDown implements desktop.Mouseable: a click anywhere takes the focus.
func (f *Feed) MouseDown(*desktop.MouseEvent) {
	if c := fyne.CurrentApp().Driver().CanvasForObject(f); c != nil {
		c.Focus(f)
	}
}

// MouseUp implements desktop.Mouseable.
func (f *Feed) MouseUp(*desktop.MouseEvent) {}

// TypedKey implements fyne.Focusable.
func (f *Feed) TypedKey(key *fyne.KeyEvent) {
	page := f.clip.Size().Height * 0.9
	switch {
	case key.Name == fyne.KeyUp:
		f.step(-1)
	case key.Name == fyne.KeyDown:
		f.step(1)
	case key.Name == fyne.KeyPageUp:
		f.scroll(-page)
	case key.Name == fyne.KeyPageDown:
		f.scroll(page)
	case key.Name == fyne.KeyHome:
		f.end(0)
	case key.Name == fyne.KeyEnd:
		f.end(1)
	case key.Name == desktop.KeyMenu, key.Name == fyne.KeyF10 && f.shift:
		f.menu()
	case key.Name == fyne.KeyReturn, key.Name == fyne.KeyEnter, key.Name == fyne.KeySpace:
		if f.current != 0 && f.cfg.Pressed != nil {
			f.cfg.Pressed(f.current)
		}
	default:
		control.PassOn(f, key)
	}
}

// step moves the cursor by one row, in the order of the screen.
func (f *Feed) step(by int) {
	if len(f.shown) == 0 {
		return
	}
	at := -1
	if f.current != 0 {
		at = f.find(f.current, f.at)
	}
	if at < 0 { // no cursor yet: the row that is nearest to where she comes from
		at = f.shown[0].at
		if by < 0 || f.follow && !f.cfg.NewestTop {
			at = f.shown[len(f.shown)-1].at
		}
	} else {
		at = min(max(at+by, 0), f.cfg.Len()-1)
	}
	f.current = f.cfg.ID(f.index(at))
	f.reveal(at)
}

// end moves the cursor to the top or the end of the list.
func (f *Feed) end(part float32) {
	n := f.cfg.Len()
	if n == 0 {
		return
	}
	f.current = f.cfg.ID(f.index(int(part) * (n - 1)))
	f.goTo(part)
}

// reveal scrolls as far as is needed to see a whole row.
func (f *Feed) reveal(at int) {
	height := f.clip.Size().Height
	for _, s := range f.shown {
		if s.at != at {
			continue
		}
		switch {
		case s.y < 0:
			f.scroll(s.y)
		case s.y+s.h > height:
			f.scroll(s.y + s.h - height)
		default:
			f.mark()
		}
		return
	}
	first, last := f.shown[0], f.shown[len(f.shown)-1]
	switch at {
	case first.at - 1:
		f.scroll(first.y - 1)
		f.scrollTo(at)
	case last.at + 1:
		f.scroll(last.y + last.h - height + 1)
		f.scrollTo(at)
	default:
		f.goTo(float32(at) / float32(f.cfg.Len()))
	}
}

// scrollTo shows the rest of a row that has just come into sight.
func (f *Feed) scrollTo(at int) {
	height := f.clip.Size().Height
	for _, s := range f.shown {
		if s.at == at && s.y < 0 {
			f.scroll(s.y)
			return
		}
		if s.at == at && s.y+s.h > height {
			f.scroll(s.y + s.h - height)
			return
		}
	}
}

// menu opens the menu of the row under the cursor.
func (f *Feed) menu() {
	for _, s := range f.shown {
		if s.id == f.current && f.cfg.Menu != nil {
			at := fyne.CurrentApp().Driver().AbsolutePositionForObject(s.row)
			f.cfg.Menu(s.id, at.AddXY(f.clip.Size().Width/4, min(s.h, 40)))
			return
		}
	}
}

// press is a click on a row.
func (f *Feed) press(row Row) {
	for _, s := range f.shown {
		if s.row == row {
			f.current = s.id
			f.mark()
			if f.cfg.Pressed != nil {
				f.cfg.Pressed(s.id)
			}
			return
		}
	}
}

// pressSecond is a click with the other button.
func (f *Feed) pressSecond(row Row, at fyne.Position) {
	for _, s := range f.shown {
		if s.row == row && f.cfg.Menu != nil {
			f.current = s.id
			f.mark()
			f.cfg.Menu(s.id, at)
			return
		}
	}
}
