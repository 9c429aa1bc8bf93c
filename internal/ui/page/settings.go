package page

import (
	"reflect"
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"github.com/jasmincam/jasmincam/internal/settings"
	"github.com/jasmincam/jasmincam/internal/ui/control"
	"github.com/jasmincam/jasmincam/internal/ui/theme"
	"github.com/jasmincam/jasmincam/internal/ui/vm"
)

// Kept is what the page needs of the settings' view model.
type Kept interface {
	View() vm.SettingsView
	Change(edit func(v *settings.Values))
	SetShortcut(a settings.Action, key string)
}

// Seats is what the page needs of the sessions' view model.
type Seats interface {
	View() []vm.Seats
	Refresh()
	End(email, id string)
	EndOthers(email string)
}

// Chimes plays a sound, to be heard while its volume is chosen.
type Chimes interface{ Play(name string, volume int) }

// Outputs is what the page needs of the Live page's view model.
type Outputs interface {
	Speakers() []vm.Device
	LookForDevices()
}

// NewSettings returns the maker of the page where everything is chosen that is
// not a matter of the moment.
func NewSettings(model Kept, seats Seats, chimes Chimes, outputs Outputs) Maker {
	return func(s Shell) Page {
		p := &choices{shell: s, model: model, seats: seats, chimes: chimes, outputs: outputs}
		p.build()
		return p
	}
}

type choices struct {
	shell   Shell
	model   Kept
	seats   Seats
	chimes  Chimes
	outputs Outputs

	content            fyne.CanvasObject
	trouble            *widget.Label
	look, size, tongue *control.Select
	speaker            *control.Select
	speakers           []string // the ids behind the words of speaker
	newest             *control.Check
	address            *control.Entry
	keys               map[settings.Action]*control.Entry
	panicKey           *widget.Label // where it works
	sounds             map[settings.Sound]soundRow
	sessions           *fyne.Container
	sessionsPanel      fyne.CanvasObject
	now                vm.SettingsView
	sat                []vm.Seats
	drawn              bool
	themes, languages  []string // the values behind the words of look and tongue
	sizes              []int
}

func (p *choices) ID() string                 { return Settings }
func (p *choices) Title() string              { return "page.settings" }
func (p *choices) Icon() fyne.Resource        { return theme.Sign("settings") }
func (p *choices) Content() fyne.CanvasObject { return p.content }
func (p *choices) Show()                      { p.seats.Refresh(); p.outputs.LookForDevices() }
func (p *choices) Hide()                      {}

func (p *choices) say(key string, args ...any) string { return p.shell.Words().Say(key, args...) }

func (p *choices) change(edit func(v *settings.Values)) { p.model.Change(edit) }

func (p *choices) build() {
	p.trouble = control.Text("")
	p.trouble.Importance = widget.DangerImportance
	p.trouble.Hide()
	p.sessions = container.NewVBox()
	p.sessionsPanel = p.group("settings.sessions", p.sessions)
	p.sessionsPanel.Hide()
	p.content = control.Scrolled(container.NewPadded(control.Column(640, control.Stacked(
		p.trouble, p.lookGroup(), p.chatGroup(), p.soundsGroup(), p.voiceGroup(), p.keysGroup(), p.backendGroup(), p.sessionsPanel,
		p.helpGroup()))))
}

// group puts a heading above what belongs together.
func (p *choices) group(key string, objects ...fyne.CanvasObject) fyne.CanvasObject {
	return control.Panel(container.NewVBox(append([]fyne.CanvasObject{control.Heading(p.say(key))}, objects...)...))
}

func (p *choices) lookGroup() fyne.CanvasObject {
	p.themes = []string{settings.ThemeSystem, settings.ThemeLight, settings.ThemeDark}
	words := make([]string, 0, len(p.themes))
	for _, t := range p.themes {
		words = append(words, p.say("settings.theme."+t))
	}
	p.look = control.NewSelect(words, func(i int) { p.change(func(v *settings.Values) { v.Theme = p.themes[i] }) })
	words = nil
	for percent := settings.TextMin; percent <= settings.TextMax; percent += settings.TextStep {
		p.sizes = append(p.sizes, percent)
		words = append(words, p.say("settings.text.percent", percent))
	}
	p.size = control.NewSelect(words, func(i int) { p.change(func(v *settings.Values) { v.TextSize = p.sizes[i] }) })
	p.languages = append([]string{""}, p.shell.Book().Languages()...)
	words = []string{p.say("settings.language.system")}
	for _, lang := range p.languages[1:] {
		words = append(words, p.shell.Book().For(lang).Say("language.name"))
	}
	p.tongue = control.NewSelect(words, func(i int) { p.change(func(v *settings.Values) { v.Language = p.languages[i] }) })
	return p.group("settings.look", control.Field(p.say("settings.theme"), p.look), control.Field(p.say("settings.text"), p.size),
		control.Field(p.say("settings.language"), p.tongue))
}

func (p *choices) chatGroup() fyne.CanvasObject {
	p.newest = control.NewCheck(p.say("settings.newest"), func(on bool) { p.change(func(v *settings.Values) { v.NewestTop = on }) })
	return p.group("settings.chat", p.newest)
}

