package persona

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	standard "fyne.io/fyne/v2/theme"

	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/ui/control"
	"github.com/jasmincam/jasmincam/internal/ui/xwidget"
)

// about are the words about her, and what she is found by.
func (p *persona) about() fyne.CanvasObject {
	var categories []string
	for _, c := range domain.Categories() {
		categories = append(categories, c.Name)
	}
	willing := xwidget.Flow()
	for _, code := range domain.WillingnessChoices() {
		willing.Add(p.willing(code))
	}
	words := p.group("profile.about",
		p.under("profile.introduction", p.area(5, func(f *form) *string { return &f.Introduction })),
		p.under("profile.likes", p.area(2, func(f *form) *string { return &f.Likes })),
		p.under("profile.dislikes", p.area(2, func(f *form) *string { return &f.Dislikes })))
	found := p.group("profile.found",
		xwidget.Flow(p.cell("profile.category", p.choice(p.choices("category.", categories, false), func(f *form) *string { return &f.Category })),
			p.cell("profile.height", p.line(func(f *form) *string { return &f.Height })),
			p.cell("profile.build", p.choice(p.choices("build.", domain.Builds(), true), func(f *form) *string { return &f.Build })),
			p.cell("profile.hair", p.choice(p.choices("hair.", domain.HairColours(), true), func(f *form) *string { return &f.Hair })),
			p.cell("profile.eyes", p.choice(p.choices("eyes.", domain.EyeColours(), true), func(f *form) *string { return &f.Eyes }))),
		p.under("profile.languages", p.chosen(tongues(p.shell.Words().Lang()), "profile.language.add", domain.MaxLanguages,
			func(f *form) *[]string { return &f.Languages })),
		p.under("profile.willing", willing))
	return control.Stacked(words, found)
}

// willing is one service that she offers or not.
func (p *persona) willing(code string) *control.Check {
	c := control.NewCheck(p.say("willing."+code), func(on bool) {
		now := list(p.d.now.Willing)
		if at := slices.Index(now, code); at >= 0 {
			now = slices.Delete(now, at, at+1)
		}
		if on {
			now = append(now, code)
		}
		p.d.now.Willing = now
		p.touch()
	})
	p.fills = append(p.fills, func() { c.Tick(slices.Contains(p.d.now.Willing, code)) })
	return c
}

// menu is the tip menu: a title and credits a line.
func (p *persona) menu() fyne.CanvasObject {
	box := xwidget.Rows()
	add := control.NewButton(p.say("profile.menu.add"), standard.ContentAddIcon(), nil)
	var show func()
	show = func() {
		box.Objects = nil
		for i, line := range p.d.now.Menu {
			box.Add(p.offer(i, line, show))
		}
		add.SetOn(len(p.d.now.Menu) < domain.MaxTipMenu)
		box.Refresh()
		p.settle()
	}
	add.OnTapped = func() {
		p.d.now.Menu = append(p.d.now.Menu, offer{})
		show()
		p.touch()
	}
	p.fills = append(p.fills, show)
	return p.group("profile.menu", control.Quiet(p.say("profile.menu.text")), box, xwidget.Flow(add))
}

func (p *persona) offer(i int, line offer, show func()) fyne.CanvasObject {
	title, credits := control.NewEntry(), control.NewEntry()
	title.SetPlaceHolder(p.say("profile.menu.title"))
	credits.SetPlaceHolder(p.say("profile.credits"))
	title.SetText(line.Title)
	credits.SetText(line.Amount)
	title.OnChanged = func(words string) { p.d.now.Menu[i].Title = words; p.touch() }
	credits.OnChanged = func(words string) { p.d.now.Menu[i].Amount = words; p.touch() }
	remove := control.NewButton("", standard.DeleteIcon(), func() {
		p.d.now.Menu = slices.Delete(p.d.now.copied().Menu, i, i+1)
		show()
		p.touch()
	}).Hint(p.say("live.overlay.remove"))
	return container.NewBorder(nil, nil, nil, remove, xwidget.Columns([]float32{2.2, 1}, title, credits))
}
