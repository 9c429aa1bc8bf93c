package persona

import (
	"io"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	standard "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/ui/control"
	"github.com/jasmincam/jasmincam/internal/ui/page"
	"github.com/jasmincam/jasmincam/internal/ui/theme"
	"github.com/jasmincam/jasmincam/internal/ui/vm"
	"github.com/jasmincam/jasmincam/internal/ui/xwidget"
)

// Model is what the page needs of its view model.
type Model interface {
	View() vm.PersonaView
	Open(email string)
	Save(email string, e domain.ProfileEdit)
	Dismiss(email string)
	SetGoal(email, title string, target domain.Millicredits)
	SetDoors(email string, homeClosed bool, guestsClosedIn []string, aside domain.Aside)
	BanWord(email, typed string)
	AllowWord(email, word string)
	LookFrom(email, country string, role domain.Role)
	Send(email string, slot domain.Slot, open func() (io.ReadCloser, error))
}

// persona is the Profile page.
type persona struct {
	shell   page.Shell
	model   Model
	d       *draft
	view    vm.PersonaView
	filled  bool     // the fields show the draft
	filling bool     // and are about to
	fills   []func() // show the draft, each in its field

	whose      *control.Select
	save, undo *control.Button
	state      *widget.Label // what became of it
	trouble    *widget.Label
	nothing    *widget.Label // in the place of fields
	body       *fyne.Container
	content    fyne.CanvasObject
	pictures   *pictures
	goal       *goal
	banned     *banned
	sight      *sight
	limits     *widget.RichText // of prices
	now        *widget.Label    // what a minute costs
}

var (
	_ page.Page   = (*persona)(nil)
	_ page.Keeper = (*persona)(nil)
)

// New returns the maker of the Profile page.
func New(model Model) page.Maker {
	d := &draft{}
	return func(shell page.Shell) page.Page {
		p := &persona{shell: shell, model: model, d: d}
		p.pictures = newPictures(p)
		p.goal = newGoal(p)
		p.banned = newBanned(p)
		p.sight = newSight(p)
		p.build()
		return p
	}
}

func (p *persona) say(key string, args ...any) string { return p.shell.Words().Say(key, args...) }

func (p *persona) build() {
	p.whose = control.NewSelect(nil, func(i int) {
		if i < len(p.view.Rooms) {
			email := p.view.Rooms[i].Email
			p.leave(func() { p.model.Open(email) })
		}
	})
	p.save = control.NewMainButton(p.say("save"), standard.DocumentSaveIcon(), p.keep)
	p.undo = control.NewButton(p.say("undo"), standard.ContentUndoIcon(), p.Undo)
	p.state = widget.NewLabel("")
	p.state.Hide()
	p.trouble = control.Text("")
	p.trouble.Importance = widget.WarningImportance
	p.trouble.Hide()
	p.nothing = control.Text("")
	p.body = control.Stacked(p.about(), p.pictures.box, p.goal.box, p.menu(), p.prices(), p.doors(), p.banned.box, p.sight.box)
	head := xwidget.Rows(xwidget.Flow(xwidget.Wide(290*theme.Scale(), p.whose), p.save, p.undo, p.state), p.nothing)
	foot := xwidget.Rows(p.trouble) // below the fields: they stay where they are when it comes
	p.content = container.NewPadded(container.NewPadded(container.NewBorder(control.Column(760, head), control.Column(760, foot), nil, nil,
		control.Scrolled(container.NewPadded(control.Column(740, p.body))))))
}

// ID implements page.Page.
func (p *persona) ID() string { return page.Profile }

// Title implements page.Page.
func (p *persona) Title() string { return "page.profile" }

// Icon implements page.Page.
func (p *persona) Icon() fyne.Resource { return theme.Sign("tag") }

// Content implements page.Page.
func (p *persona) Content() fyne.CanvasObject { return p.content }

// Show implements page.Page: all is read anew.
func (p *persona) Show() { p.model.Open(p.model.View().Email) }

// Hide implements page.Page.
func (p *persona) Hide() {}

// Unsaved implements page.Keeper.
func (p *persona) Unsaved() bool { return p.d.touched }

// Undo implements page.Keeper.
func (p *persona) Undo() {
	p.d.now, p.d.touched, p.d.sent = p.d.base.copied(), false, nil
	p.fill()
	p.model.Dismiss(p.d.email)
	p.Render()
}

