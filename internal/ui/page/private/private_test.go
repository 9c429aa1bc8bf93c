package private_test

import (
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"

	"github.com/jasmincam/jasmincam/assets"
	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/text"
	"github.com/jasmincam/jasmincam/internal/ui/control"
	"github.com/jasmincam/jasmincam/internal/ui/page/private"
	"github.com/jasmincam/jasmincam/internal/ui/theme"
	"github.com/jasmincam/jasmincam/internal/ui/uitest"
	"github.com/jasmincam/jasmincam/internal/ui/vm"
)

// model notes what it is asked for.
type model []string

func (m *model) Accept(show string)  { *m = append(*m, "accept "+show) }
func (m *model) Decline(show string) { *m = append(*m, "decline "+show) }
func (m *model) Free()               { *m = append(*m, "free") }

func open(t *testing.T, percent int, lang string) (*private.Card, *model, *text.Words) {
	t.Helper()
	test.NewTempApp(t).Settings().SetTheme(theme.New(theme.Dark, percent))
	b, err := text.Load(assets.Words())
	if err != nil {
		t.Fatal(err)
	}
	m := &model{}
	return private.NewCard(b.For(lang), m), m, b.For(lang)
}

// said is every word on the card.
func said(c *private.Card) string {
	var words []string
	uitest.Each(c.Content(), func(o fyne.CanvasObject) {
		switch o := o.(type) {
		case *widget.Label:
			words = append(words, o.Text)
		case *canvas.Text:
			words = append(words, o.Text)
		case *control.Button:
			words = append(words, o.Text)
		}
	})
	return strings.Join(words, "|")
}

func request(show string) vm.PrivateRequest {
	return vm.PrivateRequest{Show: show, Letter: "A", Account: "luna", Member: "max-" + show, Price: 2990, Left: 61 * time.Second, Known: true}
}

func going(state domain.ShowState) vm.PrivateView {
	return vm.PrivateView{Current: &vm.PrivateShow{Letter: "A", Account: "luna", Member: "max", State: state, Price: 2990, Rate: 2990, Time: 75 * time.Second, EarnedCents: 112}}
}

// What is on the card, row by row.
func TestCard_rows(t *testing.T) {
	note, fresh, unread := request("s1"), request("s1"), request("s1")
	note.Note, note.Favourite, note.Spent = "likes cats", true, 45_500
	unread.Known = false
	settled := vm.PrivateReceipt{Letter: "A", Account: "luna", Member: "max", State: domain.ShowSettled, Reason: "credit", Price: 2990,
		Delivered: 754 * time.Second, Paused: 9 * time.Second, Charged: 37_574, EarnedCents: 1502}
	extras := settled
	extras.Charged, extras.Base, extras.Camera, extras.Voice, extras.Seen = 5123, 4415, 705, 3, 42*time.Second
	failed := vm.PrivateReceipt{Letter: "A", Account: "luna", Member: "max", State: domain.ShowExpired, Reason: "unready"}
	for name, row := range map[string]struct {
		view      vm.PrivateView
		has, lack string // parted by |
	}{
		"nobody":        {vm.PrivateView{InLine: 2}, "", "max"},
		"known":         {vm.PrivateView{Requests: []vm.PrivateRequest{note}}, "max-s1|luna|2.99 credits a minute|61 s left|favourite · Has spent 45.50|“likes cats”|Accept (Ctrl+Enter)|Decline", "wait in line"},
		"new to her":    {vm.PrivateView{Requests: []vm.PrivateRequest{fresh}}, "Has spent nothing", "favourite|“"},
		"not read yet":  {vm.PrivateView{Requests: []vm.PrivateRequest{unread}}, "Looking up", "nothing"},
		"two":           {vm.PrivateView{Requests: []vm.PrivateRequest{fresh, request("s2")}}, "max-s1|max-s2|Accept (Ctrl+Enter)|Accept|wait in line", ""},
		"refused":       {vm.PrivateView{Requests: []vm.PrivateRequest{fresh}, Trouble: vm.Notice{Key: "private.trouble.answer"}}, "you are not online with this account", ""},
		"hidden":        {vm.PrivateView{Requests: []vm.PrivateRequest{fresh}, Panic: true, Trouble: vm.Notice{Key: "private.trouble.answer"}}, "max-s1|You are hidden. Show yourself again", "you are not online"},
		"hidden, over":  {vm.PrivateView{MustFree: true, Panic: true}, "Open my rooms", "You are hidden"},
		"in a show":     {going(domain.ShowRunning), "", "max|Accept"},
		"after it":      {vm.PrivateView{MustFree: true, Over: &settled}, "is over|max|used up|12:34|0:09|37.574|$15.02|Nobody sees or hears you|Open my rooms (Ctrl+Shift+Enter)", "Accept"},
		"it adds up":    {vm.PrivateView{MustFree: true, Over: &extras}, "5.123|4.415|0.705|0.003", ""},
		"not begun":     {vm.PrivateView{MustFree: true, Over: &failed}, "did not begin|not ready in time|Open my rooms", "your share"},
		"after a start": {vm.PrivateView{MustFree: true}, "before the app was started|Open my rooms", "max|your share"},
	} {
		t.Run(name, func(t *testing.T) {
			c, _, _ := open(t, 100, "en")
			c.Render(row.view)
			got := said(c)
			if c.Content().Visible() != (row.has != "") {
				t.Fatalf("it is shown: %v", c.Content().Visible())
			}
			for _, want := range strings.Split(row.has, "|") {
				if !strings.Contains(got, want) {
					t.Errorf("it does not say %q: %s", want, got)
				}
			}
			for _, not := range strings.Split(row.lack, "|") {
				if c.Content().Visible() && not != "" && strings.Contains(got, not) {
					t.Errorf("it says %q: %s", not, got)
				}
			}
		})
	}
}

