package control_test

import (
	"slices"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/jasmincam/jasmincam/internal/ui/control"
)

func TestFinder_findsByLetters(t *testing.T) {
	test.NewTempApp(t)
	words := []string{"Åland Islands", "Côte d’Ivoire", "Ireland", "Oman", "Romania", "Румыния"}
	var chosen []int
	f := control.NewFinder(words, "Search", func(i int) { chosen = append(chosen, i) })
	f.Put(2)
	for _, row := range []struct {
		typed string
		want  []string
	}{
		{"", words},
		{"aland", []string{"Åland Islands"}},
		{"COTE", []string{"Côte d’Ivoire"}},
		{"oman", []string{"Oman", "Romania"}}, // what begins with it comes first
		{"рум", []string{"Румыния"}},
		{"xyz", nil},
	} {
		f.Entry.SetText(row.typed)
		if !slices.Equal(f.Choice.Options, row.want) {
			t.Errorf("%q offers %q, want %q", row.typed, f.Choice.Options, row.want)
		}
		if f.Place() != 2 || len(chosen) > 0 {
			t.Fatalf("searching for %q chose %v", row.typed, chosen)
		}
	}
	f.Entry.OnSubmitted("xyz") // there is no such one
	f.Entry.SetText("oman")
	f.Choice.SetSelectedIndex(1)
	if f.Place() != 4 || f.Entry.Text != "" || !slices.Equal(f.Choice.Options, words) || f.Choice.Selected != "Romania" {
		t.Errorf("place %d, entry %q, %q of %q", f.Place(), f.Entry.Text, f.Choice.Selected, f.Choice.Options)
	}
	f.Entry.SetText("cote")
	f.Entry.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	if !slices.Equal(chosen, []int{4, 1}) || f.Choice.Selected != "Côte d’Ivoire" {
		t.Errorf("chosen %v, shown %q", chosen, f.Choice.Selected)
	}
	f.Put(-1)
	if f.Place() != -1 || f.Choice.Selected != "" || len(chosen) != 2 {
		t.Errorf("after it was emptied: place %d, %q, chosen %v", f.Place(), f.Choice.Selected, chosen)
	}
}

// teller notes what the window would say.
type teller struct{ said []string }

func (t *teller) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.Size{} }
func (t *teller) Layout([]fyne.CanvasObject, fyne.Size) {}

func (t *teller) Tell(_ fyne.CanvasObject, words string) { t.said = append(t.said, words) }

func TestButton_saysWhatItDoes(t *testing.T) {
	test.NewTempApp(t)
	told := &teller{}
	silent, signed := control.NewButton("Save", nil, nil), control.NewButton("", theme.DeleteIcon(), nil).Hint("Take it away")
	w := test.NewTempWindow(t, container.New(told, container.NewVBox(silent, signed)))
	for _, b := range []*control.Button{silent, signed} {
		w.Canvas().Focus(b)
		w.Canvas().Unfocus()
		b.MouseIn(nil)
		b.MouseOut()
	}
	if want := []string{"Take it away", "", "Take it away", ""}; !slices.Equal(told.said, want) {
		t.Errorf("said %q, want %q", told.said, want)
	}
	if signed.AccessibilityLabel() != "Take it away" || silent.AccessibilityLabel() != "Save" {
		t.Errorf("readers of the screen read %q and %q", signed.AccessibilityLabel(), silent.AccessibilityLabel())
	}
	w.SetContent(widget.NewLabel("no teller")) // nothing to say it, and nothing breaks
	control.Tell(signed, "Take it away")
}
