package page

import (
	"fyne.io/fyne/v2"

	"github.com/jasmincam/jasmincam/internal/ui/control"
)

// Area is several lines of text. Tab leads on from it, as from everything else.
type Area struct {
	control.Entry
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

// Put shows words without telling anybody.
func (a *Area) Put(words string) {
	if a.Text == words {
		return
	}
	a.quiet = true
	defer func() { a.quiet = false }()
	a.SetText(words)
}
