package page_test

import (
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"

	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/settings"
	"github.com/jasmincam/jasmincam/internal/ui/control"
	"github.com/jasmincam/jasmincam/internal/ui/page"
	"github.com/jasmincam/jasmincam/internal/ui/page/book"
	"github.com/jasmincam/jasmincam/internal/ui/page/talk"
	"github.com/jasmincam/jasmincam/internal/ui/theme"
	"github.com/jasmincam/jasmincam/internal/ui/vm"
	"github.com/jasmincam/jasmincam/internal/ui/xwidget/feed"
)

func openChat(t *testing.T, model *fakeChat) (*stage, *fakeKept, page.Page) {
	t.Helper()
	s := newStage(t, theme.Dark, 100, "en")
	kept := &fakeKept{values: settings.Defaults()}
	p := talk.New(model, kept)(s)
	s.show(p, fyne.NewSize(1190, 1600))
	model.did = nil
	return s, kept, p
}

// entry finds a field by the words in it while it is empty.
func entry(t *testing.T, root fyne.CanvasObject, hint string) *control.Entry {
	t.Helper()
	for _, e := range all[*control.Entry](root) {
		if e.PlaceHolder == hint {
			return e
		}
	}
	t.Fatalf("there is no field %q", hint)
	return nil
}

func TestChat_showsEveryKindOfLine(t *testing.T) {
	_, _, p := openChat(t, crowd())
	for _, words := range []string{"hello there", "new · tipper · favourite · likes jazz", "guest", "tips 25.00 credits “for the shoes”",
		"Not sent: The service cannot be reached", "spammer may not come in until 21:15.", "Guests read, and do not write.", "thank you, tom!", "sent"} {
		if !says(p.Content(), words) {
			t.Errorf("nothing says %q", words)
		}
	}
}

func TestChat_sendsToTheRoomThatIsNamed(t *testing.T) {
	model := crowd()
	_, _, p := openChat(t, model)
	e := entry(t, p.Content(), "Write …")
	test.Type(e, "hello you")
	e.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	if !slices.Equal(model.did, []string{"send hello you"}) || e.Text != "" {
		t.Errorf("did %v, the field says %q", model.did, e.Text)
	}
	model.full = true
	test.Type(e, "again")
	e.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	if e.Text != "again" {
		t.Error("a line that was not taken is lost")
	}
}

func TestChat_answersALine(t *testing.T) {
	model := crowd()
	_, _, p := openChat(t, model)
	f := all[*feed.Feed](p.Content())[0]
	f.TypedKey(&fyne.KeyEvent{Name: fyne.KeyHome})
	f.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	p.Render()
	if !slices.Equal(model.did, []string{"answer a@example.com"}) || !says(p.Content(), "Answer to tom: hello there") {
		t.Errorf("did %v; it does not say whom she answers", model.did)
	}
	test.Tap(button(t, p.Content(), "End the answer"))
	if last := model.did[len(model.did)-1]; last != "answer none" {
		t.Errorf("did %s", last)
	}
}

func TestChat_filtersAndSearches(t *testing.T) {
	model := crowd()
	_, _, p := openChat(t, model)
	test.Tap(button(t, p.Content(), "B · bella"))
	p.Render()
	if b := button(t, p.Content(), "B · bella"); b.Importance != widget.HighImportance {
		t.Error("the filter that is on does not stand out")
	}
	p.(page.Actor).Act(settings.ActionFilter)
	test.Type(entry(t, p.Content(), "Search …"), "x")
	if !slices.Equal(model.did, []string{"filter b@example.com", "filter ", "search x"}) {
		t.Errorf("did %q", model.did)
	}
}

// The key that leads to the field gives it the keys at once, also before it was
// drawn, and while the rooms stand in its place.
func TestChat_keyLeadsToTheField(t *testing.T) {
	s, _, p := openChat(t, crowd())
	test.NewTempWindow(t, nil) // the toolkit takes the newest for the one of what was not drawn
	e := entry(t, p.Content(), "Write …")
	s.window.Canvas().Unfocus()
	p.(page.Actor).Act(settings.ActionWrite)
	if s.window.Canvas().Focused() != e {
		t.Error("the keys go elsewhere")
	}
	s.window.Resize(fyne.NewSize(600, 900))
	p.Render()
	test.Tap(button(t, p.Content(), "Rooms and removed"))
	s.window.Canvas().Unfocus()
	p.(page.Actor).Act(settings.ActionWrite)
	if s.window.Canvas().Focused() != e {
		t.Error("behind the rooms the field is not found")
	}
}

