package private

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"

	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/text"
	"github.com/jasmincam/jasmincam/internal/ui/control"
	"github.com/jasmincam/jasmincam/internal/ui/page/figure"
	"github.com/jasmincam/jasmincam/internal/ui/vm"
	"github.com/jasmincam/jasmincam/internal/ui/xwidget"
)

// receipt is what a show brought, above the one button that opens her rooms.
type receipt struct {
	title, with, why, closed *widget.Label
	figures                  *xwidget.Figures
	open                     *control.Button
	head, body, foot         fyne.CanvasObject
}

func newReceipt(words *text.Words, free func()) *receipt {
	r := &receipt{title: control.Heading(""), with: control.Text(""), why: control.Text(""), closed: control.Text(words.Say("private.over.closed")),
		figures: xwidget.NewFigures(), open: control.NewMainButton(words.Say("private.over.open"), nil, free)}
	r.closed.TextStyle.Bold = true
	r.head = r.title
	r.body = xwidget.Rows(r.with, r.why, xwidget.Indent(r.figures))
	r.foot = xwidget.Rows(r.closed, xwidget.Large(r.open))
	return r
}

func (r *receipt) show(words *text.Words, v vm.PrivateView) {
	o := v.Over
	r.open.SetOn(!v.Busy)
	if o == nil { // it ended before the app was started
		control.Say(r.title, words.Say("private.over.title"))
		control.Say(r.with, words.Say("private.over.earlier"))
		control.Say(r.why, "")
		r.figures.Set(nil)
		return
	}
	title := "private.over.title"
	if o.State != domain.ShowSettled {
		title = "private.over.unbegun"
	}
	control.Say(r.title, words.Say(title))
	control.Say(r.with, o.Member+" · "+o.Letter+" "+o.Account)
	control.Say(r.why, words.Say("private.reason."+o.Reason))
	if o.State != domain.ShowSettled {
		r.figures.Set(nil)
		return
	}
	lines := []xwidget.Figure{
		{What: words.Say("private.over.earned"), Value: figure.Dollars(o.EarnedCents)},
		{What: words.Say("private.over.delivered"), Value: figure.Clock(o.Delivered)},
		{What: words.Say("private.over.paused"), Value: figure.Clock(o.Paused)},
		{What: words.Say("private.over.price"), Value: figure.Credits(int64(o.Price))},
		{What: words.Say("private.over.charged"), Value: figure.Exact(int64(o.Charged))},
	}
	if o.Seen+o.Heard > 0 { // the lines add up to what was paid, digit by digit
		lines = append(lines, xwidget.Figure{What: words.Say("private.over.base"), Value: figure.Exact(int64(o.Base))},
			xwidget.Figure{What: words.Say("private.over.camera", figure.Clock(o.Seen)), Value: figure.Exact(int64(o.Camera))},
			xwidget.Figure{What: words.Say("private.over.voice", figure.Clock(o.Heard)), Value: figure.Exact(int64(o.Voice))})
	}
	r.figures.Set(lines)
}
