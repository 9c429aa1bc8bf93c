package private_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"

	"github.com/jasmincam/jasmincam/assets"
	"github.com/jasmincam/jasmincam/internal/capture"
	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/text"
	"github.com/jasmincam/jasmincam/internal/ui/control"
	"github.com/jasmincam/jasmincam/internal/ui/page"
	"github.com/jasmincam/jasmincam/internal/ui/page/private"
	"github.com/jasmincam/jasmincam/internal/ui/theme"
	"github.com/jasmincam/jasmincam/internal/ui/uitest"
	"github.com/jasmincam/jasmincam/internal/ui/vm"
	"github.com/jasmincam/jasmincam/internal/ui/xwidget"
)

// caller is a member who is there, and what is asked of him.
type caller struct {
	view  vm.PrivateView
	slot  capture.Slot
	asked []string
}

func (c *caller) View() vm.PrivateView   { return c.view }
func (c *caller) Picture() *capture.Slot { return &c.slot }
func (c *caller) Loudness() float64      { return -20 }
func (c *caller) SetVolume(percent int)  { c.asked = append(c.asked, fmt.Sprint("volume ", percent)) }
func (c *caller) Hush(on bool)           { c.asked = append(c.asked, fmt.Sprint("hush ", on)) }
func (c *caller) SwitchOff(camera, voice bool) {
	c.asked = append(c.asked, fmt.Sprint("off ", camera, voice))
}

// hall is a shell for one part of a page.
type hall struct {
	page.Shell // what is not below is never called
	words      *text.Words
	posts      chan func()
}

func (h *hall) Words() *text.Words { return h.words }
func (h *hall) Post(f func())      { h.posts <- f }

func openVisitor(t *testing.T) (page.Visit, *caller, *hall) {
	t.Helper()
	test.NewTempApp(t).Settings().SetTheme(theme.New(theme.Dark, 100))
	b, err := text.Load(assets.Words())
	if err != nil {
		t.Fatal(err)
	}
	c, h := &caller{}, &hall{words: b.For("en"), posts: make(chan func(), 10)}
	v := private.NewVisitor(c)(h)
	t.Cleanup(func() { v.Watch(false) })
	return v, c, h
}

func there(camera, voice vm.VisitorPresence) *vm.Visitor {
	extra := func(p vm.VisitorPresence, price domain.Millicredits) vm.VisitorExtra {
		return vm.VisitorExtra{Presence: p, On: p != vm.VisitorOff && p != vm.VisitorEnded && p != vm.VisitorNever, Price: price, Delivered: 83 * time.Second, Charged: 1383}
	}
	return &vm.Visitor{Show: "s1", Member: "max", Volume: 80, Camera: extra(camera, 1000), Voice: extra(voice, 500)}
}

// words are all that can be read of it now.
func wordsOf(v page.Visit) string {
	var said []string
	see(v.Content(), func(o fyne.CanvasObject) {
		switch o := o.(type) {
		case *widget.Label:
			said = append(said, o.Text)
		case *canvas.Text:
			said = append(said, o.Text)
		case *control.Button:
			said = append(said, "["+o.Text+"]")
		}
	})
	return strings.Join(said, "|")
}

// see calls f for what is visible.
func see(o fyne.CanvasObject, f func(o fyne.CanvasObject)) {
	if !o.Visible() {
		return
	}
	f(o)
	switch o := o.(type) {
	case *fyne.Container:
		for _, child := range o.Objects {
			see(child, f)
		}
	case fyne.Widget:
		for _, child := range test.WidgetRenderer(o).Objects() {
			see(child, f)
		}
	}
}

