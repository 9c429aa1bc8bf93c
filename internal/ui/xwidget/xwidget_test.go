package xwidget_test

import (
	"fmt"
	"image"
	"slices"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"

	"github.com/jasmincam/jasmincam/internal/capture"
	"github.com/jasmincam/jasmincam/internal/ui/control"
	"github.com/jasmincam/jasmincam/internal/ui/theme"
	"github.com/jasmincam/jasmincam/internal/ui/uitest"
	"github.com/jasmincam/jasmincam/internal/ui/xwidget"
)

func begin(t *testing.T) {
	t.Helper()
	test.NewTempApp(t).Settings().SetTheme(theme.New(theme.Dark, 100))
}

// booth is a preview whose window is a channel.
type booth struct {
	slot    capture.Slot
	pool    *capture.Pool
	posts   chan func()
	preview *xwidget.Preview
	heard   int
}

func newBooth(t *testing.T) *booth {
	t.Helper()
	begin(t)
	b := &booth{pool: capture.NewPool(4), posts: make(chan func(), 10)}
	b.preview = xwidget.NewPreview(xwidget.PreviewConfig{Pictures: &b.slot, Post: func(f func()) { b.posts <- f }, Drawn: func() { b.heard++ }})
	test.NewTempWindow(t, b.preview)
	b.preview.Say("")
	b.preview.Start()
	t.Cleanup(b.preview.Stop)
	return b
}

func (b *booth) put(t *testing.T, w, h int, y byte) {
	t.Helper()
	f := b.pool.Get(w, h)
	if f == nil {
		t.Fatal("the preview keeps its pictures")
	}
	f.Fill(y, 128, 128)
	b.slot.Put(f)
}

func (b *booth) next(t *testing.T) func() {
	t.Helper()
	select {
	case f := <-b.posts:
		return f
	case <-time.After(10 * time.Second):
		t.Fatal("no picture was posted")
		return nil
	}
}

func (b *booth) shown() *image.RGBA {
	var found *image.RGBA
	uitest.Each(b.preview, func(o fyne.CanvasObject) {
		if i, ok := o.(*canvas.Image); ok && i.FillMode == canvas.ImageFillContain {
			found, _ = i.Image.(*image.RGBA)
		}
	})
	return found
}

func TestPreview_showsASmallCopyOfTheNewestPicture(t *testing.T) {
	b := newBooth(t)
	b.put(t, 1920, 1080, 235)
	b.next(t)()
	got := b.shown()
	if got == nil || got.Rect.Dx() != 640 || got.Rect.Dy() != 360 || got.Pix[0] < 250 {
		t.Fatalf("what is shown is %v", got)
	}
	if b.heard != 1 || b.preview.Drawn() != 1 {
		t.Errorf("told of %d pictures, counted %d, want 1", b.heard, b.preview.Drawn())
	}
	b.put(t, 480, 640, 16)
	b.next(t)()
	if got := b.shown(); got.Rect.Dx() > 640 || got.Rect.Dy() > 360 || got.Pix[0] > 5 {
		t.Errorf("an upright picture is shown as %v", got.Rect)
	}
}

// A picture was seen when the next one takes its place, and no words stood over
// it.
func TestPreview_countsWhatWasSeen(t *testing.T) {
	b := newBooth(t)
	one := func() uint64 {
		b.put(t, 320, 180, 235)
		b.next(t)()
		return b.preview.Seen()
	}
	b.preview.Say("Waiting for the camera …")
	for range 2 {
		if one() != 0 {
			t.Error("what is behind words counts as seen")
		}
	}
	b.preview.Say("")
	if one() != 0 || one() != 1 || one() != 2 {
		t.Errorf("counted %d, want 2", b.preview.Seen())
	}
	b.preview.Stop()
	b.preview.Start()
	if one() != 2 || one() != 3 {
		t.Errorf("counted %d after a stop, want 3", b.preview.Seen())
	}
}