// A room that is not shown tells of its news, and one press leads there.
func TestChat_tellsOfTheOtherRoom(t *testing.T) {
	model := crowd()
	_, _, p := openChat(t, model)
	if says(p.Content(), "new lines") {
		t.Error("it tells of news where there are none")
	}
	model.view.Filter = "a@example.com"
	model.view.Missed = []vm.Missed{{Email: "b@example.com", Account: "bella", Letter: "B", Lines: 3, Tipper: "tom", Tip: 25_000}}
	p.Render()
	show := button(t, p.Content(), "B: 3 new lines")
	model.view.Missed[0].Lines++
	p.Render()
	if !says(p.Content(), "Last tip: 25.00 · tom") || button(t, p.Content(), "B: 4 new lines") != show {
		t.Error("it does not tell what came, or its button is another one")
	}
	test.Tap(show)
	if !slices.Equal(model.did, []string{"filter b@example.com", "search "}) {
		t.Errorf("did %q", model.did)
	}
	model.view.Filter, model.view.Search = "", "x"
	p.Render()
	model.did = nil
	test.Tap(button(t, p.Content(), "B: 4 new lines"))
	if !slices.Equal(model.did, []string{"search "}) {
		t.Errorf("where all rooms are searched it did %q", model.did)
	}
	model.view.Missed = nil
	p.Render()
	if says(p.Content(), "new lines") {
		t.Error("it tells of news that she has seen")
	}
}

func TestChat_saysWhatFitsAndWhatIsTooLong(t *testing.T) {
	model := crowd()
	_, _, p := openChat(t, model)
	e := entry(t, p.Content(), "Write …")
	e.SetText(strings.Repeat("é", domain.MaxLine-101))
	if says(p.Content(), "more characters fit") {
		t.Error("far from the end it counts already")
	}
	e.SetText(strings.Repeat("é", domain.MaxLine-7))
	if !says(p.Content(), "7 more characters fit.") || button(t, p.Content(), "Send").Disabled() {
		t.Error("near the end it does not say how much fits")
	}
	e.SetText(strings.Repeat("é", domain.MaxLine+5))
	e.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	if !says(p.Content(), "5 characters too many") || !button(t, p.Content(), "Send").Disabled() || len(model.did) > 0 || e.Text == "" {
		t.Errorf("too long: did %v", model.did)
	}
	p.Render()
	if !button(t, p.Content(), "Send").Disabled() {
		t.Error("drawn anew, it may be sent")
	}
	e.SetText("short")
	e.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	if !slices.Equal(model.did, []string{"send short"}) {
		t.Errorf("did %v", model.did)
	}
}

func TestChat_saysThatNothingIsThere(t *testing.T) {
	model := &fakeChat{}
	_, _, p := openChat(t, model)
	if !says(p.Content(), "Nothing was said yet.") {
		t.Error("an empty chat says nothing")
	}
	model.view.Search = "zebra"
	p.Render()
	if !says(p.Content(), "No line has “zebra”.") {
		t.Error("nothing found, and it does not say so")
	}
}

func TestChat_asksBeforeItKeepsSomebodyOut(t *testing.T) {
	for _, row := range []struct{ item, title, want string }{
		{"10 minutes", "Keep tom out?", "kick a@example.com tom 10m0s"},
		{"1 hour", "Keep tom out?", "kick a@example.com tom 1h0m0s"},
		{"until I lift it", "Ban tom?", "ban a@example.com tom"},
	} {
		t.Run(row.item, func(t *testing.T) {
			model := crowd()
			s, _, p := openChat(t, model)
			var item *fyne.MenuItem
			for _, i := range p.(interface {
				Choices(l vm.Line) []*fyne.MenuItem
			}).Choices(model.lines[0]) {
				if strings.Contains(i.Label, row.item) {
					item = i
				}
			}
			if item == nil {
				t.Fatal("the menu has no such item")
			}
			item.Action()
			if len(s.asked) != 1 || s.asked[0].Title != row.title || !s.asked[0].Danger || len(model.did) > 0 {
				t.Fatalf("asked %+v, did %v", s.asked, model.did)
			}
			s.asked[0].Answer(false)
			s.asked[0].Answer(true)
			if !slices.Equal(model.did, []string{row.want}) {
				t.Errorf("did %v, want %s", model.did, row.want)
			}
		})
	}
}

