package book

import (
	"io"
	"slices"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	standard "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/jasmincam/jasmincam/internal/text"
	"github.com/jasmincam/jasmincam/internal/ui/control"
	"github.com/jasmincam/jasmincam/internal/ui/page"
	"github.com/jasmincam/jasmincam/internal/ui/page/figure"
	"github.com/jasmincam/jasmincam/internal/ui/theme"
	"github.com/jasmincam/jasmincam/internal/ui/vm"
	"github.com/jasmincam/jasmincam/internal/ui/xwidget"
)

// Model is what the Money page needs of its view model.
type Model interface {
	View() vm.MoneyView
	Refresh()
	Open(email string)
	Shut()
	Earlier()
	Later()
	More()
	Export(to io.WriteCloser)
}

// moneyWide is the width, at a text size of 100 %, from which on the
// statement stands beside the accounts.
const moneyWide = 860

// money is the Money page: what she earned in the current period, joined and by
// account.
type money struct {
	words   *text.Words
	model   Model
	total   *widget.Label
	refresh *control.Button
	purses  []*purse
	nobody  *widget.Label
	drawn   []vm.Earnings
	book    *statement
	frame   *xwidget.Adaptive
	box     *fyne.Container // of the purses
}

// purse is one account's part of the page.
type purse struct {
	earned  *widget.Label
	figures *xwidget.Figures
	level   *xwidget.Progress
	next    *widget.Label
	period  *widget.RichText
	trouble *widget.Label
	box     fyne.CanvasObject
}

var _ page.Page = (*money)(nil)

// New returns the maker of the Money page.
func New(model Model) page.Maker {
	return func(shell page.Shell) page.Page {
		m := &money{words: shell.Words(), model: model}
		m.total = control.Text("")
		m.total.SizeName, m.total.TextStyle.Bold = standard.SizeNameHeadingText, true
		m.refresh = control.NewButton(m.words.Say("money.refresh"), standard.ViewRefreshIcon(), model.Refresh)
		m.nobody = control.Text(m.words.Say("money.nobody"))
		m.box = xwidget.Rows()
		m.book = newStatement(shell, model)
		m.frame = xwidget.NewAdaptive([]float32{moneyWide}, m.arrange)
		return m
	}
}

// arrange places the statement below the accounts, or beside them.
func (m *money) arrange(class int) fyne.CanvasObject {
	head := container.NewBorder(nil, nil, nil, container.NewVBox(m.refresh), xwidget.Rows(control.Quiet(m.words.Say("money.period")), m.total))
	accounts := []fyne.CanvasObject{head, m.nobody, m.box, m.book.chart}
	if class == 0 {
		return container.NewPadded(xwidget.Scrolled(xwidget.Rows(append(accounts, m.book.head, m.book.table(), m.book.foot)...)))
	}
	right := container.NewBorder(m.book.head, m.book.foot, nil, nil, m.book.table())
	return container.NewPadded(container.NewPadded(xwidget.Columns([]float32{1, 1.25}, xwidget.Scrolled(xwidget.Rows(accounts...)), right)))
}

func (m *money) fill() {
	m.box.Objects = nil
	for _, p := range m.purses {
		m.box.Add(p.box)
	}
	m.box.Refresh()
}

// ID implements Page.
func (m *money) ID() string { return page.Money }

// Title implements Page.
func (m *money) Title() string { return "page.money" }

// Icon implements Page.
func (m *money) Icon() fyne.Resource { return theme.Sign("money") }

// Content implements Page.
func (m *money) Content() fyne.CanvasObject { return m.frame }

// Show implements Page.
func (m *money) Show() { m.model.Open(m.model.View().Table.Email) }

// Hide implements Page.
func (m *money) Hide() { m.model.Shut() }

