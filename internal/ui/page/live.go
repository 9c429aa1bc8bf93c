package page

import (
	"slices"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	standard "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/jasmincam/jasmincam/internal/capture"
	"github.com/jasmincam/jasmincam/internal/session/desk"
	"github.com/jasmincam/jasmincam/internal/settings"
	"github.com/jasmincam/jasmincam/internal/text"
	"github.com/jasmincam/jasmincam/internal/ui/control"
	"github.com/jasmincam/jasmincam/internal/ui/page/figure"
	"github.com/jasmincam/jasmincam/internal/ui/theme"
	"github.com/jasmincam/jasmincam/internal/ui/vm"
	"github.com/jasmincam/jasmincam/internal/ui/xwidget"
)

// LiveModel is what the Live page needs of its view model.
type LiveModel interface {
	View() vm.LiveView
	Level() float64
	Preview() *capture.Slot
	GoOnline(emails ...string)
	GoOffline(emails ...string)
	Panic()
	ShowAgain()
	Mute(muted bool)
	Watch(watching bool)
	Choose(c desk.Choice)
	SetLook(look settings.Look)
	LookForDevices()
}

// Widths of the Live page, at a text size of 100 %, from which on the accounts
// stand beside the picture, and the chat beside both.
const (
	liveTwo   = 700
	liveThree = 1080
)

// narrowPicture is the most that the picture is wide where all is below it.
const narrowPicture = 520

// live is the Live page. Between Show and Hide the preview's goroutine runs.
type live struct {
	shell Shell
	words *text.Words
	model LiveModel
	kept  Kept
	view  vm.LiveView

	preview   *xwidget.Preview
	figures   *xwidget.Figures
	health    *xwidget.Chip
	reason    *widget.Label
	advice    *widget.Label
	meter     *xwidget.Meter
	mute      *control.Button
	stage     *stage
	booth     *booth
	talk      Pane
	visit     Visit
	sold      *album
	content   fyne.CanvasObject
	parts     *xwidget.Adaptive
	again     *control.Button // has the camera opened once more
	glass     *glass          // a picture over the page; nil while nothing is asked
	side      *fyne.Container // the accounts above the chat; nil where they are not
	high      float32         // how high the accounts were when it was arranged
	visitHigh float32         // and the member
	class     int             // how the parts are arranged
	before    uint64          // pictures that she saw before she came to the page, or chose this camera
	camera    desk.Source     // of those after them
	shown     bool
	unseen    bool      // the window is minimised or covered
	seen      time.Time // when the newest picture was shown
	late      bool      // a view waits for the next picture
}

var (
	_ Page    = (*live)(nil)
	_ Front   = (*live)(nil)
	_ Crowded = (*live)(nil)
	_ Watcher = (*live)(nil)
)

// NewLive returns the maker of the Live page; its chat is the Chat page's, and visit
// the member whom she sees or hears in a private show.
func NewLive(model LiveModel, talk func(Shell) Pane, visit func(Shell) Visit, kept Kept) Maker {
	return func(shell Shell) Page {
		l := &live{shell: shell, words: shell.Words(), model: model, kept: kept}
		l.preview = xwidget.NewPreview(xwidget.PreviewConfig{Pictures: model.Preview(), Post: shell.Post, Drawn: l.hear})
		l.figures = xwidget.NewFigures()
		l.health = xwidget.NewChip(standard.SizeNameText)
		l.reason = control.Text("")
		l.advice = control.Text("")
		l.advice.Importance = widget.WarningImportance
		l.meter = xwidget.NewMeter(l.loudness)
		l.mute = control.NewButton(l.words.Say("live.mute"), standard.VolumeUpIcon(), func() { model.Mute(!l.view.Muted) })
		l.again = control.NewButton(l.words.Say("live.again"), standard.ViewRefreshIcon(), l.lookAgain)
		l.again.Hide()
		l.stage = newStage(shell, model, l.panicKey, l.GoOnline, l.ShowAgain)
		l.booth = newBooth(shell, model, kept)
		l.talk, l.visit = talk(shell), visit(shell)
		l.sold = newAlbum(shell.Words())
		l.parts = xwidget.NewAdaptive([]float32{liveTwo, liveThree}, l.arrange)
		l.content = container.NewPadded(container.NewPadded(l.parts))
		return l
	}
}

