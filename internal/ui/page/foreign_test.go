package page_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/settings"
	"github.com/jasmincam/jasmincam/internal/ui/page"
	"github.com/jasmincam/jasmincam/internal/ui/page/book"
	"github.com/jasmincam/jasmincam/internal/ui/page/guests"
	"github.com/jasmincam/jasmincam/internal/ui/page/talk"
	"github.com/jasmincam/jasmincam/internal/ui/theme"
	"github.com/jasmincam/jasmincam/internal/ui/uitest"
	"github.com/jasmincam/jasmincam/internal/ui/vm"
)

// foreign is a chat of what people send from all over the world, and of what some
// send to break it.
func foreign() *fakeChat {
	at := time.Date(2026, 11, 22, 20, 15, 0, 0, time.Local)
	model := &fakeChat{view: vm.ChatView{Version: 1, Search: "abc", Rooms: []vm.ChatRoom{{Email: "a@example.com", Account: "anna", Letter: "A", Known: true}},
		To: vm.ChatRoom{Email: "a@example.com", Account: "anna", Letter: "A"}}}
	for i, words := range []string{
		"שלום לך, מה שלומך הערב? אני שמח לראות אותך (באמת)!",
		"مرحبا! كيف حالك اليوم؟ أنا سعيد 123 مرة",
		"abc שלום 123 עולם def, and abc again",
		"Привет, красавица! Добрый вечер",
		"👩\u200d👩\u200d👧\u200d👦 😍🇷🇴 👍🏽 abc ❤️",
		"z" + strings.Repeat("\u0301\u0336\u0353", 60) + "algo" + strings.Repeat("\u0301", 60),
		"over\u202eride\u202c and \u2066isolate, a\u0000b\u0007c",
		"zero\u200bwidth\u200b\u200b \ufeffsigns",
		strings.Repeat("abcdefghij", 100),
	} {
		model.lines = append(model.lines, vm.Line{ID: int64(i + 1), Email: "a@example.com", Account: "anna", Letter: "A", Kind: vm.LineSaid, Who: "tom",
			Role: domain.RoleMember, Text: words, At: at.Add(time.Duration(i) * time.Minute)})
	}
	return model
}

func TestPages_placeForeignText(t *testing.T) {
	for _, percent := range []int{100, 200} {
		t.Run(fmt.Sprint(percent), func(t *testing.T) {
			s := newStage(t, theme.Dark, percent, "en")
			p := talk.New(foreign(), &fakeKept{values: settings.Defaults()})(s)
			size := fyne.NewSize(1190, 900)
			s.show(p, size)
			s.keep(t, fmt.Sprint("foreign-", percent))
			for _, problem := range uitest.Problems(p.Content()) {
				t.Error(problem)
			}
			if got := s.window.Canvas().Size(); got != size {
				t.Errorf("the page needs %v", got)
			}
		})
	}
}

// Where there is nothing to show yet, that is said in whole lines, also with the
// largest text in the smallest window.
func TestPages_sayThatThereIsNothing(t *testing.T) {
	for name, maker := range map[string]page.Maker{
		"chat":    talk.New(&fakeChat{}, &fakeKept{values: settings.Defaults()}),
		"live":    page.NewLive(&fakeLive{}, talk.Beside(&fakeChat{}, &fakeKept{values: settings.Defaults()}), nobody, &fakeKept{values: settings.Defaults()}),
		"members": guests.New(&fakeGuests{view: vm.GuestsView{Rooms: []vm.GuestsRoom{{Email: "a", Name: "anna", Letter: "A"}}, Email: "a", Known: true}}),
		"money":   book.New(&fakeMoney{view: vm.MoneyView{Accounts: []vm.Earnings{{Email: "a", Name: "anna", Letter: "A", Known: true, GrossCents: 500, ToNextCents: 9500, Next: "Rising", Level: "Newcomer"}}, Table: vm.Table{Open: true, Loaded: true}}}),
	} {
		for _, lang := range []string{"en", "ru"} {
			t.Run(name+"-"+lang, func(t *testing.T) {
				s := newStage(t, theme.Light, 200, lang)
				p := maker(s)
				defer p.Hide()
				s.show(p, fyne.NewSize(940, 1600))
				s.keep(t, "empty-"+name+"-"+lang)
				for _, problem := range uitest.Problems(p.Content()) {
					t.Error(problem)
				}
			})
		}
	}
}
