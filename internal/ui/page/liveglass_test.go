package page_test

import (
	"slices"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"github.com/jasmincam/jasmincam/internal/capture"
	"github.com/jasmincam/jasmincam/internal/session"
	"github.com/jasmincam/jasmincam/internal/session/desk"
	"github.com/jasmincam/jasmincam/internal/ui/control"
	"github.com/jasmincam/jasmincam/internal/ui/page"
	"github.com/jasmincam/jasmincam/internal/ui/vm"
)

// ready is the Live page of who may go online.
func ready() vm.LiveView {
	v := busy()
	v.State, v.Online, v.Trouble = session.Offline, false, vm.Notice{}
	for i := range v.Accounts {
		v.Accounts[i].Online, v.Accounts[i].State = false, session.Offline
	}
	return v
}

// see shows pictures on the page, or in the question over it, until she has seen
// herself.
func see(t *testing.T, s *stage, model *fakeLive) {
	t.Helper()
	for range 6 {
		glance(t, s, model)
		s.page.Render()
	}
}

// glance shows one picture.
func glance(t *testing.T, s *stage, model *fakeLive) {
	t.Helper()
	model.slot.Put(scene(capture.NewPool(2)))
	s.run(t)
}

// No camera goes live by surprise: she has seen herself before, or is asked with
// the picture.
func TestLive_showsHerBeforeSheGoesOnline(t *testing.T) {
	s, model, _, p := openLive(t, ready())
	test.Tap(button(t, p.Content(), "Go online"))
	if len(model.online) > 0 || len(s.asked) != 1 || s.asked[0].Body == nil || s.asked[0].Danger {
		t.Fatalf("online %v, asked %d times; want a question with a picture", model.online, len(s.asked))
	}
	glance(t, s, model)
	if s.ready {
		t.Error("she may say yes before a picture stood on the screen")
	}
	see(t, s, model) // it comes into the question
	if !s.ready {
		t.Error("she has seen herself, and may not say yes")
	}
	s.asked[0].Answer(false)
	if len(model.online) > 0 {
		t.Fatal("“not yet” put her online")
	}
	p.(page.Front).GoOnline("b@example.com")
	s.asked[1].Answer(true)
	see(t, s, model) // and onto the page afterwards
	test.Tap(button(t, p.Content(), "Go online"))
	if len(s.asked) != 2 || !slices.Equal(model.online, []string{"b@example.com", "all"}) {
		t.Errorf("asked %d times, online %v; want b after a question, and all without one", len(s.asked), model.online)
	}
	p.Hide()
	p.Show()
	p.(page.Front).GoOnline()
	if len(s.asked) != 3 {
		t.Error("a picture of her last visit was enough")
	}
	s.asked[2].Answer(false)
	see(t, s, model)
	model.view.Choice.Camera.Name = "another"
	p.Render()
	p.(page.Front).GoOnline()
	if len(s.asked) != 4 {
		t.Error("a picture of another camera was enough")
	}
	s.asked[3].Answer(false)
	model.view.Online = true
	p.(page.Front).GoOnline("a@example.com")
	if len(s.asked) != 4 || len(model.online) != 3 {
		t.Error("who is online already is asked")
	}
	model.view.Accounts = nil
	p.(page.Front).GoOnline()
	if len(s.asked) != 4 || len(model.online) != 3 {
		t.Error("nobody is signed in, and she goes online")
	}
}

// Without a preview on the page there is one in the question all the same.
func TestLive_questionWatchesAlsoWithoutPreview(t *testing.T) {
	s, model, kept, p := openLive(t, ready())
	kept.values.Preview = false
	p.Render()
	if model.watching {
		t.Fatal("without a preview the devices are open")
	}
	p.(page.Front).GoOnline()
	if !model.watching {
		t.Error("the question has no picture")
	}
	see(t, s, model)
	s.asked[0].Answer(false)
	if model.watching {
		t.Error("after the question the devices stay open")
	}
}