func TestPreview_neverTouchesThePictureThatIsShown(t *testing.T) {
	b := newBooth(t)
	b.put(t, 320, 180, 235)
	b.next(t)()
	white := b.shown()
	b.put(t, 320, 180, 16)
	paint := b.next(t)
	if white.Pix[0] < 250 {
		t.Error("the shown picture was painted over before the next was put in its place")
	}
	paint()
	if b.shown() == white {
		t.Error("the same image was shown twice in a row")
	}
}

func TestPreview_hasOneRepaintOnItsWay(t *testing.T) {
	b := newBooth(t)
	b.put(t, 320, 180, 235)
	first := b.next(t) // a window that does not come to draw
	b.put(t, 320, 180, 100)
	select {
	case <-b.posts:
		t.Fatal("a second repaint was posted before the first was done")
	case <-time.After(4 * xwidget.PreviewEvery):
	}
	first()
	b.next(t)()
}

func TestPreview_stops(t *testing.T) {
	b := newBooth(t)
	b.put(t, 320, 180, 235)
	late := b.next(t)
	b.preview.Stop()
	b.preview.Stop()
	late()
	if b.preview.Drawn() != 0 {
		t.Error("a picture was shown after Stop")
	}
	b.put(t, 320, 180, 235)
	if b.slot.TryTake() == nil {
		t.Error("a stopped preview takes pictures")
	}
	b.preview.Start()
	b.put(t, 320, 180, 235)
	b.next(t)()
	if b.preview.Drawn() != 1 {
		t.Error("started again, it shows nothing")
	}
}

func TestPreview_saysWhyThereIsNoPicture(t *testing.T) {
	b := newBooth(t)
	b.preview.Say("The camera is away.")
	b.preview.SetState("LIVE", theme.Live, theme.OnLive)
	b.preview.Resize(fyne.NewSize(500, 300))
	b.put(t, 320, 180, 235)
	b.next(t)()
	if b.shown() != nil && b.heard > 0 {
		t.Error("the picture is shown over the words")
	}
	if problems := uitest.Problems(b.preview); len(problems) > 0 {
		t.Error(problems)
	}
}

func TestMeter_showsAnyLevel(t *testing.T) {
	begin(t)
	m := xwidget.NewMeter(func(level int) string { return fmt.Sprint(level, " dB") })
	test.NewTempWindow(t, m).Resize(fyne.NewSize(200, 30))
	width := func() float32 { return test.WidgetRenderer(m).Objects()[1].Size().Width }
	var before float32 = -1
	for _, level := range []float64{-90, -50, -20, -3, 0} {
		m.Set(level, false)
		if got := width(); got < before {
			t.Errorf("at %v dB the bar is %.0f wide, less than before", level, got)
		}
		before = width()
	}
	loud := test.WidgetRenderer(m).Objects()[1].(*canvas.Rectangle).FillColor
	m.Set(0, true)
	if test.WidgetRenderer(m).Objects()[1].(*canvas.Rectangle).FillColor == loud {
		t.Error("a muted microphone looks like a loud one")
	}
}

// window notes what it would say of a control.
type window struct {
	said []string
	grid
}

type grid interface{ fyne.Layout }

func (w *window) Tell(_ fyne.CanvasObject, words string) { w.said = append(w.said, words) }

