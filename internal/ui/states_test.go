package ui_test

import (
	"fmt"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"
	standard "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/jasmincam/jasmincam/internal/ui/control"
	"github.com/jasmincam/jasmincam/internal/ui/theme"
	"github.com/jasmincam/jasmincam/internal/ui/uitest"
	"github.com/jasmincam/jasmincam/internal/ui/xwidget"
)

// states are what may happen to a control.
func states() map[string]func(o fyne.CanvasObject) {
	return map[string]func(o fyne.CanvasObject){
		"plain":    func(fyne.CanvasObject) {},
		"hovered":  func(o fyne.CanvasObject) { o.(desktop.Hoverable).MouseIn(&desktop.MouseEvent{}) },
		"focused":  func(o fyne.CanvasObject) { o.(fyne.Focusable).FocusGained() },
		"disabled": func(o fyne.CanvasObject) { o.(fyne.Disableable).Disable() },
	}
}

// controls are one of each kind, with words.
func controls() []fyne.CanvasObject {
	var all []fyne.CanvasObject
	for _, weight := range []widget.Importance{widget.MediumImportance, widget.HighImportance, widget.LowImportance, widget.DangerImportance,
		widget.WarningImportance, widget.SuccessImportance} {
		b := control.NewButton(fmt.Sprint("button ", weight), standard.DocumentSaveIcon(), nil)
		b.Importance = weight
		all = append(all, b)
	}
	ticked := control.NewCheck("ticked", nil)
	ticked.Tick(true)
	chosen := control.NewSelect([]string{"chosen"}, nil)
	chosen.Choose(0)
	return append(all, control.NewCheck("not ticked", nil), ticked, chosen, control.NewSelect([]string{"not chosen"}, nil))
}

// entries are fields with hints and words; all of one is selected.
func entries() []fyne.CanvasObject {
	hint, written, off, offHint, selected := control.NewEntry(), control.NewEntry(), control.NewEntry(), control.NewEntry(), control.NewEntry()
	hint.SetPlaceHolder("a hint")
	offHint.SetPlaceHolder("another hint")
	written.SetText("words")
	off.SetText("words that stay")
	selected.SetText("selected")
	off.Disable()
	offHint.Disable()
	selected.FocusGained()
	selected.TypedShortcut(&fyne.ShortcutSelectAll{})
	return []fyne.CanvasObject{hint, written, off, offHint, selected}
}

// lines are words that only stand there, and those on grounds of their own.
func lines() []fyne.CanvasObject {
	all := []fyne.CanvasObject{control.Quiet("quiet"), control.Heading("heading"), control.Mark("A", 0), control.Mark("B", 1)}
	for _, weight := range []widget.Importance{widget.MediumImportance, widget.HighImportance, widget.LowImportance, widget.DangerImportance,
		widget.WarningImportance, widget.SuccessImportance} {
		l := control.Text(fmt.Sprint("label ", weight))
		l.Importance = weight
		all = append(all, l)
	}
	row := container.NewHBox()
	for _, state := range []string{"offline", "connecting", "live", "reconnecting", "away", "private", "panic", "failed"} {
		ground, ink := theme.State(state)
		chip := xwidget.NewChip(standard.SizeNameText)
		chip.Set(state, ground, ink)
		row.Add(chip)
	}
	chart := xwidget.NewChart()
	chart.Set([]xwidget.Bar{{Name: "1.11.", Value: 3, Words: "$3.00"}, {Name: "2.11.", Value: 2, Words: "$2.00"}})
	figures := xwidget.NewFigures()
	figures.Set([]xwidget.Figure{{What: "viewers", Value: "128"}})
	menu := widget.NewMenu(fyne.NewMenu("", fyne.NewMenuItem("chosen line", nil), fyne.NewMenuItem("line", nil)))
	menu.ActivateNext()
	for _, on := range []bool{false, true} {
		s := xwidget.NewSwitch("switch", theme.Live, nil)
		s.Put(on)
		s.FocusGained()
		s.MouseIn(nil)
		row.Add(s)
	}
	return append(all, row, figures, chart, container.NewHBox(menu))
}

// Every word of every control in every state can be read on the ground that is
// painted behind it, on the page and on a panel.
func TestStates_canBeRead(t *testing.T) {
	for _, mode := range []theme.Mode{theme.Light, theme.Dark} {
		t.Run(string(mode), func(t *testing.T) {
			test.NewTempApp(t).Settings().SetTheme(theme.New(mode, 100))
			// What is made is kept for a minute from the last painting on, whichever test painted.
			test.NewTempWindow(t, widget.NewLabel("")).Canvas().Capture()
			column := func() fyne.CanvasObject {
				box := container.NewVBox(lines()...)
				for name, becomes := range states() {
					row := container.New(layoutGrid(5), canvas.NewText(name, theme.Color(theme.Muted)))
					for _, o := range controls() {
						becomes(o)
						row.Add(o)
					}
					box.Add(row)
				}
				box.Add(container.NewVBox(entries()...))
				return box
			}
			w := test.NewTempWindow(t, container.NewHBox(column(), control.Panel(column())))
			w.Resize(w.Content().MinSize())
			for _, problem := range uitest.Faint(w.Content(), w.Canvas().Capture()) {
				t.Error(problem)
			}
		})
	}
}

// layoutGrid puts objects into rows of n.
func layoutGrid(n int) fyne.Layout { return container.NewGridWithColumns(n).Layout }

// What has the keyboard is ringed: the ring and the button differ by 3 (WCAG 2.2,
// 1.4.11), whatever the button's colour.
func TestStates_showTheFocus(t *testing.T) {
	for _, mode := range []theme.Mode{theme.Light, theme.Dark} {
		test.NewTempApp(t).Settings().SetTheme(theme.New(mode, 100))
		for _, o := range controls() {
			b, ok := o.(*control.Button)
			if !ok {
				continue
			}
			w := test.NewTempWindow(t, b)
			w.SetPadded(false)
			w.Resize(fyne.NewSize(200, 60))
			before := w.Canvas().Capture()
			b.FocusGained()
			after := w.Canvas().Capture()
			edge, inside := after.At(2, 30), after.At(8, 30)
			if got := uitest.Contrast(edge, inside); got < 3 || before.At(2, 30) != before.At(8, 30) {
				t.Errorf("%s, %s: the ring has a contrast of %.2f", mode, b.Text, got)
			}
			b.FocusLost()
			if w.Canvas().Capture().At(2, 30) != before.At(2, 30) {
				t.Errorf("%s, %s: the ring stays", mode, b.Text)
			}
		}
	}
}
