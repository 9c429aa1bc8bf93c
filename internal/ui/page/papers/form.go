package papers

import (
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/ui/control"
)

// Draft is what she has written. It outlives the form, which is built anew with
// other colours and words.
type Draft struct {
	domain.Application
	filled bool // with what was sent before
}

// Form is her application.
type Form struct {
	Box fyne.CanvasObject

	say        func(key string, args ...any) string
	draft      *Draft
	name, born *control.Entry
	country    *control.Finder
	countries  []Country
	trouble    *widget.Label
	send       *control.Button
	missing    bool // something is, and she was told
}

// New returns a form over a draft, in the words of a language; sent gets what
// she sends.
func New(lang string, say func(key string, args ...any) string, draft *Draft, sent func(a domain.Application)) *Form {
	f := &Form{say: say, draft: draft, name: control.NewEntry(), born: control.NewEntry(), countries: Countries(lang), trouble: control.Text("")}
	f.trouble.Importance = widget.DangerImportance
	f.trouble.Hide()
	f.born.SetPlaceHolder("1995-04-23")
	var names []string
	for _, c := range f.countries {
		names = append(names, c.Name)
	}
	f.country = control.NewFinder(names, say("profile.country.find"), func(i int) { f.draft.Country = f.countries[i].Code })
	f.country.Choice.PlaceHolder = say("papers.country.choose")
	send := func() { f.submit(sent) }
	f.send = control.NewMainButton(say("papers.send"), nil, send)
	f.name.OnChanged = func(words string) { f.draft.FullName = words }
	f.born.OnChanged = func(words string) { f.draft.BirthDate = words }
	f.name.OnSubmitted = func(string) { send() }
	f.born.OnSubmitted = func(string) { send() }
	f.Box = container.NewVBox(control.Quiet(say("papers.text")), f.field("papers.name", f.name), f.field("papers.born", f.born),
		f.field("papers.country", f.country.Box()), f.trouble, container.NewHBox(f.send))
	f.fill()
	return f
}

// First is where she begins.
func (f *Form) First() fyne.Focusable { return f.name }

// field puts a word above what it names.
func (f *Form) field(key string, o fyne.CanvasObject) fyne.CanvasObject {
	return control.Field(f.say(key), o)
}

// fill shows the draft.
func (f *Form) fill() {
	if f.name.Text != f.draft.FullName {
		f.name.SetText(f.draft.FullName)
	}
	if f.born.Text != f.draft.BirthDate {
		f.born.SetText(f.draft.BirthDate)
	}
	f.country.Put(slices.IndexFunc(f.countries, func(c Country) bool { return c.Code == f.draft.Country }))
}

func (f *Form) submit(sent func(a domain.Application)) {
	if f.send.Disabled() {
		return
	}
	a := f.draft.Application
	a.FullName, a.BirthDate = strings.TrimSpace(a.FullName), strings.TrimSpace(a.BirthDate)
	if f.missing = a.FullName == "" || a.BirthDate == "" || a.Country == ""; f.missing {
		control.Say(f.trouble, f.say("papers.missing"))
		return
	}
	control.Say(f.trouble, "")
	sent(a)
}

// Render shows how it stands: what was sent before, which is filled in once,
// whether it is on its way, and why it was refused.
func (f *Form) Render(before domain.Application, busy bool, refused string) {
	if !f.draft.filled && before != (domain.Application{}) && f.draft.Application == (domain.Application{}) {
		f.draft.Application, f.draft.filled = before, true
		f.fill()
	}
	if !f.missing || refused != "" {
		control.Say(f.trouble, refused)
	}
	f.send.SetOn(!busy)
	if busy {
		f.send.SetWord(f.say("papers.sending"))
	} else {
		f.send.SetWord(f.say("papers.send"))
	}
}
