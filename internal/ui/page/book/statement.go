package book

import (
	"hash/fnv"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/storage"
	standard "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/jasmincam/jasmincam/internal/text"
	"github.com/jasmincam/jasmincam/internal/ui/control"
	"github.com/jasmincam/jasmincam/internal/ui/page"
	"github.com/jasmincam/jasmincam/internal/ui/page/figure"
	"github.com/jasmincam/jasmincam/internal/ui/theme"
	"github.com/jasmincam/jasmincam/internal/ui/vm"
	"github.com/jasmincam/jasmincam/internal/ui/xwidget"
	"github.com/jasmincam/jasmincam/internal/ui/xwidget/feed"
)

// statement is the table of a period: every entry, the sums, a bar a day.
type statement struct {
	shell  page.Shell
	words  *text.Words
	model  Model
	now    vm.Table
	lines  []line          // as they are drawn, newest first
	opened map[string]bool // shows whose entries are seen
	emails []string

	whose          *control.Select
	earlier, later *control.Button
	more, save     *control.Button
	period         *widget.Label
	sums           *xwidget.Figures
	trouble        *widget.Label
	saved          *widget.RichText
	nothing        *widget.Label // in the place of rows
	columns        *feed.EntryRow
	rows           *feed.Feed
	days           *xwidget.Chart
	chart          *fyne.Container
	head, foot     *fyne.Container
	drawn          drawnTable
}

// line is a row of the table, or an entry of an opened show.
type line struct {
	vm.Row
	part bool
}

// name stays the same as long as the row lives: a show that goes on has ever newer
// entries, and one oldest.
func (l line) name() string {
	if n := len(l.Parts); n > 0 {
		return l.Letter + "show" + l.Parts[n-1].Entry
	}
	return l.Letter + l.Entry
}

// drawnTable is what the rows and the chart were drawn for.
type drawnTable struct {
	any        bool
	email      string
	from       time.Time
	rows, days int
	own        int64
	loaded     bool
}

func newStatement(shell page.Shell, model Model) *statement {
	s := &statement{shell: shell, words: shell.Words(), model: model, opened: map[string]bool{}}
	s.whose = control.NewSelect(nil, func(i int) {
		if i < len(s.emails) {
			model.Open(s.emails[i])
		}
	})
	s.earlier = control.NewButton(s.words.Say("money.earlier"), standard.NavigateBackIcon(), model.Earlier)
	s.later = control.NewButton(s.words.Say("money.later"), standard.NavigateNextIcon(), model.Later)
	s.more = control.NewButton(s.words.Say("money.more"), standard.MoveDownIcon(), model.More)
	s.save = control.NewButton(s.words.Say("money.csv"), standard.DocumentSaveIcon(), s.ask)
	s.period = control.Text("")
	s.period.TextStyle.Bold = true
	s.sums = xwidget.NewFigures()
	s.trouble = control.Text("")
	s.trouble.Importance = widget.WarningImportance
	s.saved = control.Quiet("")
	s.rows = feed.New(feed.Config{Len: func() int { return len(s.lines) }, ID: s.id, NewestTop: true,
		Make: func() feed.Row { return feed.NewEntryRow() }, Fill: s.fill, Pressed: s.press})
	s.nothing = control.Text(s.words.Say("money.nothing"))
	s.nothing.Alignment = fyne.TextAlignCenter
	s.nothing.Hide()
	s.columns = feed.NewEntryRow()
	s.columns.Set(feed.Entry{Head: true, Time: s.words.Say("money.column.time"), What: s.words.Say("money.column.what"),
		Gross: s.words.Say("money.column.gross"), Share: s.words.Say("money.column.share"), Own: s.words.Say("money.column.own")})
	s.days = xwidget.NewChart()
	s.chart = container.NewStack(control.Panel(xwidget.Rows(control.Quiet(s.words.Say("money.days")), s.days)))
	s.head = xwidget.Rows(xwidget.Flow(xwidget.Wide(260*theme.Scale(), s.whose), s.earlier, s.later, s.save), s.saved, s.trouble,
		s.period, xwidget.Indent(s.sums), feed.Heading(s.columns))
	s.foot = xwidget.Flow(s.more)
	return s
}

// table are the rows, with room for some of them where all scrolls.
func (s *statement) table() fyne.CanvasObject {
	return xwidget.Tall(220*theme.Scale(), container.NewStack(s.rows, xwidget.Middle(s.nothing)))
}

// id tells an entry apart from all others; row 0 is the oldest.
func (s *statement) id(i int) int64 {
	if i < 0 || i >= len(s.lines) {
		return 0
	}
	return s.lines[len(s.lines)-1-i].id()
}

func (l line) id() int64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(l.name())) // a hash takes everything
	return int64(h.Sum64() | 1)
}

