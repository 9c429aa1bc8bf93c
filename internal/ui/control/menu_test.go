package control

import (
	"reflect"
	"slices"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/storage"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"
)

// hall is a window that notes the keys which reach it.
type hall struct {
	fyne.Window
	keys []fyne.KeyName
}

func newHall(t *testing.T, content fyne.CanvasObject) *hall {
	t.Helper()
	test.NewTempApp(t)
	h := &hall{Window: test.NewTempWindow(t, content)}
	h.Resize(fyne.NewSize(900, 700))
	h.Canvas().SetOnTypedKey(func(key *fyne.KeyEvent) { h.keys = append(h.keys, key.Name) })
	return h
}

// press types keys as the driver does.
func (h *hall) press(names ...fyne.KeyName) {
	for _, name := range names {
		key := &fyne.KeyEvent{Name: name}
		if f := h.Canvas().Focused(); f != nil {
			f.TypedKey(key)
		} else {
			h.Canvas().OnTypedKey()(key)
		}
	}
}

func (h *hall) over() int { return len(h.Canvas().Overlays().List()) }

// A menu is chosen from by keys and by the mouse, and closes for a key of the window's.
func TestMenu_keys(t *testing.T) {
	h := newHall(t, widget.NewLabel("page"))
	var chosen []string
	item := func(word string) *fyne.MenuItem {
		return fyne.NewMenuItem(word, func() { chosen = append(chosen, word) })
	}
	open := func() { PopAt(h.Canvas(), fyne.NewPos(880, 690), []*fyne.MenuItem{item("answer"), item("ban")}) }
	open()
	h.press(fyne.KeyDown, fyne.KeyDown, fyne.KeyUp, fyne.KeyDown, fyne.KeyReturn)
	if !slices.Equal(chosen, []string{"ban"}) || h.over() != 0 {
		t.Errorf("chosen %v, %d menus are open", chosen, h.over())
	}
	open()
	m := h.Canvas().Overlays().Top().(*menu)
	if at, size := m.list.Position(), m.list.Size(); at.X+size.Width > 900 || at.Y+size.Height > 700 || size.IsZero() {
		t.Errorf("it lies at %v, %v large", at, size)
	}
	h.press(fyne.KeyEscape)
	open()
	h.Canvas().Overlays().Top().(*menu).Tapped(nil) // beside it
	if h.over() != 0 || len(chosen) != 1 || len(h.keys) > 0 {
		t.Errorf("chosen %v, %d menus are open, the window heard %v", chosen, h.over(), h.keys)
	}
	open()
	h.press(fyne.KeyF12)
	if !slices.Equal(h.keys, []fyne.KeyName{fyne.KeyF12}) || h.over() != 0 {
		t.Errorf("the window heard %v, %d menus are open", h.keys, h.over())
	}
}

// An open choice is no wall for the window's keys.
func TestSelect_open(t *testing.T) {
	var chosen []int
	s := NewSelect([]string{"one", "two", "three"}, func(i int) { chosen = append(chosen, i) })
	h := newHall(t, container.NewVBox(s))
	for _, open := range []func(){func() { test.Tap(s) }, func() { h.press(fyne.KeySpace) }, func() { h.press(fyne.KeyReturn) }, func() { h.press(fyne.KeyDown) }} {
		open()
		if h.over() != 1 || h.Canvas().Overlays().Top().(*menu).list.Size().Width < s.Size().Width {
			t.Fatalf("%d lists are open, %v, of %v", h.over(), h.Canvas().Overlays().Top().(*menu).list.Size(), s.Size())
		}
		h.press(fyne.KeyF12)
		if h.over() != 0 || h.Canvas().Focused() != fyne.Focusable(s) {
			t.Fatalf("%d lists are open, the keyboard is on %T", h.over(), h.Canvas().Focused())
		}
	}
	if len(h.keys) != 4 || len(chosen) > 0 {
		t.Errorf("the window heard %v, chosen %v", h.keys, chosen)
	}
	test.Tap(s)
	h.press(fyne.KeyDown, fyne.KeyDown, fyne.KeyReturn)
	if !slices.Equal(chosen, []int{1}) || s.Selected != "two" {
		t.Errorf("chosen %v, shown %q", chosen, s.Selected)
	}
	s.Disable()
	if test.Tap(s); h.over() != 0 {
		t.Error("it opens though it cannot be used")
	}
}

// A file dialog works by the keyboard as ever, and the window hears its own keys,
// whatever of it has the keyboard.
func TestShowFiles_windowHearsItsKeys(t *testing.T) {
	h := newHall(t, widget.NewLabel("page"))
	t.Setenv("HOME", t.TempDir())
	d := dialog.NewFileSave(func(fyne.URIWriteCloser, error) {}, h)
	d.SetFileName("a")
	d.SetFilter(storage.NewExtensionFileFilter([]string{".csv"}))
	d.Show()
	f := watchFiles(h.Canvas())
	if f == nil {
		t.Fatal("the dialog is not watched: is it built otherwise now?")
	}
	seen := map[string]bool{}
	for range 30 { // all that the Tab key finds
		f.look()
		h.press(fyne.KeyF12)
		if _, bears := h.Canvas().Focused().(*bearer); !bears {
			t.Fatalf("the keyboard is on %T", h.Canvas().Focused())
		}
		seen[reflect.TypeOf(f.bearer.of).String()] = true
		h.press(fyne.KeyTab)
	}
	if len(h.keys) != 30 {
		t.Errorf("the window heard %d keys of 30", len(h.keys))
	}
	for _, kind := range []string{"*widget.Entry", "*widget.Button", "*widget.List", "*widget.GridWrap"} {
		if !seen[kind] {
			t.Errorf("the keyboard never was on %s, only on %v", kind, seen)
		}
	}
	for range 30 {
		if f.look(); reflect.TypeOf(f.bearer.of) == reflect.TypeFor[*widget.Entry]() {
			break
		}
		h.press(fyne.KeyTab)
	}
	e := f.bearer.of.(*widget.Entry)
	h.Canvas().Focused().TypedRune('b')
	h.press(fyne.KeyHome)
	h.Canvas().Focused().TypedRune('c')
	h.Canvas().Focused().(fyne.Shortcutable).TypedShortcut(&fyne.ShortcutSelectAll{})
	if e.Text != "cab" && e.Text != "cba" || e.SelectedText() != e.Text {
		t.Errorf("she wrote %q, and marked %q", e.Text, e.SelectedText())
	}
	h.Canvas().Focused().FocusLost() // another window is in front, and this one again
	h.Canvas().Focused().FocusGained()
	d.Dismiss()
	f.look()
	h.press(fyne.KeyF12)
	if len(h.keys) != 31 || h.over() != 0 {
		t.Errorf("after it the window heard %d keys, %d dialogs are open", len(h.keys), h.over())
	}
}