// Render implements Page.
func (m *money) Render() {
	v := m.model.View()
	if said := figure.Dollars(v.EarnedCents); m.total.Text != said {
		m.total.SetText(said)
	}
	control.Show(m.nobody, len(v.Accounts) == 0)
	if !sameAccounts(m.drawn, v.Accounts) {
		m.purses = nil
		for _, e := range v.Accounts {
			m.purses = append(m.purses, newPurse(e))
		}
		m.drawn = nil
		m.fill()
	}
	for i, e := range v.Accounts {
		if m.drawn == nil || !sameEarnings(m.drawn[i], e) {
			m.purses[i].show(m.words, e)
		}
	}
	m.drawn = v.Accounts
	m.refresh.SetOn(!v.Refreshing)
	m.book.render(v)
}

func sameAccounts(a, b []vm.Earnings) bool {
	return slices.EqualFunc(a, b, func(x, y vm.Earnings) bool {
		return x.Email == y.Email && x.Letter == y.Letter && x.Name == y.Name
	})
}

// sameEarnings leaves the trouble out when both have none: a Notice cannot be
// compared.
func sameEarnings(a, b vm.Earnings) bool {
	return a.Trouble.Empty() && b.Trouble.Empty() && a.Known == b.Known && a.EarnedCents == b.EarnedCents && a.GrossCents == b.GrossCents &&
		a.Percent == b.Percent && a.Level == b.Level && a.ToNextCents == b.ToNextCents && a.From.Equal(b.From) &&
		a.Online == b.Online && a.Promotion == b.Promotion && a.Snapshots == b.Snapshots
}

func newPurse(e vm.Earnings) *purse {
	p := &purse{earned: control.Text(""), figures: xwidget.NewFigures(), level: xwidget.NewProgress(), next: control.Text(""),
		period: control.Quiet(""), trouble: control.Text("")}
	p.earned.SizeName, p.earned.TextStyle.Bold = standard.SizeNameHeadingText, true
	p.trouble.Importance = widget.WarningImportance
	name := widget.NewLabel(e.Name)
	name.TextStyle.Bold = true
	name.SizeName = standard.SizeNameSubHeadingText
	name.Wrapping = fyne.TextWrapWord
	head := container.NewBorder(nil, nil, control.Mark(e.Letter, figure.Account(e.Letter)), nil, name)
	p.box = control.Panel(xwidget.Rows(head, p.earned, xwidget.Indent(p.figures), xwidget.Indent(p.level), p.next, p.period, p.trouble))
	return p
}

func (p *purse) show(words *text.Words, e vm.Earnings) {
	control.Say(p.trouble, e.Trouble.In(words))
	if !e.Known {
		control.Say(p.earned, "–")
		control.Say(p.next, words.Say("money.unknown"))
		p.box.Refresh()
		return
	}
	control.Say(p.earned, figure.Dollars(e.EarnedCents))
	figures := []xwidget.Figure{
		{What: words.Say("money.share"), Value: words.Say("money.percent", e.Percent)},
		{What: words.Say("money.gross"), Value: figure.Dollars(e.GrossCents)},
		{What: words.Say("money.level"), Value: words.Level(e.Level)},
		{What: words.Say("live.time"), Value: figure.Duration(e.Online)},
	}
	if s := e.Snapshots; s != nil {
		figures = append(figures, xwidget.Figure{What: words.Say("money.snapshots", s.Sold), Value: figure.Dollars(s.Own.Cents())},
			xwidget.Figure{What: words.Say("money.snapshots.all", s.AllSold), Value: figure.Dollars(s.AllOwn.Cents())})
	}
	p.figures.Set(figures)
	done, next := 1.0, words.Say("money.top")
	if e.ToNextCents > 0 {
		done = float64(e.GrossCents) / float64(e.GrossCents+e.ToNextCents)
		next = words.Say("money.next", figure.Dollars(e.ToNextCents), words.Level(e.Next))
	}
	p.level.Put(done)
	control.Say(p.next, next)
	period := ""
	if !e.From.IsZero() {
		period = words.Say("money.dates", e.From.Format(time.DateOnly), e.To.Format(time.DateOnly))
	}
	if e.Promotion != nil {
		period = strings.TrimSpace(period + "\n" + words.Say("money.promotion", e.Promotion.Ends.Local().Format("2006-01-02"), figure.Duration(e.Promotion.OnlineLeft)))
	}
	control.SayQuiet(p.period, period)
	p.box.Refresh()
}