// What is pressed reaches the show that is meant, also when another one came or went.
func TestCard_answersTheShowThatIsMeant(t *testing.T) {
	c, m, _ := open(t, 100, "en")
	press := func(word string) {
		uitest.Each(c.Content(), func(o fyne.CanvasObject) {
			if b, ok := o.(*control.Button); ok && b.Text == word && !b.Disabled() {
				test.Tap(b)
			}
		})
	}
	c.Render(vm.PrivateView{Requests: []vm.PrivateRequest{request("s1"), request("s2")}})
	press("Accept")
	c.Render(vm.PrivateView{Requests: []vm.PrivateRequest{request("s2")}})
	press("Accept (Ctrl+Enter)")
	press("Decline")
	c.Render(vm.PrivateView{Requests: []vm.PrivateRequest{request("s2")}, Busy: true})
	press("Decline")
	c.Render(vm.PrivateView{Requests: []vm.PrivateRequest{request("s2")}, Panic: true})
	press("Accept (Ctrl+Enter)")
	press("Decline")
	c.Render(vm.PrivateView{MustFree: true})
	press("Open my rooms (Ctrl+Shift+Enter)")
	c.Render(vm.PrivateView{MustFree: true, Busy: true})
	press("Open my rooms (Ctrl+Shift+Enter)")
	if got := strings.Join(*m, ", "); got != "accept s2, accept s2, decline s2, decline s2, free" {
		t.Error(got)
	}
}

// The card grows with what it says, and never beyond the room that there is.
func TestCard_fits(t *testing.T) {
	c, _, _ := open(t, 200, "ru")
	one := request("s1")
	c.Render(vm.PrivateView{Requests: []vm.PrivateRequest{one}})
	least := c.Fit(fyne.NewSize(1800, 1400))
	one.Note = strings.Repeat("a long note ", 40)
	if !c.Render(vm.PrivateView{Requests: []vm.PrivateRequest{one}}) {
		t.Error("it does not tell that it needs more room")
	}
	if more := c.Fit(fyne.NewSize(1800, 1400)); more.Height <= least.Height || more.Width != least.Width {
		t.Errorf("with a long note it is %v, before %v", more, least)
	}
	one.Left -= time.Second
	if c.Render(vm.PrivateView{Requests: []vm.PrivateRequest{one}}) {
		t.Error("each second it is placed anew")
	}
	if small := c.Fit(fyne.NewSize(900, 500)); small.Height > 500 || small.Width > 900 {
		t.Errorf("in 900 × 500 it is %v", small)
	}
	for _, problem := range uitest.Problems(c.Content()) {
		t.Error(problem)
	}
}

// The banner's words of each state.
func TestSay_states(t *testing.T) {
	_, _, words := open(t, 100, "en")
	for _, state := range domain.ShowStates() {
		if !state.Closed() {
			continue
		}
		l := private.Say(words, going(state))
		if l.State != "private" || l.Word != "PRIVATE" || l.Who != "1:15 · max" || l.End != (state != domain.ShowEnded) ||
			!strings.Contains(l.Why, "A · luna · 2.99 credits a minute · earned so far $1.12") || strings.Contains(l.Why, "private.") || strings.Contains(l.Why, "in line") {
			t.Errorf("%s: %+v", state, l)
		}
	}
	trouble := going(domain.ShowAccepted)
	trouble.Trouble, trouble.InLine = vm.Notice{Key: "private.trouble.left"}, 3
	if l := private.Say(words, trouble); !strings.Contains(l.Why, "Another site has not confirmed") || !strings.Contains(l.Why, "waiting in line: 3") {
		t.Errorf("%+v", l)
	}
	if l := private.Say(words, vm.PrivateView{MustFree: true}); l.State != "away" || l.Word != "FREE" || l.End {
		t.Errorf("%+v", l)
	}
	if l := private.Say(words, vm.PrivateView{Requests: []vm.PrivateRequest{request("s1")}, InLine: 1}); l != (private.Line{}) {
		t.Errorf("%+v", l)
	}
}

// Every language has a sentence for each reason and state.
func TestWords_reasons(t *testing.T) {
	for _, lang := range []string{"en", "es", "ro", "ru", "pt"} {
		_, _, words := open(t, 100, lang)
		keys := []string{"private.toast.waits", "private.toast.expired", "private.toast.gone", "private.trouble.left", "private.trouble.answer", "sound.request"}
		for _, r := range domain.ShowReasons() {
			keys = append(keys, "private.reason."+r)
		}
		for _, s := range domain.ShowStates() {
			if s.Closed() {
				keys = append(keys, "private.state."+string(s))
			}
		}
		for _, key := range keys {
			if words.Say(key) == key {
				t.Errorf("%s has no %s", lang, key)
			}
		}
	}
}