// What is only drawn is told in words, to the eye below the mouse and to a
// reader of the screen.
func TestDrawings_sayWhatTheyShow(t *testing.T) {
	begin(t)
	meter, chart := xwidget.NewMeter(func(level int) string { return fmt.Sprint(level, " dB") }), xwidget.NewChart()
	chart.Set([]xwidget.Bar{{Name: "1", Value: 2, Words: "2.00"}, {Name: "2", Value: 5, Words: "5.00"}})
	told := &window{grid: container.NewGridWithRows(2).Layout}
	test.NewTempWindow(t, container.New(told, meter, chart)).Resize(fyne.NewSize(200, 300))
	meter.Set(-31.6, false)
	meter.MouseIn(nil)
	meter.Set(-20, false)
	meter.MouseOut()
	meter.Set(-10, false)
	chart.MouseIn(&desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(5, 5)}})
	chart.MouseMoved(&desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(chart.Size().Width-5, 5)}})
	chart.MouseMoved(&desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(9000, 5)}})
	chart.MouseOut()
	if want := []string{"-32 dB", "-20 dB", "", "1: 2.00", "2: 5.00", ""}; !slices.Equal(told.said, want) {
		t.Errorf("said %q, want %q", told.said, want)
	}
	if meter.AccessibilityLabel() != "-10 dB" || chart.AccessibilityLabel() != "1: 2.00, 2: 5.00" {
		t.Errorf("read %q and %q", meter.AccessibilityLabel(), chart.AccessibilityLabel())
	}
}

func TestAdaptive_arrangesByWidth(t *testing.T) {
	begin(t)
	var classes []int
	label := control.Text("words")
	a := xwidget.NewAdaptive([]float32{300, 600}, func(class int) fyne.CanvasObject {
		classes = append(classes, class)
		return label
	})
	for _, width := range []float32{200, 250, 300, 650, 100} {
		a.Resize(fyne.NewSize(width, 100))
	}
	if len(classes) != 4 || classes[0] != 0 || classes[1] != 1 || classes[2] != 2 || classes[3] != 0 {
		t.Errorf("arranged as %v, want 0, 1, 2, 0", classes)
	}
}

func TestFlow_beginsANewRowWhereThereIsNoRoom(t *testing.T) {
	begin(t)
	box := func() fyne.CanvasObject {
		r := canvas.NewRectangle(theme.Color(theme.Surface))
		r.SetMinSize(fyne.NewSize(100, 20))
		return r
	}
	f := xwidget.Flow(box(), box(), box())
	f.Resize(fyne.NewSize(230, 100))
	if y := f.Objects[1].Position().Y; y != 0 {
		t.Errorf("the second stands at %v, want the first row", y)
	}
	if y := f.Objects[2].Position().Y; y <= 0 {
		t.Errorf("the third stands at %v, want the second row", y)
	}
	if got := f.MinSize(); got.Width != 100 || got.Height < 40 {
		t.Errorf("it needs %v", got)
	}
}

func TestChart_fitsAnyNumberOfDays(t *testing.T) {
	begin(t)
	c := xwidget.NewChart()
	test.NewTempWindow(t, c).Resize(fyne.NewSize(300, 160))
	for _, days := range []int{0, 1, 14, 60} {
		var bars []xwidget.Bar
		for d := range days {
			bars = append(bars, xwidget.Bar{Name: "22.11.", Value: float64(d - 2), Words: "$1.00"})
		}
		c.Set(bars)
		for _, o := range test.WidgetRenderer(c).Objects() {
			if end := o.Position().AddXY(o.Size().Width, o.Size().Height); o.Visible() && (end.X > c.Size().Width+1 || end.Y > c.Size().Height+1) {
				t.Errorf("%d days: something ends at %v in %v", days, end, c.Size())
			}
		}
	}
}

func TestSwitch_saysWhatItIsAndWhatSheWants(t *testing.T) {
	begin(t)
	var wants []bool
	s := xwidget.NewSwitch("Online", theme.Live, func(on bool) { wants = append(wants, on) })
	test.Tap(s)
	s.Put(true)
	s.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	if len(wants) != 2 || !wants[0] || wants[1] {
		t.Errorf("she wanted %v, want on and then off", wants)
	}
	if s.AccessibilityLabel() != "Online" {
		t.Error("it does not say what it switches")
	}
}

func TestProgress_staysWithinItsBounds(t *testing.T) {
	begin(t)
	p := xwidget.NewProgress()
	for put, want := range map[float64]float64{-1: 0, 0.4: 0.4, 7: 1} {
		if p.Put(put); p.Done() != want {
			t.Errorf("%v shows %v, want %v", put, p.Done(), want)
		}
	}
}