// arrange places the parts: all below each other, the accounts and the chat
// beside the picture, or three columns. A member who is seen stands beside her own
// picture, as large as it.
func (l *live) arrange(class int) fyne.CanvasObject {
	l.class, l.side = class, nil
	most := float32(0)
	if class == 0 {
		most = narrowPicture
	}
	picture := []fyne.CanvasObject{xwidget.Shape(16.0/9, most, l.preview), l.again, l.sound(),
		xwidget.Indent(l.figures), container.NewBorder(nil, nil, xwidget.Indent(container.NewCenter(l.health)), nil, l.reason), l.advice, l.sold.box}
	visit, visited := l.visit.Content(), l.visit.Content().Visible()
	switch class {
	case 0:
		all := append([]fyne.CanvasObject{l.stage.button, l.stage.hideAll, visit}, picture...)
		return xwidget.Scrolled(xwidget.Rows(append(all, l.stage.cards, l.booth.box)...))
	case 1:
		left, share := xwidget.Rows(slices.Insert(slices.Clone(picture), 1, l.stage.hideAll)...), float32(1.45)
		if visited { // half of the room is too narrow for what the button says
			left, share = xwidget.Rows(l.stage.hideAll, xwidget.Columns([]float32{1, 1}, xwidget.Rows(picture...), xwidget.Rows(visit))), 2
		}
		l.side = container.New(belowEachOther{l.stage.cards}, l.stage.button, xwidget.Scrolled(l.stage.cards), l.talk.Content())
		right := l.side
		return xwidget.Columns([]float32{share, 1}, xwidget.Scrolled(xwidget.Rows(left, l.booth.box)), right)
	}
	picture = slices.Insert(picture, 1, l.stage.hideAll)
	weights := []float32{1.6, 0.95, 1.05}
	if visited {
		weights = []float32{1.3, 1.3, 1}
	}
	middle := xwidget.Scrolled(xwidget.Rows(l.stage.button, visit, l.stage.cards))
	return xwidget.Columns(weights, xwidget.Scrolled(xwidget.Rows(append(picture, l.booth.box)...)), middle, l.talk.Content())
}

// sound is the microphone's row.
func (l *live) sound() fyne.CanvasObject {
	return container.NewBorder(nil, nil, nil, l.mute, container.NewPadded(l.meter))
}

// panicKey is the key that hides her; none while another program takes its presses.
func (l *live) panicKey() string {
	v := l.kept.View()
	if v.PanicKey.Key == "settings.panic.taken" {
		return ""
	}
	return v.Key(settings.ActionPanic)
}

// loudness says a level of the microphone.
func (l *live) loudness(level int) string { return l.words.Say("hint.meter", level) }

// ID implements Page.
func (l *live) ID() string { return Live }

// Title implements Page.
func (l *live) Title() string { return "page.live" }

// Icon implements Page.
func (l *live) Icon() fyne.Resource { return theme.Sign("live") }

// Content implements Page.
func (l *live) Content() fyne.CanvasObject { return l.content }

// Show implements Page.
func (l *live) Show() {
	l.shown, l.before = true, l.preview.Seen()
	l.watch()
	l.model.LookForDevices()
}

// Hide implements Page.
func (l *live) Hide() {
	l.shown = false
	l.watch()
}

// Seen implements Watcher.
func (l *live) Seen(seen bool) {
	l.unseen = !seen
	l.watch()
}

// watch runs the preview while it is on the screen and wanted, or the one in a
// question over it.
func (l *live) watch() {
	shown := l.shown && !l.unseen
	over := l.glass != nil && shown
	own := shown && !over && l.kept.View().Preview
	if !own {
		l.preview.Stop()
	}
	if l.glass != nil && !over {
		l.glass.preview.Stop()
	}
	switch {
	case over:
		l.glass.preview.Start()
	case own:
		l.preview.Start()
	}
	l.visit.Watch(shown)
	l.model.Watch(over || own)
}

// lookAgain has the devices opened once more, for her alone.
func (l *live) lookAgain() {
	l.model.Watch(false)
	l.watch()
}

// together is how long a view waits for the next picture, so that both are drawn
// in one repaint of the window: those are what a live page costs.
const together = 200 * time.Millisecond

// hear shows the newest sound with each new picture, and a view that waited.
func (l *live) hear() {
	l.seen = time.Now()
	l.meter.Set(l.model.Level(), l.view.Muted)
	l.drawLate()
}

// Render implements Page.
func (l *live) Render() {
	l.watch()
	switch {
	case l.late:
	case time.Since(l.seen) < together:
		l.late = true
		time.AfterFunc(together, func() { l.shell.Post(l.drawLate) })
	default:
		l.draw()
	}
}

// drawLate shows a view whose picture did not come.
func (l *live) drawLate() {
	if l.late {
		l.draw()
	}
}