// leave does what leads to another account, and asks first while something is
// not saved.
func (p *persona) leave(then func()) {
	if !p.d.touched {
		then()
		return
	}
	p.Render() // the choice shows the account that is open still
	p.shell.Ask(page.Question{Title: p.say("unsaved.title"), Text: p.say("unsaved.text"), Yes: p.say("unsaved.yes"), No: p.say("unsaved.no"),
		Danger: true, Answer: func(yes bool) {
			if yes {
				p.Undo()
				then()
			}
		}})
}

// keep sends what she wrote. The doors go first: a refusal of the profile, which
// is likelier, is then the newest.
func (p *persona) keep() {
	e, wrong := p.d.now.edit()
	p.model.Dismiss(p.d.email) // what was refused before is said no more
	if p.d.wrong = wrong; wrong != "" {
		p.Render()
		return
	}
	sent, base := p.d.now.copied(), p.d.base
	p.d.sent, p.d.due = &sent, p.view.Saved
	if sent.HomeClosed != base.HomeClosed || sent.Aside != base.Aside || !equal(sent.Closed, base.Closed) {
		p.d.due++
		p.model.SetDoors(p.d.email, sent.HomeClosed, sent.Closed, domain.Aside(sent.Aside))
	}
	profile := sent
	profile.HomeClosed, profile.Closed, profile.Aside = base.HomeClosed, base.Closed, base.Aside
	if !profile.same(base) {
		p.d.due++
		p.model.Save(p.d.email, e)
	}
	p.Render()
}

func equal(a, b []string) bool { return form{Closed: a}.same(form{Closed: b}) }

// touch notes that she wrote.
func (p *persona) touch() {
	p.d.touched = !p.d.now.same(p.d.base)
	p.allow()
}

// allow says what may be pressed, and whether all is saved.
func (p *persona) allow() {
	p.save.SetOn(p.d.touched && p.d.sent == nil)
	p.undo.SetOn(p.d.touched && p.d.sent == nil)
	said := ""
	switch {
	case p.d.sent != nil:
		said = p.say("profile.saving")
	case p.d.touched:
		said = p.say("profile.unsaved")
	}
	control.Say(p.state, said)
	p.tell()
	p.showLimits()
}

// tell says why nothing was sent, else why the newest change was refused.
func (p *persona) tell() {
	said := p.view.Trouble.In(p.shell.Words())
	if p.d.wrong != "" {
		if _, p.d.wrong = p.d.now.edit(); p.d.wrong != "" {
			said = p.say("profile.wrong", p.say(string(p.d.wrong)))
		}
	}
	if p.trouble.Text != said {
		control.Say(p.trouble, said)
		p.content.Refresh()
	}
}

// fill shows the draft in all fields.
func (p *persona) fill() {
	p.filling = true
	for _, show := range p.fills {
		show()
	}
	p.filling, p.filled = false, true
	p.settle()
}

// settle places the groups anew after one of them has got another height.
func (p *persona) settle() {
	if p.body != nil {
		p.body.Refresh()
	}
}

// Render implements page.Page.
func (p *persona) Render() {
	v := p.model.View()
	p.view = v
	names, at := make([]string, 0, len(v.Rooms)), -1
	for i, r := range v.Rooms {
		names = append(names, r.Letter+" · "+r.Name)
		if r.Email == v.Email {
			at = i
		}
	}
	p.whose.Offer(names, at)
	nothing := ""
	switch {
	case v.Email == "":
		nothing = p.say("live.nobody")
	case !v.Known && v.Trouble.Empty():
		nothing = p.say("profile.reading")
	}
	control.Say(p.nothing, nothing)
	control.Show(p.body, v.Known)
	if !v.Known {
		*p.d, p.filled = draft{}, false
		p.allow()
		return
	}
	p.take(v)
	p.allow()
	p.pictures.render(v)
	p.goal.render(v)
	p.banned.render(v)
	p.sight.render(v)
}

// take brings the draft and what is known together.
func (p *persona) take(v vm.PersonaView) {
	d := p.d
	if d.email != v.Email {
		*d, p.filled = draft{email: v.Email}, false
	}
	d.base = formOf(v)
	if d.sent != nil && v.Saved >= d.due {
		d.touched = d.touched && !d.now.same(*d.sent) // she may have gone on writing
		d.sent = nil
	} else if d.sent != nil && !v.Busy {
		d.sent = nil // it was refused
	}
	d.touched = d.touched && !d.now.same(d.base)
	switch {
	case !d.touched && (!p.filled || !d.now.same(d.base)):
		d.now = d.base.copied()
		p.fill()
	case !p.filled:
		p.fill()
	}
}
