package accounts

import (
	"reflect"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/widget"

	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/ui/control"
	"github.com/jasmincam/jasmincam/internal/ui/page"
	"github.com/jasmincam/jasmincam/internal/ui/page/papers"
	"github.com/jasmincam/jasmincam/internal/ui/theme"
	"github.com/jasmincam/jasmincam/internal/ui/vm"
)

// Entrance is what the page needs of the sign-in's view model.
type Entrance interface {
	View() vm.SignInView
	SignIn(email, password, url string)
	SignUp(who domain.SignUp, url string)
	Retry(email string)
	Forget(email string)
	Apply(email string, a domain.Application)
	Unseal(passphrase string)
	KeepNothing()
	AskKeyring()
}

// New returns the maker of the page where accounts are signed in and out.
// demo signs the demo accounts in; nil where there is no demo.
func New(model Entrance, demo func()) page.Maker {
	drafts := map[string]*papers.Draft{}
	return func(s page.Shell) page.Page {
		p := &signIn{shell: s, model: model, demo: demo, drafts: drafts, papers: map[string]*papers.Form{}}
		p.build()
		return p
	}
}

type signIn struct {
	shell page.Shell
	model Entrance
	demo  func()

	drafts   map[string]*papers.Draft // of applications, by e-mail
	papers   map[string]*papers.Form  // the same
	content  fyne.CanvasObject
	title    *widget.Label
	accounts *fyne.Container
	form     *entryForm
	demoLine fyne.CanvasObject
	vault    *vaultPanel
	next     fyne.CanvasObject // to the live page
	now      vm.SignInView
	drawn    bool
	begun    bool // the cursor was put into the form
}

func (p *signIn) ID() string                 { return page.Accounts }
func (p *signIn) Title() string              { return "page.accounts" }
func (p *signIn) Icon() fyne.Resource        { return theme.Sign("person") }
func (p *signIn) Content() fyne.CanvasObject { return p.content }
func (p *signIn) Show()                      { p.toPapers() }
func (p *signIn) Hide()                      {}

func (p *signIn) say(key string, args ...any) string { return p.shell.Words().Say(key, args...) }

func (p *signIn) build() {
	p.title = control.Heading("")
	p.accounts = control.Stacked()
	p.form = newEntryForm(p.say, p.model)
	p.vault = newVaultPanel(p.say, p.model)
	p.demoLine = layout.NewSpacer()
	p.demoLine.Hide()
	if p.demo != nil {
		p.demoLine = control.Panel(container.NewVBox(control.Text(p.say("form.demo.text")),
			container.NewHBox(control.NewButton(p.say("form.demo"), nil, p.demo))))
	}
	p.next = container.NewHBox(control.NewMainButton(p.say("form.next"), theme.Sign("live"), func() { p.shell.Turn(page.Live) }))
	p.content = control.Scrolled(container.NewPadded(control.Column(560, control.Stacked(
		p.title, p.accounts, p.next, p.form.box, p.demoLine, p.vault.box))))
}

// Render implements Page.
func (p *signIn) Render() {
	v := p.model.View()
	if p.drawn && reflect.DeepEqual(v, p.now) {
		return
	}
	w := p.shell.Words()
	if !p.drawn || !reflect.DeepEqual(v.Accounts, p.now.Accounts) {
		p.list(v.Accounts)
	}
	title := "form.first"
	switch {
	case !v.Ready:
		title = "form.wait"
	case len(v.Accounts) > 0 && v.Room:
		title = "form.another"
	case len(v.Accounts) > 0:
		title = "form.all"
	}
	control.Say(p.title, w.Say(title))
	control.Show(p.next, anyIn(v.Accounts))
	control.Show(p.form.box, v.Room && v.Ready)
	control.Show(p.accounts, len(v.Accounts) > 0)
	control.Show(p.demoLine, p.demo != nil && v.Ready && len(v.Accounts) == 0)
	p.form.render(v, v.Trouble.In(w), p.drawn && v.Entered > p.now.Entered)
	p.vault.render(v, w.Say("vault."+string(v.Vault)), v.VaultTrouble.In(w))
	entered := p.drawn && v.Entered > p.now.Entered
	p.now, p.drawn = v, true
	p.begin()
	if entered {
		p.toPapers()
	}
}

// toPapers puts the cursor into the first application that is to be filled in.
func (p *signIn) toPapers() {
	c := p.shell.Window().Canvas()
	for _, a := range p.now.Accounts {
		if form := p.papers[a.Email]; form != nil && applies(a) && c.Overlays().Top() == nil {
			c.Focus(form.First())
			return
		}
	}
}

// applies tells whether an account has an application to fill in.
func applies(a vm.Known) bool {
	return a.In && (a.State == domain.StateUnfinished || a.State == domain.StateRejected)
}

