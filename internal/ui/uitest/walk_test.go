package uitest_test

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"

	"github.com/jasmincam/jasmincam/internal/ui/uitest"
)

func TestProblems_findsEachFault(t *testing.T) {
	test.NewTempApp(t)
	a, b := widget.NewLabel("first"), widget.NewLabel("second")
	for _, row := range []struct {
		name  string
		place func()
		want  string
	}{
		{"well placed", func() {
			a.Resize(a.MinSize())
			b.Resize(b.MinSize())
			b.Move(fyne.NewPos(0, 100))
		}, ""},
		{"too small", func() { a.Resize(fyne.NewSize(3, 3)) }, "needs"},
		{"one over the other", func() { a.Resize(a.MinSize()); b.Move(fyne.NewPos(2, 2)) }, "lies over"},
		{"outside", func() { b.Move(fyne.NewPos(390, 100)) }, "sticks out"},
	} {
		t.Run(row.name, func(t *testing.T) {
			c := container.NewWithoutLayout(a, b)
			c.Resize(fyne.NewSize(400, 300))
			row.place()
			got := strings.Join(uitest.Problems(c), "\n")
			if row.want == "" && got != "" || !strings.Contains(got, row.want) {
				t.Errorf("found %q, want %q", got, row.want)
			}
		})
	}
}

func TestProblems_letsStacksLieOverEachOther(t *testing.T) {
	test.NewTempApp(t)
	c := container.NewStack(widget.NewLabel("ground"), widget.NewLabel("words"))
	c.Resize(fyne.NewSize(400, 300))
	if got := uitest.Problems(c); len(got) > 0 {
		t.Error(got)
	}
}

func TestEach_passesOverWhatIsHidden(t *testing.T) {
	test.NewTempApp(t)
	hidden := widget.NewLabel("hidden")
	hidden.Hide()
	seen := 0
	uitest.Each(container.NewVScroll(container.NewVBox(hidden, widget.NewLabel("shown"))), func(fyne.CanvasObject) { seen++ })
	if seen != 3 {
		t.Errorf("saw %d objects, want the scroll, the box and one label", seen)
	}
}
