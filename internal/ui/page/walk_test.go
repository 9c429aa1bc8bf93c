package page_test

import (
	"fmt"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"github.com/jasmincam/jasmincam/internal/capture"
	"github.com/jasmincam/jasmincam/internal/session"
	"github.com/jasmincam/jasmincam/internal/settings"
	"github.com/jasmincam/jasmincam/internal/ui/page"
	"github.com/jasmincam/jasmincam/internal/ui/page/book"
	"github.com/jasmincam/jasmincam/internal/ui/page/guests"
	"github.com/jasmincam/jasmincam/internal/ui/page/persona"
	"github.com/jasmincam/jasmincam/internal/ui/page/talk"
	"github.com/jasmincam/jasmincam/internal/ui/theme"
	"github.com/jasmincam/jasmincam/internal/ui/uitest"
	"github.com/jasmincam/jasmincam/internal/ui/vm"
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

// entries is a statement of both accounts.
func entries(from time.Time) vm.Table {
	t := vm.Table{Open: true, From: from, To: from.AddDate(0, 0, 14), Loaded: true, Earlier: true, More: true, Gross: 311_940, Share: 124_446,
		Own: 124_446, Online: 43 * time.Hour, Exported: 40}
	for i := range 40 {
		t.Rows = append(t.Rows, vm.Row{Entry: fmt.Sprint(i), Letter: string(rune('A' + i%2)), At: from.Add(time.Duration(40-i) * 7 * time.Hour),
			Kind: []string{"tip", "capture", "refund"}[i%3], From: "a-member-with-thirty-letters-xx", Gross: int64(i+1) * 2500, Share: int64(i+1) * 1000,
			Own: int64(i+1) * 800})
	}
	for d := range 14 {
		t.Days = append(t.Days, vm.Day{Day: from.AddDate(0, 0, d).Format("2006-01-02"), Own: int64(d*d) * 100})
	}
	return t
}

// look is a way in which the window is shown; the page has what the banner and
// the navigation leave.
type look struct {
	size    fyne.Size
	percent int
	mode    theme.Mode
	lang    string
}

func looks() []look {
	var all []look
	for _, percent := range []int{100, 200} {
		for _, mode := range []theme.Mode{theme.Dark, theme.Light} {
			for _, lang := range []string{"en", "es", "ru"} {
				if mode == theme.Light && lang != "en" {
					continue // colours change no size
				}
				wide, small := fyne.NewSize(1190, 715), fyne.NewSize(970, 645)
				if percent == 200 {
					wide, small = fyne.NewSize(1290, 690), fyne.NewSize(940, 620)
				}
				all = append(all, look{wide, percent, mode, lang}, look{small, percent, mode, lang})
			}
		}
	}
	return all
}

func (l look) String() string {
	return fmt.Sprintf("%.0fx%.0f-%d-%s-%s", l.size.Width, l.size.Height, l.percent, l.mode, l.lang)
}

func TestPages_placeEverything(t *testing.T) {
	for _, l := range looks() {
		for name, makers := range map[string]func(kept *fakeKept) (page.Maker, *fakeLive){
			"live": func(kept *fakeKept) (page.Maker, *fakeLive) {
				model := &fakeLive{view: busy(), level: -18}
				return page.NewLive(model, talk.Beside(crowd(), kept), kept), model
			},
			"live-first": func(kept *fakeKept) (page.Maker, *fakeLive) {
				model := &fakeLive{view: vm.LiveView{State: session.Offline}}
				return page.NewLive(model, talk.Beside(&fakeChat{}, kept), kept), nil
			},
			"chat":    func(kept *fakeKept) (page.Maker, *fakeLive) { return talk.New(crowd(), kept), nil },
			"profile": func(*fakeKept) (page.Maker, *fakeLive) { return persona.New(star(t)), nil },
			"members": func(*fakeKept) (page.Maker, *fakeLive) { return guests.New(regulars()), nil },
			"money":   func(*fakeKept) (page.Maker, *fakeLive) { return book.New(&fakeMoney{view: earnings()}), nil },
		} {
			t.Run(name+"-"+l.String(), func(t *testing.T) {
				s := newStage(t, l.mode, l.percent, l.lang)
				maker, live := makers(&fakeKept{values: settings.Defaults()})
				p := maker(s)
				defer p.Hide()
				s.show(p, l.size)
				if live != nil {
					pool := capture.NewPool(4)
					live.slot.Put(scene(pool))
					s.run(t)
					p.Render()
					live.slot.Put(scene(pool))
					s.run(t)
				}
				s.keep(t, name+"-"+l.String())
				if got := s.window.Canvas().Size(); got != l.size {
					t.Errorf("the page needs %v, there are %v", got, l.size)
				}
				for _, problem := range uitest.Problems(p.Content()) {
					t.Error(problem)
				}
			})
		}
	}
}
