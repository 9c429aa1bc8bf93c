package uitest_test

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"

	"github.com/jasmincam/jasmincam/internal/ui/uitest"
)

// placed puts objects of their least size beside each other.
func placed(objects ...fyne.CanvasObject) *fyne.Container {
	x := float32(0)
	for _, o := range objects {
		o.Resize(o.MinSize())
		o.Move(fyne.NewPos(x, 0))
		x += o.Size().Width + 10
	}
	return container.NewWithoutLayout(objects...)
}

func text(words string) *canvas.Text {
	t := canvas.NewText(words, nil)
	t.Resize(t.MinSize())
	return t
}

func label(words string, truncation fyne.TextTruncation) *widget.Label {
	l := widget.NewLabel(words)
	l.Truncation = truncation
	return l
}

func entry(hint, words string) *widget.Entry {
	e := widget.NewEntry()
	e.SetPlaceHolder(hint)
	e.SetText(words)
	return e
}

const sentence = "a sentence that is longer than two hundred units of the window"

// Each row breaks one law, or keeps them all.
func TestProblems_findsEachFault(t *testing.T) {
	test.NewTempApp(t)
	narrow := fyne.NewSize(200, 60)
	for _, row := range []struct {
		name string
		make func() fyne.CanvasObject
		want string
	}{
		{"well placed", func() fyne.CanvasObject { return placed(widget.NewLabel("first"), widget.NewLabel("second")) }, ""},
		{"too small", func() fyne.CanvasObject {
			a := widget.NewLabel("first")
			c := placed(a)
			a.Resize(fyne.NewSize(3, 3))
			return c
		}, "needs"},
		{"one over the other", func() fyne.CanvasObject {
			a, b := widget.NewButton("first", nil), widget.NewButton("second", nil)
			c := placed(a, b)
			b.Move(fyne.NewPos(2, 2))
			return c
		}, "lies over"},
		{"outside of its container", func() fyne.CanvasObject {
			a := widget.NewLabel("first")
			c := placed(a)
			a.Move(fyne.NewPos(190, 0))
			return c
		}, "sticks out"},
		{"a ground in a stack", func() fyne.CanvasObject {
			return container.NewStack(canvas.NewRectangle(nil), widget.NewLabel("words"))
		}, ""},
		{"words over words", func() fyne.CanvasObject {
			return container.NewStack(widget.NewLabel("first"), widget.NewLabel("second"))
		}, "painted over"},
		{"shortened", func() fyne.CanvasObject { return container.NewStack(label(sentence, fyne.TextTruncateEllipsis)) }, "shortened"},
		{"shortened, and whole elsewhere", func() fyne.CanvasObject {
			return container.NewStack(label("known "+sentence, fyne.TextTruncateEllipsis))
		}, ""},
		{"dots of its own", func() fyne.CanvasObject { return container.NewStack(widget.NewLabel("Open …")) }, ""},
		{"a choice that is shortened", func() fyne.CanvasObject {
			s := widget.NewSelect([]string{sentence}, nil)
			s.SetSelectedIndex(0)
			return container.NewVBox(s)
		}, "shortened"},
		{"a hint that is longer than its entry", func() fyne.CanvasObject { return container.NewVBox(entry(sentence, "")) }, "is cut"},
		{"what she wrote scrolls", func() fyne.CanvasObject { return container.NewVBox(entry("", sentence)) }, ""},
		{"below the fold", func() fyne.CanvasObject {
			return container.NewVScroll(container.NewVBox(widget.NewLabel("a"), widget.NewLabel("b"), widget.NewLabel("c")))
		}, ""},
		{"beside what scrolls up and down", func() fyne.CanvasObject {
			return container.NewVScroll(container.NewWithoutLayout(text(sentence)))
		}, "is cut"},
		{"a widget beside what scrolls", func() fyne.CanvasObject {
			b := widget.NewButton("far", nil)
			b.Resize(b.MinSize())
			b.Move(fyne.NewPos(190, 0))
			return container.NewVScroll(container.NewWithoutLayout(b))
		}, "is cut"},
		{"out of its place", func() fyne.CanvasObject {
			inner := container.NewWithoutLayout(text("eight letters"))
			inner.Resize(fyne.NewSize(10, 30))
			return container.NewWithoutLayout(inner)
		}, "leaves its place"},
	} {
		t.Run(row.name, func(t *testing.T) {
			o := row.make()
			o.Resize(narrow)
			got := strings.Join(uitest.Problems(o, "known "+sentence), "\n")
			if row.want == "" && got != "" || !strings.Contains(got, row.want) {
				t.Errorf("found %q, want %q", got, row.want)
			}
		})
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
