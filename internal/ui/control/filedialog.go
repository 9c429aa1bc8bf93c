package control

import (
	"reflect"
	"slices"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"
)

// ShowFiles shows one of the toolkit's file dialogs. Its lists, fields and buttons would
// drop the window's keys; so a bearer has the keyboard for whichever of them is chosen,
// gives the window its keys, and the chosen one all others.
func ShowFiles(w fyne.Window, d *dialog.FileDialog) {
	d.Show()
	watchFiles(w.Canvas())
}

// watchFiles watches the dialog that is open, as long as it is; nil when there is none,
// or one that is built otherwise than it was.
func watchFiles(c fyne.Canvas) *fileWatch {
	f := &fileWatch{canvas: c, over: c.Overlays().Top(), bearer: &bearer{canvas: c}}
	pane := contentOf(f.over)
	if pane == nil {
		return nil
	}
	f.bearer.ExtendBaseWidget(f.bearer)
	pane.Objects = slices.Insert(pane.Objects, 0, fyne.CanvasObject(f.bearer)) // below all: the mouse finds the others first
	pane.Refresh()
	f.tick = fyne.NewAnimation(time.Second, func(float32) { f.look() })
	f.tick.RepeatCount = fyne.AnimationRepeatForever
	f.tick.Start()
	return f
}

// contentOf is what a dialog of the toolkit's shows; the toolkit gives no other way to
// it.
func contentOf(overlay fyne.CanvasObject) *fyne.Container {
	v := reflect.Indirect(reflect.ValueOf(overlay))
	if v.Kind() != reflect.Struct {
		return nil
	}
	inner := v.FieldByName("Content")
	if !inner.IsValid() || !inner.CanInterface() {
		return nil
	}
	pop, ok := inner.Interface().(*widget.PopUp)
	if !ok {
		return nil
	}
	pane, _ := pop.Content.(*fyne.Container)
	return pane
}

// fileWatch looks, before each picture, who in a file dialog has the keyboard: the
// toolkit tells nobody.
type fileWatch struct {
	canvas fyne.Canvas
	over   fyne.CanvasObject // the dialog
	bearer *bearer
	tick   *fyne.Animation
}

func (f *fileWatch) look() {
	if !slices.Contains(f.canvas.Overlays().List(), f.over) {
		f.tick.Stop()
		return
	}
	one := f.canvas.Focused()
	if one == nil || f.canvas.Overlays().Top() != f.over { // a dialog of the dialog's
		return
	}
	if t := reflect.TypeOf(one); t.Kind() == reflect.Pointer && strings.HasPrefix(t.Elem().PkgPath(), "fyne.io/fyne/") {
		f.bearer.take(one)
	}
}

// bearer has the keyboard in the place of a widget.
type bearer struct {
	widget.BaseWidget
	canvas fyne.Canvas
	of     fyne.Focusable // the newest
	taking bool
}

// CreateRenderer implements fyne.Widget: nothing of it is seen.
func (b *bearer) CreateRenderer() fyne.WidgetRenderer {
	return widget.NewSimpleRenderer(&fyne.Container{})
}

// take has it bear the keyboard for a widget that has it.
func (b *bearer) take(of fyne.Focusable) {
	b.of, b.taking = of, true
	b.canvas.Focus(b)
	b.taking = false
}

// Disabled implements fyne.Disableable: while it rests the Tab key does not find it.
func (b *bearer) Disabled() bool { return !b.taking && b.canvas.Focused() != fyne.Focusable(b) }

// Enable implements fyne.Disableable.
func (b *bearer) Enable() {}

// Disable implements fyne.Disableable.
func (b *bearer) Disable() {}

// FocusGained implements fyne.Focusable.
func (b *bearer) FocusGained() { b.of.FocusGained() }

// FocusLost implements fyne.Focusable.
func (b *bearer) FocusLost() { b.of.FocusLost() }

// TypedRune implements fyne.Focusable.
func (b *bearer) TypedRune(r rune) { b.of.TypedRune(r) }

// AcceptsTab implements fyne.Tabbable: what comes next is what comes after the widget.
func (b *bearer) AcceptsTab() bool { return true }

// TypedKey implements fyne.Focusable.
func (b *bearer) TypedKey(key *fyne.KeyEvent) {
	switch {
	case key.Name == fyne.KeyTab:
		b.canvas.Focus(b.of)
		if d, ok := fyne.CurrentApp().Driver().(desktop.Driver); ok && d.CurrentKeyModifiers()&fyne.KeyModifierShift != 0 {
			b.canvas.FocusPrevious()
		} else {
			b.canvas.FocusNext()
		}
	case forWindow(key):
		handOn(b.canvas, key)
	default:
		b.of.TypedKey(key)
	}
}

// TypedShortcut implements fyne.Shortcutable.
func (b *bearer) TypedShortcut(s fyne.Shortcut) {
	if _, ours := s.(*desktop.CustomShortcut); ours {
		if c, ok := b.canvas.(fyne.Shortcutable); ok {
			c.TypedShortcut(s)
		}
	}
	if of, ok := b.of.(fyne.Shortcutable); ok {
		of.TypedShortcut(s)
	}
}

// KeyDown implements desktop.Keyable.
func (b *bearer) KeyDown(key *fyne.KeyEvent) {
	if of, ok := b.of.(desktop.Keyable); ok {
		of.KeyDown(key)
	}
}

// KeyUp implements desktop.Keyable.
func (b *bearer) KeyUp(key *fyne.KeyEvent) {
	if of, ok := b.of.(desktop.Keyable); ok {
		of.KeyUp(key)
	}
}
