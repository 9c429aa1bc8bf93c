package page

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"

	"github.com/jasmincam/jasmincam/internal/ui/control"
)

// Area is several lines of text. Tab leads on from it, as from everything else,
// and keys that it has no use for reach the window.
type Area struct {
	widget.Entry
	changed func(words string)
	quiet   bool
}

// NewArea returns an empty one of a height in lines; changed is told what she
// writes.
func NewArea(lines int, changed func(words string)) *Area {
	a := &Area{changed: changed}
	a.MultiLine = true
	a.Wrapping = fyne.TextWrapWord
	a.SetMinRowsVisible(lines)
	a.OnChanged = func(words string) {
		if !a.quiet {
			a.changed(words)
		}
	}
	a.ExtendBaseWidget(a)
	return a
}

// AcceptsTab implements fyne.Tabbable.
func (a *Area) AcceptsTab() bool { return false }

// TypedKey implements fyne.Focusable.
func (a *Area) TypedKey(key *fyne.KeyEvent) {
	a.Entry.TypedKey(key)
	control.PassOn(a, key)
}

// TypedShortcut implements fyne.Shortcutable.
func (a *Area) TypedShortcut(s fyne.Shortcut) {
	if _, ours := s.(*desktop.CustomShortcut); ours {
		if c, ok := fyne.CurrentApp().Driver().CanvasForObject(a).(fyne.Shortcutable); ok {
			c.TypedShortcut(s)
		}
	}
	a.Entry.TypedShortcut(s)
}

// Put shows words without telling anybody.
func (a *Area) Put(words string) {
	if a.Text == words {
		return
	}
	a.quiet = true
	defer func() { a.quiet = false }()
	a.SetText(words)
}
