package private

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	standard "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/jasmincam/jasmincam/internal/capture"
	"github.com/jasmincam/jasmincam/internal/text"
	"github.com/jasmincam/jasmincam/internal/ui/control"
	"github.com/jasmincam/jasmincam/internal/ui/page"
	"github.com/jasmincam/jasmincam/internal/ui/page/figure"
	"github.com/jasmincam/jasmincam/internal/ui/theme"
	"github.com/jasmincam/jasmincam/internal/ui/vm"
	"github.com/jasmincam/jasmincam/internal/ui/xwidget"
)

// VisitorModel is what the visitor's part needs of its view model.
type VisitorModel interface {
	View() vm.PrivateView
	Picture() *capture.Slot
	Loudness() float64
	SetVolume(percent int)
	Hush(on bool)
	SwitchOff(camera, voice bool)
}

// Visitor is the member of her show whom she sees or hears: his picture and his name,
// what each extra brings, and how loud he is.
type Visitor struct {
	words   *text.Words
	model   VisitorModel
	preview *xwidget.Preview
	picture *fyne.Container
	name    *widget.Label
	meter   *xwidget.Meter
	mute    *control.Button
	volume  *control.Slider
	sound   *fyne.Container // what belongs to a voice that is on
	buttons *fyne.Container
	deaf    *widget.Label
	camera  *extraRow
	voice   *extraRow
	content fyne.CanvasObject
	before  uint64 // pictures drawn before the camera was on
	on      bool   // the camera is
	watched bool   // the page is on the screen
	muted   bool
}

// extraRow is what one extra is and costs, and the button that ends it.
type extraRow struct {
	says, costs *widget.Label
	end         *control.Button
	box         *fyne.Container
}

// widest is the most that his picture is wide: in large text it is seen as a whole.
const widest = 640

var _ page.Visit = (*Visitor)(nil)

// NewVisitor returns the maker of the visitor's part of the Live page.
func NewVisitor(model VisitorModel) func(page.Shell) page.Visit {
	return func(shell page.Shell) page.Visit {
		words := shell.Words()
		v := &Visitor{words: words, model: model, name: control.Heading(""), deaf: control.Text("")}
		v.preview = xwidget.NewPreview(xwidget.PreviewConfig{Pictures: model.Picture(), Post: shell.Post, Drawn: v.hear})
		v.picture = xwidget.Shape(16.0/9, widest, v.preview)
		v.meter = xwidget.NewMeter(func(level int) string { return words.Say("visitor.meter", level) })
		v.mute = control.NewButton(words.Say("visitor.mute"), standard.VolumeUpIcon(), func() { model.Hush(!v.muted) })
		v.volume = control.NewSlider(0, 100, 5, func(x float64) { model.SetVolume(int(x)) })
		v.deaf.Importance = widget.WarningImportance
		v.name.Truncation, v.name.Wrapping = fyne.TextTruncateEllipsis, fyne.TextWrapOff
		v.camera = newExtraRow(words.Say("visitor.camera.end"), func() { model.SwitchOff(true, false) })
		v.voice = newExtraRow(words.Say("visitor.voice.end"), func() { model.SwitchOff(false, true) })
		v.sound = xwidget.Rows(container.NewPadded(v.meter), container.New(control.Halves{}, control.Text(words.Say("visitor.volume")), v.volume),
			control.Text(words.Say("visitor.headphones")))
		v.buttons = xwidget.Flow(v.mute, v.camera.end, v.voice.end)
		v.content = control.Panel(xwidget.Rows(v.name, v.picture, v.buttons, v.camera.box, v.voice.box, v.deaf, v.sound))
		v.content.Hide()
		return v
	}
}

func newExtraRow(word string, end func()) *extraRow {
	e := &extraRow{says: control.Text(""), costs: control.Text(""), end: control.NewButton(word, nil, end)}
	e.costs.Importance = widget.LowImportance
	e.box = xwidget.Rows(e.says, e.costs)
	return e
}

