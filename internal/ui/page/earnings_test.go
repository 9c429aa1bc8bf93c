package page_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"github.com/jasmincam/jasmincam/internal/ui/page/book"
	"github.com/jasmincam/jasmincam/internal/ui/theme"
	"github.com/jasmincam/jasmincam/internal/ui/vm"
	"github.com/jasmincam/jasmincam/internal/ui/xwidget/feed"
)

func earnings() vm.MoneyView {
	from := time.Date(2026, 11, 9, 0, 0, 0, 0, time.UTC)
	return vm.MoneyView{Table: entries(from), EarnedCents: 124_446, Accounts: []vm.Earnings{
		{Email: "a@example.com", Name: "anna-from-the-north", Letter: "A", Known: true, EarnedCents: 123_456, GrossCents: 308_640, Percent: 40,
			Level: "Famous", Next: "Star", ToNextCents: 91_360, From: from, To: from.AddDate(0, 0, 14)},
		{Email: "b@example.com", Name: "bella", Letter: "B", Known: true, EarnedCents: 990, GrossCents: 3300, Percent: 30, Level: "Newcomer", Promotion: &vm.Promotion{Ends: from, OnlineLeft: 17 * time.Hour},
			Next: "Rising", ToNextCents: 6700, From: from, To: from.AddDate(0, 0, 14), Trouble: vm.Notice{Key: "error.unavailable"}},
	}}
}

// The levels of pay are said in her language.
func TestMoney_namesTheLevelInHerLanguage(t *testing.T) {
	s := newStage(t, theme.Dark, 100, "ru")
	p := book.New(&fakeMoney{view: earnings()})(s)
	defer p.Hide()
	s.show(p, fyne.NewSize(1190, 1600))
	if !says(p.Content(), "Слава") || !says(p.Content(), "Звезда") || says(p.Content(), "Famous") {
		t.Error("the level, or the next one, is said in English")
	}
}

// entries is a statement of both accounts.
func entries(from time.Time) vm.Table {
	t := vm.Table{Open: true, From: from, To: from.AddDate(0, 0, 14), Loaded: true, Earlier: true, More: true, Gross: 311_940, Share: 124_446,
		Own: 124_446, Online: 43 * time.Hour, Exported: 40}
	for i := range 40 {
		t.Rows = append(t.Rows, vm.Row{Entry: fmt.Sprint(i), Letter: string(rune('A' + i%2)), At: from.Add(time.Duration(40-i) * 7 * time.Hour),
			Kind: []string{"tip", "tip", "refund"}[i%3], From: "a-member-with-thirty-letters-xx", Gross: int64(i+1) * 2500, Share: int64(i+1) * 1000,
			Own: int64(i+1) * 800})
	}
	show := vm.Row{Entry: "the newest", Letter: "A", At: from.Add(13 * 24 * time.Hour), Kind: "show", From: "max", Gross: 299, Share: 119, Own: 95}
	for i := range 3 {
		show.Parts = append(show.Parts, vm.Row{Entry: fmt.Sprint("part", i), Letter: "A", At: show.At.Add(-time.Duration(i) * 10 * time.Second), Kind: "capture", From: "max", Gross: 100, Share: 40, Own: 32})
	}
	t.Rows = append([]vm.Row{show}, t.Rows...)
	for d := range 14 {
		t.Days = append(t.Days, vm.Day{Day: from.AddDate(0, 0, d).Format("2006-01-02"), Own: int64(d*d) * 100})
	}
	return t
}

// texts are the words that a row shows.
func texts(root fyne.CanvasObject) (words []string) {
	for _, t := range all[*canvas.Text](root) {
		if t.Visible() && t.Text != "" {
			words = append(words, t.Text)
		}
	}
	return words
}

// A show is one row that opens into its entries by a press and closes by another; it
// stays open when it goes on and a newer entry comes.
func TestMoney_showOpensIntoItsEntries(t *testing.T) {
	s, model := newStage(t, theme.Dark, 100, "en"), &fakeMoney{view: earnings()}
	p := book.New(model)(s)
	s.show(p, fyne.NewSize(1190, 715))
	rows := func() (words []string) {
		for _, r := range all[*feed.EntryRow](p.Content()) {
			if said := strings.Join(texts(r), " "); strings.Contains(said, "Private show") || strings.Contains(said, "Delivered time") {
				words = append(words, said[strings.Index(said, ":")+4:])
			}
		}
		return words
	}
	is := func(want ...string) {
		t.Helper()
		if got := rows(); !slices.Equal(got, want) {
			t.Errorf("rows %q, want %q", got, want)
		}
	}
	press := func() {
		f := all[*feed.Feed](p.Content())[0]
		f.TypedKey(&fyne.KeyEvent{Name: fyne.KeyHome})
		f.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	}
	part := "Delivered time $1.00 $0.40 $0.32"
	is("+ Private show · max · 3 entries $2.99 $1.19 $0.95")
	press()
	is("– Private show · max $2.99 $1.19 $0.95", part, part, part)
	show := &model.view.Table.Rows[0]
	show.Entry, show.Own = "a newer one", 127
	show.Parts = slices.Insert(show.Parts, 0, vm.Row{Entry: "part-1", Letter: "A", At: show.At, Kind: "capture", Gross: 100, Share: 40, Own: 32})
	model.view.Table.Own += 32
	p.Render()
	is("– Private show · max $2.99 $1.19 $1.27", part, part, part, part)
	press()
	is("+ Private show · max · 4 entries $2.99 $1.19 $1.27")
}
