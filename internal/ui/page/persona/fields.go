package persona

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	standard "fyne.io/fyne/v2/theme"

	"github.com/jasmincam/jasmincam/internal/ui/control"
	"github.com/jasmincam/jasmincam/internal/ui/page"
	"github.com/jasmincam/jasmincam/internal/ui/theme"
	"github.com/jasmincam/jasmincam/internal/ui/xwidget"
)

// many is how many options are searched rather than looked through.
const many = 40

// A field writes into the draft, and shows what the draft has when it is filled.

// line is one line of text.
func (p *persona) line(of func(f *form) *string) *control.Entry {
	e := control.NewEntry()
	e.OnChanged = func(words string) {
		if !p.filling {
			*of(&p.d.now) = words
			p.touch()
		}
	}
	p.fills = append(p.fills, func() {
		if words := *of(&p.d.now); e.Text != words {
			e.SetText(words)
		}
	})
	return e
}

// area is several lines of text.
func (p *persona) area(lines int, of func(f *form) *string) *page.Area {
	a := page.NewArea(lines, func(words string) {
		*of(&p.d.now) = words
		p.touch()
	})
	p.fills = append(p.fills, func() { a.Put(*of(&p.d.now)) })
	return a
}

// tick is yes or no.
func (p *persona) tick(key string, of func(f *form) *bool) *control.Check {
	c := control.NewCheck(p.say(key), func(on bool) {
		*of(&p.d.now) = on
		p.touch()
	})
	p.fills = append(p.fills, func() { c.Tick(*of(&p.d.now)) })
	return c
}

// choice is one of several values.
func (p *persona) choice(values []named, of func(f *form) *string) *control.Select {
	s := control.NewSelect(namesOf(values), func(i int) {
		*of(&p.d.now) = values[i].code
		p.touch()
	})
	p.fills = append(p.fills, func() {
		s.Choose(slices.IndexFunc(values, func(n named) bool { return n.code == *of(&p.d.now) }))
	})
	return s
}

// chosen are several of many values: each with a button that takes it away, and
// a choice that adds one.
func (p *persona) chosen(values []named, add string, most int, of func(f *form) *[]string) fyne.CanvasObject {
	box := xwidget.Flow()
	var show func()
	change := func(edit func(list []string) []string) {
		*of(&p.d.now) = edit(list(*of(&p.d.now)))
		show()
		p.touch()
	}
	more := p.adder(values, add, func(i int) {
		if now := *of(&p.d.now); len(now) < most && !slices.Contains(now, values[i].code) {
			change(func(list []string) []string { return append(list, values[i].code) })
		}
	})
	show = func() {
		box.Objects = nil
		for _, code := range *of(&p.d.now) {
			box.Add(control.NewButton(called(values, code), standard.CancelIcon(), func() {
				change(func(list []string) []string { return slices.DeleteFunc(list, func(c string) bool { return c == code }) })
			}))
		}
		if len(*of(&p.d.now)) < most {
			box.Add(more)
		}
		box.Refresh()
		p.settle()
	}
	p.fills = append(p.fills, show)
	return box
}

// adder is a choice that forgets what was chosen; among very many there is an
// entry to search them.
func (p *persona) adder(values []named, hint string, add func(i int)) fyne.CanvasObject {
	if len(values) > many {
		var f *control.Finder
		f = control.NewFinder(namesOf(values), p.say("profile.country.find"), func(i int) {
			f.Put(-1)
			add(i)
		})
		f.Choice.PlaceHolder = p.say(hint)
		return p.wide(f.Box())
	}
	var s *control.Select
	s = control.NewSelect(namesOf(values), func(i int) {
		s.Choose(-1)
		add(i)
	})
	s.PlaceHolder = p.say(hint)
	return p.wide(s)
}

// cell is a field below its name.
func (p *persona) cell(key string, field fyne.CanvasObject) fyne.CanvasObject {
	label := canvas.NewText(p.say(key), theme.Color(theme.Muted))
	label.TextSize = standard.CaptionTextSize()
	return p.wide(container.NewVBox(label, field))
}

func (p *persona) wide(field fyne.CanvasObject) fyne.CanvasObject {
	return xwidget.Wide(190*theme.Scale(), field)
}

// group puts a heading above what belongs together.
func (p *persona) group(key string, objects ...fyne.CanvasObject) fyne.CanvasObject {
	return control.Panel(xwidget.Rows(append([]fyne.CanvasObject{control.Heading(p.say(key))}, objects...)...))
}

// under is a small name above a field that takes the whole width.
func (p *persona) under(key string, field fyne.CanvasObject) fyne.CanvasObject {
	return xwidget.Rows(control.Quiet(p.say(key)), field)
}

// choices are words of the catalogue; the first is "not told" where there may be
// none.
func (p *persona) choices(prefix string, codes []string, none bool) []named {
	var out []named
	if none {
		out = append(out, named{"", p.say("profile.untold")})
	}
	for _, code := range codes {
		out = append(out, named{code, p.say(prefix + code)})
	}
	return out
}