// Content implements page.Visit.
func (v *Visitor) Content() fyne.CanvasObject { return v.content }

// Member implements page.Visit.
func (v *Visitor) Member() string {
	if c := v.model.View().Current; c != nil {
		return c.Member
	}
	return ""
}

// Watch implements page.Visit.
func (v *Visitor) Watch(on bool) {
	v.watched = on
	if on && v.on {
		v.preview.Start()
	} else {
		v.preview.Stop()
	}
}

// Render implements page.Visit.
func (v *Visitor) Render() (changed bool) {
	view := v.model.View()
	m := view.Visitor
	changed = (m != nil) != v.content.Visible()
	control.Show(v.content, m != nil)
	if m == nil {
		v.film(false)
		return changed
	}
	v.film(m.Camera.On && !view.Panic)
	ground, ink := theme.State("private")
	v.preview.SetState(v.words.Say("visitor.word"), ground, ink)
	instead := ""
	if m.Camera.Presence != vm.VisitorHere || v.preview.Drawn() == v.before {
		instead = v.words.Say("visitor.camera.coming", m.Member)
	}
	if m.Camera.Presence == vm.VisitorLost {
		instead = v.words.Say("visitor.camera.lost", m.Member)
	}
	deaf := m.Deaf.In(v.words)
	if view.Panic { // neither one way nor the other
		instead, deaf = v.words.Say("visitor.panic"), ""
		if m.Voice.On && !m.Camera.On {
			deaf = instead
		}
	}
	v.preview.Say(instead)
	control.Show(v.picture, m.Camera.On)
	control.Say(v.name, m.Member)
	v.camera.show(v.words, "visitor.camera.", m.Member, m.Camera, view.Busy)
	v.voice.show(v.words, "visitor.voice.", m.Member, m.Voice, view.Busy)
	control.Show(v.sound, m.Voice.On)
	control.Show(v.mute, m.Voice.On)
	control.Show(v.buttons, m.Voice.On || m.Camera.On)
	control.Say(v.deaf, deaf)
	v.meter.Set(v.model.Loudness(), m.Muted || view.Panic)
	v.volume.Put(float64(m.Volume))
	v.hush(m.Muted)
	return changed
}

// Word implements page.Visit. When the show is over it is private no more, though
// her rooms are closed until she opens them: her picture says what the banner says.
func (v *Visitor) Word() (word, state string) {
	view := v.model.View()
	if view.Panic || view.Current != nil {
		return "", ""
	}
	line := Say(v.words, view)
	return line.Word, line.State
}

// film runs the picture while his camera is on and somebody looks. What was drawn of
// an earlier time is not shown again.
func (v *Visitor) film(on bool) {
	if on == v.on {
		return
	}
	v.on, v.before = on, v.preview.Drawn()
	v.Watch(v.watched)
}

func (v *Visitor) hush(muted bool) {
	word, sign, weight := "visitor.mute", standard.VolumeUpIcon(), widget.MediumImportance
	if muted {
		word, sign, weight = "visitor.unmute", standard.VolumeMuteIcon(), widget.WarningImportance
	}
	v.muted = muted
	if said := v.words.Say(word); v.mute.Text != said {
		v.mute.Importance, v.mute.Icon = weight, sign
		v.mute.SetText(said)
	}
}

// hear shows how loud he is with each picture; without one each view does.
func (v *Visitor) hear() { v.meter.Set(v.model.Loudness(), v.muted) }

func (e *extraRow) show(words *text.Words, key, member string, x vm.VisitorExtra, busy bool) {
	was := x.Presence != vm.VisitorNever
	control.Show(e.box, was)
	control.Show(e.end, x.On)
	if !was {
		return
	}
	said := ""
	if x.Presence != vm.VisitorHere { // that is seen, or heard
		said = words.Say(key+string(x.Presence), member)
	}
	control.Say(e.says, said)
	control.Say(e.costs, words.Say(key+"costs", x.Price, figure.Clock(x.Delivered), x.Charged))
	e.end.SetOn(!busy)
}
