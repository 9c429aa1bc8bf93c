package persona

import (
	"strings"

	"fyne.io/fyne/v2"
	standard "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/jasmincam/jasmincam/internal/ui/control"
	"github.com/jasmincam/jasmincam/internal/ui/vm"
	"github.com/jasmincam/jasmincam/internal/ui/xwidget"
)

// goal is what tips are collected for (domain B5). It begins and ends at once,
// without the page's Save.
type goal struct {
	p             *persona
	now           *widget.Label
	bar           *xwidget.Progress
	title, target *control.Entry
	begin, end    *control.Button
	box           fyne.CanvasObject
}

func newGoal(p *persona) *goal {
	g := &goal{p: p, now: control.Text(""), bar: xwidget.NewProgress(), title: control.NewEntry(), target: control.NewEntry()}
	g.title.SetPlaceHolder(p.say("profile.goal.title"))
	g.target.SetPlaceHolder(p.say("profile.credits"))
	g.title.OnChanged = func(string) { g.allow() }
	g.target.OnChanged = func(string) { g.allow() }
	g.begin = control.NewButton(p.say("profile.goal.begin"), standard.MediaPlayIcon(), func() {
		if target, ok := credits(g.target.Text); ok {
			p.model.SetGoal(p.d.email, strings.TrimSpace(g.title.Text), target)
		}
	})
	g.end = control.NewButton(p.say("profile.goal.end"), standard.MediaStopIcon(), func() { p.model.SetGoal(p.d.email, "", 0) })
	g.box = p.group("profile.goal", g.now, xwidget.Indent(g.bar), xwidget.Columns([]float32{2.2, 1}, g.title, g.target), xwidget.Flow(g.begin, g.end))
	return g
}

func (g *goal) allow() {
	target, ok := credits(g.target.Text)
	g.begin.SetOn(ok && target > 0 && strings.TrimSpace(g.title.Text) != "" && !g.p.view.Busy)
}

func (g *goal) render(v vm.PersonaView) {
	said, done := g.p.say("profile.goal.none"), 0.0
	if now := v.Profile.Goal; now != nil {
		said = now.Title + ": " + g.p.say("profile.goal.of", amount(now.Collected), amount(now.Target))
		if now.Target > 0 {
			done = min(1, float64(now.Collected)/float64(now.Target))
		}
	}
	g.bar.Put(done)
	control.Say(g.now, said)
	g.end.SetOn(v.Profile.Goal != nil && !v.Busy)
	g.allow()
}
