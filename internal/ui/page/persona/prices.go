package persona

import (
	"fmt"
	"slices"
	"time"

	"fyne.io/fyne/v2"
	standard "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/ui/control"
	"github.com/jasmincam/jasmincam/internal/ui/page/figure"
	"github.com/jasmincam/jasmincam/internal/ui/vm"
	"github.com/jasmincam/jasmincam/internal/ui/xwidget"
)

// prices are credits a minute, and what a snapshot costs (domain B2, B3, B4, B6, B15).
func (p *persona) prices() fyne.CanvasObject {
	p.limits, p.now = control.Quiet(""), control.Text("")
	p.now.TextStyle.Bold = true
	return p.group("profile.prices", p.now, p.limits,
		xwidget.Flow(p.cell("profile.private", p.line(func(f *form) *string { return &f.Private })),
			p.cell("profile.cam2cam", p.line(func(f *form) *string { return &f.Cam2cam })),
			p.cell("profile.audio", p.line(func(f *form) *string { return &f.Audio })),
			p.cell("profile.snapshot", p.line(func(f *form) *string { return &f.Snapshot }))),
		p.tick("profile.offpeak", func(f *form) *bool { return &f.OffPeak }),
		xwidget.Flow(p.cell("profile.offpeak.price", p.line(func(f *form) *string { return &f.OffPrice })),
			p.cell("profile.offpeak.from", p.hour(func(f *form) *int { return &f.From })),
			p.cell("profile.offpeak.to", p.hour(func(f *form) *int { return &f.To }))),
		p.tick("profile.birthday", func(f *form) *bool { return &f.Birthday }))
}

func (p *persona) hour(of func(f *form) *int) *control.Select {
	var hours []string
	for h := range 24 {
		hours = append(hours, fmt.Sprintf("%02d:00", h))
	}
	s := control.NewSelect(hours, func(i int) {
		*of(&p.d.now) = i
		p.touch()
	})
	p.fills = append(p.fills, func() { s.Choose(*of(&p.d.now)) })
	return s
}

// showLimits says between what her prices may be, which depends on the category.
func (p *persona) showLimits() {
	most := domain.MinPrice
	if i := slices.IndexFunc(domain.Categories(), func(c domain.Category) bool { return c.Name == p.d.now.Category }); i >= 0 {
		most = domain.Categories()[i].MaxPrice
	}
	said := p.say("profile.limits", amount(domain.MinPrice), amount(most), amount(domain.MaxCam2cam), amount(domain.MaxAudio))
	said += "\n" + p.say("profile.limits.snapshot", amount(domain.MinSnapshot), amount(domain.MaxSnapshot))
	said += "\n" + p.say("profile.price.kept")
	control.SayQuiet(p.limits, said)
	now := ""
	if p.view.Known {
		now = p.priceNow(p.view.Profile)
	}
	control.Say(p.now, now)
}

// priceNow says what a minute costs at this moment and why, with what is left of the
// promotion by both of its counters (domain B7).
func (p *persona) priceNow(now domain.Profile) string {
	said := p.say("profile.price.now", amount(now.PriceNow))
	switch {
	case now.Promotion != nil:
		left := time.Duration(now.Promotion.OnlineLeftMS) * time.Millisecond
		said += " " + p.say("profile.price.promotion", p.shell.Words().Count("profile.days", int(now.Promotion.DaysLeft)), figure.Duration(left))
	case now.PriceWhy == domain.PriceOffPeak:
		said += " " + p.say("profile.price.quiet", time.UnixMilli(now.PriceUntil).Local().Format("15:04"))
	}
	return said
}

// doors are who may not come in (domain C8), and what is seen while her other
// account has a private show.
func (p *persona) doors() fyne.CanvasObject {
	return p.group("profile.doors", p.tick("profile.doors.home", func(f *form) *bool { return &f.HomeClosed }),
		p.under("profile.doors.guests", p.chosen(countries(p.shell.Words().Lang()), "profile.country", domain.MaxClosedCountries,
			func(f *form) *[]string { return &f.Closed })),
		p.under("profile.aside", p.choice(p.choices("profile.aside.", []string{string(domain.AsideCurtain), string(domain.AsideAway)}, false),
			func(f *form) *string { return &f.Aside })),
		control.Quiet(p.say("profile.aside.text")))
}

// sight tells what somebody elsewhere sees of her room.
type sight struct {
	p       *persona
	places  []named // the first is unknown
	country *control.Finder
	member  *control.Check
	look    *control.Button
	answer  *widget.Label
	box     fyne.CanvasObject
}

func newSight(p *persona) *sight {
	s := &sight{p: p}
	s.places = append([]named{{"", p.say("profile.sight.unknown")}}, countries(p.shell.Words().Lang())...)
	s.country = control.NewFinder(namesOf(s.places), p.say("profile.country.find"), nil)
	s.country.Put(0)
	s.member = control.NewCheck(p.say("profile.sight.member"), nil)
	s.look = control.NewButton(p.say("profile.sight.look"), standard.VisibilityIcon(), func() {
		role := domain.RoleGuest
		if s.member.Checked {
			role = domain.RoleMember
		}
		p.model.LookFrom(p.d.email, s.places[max(0, s.country.Place())].code, role)
	})
	s.answer = control.Text("")
	s.answer.Hide()
	s.box = p.group("profile.sight", control.Quiet(p.say("profile.sight.text")), xwidget.Flow(p.wide(s.country.Box()), s.member, s.look), s.answer)
	return s
}

func (s *sight) render(v vm.PersonaView) {
	s.look.SetOn(!v.Busy)
	said := ""
	if x := v.Sight; x != nil {
		who := "profile.sight.guest.sees"
		if x.Role == domain.RoleMember {
			who = "profile.sight.member.sees"
		}
		what := "profile.sight.closed"
		switch {
		case x.Open && x.Chat:
			what = "profile.sight.write"
		case x.Open:
			what = "profile.sight.read"
		}
		said = s.p.say(who, called(s.places, x.Country)) + " " + s.p.say(what)
		if x.Message != "" {
			said += "\n“" + x.Message + "”"
		}
	}
	if s.answer.Text != said {
		control.Say(s.answer, said)
		s.p.settle()
	}
}
