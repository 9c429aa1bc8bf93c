package page

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/widget"

	"github.com/jasmincam/jasmincam/internal/ui/control"
	"github.com/jasmincam/jasmincam/internal/ui/vm"
)

// account shows where one account is signed in.
func (p *choices) account(a vm.Seats) fyne.CanvasObject {
	index := 0
	if a.Letter == "B" {
		index = 1
	}
	name := widget.NewLabel(a.Name)
	name.TextStyle.Bold = true
	name.Wrapping = fyne.TextWrapWord
	rows := container.NewVBox(container.NewBorder(nil, nil, control.Mark(a.Letter, index), nil, name))
	if trouble := a.Trouble.In(p.shell.Words()); trouble != "" {
		line := control.Text(trouble)
		line.Importance = widget.DangerImportance
		rows.Add(line)
	}
	others := false
	for _, s := range a.Sittings {
		rows.Add(p.sitting(a, s))
		others = others || !s.Current
	}
	if others {
		end := control.NewButton(p.say("settings.sessions.endall"), nil, func() { p.askToEnd(a) })
		end.SetOn(!a.Busy)
		rows.Add(container.NewHBox(end))
	}
	return rows
}

// sitting is one device. When it was seen is said in the form that every
// language reads.
func (p *choices) sitting(a vm.Seats, s vm.Sitting) fyne.CanvasObject {
	words := s.Device + " · " + s.Seen.Local().Format(time.DateTime)
	if s.Current {
		words = s.Device + " · " + p.say("settings.session.here")
	}
	line := control.Text(words)
	if s.Current {
		return line
	}
	end := control.NewButton(p.say("settings.session.end"), nil, func() { p.seats.End(a.Email, s.ID) })
	end.SetOn(!a.Busy)
	return container.NewBorder(nil, nil, nil, end, line)
}

func (p *choices) askToEnd(a vm.Seats) {
	p.shell.Ask(Question{Title: p.say("settings.sessions.endall"), Text: p.say("settings.sessions.ask"), Yes: p.say("settings.session.end"),
		No: p.say("cancel"), Danger: true, Answer: func(yes bool) {
			if yes {
				p.seats.EndOthers(a.Email)
			}
		}})
}