// After a sleep the picture is dark, it says why, and one press brings it back,
// for her alone.
func TestLive_offersTheCameraAgain(t *testing.T) {
	view := ready()
	_, model, _, p := openLive(t, view)
	again := func() bool {
		return slices.ContainsFunc(all[*control.Button](p.Content()), func(b *control.Button) bool { return b.Text == "Show me my camera again" })
	}
	if again() {
		t.Fatal("it offers a camera that is there")
	}
	model.view.Trouble = vm.Notice{Key: "device.slept"}
	p.Hide()
	p.Show()
	p.Render()
	if !says(p.Content(), "The computer slept") || !again() {
		t.Fatal("it does not say why the picture is dark, or offers nothing")
	}
	model.watched = nil
	test.Tap(button(t, p.Content(), "Show me my camera again"))
	if !slices.Equal(model.watched, []bool{false, true}) || len(model.online) > 0 {
		t.Errorf("watching went %v, online %v; want the devices opened anew and nobody online", model.watched, model.online)
	}
	model.view.Trouble = vm.Notice{}
	p.Hide()
	p.Show()
	p.Render()
	if again() {
		t.Error("it still offers the camera that is back")
	}
}

// Without a camera of her choice she reads so, with the next step, and nobody
// goes online: she chooses one first, or the test picture, and sees it.
func TestLive_goesNowhereWithoutACamera(t *testing.T) {
	view := ready()
	view.Choice.Camera = desk.Source{}
	s, model, _, p := openLive(t, view)
	if !says(p.Content(), "No camera is chosen: nobody sees you.") {
		t.Error("it does not say that no camera is chosen")
	}
	model.view.Cameras = []vm.Device{{Source: desk.Source{Kind: "pattern"}}}
	p.Hide()
	p.Show()
	p.Render()
	if !says(p.Content(), "No camera was found. Plug it in") {
		t.Error("it does not say that there is no camera")
	}
	test.Tap(button(t, p.Content(), "Go online"))
	p.(page.Front).GoOnline("b@example.com")
	if len(model.online) > 0 || len(s.asked) != 2 {
		t.Fatalf("online %v, asked %d times", model.online, len(s.asked))
	}
	body := s.asked[1].Body
	s.window.SetContent(body)
	s.window.Resize(fyne.NewSize(420, 600))
	if !says(body, "No camera was found. Plug it in") {
		t.Error("the question does not say it")
	}
	all[*control.Select](body)[0].SetSelectedIndex(0)
	s.asked[1].Answer(true)
	if model.chosen.Camera.Kind != "pattern" || len(model.online) > 0 {
		t.Errorf("the camera is %v, online %v", model.chosen.Camera, model.online)
	}
}

func TestLive_setUp(t *testing.T) {
	view := ready()
	view.Advice = []string{"dark"}
	s, model, kept, p := openLive(t, view)
	var went []bool
	p.(page.Front).SetUp(func(on bool) { went = append(went, on) })
	q := s.asked[0]
	s.window.SetContent(q.Body)
	s.window.Resize(fyne.NewSize(420, 600))
	if !says(q.Body, "It is dark.") || !model.watching {
		t.Error("it gives no advice")
	}
	see(t, s, model)
	model.view.Advice = nil
	p.Hide()
	p.Show()
	p.Render()
	if !says(q.Body, "Picture and sound are good.") {
		t.Error("it does not say that all is well")
	}
	choices := all[*control.Select](q.Body)
	choices[1].SetSelectedIndex(1)
	if model.chosen.Microphone.Kind != "silence" {
		t.Errorf("the microphone is %v", model.chosen.Microphone)
	}
	choices[0].SetSelectedIndex(1)
	if model.chosen.Camera != (desk.Source{Kind: "pattern"}) || len(model.online) > 0 {
		t.Errorf("the camera is %v, online %v", model.chosen.Camera, model.online)
	}
	q.Answer(true)
	if !slices.Equal(went, []bool{true}) || !kept.values.Welcomed {
		t.Errorf("it led on %v, and remembers %v", went, kept.values.Welcomed)
	}
}

// What toasts may not lie over is on the screen at every size.
func TestLive_tellsWhatIsNeeded(t *testing.T) {
	s, _, _, p := openLive(t, ready())
	for _, size := range []fyne.Size{fyne.NewSize(1190, 715), fyne.NewSize(860, 645), fyne.NewSize(600, 700)} {
		s.window.Resize(size)
		seen := map[fyne.CanvasObject]bool{}
		for _, o := range all[fyne.CanvasObject](p.Content()) {
			seen[o] = true
		}
		needed := p.(page.Crowded).Needed()
		for i, o := range needed {
			if !seen[o] {
				t.Errorf("%v: part %d is not shown", size, i)
			}
		}
		if chat := p.(page.Front).Spot(page.SpotChat); len(needed) < 4 || p.(page.Front).Spot(page.SpotOnline) != needed[0] || chat != nil && !seen[chat] {
			t.Errorf("%v: %d parts, the chat is %v", size, len(needed), chat)
		}
	}
}
