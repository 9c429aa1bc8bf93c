package control

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
)

// Teller is the layout of a window's content that says in words what a control
// does that has none of its own.
type Teller interface {
	// Tell says words beside a control; none are said any more when there are none.
	Tell(about fyne.CanvasObject, words string)
}

// Tell has the window say what a control does, or, without words, be silent of
// it. A window that says nothing is left alone.
func Tell(about fyne.CanvasObject, words string) {
	c := fyne.CurrentApp().Driver().CanvasForObject(about)
	if c == nil {
		return
	}
	if content, ok := c.Content().(*fyne.Container); ok {
		if t, ok := content.Layout.(Teller); ok {
			t.Tell(about, words)
		}
	}
}

// Hint gives a button without a word the words that the window says while the
// mouse is over it or the keyboard is on it, and that a reader of the screen
// reads.
func (b *Button) Hint(words string) *Button {
	b.hint = words
	return b
}

// AccessibilityLabel implements fyne.Accessible.
func (b *Button) AccessibilityLabel() string {
	if b.Text == "" && b.hint != "" {
		return b.hint
	}
	return b.Button.AccessibilityLabel()
}

// tell says the hint, or is silent.
func (b *Button) tell(on bool) {
	switch {
	case b.hint == "":
	case on:
		Tell(b, b.hint)
	default:
		Tell(b, "")
	}
}

// MouseIn implements desktop.Hoverable.
func (b *Button) MouseIn(e *desktop.MouseEvent) {
	b.Button.MouseIn(e)
	b.tell(true)
}

// MouseOut implements desktop.Hoverable.
func (b *Button) MouseOut() {
	b.Button.MouseOut()
	b.tell(false)
}

// FocusGained implements fyne.Focusable.
func (b *Button) FocusGained() {
	b.focused = true
	b.Button.FocusGained()
	b.tell(true)
}

// FocusLost implements fyne.Focusable.
func (b *Button) FocusLost() {
	b.focused = false
	b.Button.FocusLost()
	b.tell(false)
}
