package page

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"github.com/jasmincam/jasmincam/internal/session/desk"
	"github.com/jasmincam/jasmincam/internal/settings"
	"github.com/jasmincam/jasmincam/internal/ui/control"
	"github.com/jasmincam/jasmincam/internal/ui/vm"
	"github.com/jasmincam/jasmincam/internal/ui/xwidget"
)

// glassWidth is the most that a picture in a question is wide: in large text
// there is room for what stands below it.
const glassWidth = 410

// glass is the picture in a question over the Live page. While it is there the
// page's own preview rests: one alone takes the pictures.
type glass struct {
	live    *live
	preview *xwidget.Preview
	sound   func() // shows the newest sound with each picture
	ready   func() // told once, when she has seen herself; nil for nobody
	render  func(v vm.LiveView)
}

// newGlass makes a picture that is shown by open.
func newGlass(l *live) *glass {
	g := &glass{live: l, sound: func() {}, render: func(vm.LiveView) {}}
	g.preview = xwidget.NewPreview(xwidget.PreviewConfig{Pictures: l.model.Preview(), Post: l.shell.Post, Drawn: g.hear})
	return g
}

// seenFor is how many pictures she has to have seen of herself before she goes
// online: the first may be the last of another camera, or be painted yet.
const seenFor = 2

// hear goes with each new picture.
func (g *glass) hear() {
	g.sound()
	if g.ready != nil && g.preview.Seen() >= seenFor {
		g.ready()
		g.ready = nil
	}
}

// open shows the picture until close. Devices that were closed, because the
// computer slept or one failed, are opened once more: she is about to look.
func (g *glass) open() {
	g.live.glass = g
	if v := g.live.model.View(); !v.Trouble.Empty() {
		g.live.model.Watch(false)
	}
	g.live.watch()
	g.draw(g.live.model.View())
}

func (g *glass) close() {
	g.preview.Stop()
	if g.live.glass == g {
		g.live.glass = nil
		g.live.watch()
	}
}

// draw shows the newest view.
func (g *glass) draw(v vm.LiveView) {
	g.live.badge(v, g.preview)
	g.preview.Say(g.live.instead(v, g.preview))
	g.render(v)
}

// GoOnline implements Front.
func (l *live) GoOnline(emails ...string) {
	v := l.model.View()
	switch {
	case len(v.Accounts) == 0:
		return
	case !v.Online && v.Choice.Camera.Kind == "": // she chooses one, or the test picture, and sees it
		l.SetUp(func(bool) {})
		return
	case v.Online, l.sawHerself(v):
		l.model.GoOnline(emails...)
		return
	}
	g := newGlass(l)
	l.shell.Ask(Question{Title: l.words.Say("confirm.title"), Text: l.words.Say("confirm.text"), Body: xwidget.Shape(16.0/9, glassWidth, g.preview),
		Yes: l.words.Say("live.online"), No: l.words.Say("confirm.no"), Until: func(ready func()) { g.ready = ready }, Answer: func(yes bool) {
			g.close()
			if yes {
				l.model.GoOnline(emails...)
			}
		}})
	g.open()
}

// sawHerself tells whether the page has shown her, by this camera and since she
// came to it.
func (l *live) sawHerself(v vm.LiveView) bool {
	return !v.Choosing && v.Choice.Camera == l.camera && l.preview.Seen() >= l.before+seenFor && l.instead(v, l.preview) == ""
}

// ShowAgain implements Front. Return does not undo it: nothing else may by accident.
func (l *live) ShowAgain() {
	if !l.model.View().Panic {
		return
	}
	text := l.words.Say("panic.again.text")
	if member := l.visit.Member(); member != "" {
		text = l.words.Say("panic.again.private", member)
	}
	g := newGlass(l)
	l.shell.Ask(Question{Title: l.words.Say("panic.again.title"), Text: text, Body: xwidget.Shape(16.0/9, glassWidth, g.preview),
		Yes: l.words.Say("panic.again"), No: l.words.Say("panic.again.no"), Danger: true, Answer: func(yes bool) {
			g.close()
			if yes {
				l.model.ShowAgain()
			}
		}})
	g.open()
}

// SetUp implements Front.
func (l *live) SetUp(done func(on bool)) {
	g, words := newGlass(l), l.words
	meter := xwidget.NewMeter(l.loudness)
	advice := control.Text("")
	camera := control.NewSelect(nil, func(i int) {
		l.booth.choose(func(c *desk.Choice) { c.Camera = l.view.Cameras[i].Source })
	})
	microphone := control.NewSelect(nil, func(i int) {
		l.booth.choose(func(c *desk.Choice) { c.Microphone = l.view.Microphones[i].Source })
	})
	g.sound = func() { meter.Set(l.model.Level(), l.view.Muted) }
	g.render = func(v vm.LiveView) {
		names, at := l.booth.names(v.Cameras, v.Choice.Camera)
		camera.Offer(names, at)
		names, at = l.booth.names(v.Microphones, v.Choice.Microphone)
		microphone.Offer(names, at)
		meter.Set(l.model.Level(), v.Muted)
		said, weight := l.advise(v), widget.WarningImportance
		switch {
		case v.Choice.Camera.Kind == "":
			said = l.noCamera(v)
		case said == "" && g.preview.Drawn() == 0:
			said, weight = words.Say("setup.wait"), widget.MediumImportance
		case said == "":
			said, weight = words.Say("setup.good"), widget.SuccessImportance
		}
		if advice.Text != said {
			advice.Importance = weight
			advice.SetText(said)
		}
	}
	l.shell.Ask(Question{Title: words.Say("setup.title"), Text: words.Say("setup.text"), Ready: true,
		Body: xwidget.Rows(xwidget.Shape(16.0/9, glassWidth, g.preview), advice, control.Field(words.Say("live.camera"), camera),
			control.Field(words.Say("live.microphone"), microphone), container.NewPadded(meter)),
		Yes: words.Say("setup.yes"), No: words.Say("setup.no"), Answer: func(yes bool) {
			g.close()
			l.kept.Change(func(v *settings.Values) { v.Welcomed = true })
			done(yes)
		}})
	l.view = l.model.View()
	g.open()
}

// Spot implements Front.
func (l *live) Spot(name string) fyne.CanvasObject {
	switch {
	case name == SpotOnline:
		return l.stage.button
	case name == SpotChat && l.class > 0:
		return l.talk.Content()
	}
	return nil
}

// Needed implements Crowded.
func (l *live) Needed() []fyne.CanvasObject {
	needed := []fyne.CanvasObject{l.stage.button, l.stage.hideAll}
	if l.class > 0 {
		needed = append(needed, l.talk.Foot())
	}
	needed = append(needed, l.mute, l.stage.cards, l.meter)
	if l.class > 0 {
		needed = append(needed, l.talk.Content())
	}
	if visit := l.visit.Content(); visit.Visible() {
		needed = append(needed, visit)
	}
	return append(needed, l.preview)
}
