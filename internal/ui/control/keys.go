package control

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"
)

// PassOn gives the window a key that a focused widget has no use for: Escape
// and the function keys. The toolkit would drop it.
func PassOn(from fyne.CanvasObject, key *fyne.KeyEvent) {
	if c := canvasOf(from); c != nil && forWindow(key) {
		handOn(c, key)
	}
}

// forWindow tells whether a key is the window's.
func forWindow(key *fyne.KeyEvent) bool {
	functions := []fyne.KeyName{fyne.KeyEscape, fyne.KeyF1, fyne.KeyF2, fyne.KeyF3, fyne.KeyF4, fyne.KeyF5, fyne.KeyF6,
		fyne.KeyF7, fyne.KeyF8, fyne.KeyF9, fyne.KeyF10, fyne.KeyF11, fyne.KeyF12}
	return slices.Contains(functions, key.Name)
}

func handOn(c fyne.Canvas, key *fyne.KeyEvent) {
	if typed := c.OnTypedKey(); typed != nil {
		typed(key)
	}
}

// canvasOf is where an object with the focus is, nil when it is nowhere. The
// toolkit forgets the canvas of what was not drawn for a minute; a field on a
// page that was turned has the focus all the same, and its keys must not be lost.
func canvasOf(o fyne.CanvasObject) fyne.Canvas {
	d := fyne.CurrentApp().Driver()
	if c := d.CanvasForObject(o); c != nil {
		return c
	}
	for _, w := range d.AllWindows() {
		if f, ok := w.Canvas().Focused().(fyne.CanvasObject); ok && f == o {
			return w.Canvas()
		}
	}
	return nil
}

// Entry is one line or more of text. Keys that it has no use for reach the
// window.
type Entry struct {
	widget.Entry
}

// NewEntry returns an empty line.
func NewEntry() *Entry {
	e := &Entry{}
	e.ExtendBaseWidget(e)
	return e
}

// NewPassword returns a line that shows no letters unless she asks for them.
func NewPassword() *Entry {
	e := &Entry{}
	e.Password = true
	e.ExtendBaseWidget(e)
	return e
}

// TypedKey implements fyne.Focusable.
func (e *Entry) TypedKey(key *fyne.KeyEvent) {
	e.Entry.TypedKey(key)
	PassOn(e, key)
}

// TypedShortcut implements fyne.Shortcutable.
func (e *Entry) TypedShortcut(s fyne.Shortcut) {
	if _, ours := s.(*desktop.CustomShortcut); ours {
		if c, ok := canvasOf(e).(fyne.Shortcutable); ok {
			c.TypedShortcut(s)
		}
	}
	e.Entry.TypedShortcut(s)
}

// Button keeps the focus when it is pressed by a key, and takes Return as well.
type Button struct {
	widget.Button
	hint    string
	focused bool
}

// NewButton returns a button with a word and a sign, either of which may be missing.
func NewButton(word string, sign fyne.Resource, tapped func()) *Button {
	b := &Button{}
	b.Text, b.Icon, b.OnTapped = word, sign, tapped
	b.ExtendBaseWidget(b)
	return b
}

// NewMainButton returns the one button of a page that leads on.
func NewMainButton(word string, sign fyne.Resource, tapped func()) *Button {
	b := NewButton(word, sign, tapped)
	b.Importance = widget.HighImportance
	return b
}

// NewLink returns a button that looks like a word.
func NewLink(word string, tapped func()) *Button {
	b := NewButton(word, nil, tapped)
	b.Importance = widget.LowImportance
	return b
}

// TypedKey implements fyne.Focusable.
func (b *Button) TypedKey(key *fyne.KeyEvent) {
	switch key.Name {
	case fyne.KeySpace, fyne.KeyReturn, fyne.KeyEnter:
		if !b.Disabled() && b.OnTapped != nil {
			b.OnTapped()
		}
	default:
		PassOn(b, key)
	}
}

// SetWord changes the word and draws only when it is another one.
func (b *Button) SetWord(word string) {
	if b.Text != word {
		b.SetText(word)
	}
}

// SetOn allows or forbids pressing.
func (b *Button) SetOn(on bool) {
	switch {
	case on && b.Disabled():
		b.Enable()
	case !on && !b.Disabled():
		b.Disable()
	}
}

// Check is a box to tick.
type Check struct {
	widget.Check
}

// NewCheck returns a box that is not ticked.
func NewCheck(word string, changed func(bool)) *Check {
	c := &Check{}
	c.Text, c.OnChanged = word, changed
	c.ExtendBaseWidget(c)
	return c
}

// TypedKey implements fyne.Focusable.
func (c *Check) TypedKey(key *fyne.KeyEvent) { PassOn(c, key) }

// Tick ticks the box or not without telling OnChanged.
func (c *Check) Tick(on bool) {
	if c.Checked != on {
		c.Checked = on
		c.Refresh()
	}
}

// Select is a choice of one. Options are words, told apart by their place.
type Select struct {
	widget.Select
	chosen func(i int)
	quiet  bool
}

// NewSelect returns a choice among words; chosen is told the place of a new one.
func NewSelect(words []string, chosen func(i int)) *Select {
	s := &Select{chosen: chosen}
	s.Options, s.PlaceHolder = words, "–" // the toolkit would say it in English
	s.OnChanged = func(string) {
		if i := s.SelectedIndex(); !s.quiet && i >= 0 && s.chosen != nil {
			s.chosen(i)
		}
	}
	s.ExtendBaseWidget(s)
	return s
}

// TypedKey implements fyne.Focusable.
func (s *Select) TypedKey(key *fyne.KeyEvent) {
	switch key.Name {
	case fyne.KeyReturn, fyne.KeyEnter, fyne.KeySpace, fyne.KeyUp, fyne.KeyDown:
		s.open()
	default:
		s.Select.TypedKey(key)
		PassOn(s, key)
	}
}

// Choose shows option i, or none with -1, without telling chosen.
func (s *Select) Choose(i int) {
	if s.SelectedIndex() == i {
		return
	}
	s.quiet = true
	defer func() { s.quiet = false }()
	if i < 0 {
		s.ClearSelected()
		return
	}
	s.SetSelectedIndex(i)
}

// Offer replaces the options and shows option i, without telling chosen.
func (s *Select) Offer(words []string, i int) {
	if !slices.Equal(words, s.Options) {
		s.Options = words
		s.Refresh()
	}
	s.Choose(i)
}

// Slider is a number within bounds.
type Slider struct {
	widget.Slider
}

// NewSlider returns a slider; changed is told when she lets go of it, or by key.
func NewSlider(low, high, step float64, changed func(float64)) *Slider {
	s := &Slider{}
	s.Min, s.Max, s.Step, s.Value = low, high, step, low
	s.Orientation = widget.Horizontal
	s.OnChangeEnded = changed
	s.ExtendBaseWidget(s)
	return s
}

// TypedKey implements fyne.Focusable.
func (s *Slider) TypedKey(key *fyne.KeyEvent) {
	s.Slider.TypedKey(key)
	PassOn(s, key)
}

// Put shows a value without telling anybody.
func (s *Slider) Put(value float64) {
	if s.Value != value {
		s.Value = value
		s.Refresh()
	}
}

// Use allows or forbids moving it.
func (s *Slider) Use(on bool) {
	switch {
	case on && s.Disabled():
		s.Enable()
	case !on && !s.Disabled():
		s.Disable()
	}
}