// draw shows the newest view.
func (l *live) draw() {
	l.late = false
	v := l.model.View()
	l.view = v
	if v.Choosing || v.Choice.Camera != l.camera {
		l.camera, l.before = v.Choice.Camera, l.preview.Seen()
	}
	l.badge(v, l.preview)
	l.preview.Say(l.instead(v, l.preview))
	if dark := !v.Trouble.Empty() && l.kept.View().Preview && v.Choice.Camera.Kind != ""; dark != l.again.Visible() {
		control.Show(l.again, dark)
		l.content.Refresh()
	}
	l.meter.Set(l.model.Level(), v.Muted)
	word, sign, weight := "live.mute", standard.VolumeUpIcon(), widget.MediumImportance
	if v.Muted {
		word, sign, weight = "live.unmute", standard.VolumeMuteIcon(), widget.WarningImportance
	}
	if said := l.words.Say(word); l.mute.Text != said {
		l.mute.Importance, l.mute.Icon = weight, sign
		l.mute.SetText(said)
	}
	l.status(v)
	if l.visit.Render() {
		l.parts.Again()
	} else if high := l.visit.Content().MinSize().Height; high != l.visitHigh {
		l.visitHigh = high
		l.content.Refresh()
	}
	l.stage.render(v)
	if high := l.stage.cards.MinSize().Height; high != l.high {
		l.high = high
		if l.side != nil {
			l.side.Refresh()
		}
	}
	l.booth.render(v)
	if l.sold.render(v.Sold) {
		l.content.Refresh()
	}
	l.talk.Render()
	if l.glass != nil {
		l.glass.draw(v)
	}
}

// badge says over a picture of hers how she stands.
func (l *live) badge(v vm.LiveView, p *xwidget.Preview) {
	word, state := l.visit.Word()
	if word == "" {
		word, state = l.words.Say("state."+string(v.State)), string(v.State)
	}
	ground, ink := theme.State(state)
	p.SetState(word, ground, ink)
}

// instead is what is said in the place of a picture; "" while there is one.
func (l *live) instead(v vm.LiveView, p *xwidget.Preview) string {
	switch {
	case v.Panic && p == l.preview:
		return l.words.Say("panic.hidden")
	case !v.CameraLost.Empty():
		return v.CameraLost.In(l.words)
	case !v.Trouble.Empty():
		return v.Trouble.In(l.words)
	case !l.kept.View().Preview && l.glass == nil:
		return l.words.Say("live.preview.off")
	case v.Choice.Camera.Kind == "":
		return l.noCamera(v)
	case p.Drawn() == 0:
		return l.words.Say("live.preview.wait")
	}
	return ""
}

// noCamera says what to do without one: the test picture is no camera.
func (l *live) noCamera(v vm.LiveView) string {
	if slices.ContainsFunc(v.Cameras, func(d vm.Device) bool { return d.Source.Kind == "device" }) {
		return l.words.Say("live.camera.none")
	}
	return l.words.Say("live.camera.missing")
}

// status says how the picture goes out.
func (l *live) status(v vm.LiveView) {
	size := "–"
	if v.Width > 0 {
		size = l.words.Say("live.size", v.Width, v.Height)
	}
	l.figures.Set([]xwidget.Figure{
		{What: l.words.Say("live.picture"), Value: size},
		{What: l.words.Say("live.fps"), Value: figure.Number(v.FPS, 0)},
		{What: l.words.Say("live.kbps"), Value: figure.Number(float64(v.Kbps), 0)},
		{What: l.words.Say("live.dropped"), Value: figure.Number(float64(v.Dropped), 0)},
	})
	ground, ink := healthColours(v.HealthWord)
	word := v.HealthWord
	if word == "" {
		word = desk.HealthOff
	}
	l.health.Set(l.words.Say("health."+word), ground, ink)
	reason := ""
	if v.HealthReason != "" {
		reason = l.words.Say("health." + v.HealthReason)
	}
	for _, n := range []vm.Notice{v.Trouble, v.MicLost} {
		if reason == "" {
			reason = n.In(l.words)
		}
	}
	control.Say(l.reason, reason)
	control.Say(l.advice, l.advise(v))
}

// advise says what would make picture and sound better.
func (l *live) advise(v vm.LiveView) string {
	said := make([]string, 0, len(v.Advice))
	for _, a := range v.Advice {
		said = append(said, l.words.Say("advice."+a))
	}
	return strings.Join(said, "\n")
}

func healthColours(word string) (ground, ink fyne.ThemeColorName) {
	switch word {
	case desk.HealthGood:
		return standard.ColorNameSuccess, standard.ColorNameForegroundOnSuccess
	case desk.HealthFair:
		return theme.Waiting, theme.OnWaiting
	case desk.HealthPoor:
		return theme.Failed, theme.OnFailed
	}
	return theme.Idle, theme.OnIdle
}