// begin puts the cursor into the form when it appears and she is nowhere else.
func (p *signIn) begin() {
	if c := p.shell.Window().Canvas(); !p.begun && p.form.box.Visible() && c.Focused() == nil && c.Overlays().Top() == nil {
		p.begun = true
		c.Focus(p.form.email)
	}
}

func anyIn(accounts []vm.Known) bool {
	for _, a := range accounts {
		if a.In {
			return true
		}
	}
	return false
}

// list shows the known accounts.
func (p *signIn) list(accounts []vm.Known) {
	p.accounts.RemoveAll()
	for i, a := range accounts {
		p.accounts.Add(p.card(i, a))
	}
	p.accounts.Refresh()
}

func (p *signIn) card(i int, a vm.Known) fyne.CanvasObject {
	name, state := a.Name, "form.state.out"
	if name == "" {
		name = a.Email
	}
	switch {
	case a.Busy:
		state = "form.state.busy"
	case a.In:
		state = "form.state.in"
	}
	who := control.TwoLines(name, p.say(state)+" · "+a.Email)
	buttons := container.NewHBox()
	if !a.In && !a.Busy {
		buttons.Add(control.NewButton(p.say("form.retry"), nil, func() { p.model.Retry(a.Email) }))
	}
	leave := control.NewButton(p.say("form.forget"), nil, func() { p.askToForget(a) })
	leave.SetOn(!a.Busy)
	buttons.Add(leave)
	body := container.NewVBox(container.NewBorder(nil, nil, control.Mark(a.Letter, i), container.NewCenter(buttons), who))
	if trouble := a.Trouble.In(p.shell.Words()); trouble != "" {
		line := control.Text(trouble)
		line.Importance = widget.DangerImportance
		if a.State == domain.StateSubmitted || a.State == domain.StateUnfinished {
			line.Importance = widget.WarningImportance
		}
		body.Add(line)
	}
	p.apply(body, a)
	return control.Panel(body)
}

// apply adds what leads to approval: the application, or what she can do while it
// is looked at.
func (p *signIn) apply(body *fyne.Container, a vm.Known) {
	switch {
	case applies(a):
		form := p.papers[a.Email]
		if form == nil {
			if p.drafts[a.Email] == nil {
				p.drafts[a.Email] = &papers.Draft{}
			}
			form = papers.New(p.shell.Words().Lang(), p.say, p.drafts[a.Email], func(sent domain.Application) { p.model.Apply(a.Email, sent) })
			p.papers[a.Email] = form
		}
		form.Render(a.Sent, a.Busy, a.Refused.In(p.shell.Words()))
		body.Add(form.Box)
	case a.In && a.State == domain.StateSubmitted:
		body.Add(control.Quiet(p.say("papers.meanwhile")))
		body.Add(container.NewHBox(control.NewButton(p.say("papers.profile"), nil, func() { p.shell.Turn(page.Profile) })))
	}
}

func (p *signIn) askToForget(a vm.Known) {
	p.shell.Ask(page.Question{Title: p.say("form.forget.title"), Text: p.say("form.forget.text", a.Email), Yes: p.say("form.forget"),
		No: p.say("cancel"), Danger: true, Answer: func(yes bool) {
			if yes {
				p.model.Forget(a.Email)
			}
		}})
}

// entryForm is where an account is signed in, or made.
type entryForm struct {
	box                    fyne.CanvasObject
	say                    func(key string, args ...any) string
	model                  Entrance
	email, password        *control.Entry
	name, address          *control.Entry
	nameRow, addressRow    fyne.CanvasObject
	adult                  *control.Check
	trouble                *widget.Label
	enter, mode, elsewhere *control.Button
	signUp                 bool
	wrong                  string // what is missing, before anything was sent
	begun                  bool   // the address was filled in
}

func newEntryForm(say func(string, ...any) string, model Entrance) *entryForm {
	f := &entryForm{say: say, model: model, email: control.NewEntry(), password: control.NewPassword(), name: control.NewEntry(), address: control.NewEntry()}
	f.email.SetPlaceHolder("name@example.com")
	f.address.SetPlaceHolder(say("form.address.hint"))
	f.name.SetPlaceHolder(say("form.name.hint"))
	f.adult = control.NewCheck(say("form.adult"), nil)
	f.trouble = control.Text("")
	f.trouble.Importance = widget.DangerImportance
	f.trouble.Hide()
	f.enter = control.NewMainButton(say("form.enter"), nil, f.send)
	f.mode = control.NewLink("", func() { f.show(!f.signUp) })
	f.elsewhere = control.NewLink(say("form.elsewhere"), func() { control.Show(f.addressRow, !f.addressRow.Visible()) })
	for _, e := range []*control.Entry{f.email, f.password, f.name, f.address} {
		e.OnSubmitted = func(string) { f.send() }
	}
	f.nameRow = control.Field(say("form.name"), f.name)
	f.addressRow = control.Field(say("form.address"), f.address)
	f.addressRow.Hide()
	f.box = control.Panel(container.NewVBox(control.Field(say("form.email"), f.email), control.Field(say("form.password"), f.password),
		f.nameRow, f.adult, f.addressRow, f.trouble, container.NewHBox(f.enter), f.mode, f.elsewhere))
	f.mode.Alignment, f.elsewhere.Alignment = widget.ButtonAlignLeading, widget.ButtonAlignLeading
	f.show(false)
	return f
}