// What is said of the member, row by row.
func TestVisitor_rows(t *testing.T) {
	deaf := there(vm.VisitorOff, vm.VisitorHere)
	deaf.Deaf, deaf.Muted = vm.Notice{Key: "visitor.deaf"}, true
	for name, row := range map[string]struct {
		visitor   *vm.Visitor
		has, lack string // parted by |
	}{
		"nobody":           {nil, "", "max"},
		"camera comes":     {there(vm.VisitorComing, vm.VisitorNever), "max|MEMBER|The picture of max is on its way|Camera: 1.00 credits a minute · 1:23 · 1.38 credits so far|[Camera off]", "Microphone|[Voice off]|headphones"},
		"camera lost":      {there(vm.VisitorLost, vm.VisitorNever), "does not get through|[Camera off]", "on its way|[Mute"},
		"camera off again": {there(vm.VisitorOff, vm.VisitorHere), "max has switched the camera off|Camera: 1.00|Microphone: 0.50|[Voice off]|[Mute the voice]|Wear headphones|Loudness", "MEMBER|[Camera off]|on its way"},
		"she ended it":     {there(vm.VisitorEnded, vm.VisitorHere), "You have switched the camera of max off|[Voice off]", "has switched the camera off"},
		"voice comes":      {there(vm.VisitorNever, vm.VisitorComing), "The voice of max is on its way|[Voice off]", "camera|Camera"},
		"both were":        {there(vm.VisitorOff, vm.VisitorOff), "switched the camera off|switched the microphone off", "[Voice off]|[Camera off]|[Mute|headphones"},
		"nobody hears him": {deaf, "The voice cannot be played|[Muted – unmute]", "[Mute the voice]"},
	} {
		t.Run(name, func(t *testing.T) {
			v, c, _ := openVisitor(t)
			c.view.Visitor = row.visitor
			if came := v.Render(); came != (row.visitor != nil) || v.Content().Visible() != came || v.Render() {
				t.Fatalf("it came: %v", came)
			}
			v.Content().Resize(fyne.NewSize(500, 900))
			got := wordsOf(v)
			for _, want := range strings.Split(row.has, "|") {
				if !strings.Contains(got, want) {
					t.Errorf("it does not say %q: %s", want, got)
				}
			}
			for _, not := range strings.Split(row.lack, "|") {
				if not != "" && strings.Contains(got, not) {
					t.Errorf("it says %q: %s", not, got)
				}
			}
			for _, problem := range uitest.Problems(v.Content()) {
				t.Error(problem)
			}
		})
	}
}

// In a panic neither his picture nor his voice reaches her: words stand in their
// place, and a picture of before is not shown when she is back.
func TestVisitor_nothingOfHimInAPanic(t *testing.T) {
	const hidden, waits = "While you are hidden you neither see nor hear the member", "The picture of max is on its way"
	v, c, h := openVisitor(t)
	pool := capture.NewPool(1)
	put := func() {
		f := pool.Get(64, 36)
		f.Fill(120, 128, 128)
		c.slot.Put(f)
	}
	c.view.Visitor = there(vm.VisitorHere, vm.VisitorHere)
	v.Watch(true)
	v.Render()
	put()
	(<-h.posts)()
	v.Render()
	if got := wordsOf(v); strings.Contains(got, hidden) || strings.Contains(got, waits) {
		t.Fatalf("his picture is there: %s", got)
	}
	c.view.Panic = true
	v.Render()
	put()
	select {
	case <-h.posts:
		t.Error("he is drawn in a panic")
	case <-time.After(300 * time.Millisecond):
	}
	if got := wordsOf(v); !strings.Contains(got, hidden) {
		t.Errorf("in a panic it says %s", got)
	}
	c.slot.TryTake().Release()
	c.view.Panic = false
	v.Render()
	if got := wordsOf(v); strings.Contains(got, hidden) || !strings.Contains(got, waits) {
		t.Errorf("after it: %s", got)
	}
	c.view.Panic, c.view.Visitor = true, there(vm.VisitorOff, vm.VisitorHere)
	v.Render()
	if got := wordsOf(v); !strings.Contains(got, hidden) {
		t.Errorf("a voice alone, in a panic: %s", got)
	}
}