// soundRow is whether a sound is played, and how loud.
type soundRow struct {
	on     *control.Check
	volume *control.Slider
}

func (p *choices) soundsGroup() fyne.CanvasObject {
	p.sounds = map[settings.Sound]soundRow{}
	var rows []fyne.CanvasObject
	for _, sound := range settings.Sounds() {
		row := soundRow{
			on: control.NewCheck(p.say("sound."+string(sound)), func(on bool) {
				p.changeChime(sound, func(c *settings.Chime) { c.On = on })
			}),
			volume: control.NewSlider(1, 100, 1, func(v float64) {
				p.changeChime(sound, func(c *settings.Chime) { c.Volume = int(v) })
				p.chimes.Play(string(sound), int(v))
			}),
		}
		p.sounds[sound] = row
		rows = append(rows, container.New(control.Halves{}, row.on, row.volume))
	}
	return p.group("settings.sounds", rows...)
}

// voiceGroup is where a member of a private show is heard.
func (p *choices) voiceGroup() fyne.CanvasObject {
	p.speaker = control.NewSelect(nil, func(i int) { p.change(func(v *settings.Values) { v.Speaker = p.speakers[i] }) })
	return p.group("settings.voice", control.Text(p.say("settings.voice.text")), control.Field(p.say("settings.speaker"), p.speaker))
}

// renderSpeakers offers what there is to play through; the first is the system's.
func (p *choices) renderSpeakers(chosen string) {
	names := []string{p.say("settings.speaker.system")}
	p.speakers = []string{""}
	for _, d := range p.outputs.Speakers() {
		name := d.Name
		if d.Gone {
			name = p.say("live.gone", name)
		}
		names, p.speakers = append(names, name), append(p.speakers, d.Source.Name)
	}
	p.speaker.Offer(names, slices.Index(p.speakers, chosen))
}

func (p *choices) changeChime(sound settings.Sound, edit func(c *settings.Chime)) {
	p.change(func(v *settings.Values) {
		c := v.Chimes[sound]
		edit(&c)
		v.Chimes[sound] = c
	})
}

func (p *choices) keysGroup() fyne.CanvasObject {
	p.keys = map[settings.Action]*control.Entry{}
	rows := []fyne.CanvasObject{control.Text(p.say("settings.keys.text"))}
	for _, s := range settings.Shortcuts() {
		e := control.NewEntry()
		e.OnSubmitted = func(key string) { p.model.SetShortcut(s.Action, strings.TrimSpace(key)) }
		p.keys[s.Action] = e
		rows = append(rows, container.New(control.Halves{}, control.Text(p.say("action."+string(s.Action))), e))
		if s.Action == settings.ActionPanic {
			p.panicKey = control.Text("")
			rows = append(rows, p.panicKey)
		}
	}
	return p.group("settings.keys", rows...)
}

func (p *choices) backendGroup() fyne.CanvasObject {
	p.address = control.NewEntry()
	p.address.SetPlaceHolder(p.say("form.address.hint"))
	p.address.OnSubmitted = func(address string) {
		p.change(func(v *settings.Values) { v.Backend = strings.TrimSpace(address) })
	}
	return p.group("settings.backend", control.Field(p.say("settings.backend.address"), p.address))
}

func (p *choices) helpGroup() fyne.CanvasObject {
	return p.group("settings.help", control.Text(p.say("settings.help.text")),
		container.NewHBox(control.NewButton(p.say("settings.help.again"), nil, p.shell.Welcome)))
}

// Render implements Page.
func (p *choices) Render() {
	p.renderSessions()
	v := p.model.View()
	p.renderSpeakers(v.Speaker)
	if p.drawn && reflect.DeepEqual(v, p.now) {
		return
	}
	control.Say(p.trouble, v.Trouble.In(p.shell.Words()))
	control.Say(p.panicKey, v.PanicKey.In(p.shell.Words()))
	p.look.Choose(slices.Index(p.themes, v.Theme))
	p.size.Choose(slices.Index(p.sizes, v.TextSize))
	p.tongue.Choose(slices.Index(p.languages, v.Language))
	p.newest.Tick(v.NewestTop)
	for sound, row := range p.sounds {
		c := v.Chimes[sound]
		row.on.Tick(c.On)
		row.volume.Put(float64(c.Volume))
		row.volume.Use(c.On)
	}
	for _, s := range v.Shortcuts {
		if e := p.keys[s.Action]; e != nil && (!p.drawn || s.Key != p.now.Key(s.Action)) {
			e.SetText(s.Key)
		}
	}
	if !p.drawn || v.Backend != p.now.Backend {
		p.address.SetText(v.Backend)
	}
	p.now, p.drawn = v, true
}

// renderSessions lists where her accounts are signed in.
func (p *choices) renderSessions() {
	seats := p.seats.View()
	if p.drawn && reflect.DeepEqual(seats, p.sat) {
		return
	}
	p.sat = seats
	p.sessions.RemoveAll()
	for _, account := range seats {
		p.sessions.Add(p.account(account))
	}
	control.Show(p.sessionsPanel, len(seats) > 0)
}