// show turns the form to signing in or up.
func (f *entryForm) show(signUp bool) {
	f.signUp, f.wrong = signUp, ""
	control.Show(f.nameRow, signUp)
	control.Show(f.adult, signUp)
	control.Say(f.trouble, "")
	if signUp {
		f.enter.SetWord(f.say("form.make"))
		f.mode.SetWord(f.say("form.have"))
		return
	}
	f.enter.SetWord(f.say("form.enter"))
	f.mode.SetWord(f.say("form.new"))
}

func (f *entryForm) send() {
	if f.enter.Disabled() {
		return
	}
	email, address := strings.TrimSpace(f.email.Text), strings.TrimSpace(f.address.Text)
	f.wrong = f.missing(email)
	control.Say(f.trouble, f.wrong)
	switch {
	case f.wrong != "":
	case f.signUp:
		f.model.SignUp(domain.SignUp{Name: strings.TrimSpace(f.name.Text), Email: email, Password: f.password.Text, Adult: true}, address)
	default:
		f.model.SignIn(email, f.password.Text, address)
	}
}

// missing is what has to be filled in first.
func (f *entryForm) missing(email string) string {
	switch {
	case email == "" || f.password.Text == "":
		return f.say("form.missing")
	case f.signUp && strings.TrimSpace(f.name.Text) == "":
		return f.say("form.missing.name")
	case f.signUp && !f.adult.Checked:
		return f.say("form.missing.adult")
	}
	return ""
}

func (f *entryForm) render(v vm.SignInView, trouble string, entered bool) {
	if entered {
		f.email.SetText("")
		f.password.SetText("")
		f.name.SetText("")
		f.adult.Tick(false)
		f.show(false)
		if c := fyne.CurrentApp().Driver().CanvasForObject(f.email); c != nil && c.Focused() == fyne.Focusable(f.password) {
			c.Focus(f.email)
		}
	}
	if !f.begun && v.Ready {
		f.begun = true
		f.address.SetText(v.URL)
	}
	if f.wrong == "" {
		control.Say(f.trouble, trouble)
	}
	f.enter.SetOn(!v.Busy)
	switch {
	case v.Busy:
		f.enter.SetWord(f.say("form.busy"))
	case f.signUp:
		f.enter.SetWord(f.say("form.make"))
	default:
		f.enter.SetWord(f.say("form.enter"))
	}
}

// vaultPanel says where sign-ins are kept, and asks where there is no keyring.
type vaultPanel struct {
	box             fyne.CanvasObject
	where, trouble  *widget.Label
	question        *fyne.Container
	phrase          *control.Entry
	keep, forgetAll *control.Button
	again           *control.Button
}

func newVaultPanel(say func(string, ...any) string, model Entrance) *vaultPanel {
	v := &vaultPanel{where: control.Text(""), trouble: control.Text(""), phrase: control.NewPassword()}
	v.trouble.Importance = widget.DangerImportance
	v.trouble.Hide()
	unseal := func() { model.Unseal(v.phrase.Text) }
	v.phrase.OnSubmitted = func(string) { unseal() }
	v.keep = control.NewButton(say("vault.keep"), nil, unseal)
	v.forgetAll = control.NewLink(say("vault.keepnothing"), model.KeepNothing)
	v.again = control.NewLink(say("vault.again"), model.AskKeyring)
	v.forgetAll.Alignment, v.again.Alignment = widget.ButtonAlignLeading, widget.ButtonAlignLeading
	v.question = container.NewVBox(control.Field(say("vault.passphrase"), v.phrase), container.NewHBox(v.keep), v.forgetAll, v.again)
	v.question.Hide()
	v.box = control.Panel(container.NewVBox(v.where, v.trouble, v.question))
	return v
}

func (p *vaultPanel) render(v vm.SignInView, where, trouble string) {
	control.Say(p.where, where)
	if trouble == where { // once is enough
		trouble = ""
	}
	control.Say(p.trouble, trouble)
	control.Show(p.question, v.Vault == vm.VaultAsks)
	p.keep.SetOn(!v.VaultBusy)
	p.forgetAll.SetOn(!v.VaultBusy)
	p.again.SetOn(!v.VaultBusy)
}