func TestChat_liftsAndMutesGuests(t *testing.T) {
	model := crowd()
	s, _, p := openChat(t, model)
	test.Tap(button(t, p.Content(), "Lift"))
	var guests []*control.Check
	for _, c := range all[*control.Check](p.Content()) {
		if c.Text == "Guests may write" {
			guests = append(guests, c)
		}
	}
	test.Tap(guests[0])
	test.Tap(guests[1])
	if len(s.asked) != 1 || guests[0].Checked != true || guests[1].Checked {
		t.Fatalf("asked %d times, ticked %v and %v: want one question, and nothing ticked before it is so", len(s.asked), guests[0].Checked, guests[1].Checked)
	}
	s.asked[0].Answer(true)
	if !slices.Equal(model.did, []string{"lift a@example.com spammer", "unmute b@example.com", "mute a@example.com"}) {
		t.Errorf("did %q", model.did)
	}
}

func TestChat_takesARefusedLineBack(t *testing.T) {
	model := crowd()
	model.back = "I will be back at nine"
	_, _, p := openChat(t, model)
	test.Tap(button(t, p.Content(), "Send again"))
	test.Tap(button(t, p.Content(), "Take back"))
	if !slices.Equal(model.did, []string{"retry", "back"}) || entry(t, p.Content(), "Write …").Text != model.back {
		t.Errorf("did %v; the text is not in the field", model.did)
	}
}

func TestChat_turnsOver(t *testing.T) {
	_, kept, p := openChat(t, crowd())
	for _, c := range all[*control.Check](p.Content()) {
		if c.Text == "The newest line is at the top" {
			test.Tap(c)
		}
	}
	p.Render()
	if !kept.values.NewestTop || !all[*feed.Feed](p.Content())[0].Follows() {
		t.Error("the newest line is not at the top")
	}
}

func TestMoney_opensShutsAndSaves(t *testing.T) {
	s := newStage(t, theme.Light, 100, "en")
	model := &fakeMoney{view: earnings()}
	p := book.New(model)(s)
	s.show(p, fyne.NewSize(1190, 900))
	s.keep(t, "money-whole")
	for _, words := range []string{"$1\u00a0244.46", "Famous", "$913.60 more to Star", "From 2026-11-09 to 2026-11-23", "Refund · a-member", "yours"} {
		if !says(p.Content(), words) {
			t.Errorf("nothing says %q", words)
		}
	}
	test.Tap(button(t, p.Content(), "Earlier"))
	test.Tap(button(t, p.Content(), "Older entries"))
	if !button(t, p.Content(), "Later").Disabled() {
		t.Error("there is nothing later, and the button may be pressed")
	}
	all[*control.Select](p.Content())[0].SetSelectedIndex(2)
	p.Hide()
	if !slices.Equal(model.did, []string{"open ", "earlier", "more", "open b@example.com", "shut"}) {
		t.Errorf("did %q", model.did)
	}
	test.Tap(button(t, p.Content(), "Save as CSV …"))
	if s.window.Canvas().Overlays().Top() == nil {
		t.Error("it does not ask where the file goes")
	}
}

func TestMoney_saysWhatIsNotKnownYet(t *testing.T) {
	s := newStage(t, theme.Dark, 100, "en")
	model := &fakeMoney{view: vm.MoneyView{Accounts: []vm.Earnings{{Email: "a", Name: "anna", Letter: "A"}}}}
	p := book.New(model)(s)
	s.show(p, fyne.NewSize(600, 900))
	if !says(p.Content(), "The service has not told it yet.") || !says(p.Content(), "Reading the statement") {
		t.Error("it does not say that it waits")
	}
	model.view = vm.MoneyView{}
	p.Render()
	if !says(p.Content(), "Sign in to see what you earn.") {
		t.Error("without accounts it does not say what to do")
	}
}