// press opens a show into its entries, or closes it.
func (s *statement) press(id int64) {
	for _, l := range s.lines {
		if len(l.Parts) > 0 && l.id() == id {
			s.opened[l.name()] = !s.opened[l.name()]
			s.unfold()
			s.rows.Update()
			return
		}
	}
}

// unfold makes the lines of the rows and of what is opened.
func (s *statement) unfold() {
	s.lines = s.lines[:0]
	for _, r := range s.now.Rows {
		l := line{Row: r}
		s.lines = append(s.lines, l)
		if s.opened[l.name()] {
			for _, part := range r.Parts {
				s.lines = append(s.lines, line{part, true})
			}
		}
	}
}

func (s *statement) fill(i int, row feed.Row) {
	if i < 0 || i >= len(s.lines) {
		return
	}
	r := s.lines[len(s.lines)-1-i]
	what, letter := s.words.Say("entry."+r.Kind), r.Letter
	if r.From != "" && !r.part {
		what += " · " + r.From
	}
	switch {
	case r.part:
		letter = "" // below its show
	case s.opened[r.name()]:
		what = "– " + what
	case len(r.Parts) > 0:
		what = "+ " + what + " · " + s.words.Count("money.parts", len(r.Parts))
	}
	row.(*feed.EntryRow).Set(feed.Entry{Letter: letter, Account: figure.Account(r.Letter), Time: r.At.Local().Format("2006-01-02 15:04"),
		What: what, Gross: figure.Dollars(r.Gross), Share: figure.Dollars(r.Share), Own: figure.Dollars(r.Own)})
}

// ask lets her choose where the file goes.
func (s *statement) ask() {
	d := dialog.NewFileSave(func(file fyne.URIWriteCloser, err error) {
		if err == nil && file != nil {
			s.model.Export(file)
		}
	}, s.shell.Window())
	d.SetFileName("jasmincam-" + s.now.From.Format(time.DateOnly) + ".csv")
	d.SetFilter(storage.NewExtensionFileFilter([]string{".csv"}))
	control.ShowFiles(s.shell.Window(), d)
}

func (s *statement) render(v vm.MoneyView) {
	t := v.Table
	s.now = t
	s.unfold()
	names, at := []string{s.words.Say("money.all")}, 0
	s.emails = []string{""}
	for i, e := range v.Accounts {
		names, s.emails = append(names, e.Letter+" · "+e.Name), append(s.emails, e.Email)
		if e.Email == t.Email {
			at = i + 1
		}
	}
	s.whose.Offer(names, at)
	s.earlier.SetOn(t.Earlier)
	s.later.SetOn(t.Later)
	s.save.SetOn(t.Loaded && !t.Exporting && len(t.Rows) > 0)
	control.Show(s.more, t.More)
	trouble := t.Trouble.In(s.words)
	if failed := t.ExportFailed.In(s.words); failed != "" {
		trouble = failed
	}
	control.Say(s.trouble, trouble)
	saved := ""
	if t.Exported > 0 {
		saved = s.words.Count("money.exported", t.Exported)
	}
	control.SayQuiet(s.saved, saved)
	control.Show(s.saved, saved != "")
	now := drawnTable{any: true, email: t.Email, from: t.From, rows: len(t.Rows), days: len(t.Days), own: t.Own, loaded: t.Loaded}
	if now != s.drawn {
		s.drawn = now
		s.show(t)
	}
}

// show draws the rows, the sums and the chart.
func (s *statement) show(t vm.Table) {
	period := s.words.Say("money.reading")
	if t.Loaded && !t.From.IsZero() {
		period = s.words.Say("money.dates", t.From.Format(time.DateOnly), t.To.Format(time.DateOnly))
	}
	control.Say(s.period, period)
	s.sums.Set([]xwidget.Figure{
		{What: s.words.Say("money.column.gross"), Value: figure.Dollars(t.Gross)}, {What: s.words.Say("money.column.share"), Value: figure.Dollars(t.Share)},
		{What: s.words.Say("money.column.own"), Value: figure.Dollars(t.Own)}, {What: s.words.Say("live.time"), Value: figure.Duration(t.Online)},
	})
	bars := make([]xwidget.Bar, 0, len(t.Days))
	for _, d := range t.Days {
		name := d.Day
		if len(name) == len("2006-01-02") {
			name = name[8:] + "." + name[5:7] + "."
		}
		bars = append(bars, xwidget.Bar{Name: name, Value: float64(d.Own), Words: figure.Dollars(d.Own)})
	}
	s.days.Set(bars)
	control.Show(s.nothing, t.Loaded && len(t.Rows) == 0)
	s.rows.Update()
	s.head.Refresh()
}