// His picture is drawn while his camera is on and the page is seen, and a picture of
// before is not shown again.
func TestVisitor_draws(t *testing.T) {
	v, c, h := openVisitor(t)
	pool := capture.NewPool(1)
	put := func() {
		f := pool.Get(64, 36)
		f.Fill(120, 128, 128)
		c.slot.Put(f)
	}
	const waits = "The picture of max is on its way"
	c.view.Visitor = there(vm.VisitorHere, vm.VisitorNever)
	v.Render()
	put()
	select {
	case <-h.posts:
		t.Fatal("it draws, and nobody looks")
	case <-time.After(300 * time.Millisecond):
	}
	v.Watch(true)
	(<-h.posts)()
	v.Render()
	if got := wordsOf(v); strings.Contains(got, waits) {
		t.Errorf("his picture is there: %s", got)
	}
	c.view.Visitor = there(vm.VisitorOff, vm.VisitorNever)
	v.Render()
	put() // came too late
	c.view.Visitor = there(vm.VisitorComing, vm.VisitorNever)
	c.slot.TryTake().Release()
	v.Render()
	if got := wordsOf(v); !strings.Contains(got, waits) {
		t.Errorf("the picture of before is shown: %s", got)
	}
	c.view.Visitor = there(vm.VisitorHere, vm.VisitorNever)
	v.Render()
	if got := wordsOf(v); !strings.Contains(got, waits) {
		t.Errorf("nothing was drawn since, and the picture of before is shown: %s", got)
	}
	put()
	(<-h.posts)()
	v.Render()
	if got := wordsOf(v); strings.Contains(got, waits) {
		t.Errorf("his picture is there again: %s", got)
	}
	c.view.Visitor = nil
	if !v.Render() || v.Content().Visible() {
		t.Error("he is gone, and still shown")
	}
	put()
	select {
	case <-h.posts:
		t.Error("he is gone, and drawn")
	case <-time.After(300 * time.Millisecond):
	}
	c.slot.TryTake().Release()
}

func TestVisitor_verbs(t *testing.T) {
	v, c, _ := openVisitor(t)
	c.view.Visitor = there(vm.VisitorHere, vm.VisitorHere)
	v.Render()
	v.Content().Resize(fyne.NewSize(500, 900))
	press := func(word string) {
		see(v.Content(), func(o fyne.CanvasObject) {
			if b, ok := o.(*control.Button); ok && b.Text == word && !b.Disabled() {
				test.Tap(b)
			}
		})
	}
	press("Camera off")
	press("Voice off")
	press("Mute the voice")
	c.view.Visitor.Muted = true
	v.Render()
	press("Muted – unmute")
	see(v.Content(), func(o fyne.CanvasObject) {
		if s, ok := o.(*control.Slider); ok {
			s.TypedKey(&fyne.KeyEvent{Name: fyne.KeyLeft})
		}
		if m, ok := o.(*xwidget.Meter); ok && m.Size().Height < 5 {
			t.Errorf("the meter is %v", m.Size())
		}
	})
	c.view.Busy = true
	v.Render()
	press("Camera off")
	if want := []string{"off true false", "off false true", "hush true", "hush false", "volume 75"}; !slices.Equal(c.asked, want) {
		t.Errorf("%q, want %q", c.asked, want)
	}
}

// Over her own picture stands what the banner says: in a show how her upload is,
// after it FREE, although her rooms are private until she opens them.
func TestVisitor_theWordOverHerPicture(t *testing.T) {
	v, c, h := openVisitor(t)
	over := vm.PrivateView{MustFree: true}
	hidden := over
	hidden.Panic = true
	for name, row := range map[string]struct {
		view        vm.PrivateView
		word, state string
	}{
		"no show":   {vm.PrivateView{}, "", ""},
		"in a show": {going(domain.ShowRunning), "", ""},
		"after it":  {over, h.words.Say("private.over.word"), "away"},
		"hidden":    {hidden, "", ""},
	} {
		c.view = row.view
		if word, state := v.Word(); word != row.word || state != row.state {
			t.Errorf("%s: it says %q in the colours of %q, want %q", name, word, state, row.word)
		}
	}
}
