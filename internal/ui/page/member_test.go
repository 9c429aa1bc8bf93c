package page_test

import (
	"fmt"
	"image"
	"image/color"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"

	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/ui/control"
	"github.com/jasmincam/jasmincam/internal/ui/page"
	"github.com/jasmincam/jasmincam/internal/ui/page/guests"
	"github.com/jasmincam/jasmincam/internal/ui/page/persona"
	"github.com/jasmincam/jasmincam/internal/ui/theme"
	"github.com/jasmincam/jasmincam/internal/ui/vm"
)

// fakeGuests is a list in memory that notes its verbs.
type fakeGuests struct {
	view vm.GuestsView
	did  []string
}

func (f *fakeGuests) View() vm.GuestsView { return f.view }
func (f *fakeGuests) Open(email string)   { f.did = append(f.did, "open "+email) }
func (f *fakeGuests) Sort(by domain.AcquaintanceOrder) {
	f.view.Order = by
	f.did = append(f.did, "sort "+string(by))
}
func (f *fakeGuests) Remark(email, who, note string, favourite bool) {
	f.did = append(f.did, fmt.Sprintf("remark %s %s %q %v", email, who, note, favourite))
}

// regulars are the members of a busy room.
func regulars() *fakeGuests {
	at := time.Date(2026, 11, 20, 21, 30, 0, 0, time.Local)
	v := vm.GuestsView{Rooms: []vm.GuestsRoom{{Email: "a@example.com", Name: "anna-from-the-north", Letter: "A"}, {Email: "b@example.com", Name: "bella", Letter: "B"}},
		Email: "a@example.com", Order: domain.ByLastSpent, Known: true}
	for i := range 30 {
		v.Guests = append(v.Guests, vm.Guest{Name: fmt.Sprintf("a-member-with-thirty-letters-%d", i), Favourite: i%3 == 0, Spent: domain.Millicredits(i+1) * 12_500,
			Last: at.Add(-time.Duration(i) * 26 * time.Hour), Note: strings.Repeat("likes jazz and long talks about the sea; ", i%3)})
	}
	return &fakeGuests{view: v}
}

// fakePersona is a profile in memory that notes its verbs.
type fakePersona struct {
	view vm.PersonaView
	edit domain.ProfileEdit
	did  []string
	sent []byte
}

func (f *fakePersona) note(format string, args ...any) {
	f.did = append(f.did, fmt.Sprintf(format, args...))
}
func (f *fakePersona) View() vm.PersonaView { return f.view }
func (f *fakePersona) Open(email string)    { f.note("open %s", email) }
func (f *fakePersona) Save(email string, e domain.ProfileEdit) {
	f.edit, f.view.Busy = e, true
	f.note("save %s", email)
}
func (f *fakePersona) Dismiss(string) { f.view.Trouble = vm.Notice{} }
func (f *fakePersona) SetGoal(email, title string, target domain.Millicredits) {
	f.note("goal %s %s %s", email, title, target)
}
func (f *fakePersona) SetDoors(email string, home bool, closed []string, aside domain.Aside) {
	f.view.Busy = true
	f.note("doors %s %v %v %s", email, home, closed, aside)
}
func (f *fakePersona) BanWord(email, typed string)  { f.note("ban %s %q", email, typed) }
func (f *fakePersona) AllowWord(email, word string) { f.note("allow %s %q", email, word) }
func (f *fakePersona) LookFrom(email, country string, role domain.Role) {
	f.note("look %s %q %s", email, country, role)
}
func (f *fakePersona) Send(email string, slot domain.Slot, open func() (io.ReadCloser, error)) {
	f.note("send %s %s", email, slot)
	if r, err := open(); err == nil {
		f.sent, _ = io.ReadAll(r)
		_ = r.Close()
	}
}

func portrait() image.Image {
	m := image.NewRGBA(image.Rect(0, 0, 240, 300))
	for y := range 300 {
		for x := range 240 {
			m.Set(x, y, color.RGBA{byte(120 + x/3), byte(60 + y/3), 140, 255})
		}
	}
	return m
}

// star is a profile with everything in it.
func star(_ *testing.T) *fakePersona {
	at := time.Date(2026, 11, 20, 21, 30, 0, 0, time.Local)
	v := vm.PersonaView{Rooms: []vm.PersonaRoom{{Email: "a@example.com", Name: "anna-from-the-north", Letter: "A"}, {Email: "b@example.com", Name: "bella", Letter: "B"}},
		Email: "a@example.com", Known: true, Trouble: vm.Notice{Key: "error.unavailable"},
		Doors: domain.RoomSettings{HomeClosed: true, GuestsClosedIn: []string{"RO", "BA"}, BannedWords: []string{"damn", "nice feet", strings.Repeat("w", domain.MaxBannedWord), "дура"}},
		Sight: &vm.Sight{Country: "RO", Role: domain.RoleGuest, Sight: domain.Sight{Message: "This room is not open in your country."}},
		Pictures: []vm.Picture{{Slot: domain.SlotGeneral, State: domain.PictureWaiting, At: at, Small: portrait()}, {Slot: domain.SlotGeneral, State: domain.PictureApproved, At: at, Small: portrait()},
			{Slot: domain.SlotMembers, State: domain.PictureRejected, At: at, Reason: "The picture is too dark, and somebody else is seen in it."}}}
	v.Profile = domain.Profile{Name: "anna-from-the-north", PriceNow: 2990, Goal: &domain.Goal{Title: "New shoes", Target: 500_000, Collected: 123_000},
		ProfileEdit: domain.ProfileEdit{Introduction: strings.Repeat("I like long evenings. ", 20), Likes: "jazz", Dislikes: "haste", Languages: []string{"en", "es", "ro", "ru"},
			Category: "couples", Appearance: domain.Appearance{HeightCM: 172, Build: "athletic", Hair: "coloured", Eyes: "hazel"}, Willingness: []string{"dancing", "asmr"},
			Prices:  domain.Prices{Private: 3990, Cam2cam: 1000, Audio: 500, OffPeak: &domain.OffPeak{Price: 2990, FromHour: 3, ToHour: 9}},
			TipMenu: []domain.TipOffer{{Title: "A smile", Amount: 5000}, {Title: "A song of your choice, with my own voice", Amount: 250_000}}}}
	return &fakePersona{view: v}
}

func TestMembers_showAndKeepNotes(t *testing.T) {
	s, model := newStage(t, theme.Dark, 100, "en"), regulars()
	p := guests.New(model)(s)
	s.show(p, fyne.NewSize(1190, 715))
	for _, words := range []string{"a-member-with-thirty-letters-0 · favourite", "12.50"} {
		if !says(p.Content(), words) {
			t.Errorf("it does not say %q", words)
		}
	}
	all[*control.Select](p.Content())[1].SetSelectedIndex(2)
	note, keep := all[*page.Area](p.Content())[0], p.(page.Keeper)
	if keep.Unsaved() || !button(t, p.Content(), "Save").Disabled() {
		t.Error("there is something to save at once")
	}
	note.SetText("likes the sea")
	p.Render()
	if !keep.Unsaved() || note.Text != "likes the sea" {
		t.Errorf("what she wrote is lost: %q", note.Text)
	}
	all[*control.Select](p.Content())[0].SetSelectedIndex(1)
	if len(s.asked) != 1 || slices.Contains(model.did, "open b@example.com") {
		t.Fatalf("it did not ask before it left: %v", model.did)
	}
	s.asked[0].Answer(false)
	test.Tap(button(t, p.Content(), "Save"))
	if want := []string{"open a@example.com", "sort most", `remark a@example.com a-member-with-thirty-letters-0 "likes the sea" true`}; !slices.Equal(model.did, want) {
		t.Errorf("did %q, want %q", model.did, want)
	}
	model.view.Guests = slices.Clone(model.view.Guests)
	model.view.Guests[0].Note = "likes the sea"
	p.Render()
	if keep.Unsaved() {
		t.Error("kept, and still unsaved")
	}
	note.SetText(strings.Repeat("x", domain.MaxRemark+1))
	if !button(t, p.Content(), "Save").Disabled() || !says(p.Content(), "At most 1000 characters") {
		t.Error("a note that is too long may be saved")
	}
	keep.Undo()
	if note.Text != "likes the sea" || keep.Unsaved() {
		t.Errorf("undone to %q", note.Text)
	}
}

func TestProfile_savesWhatSheWrote(t *testing.T) {
	s, model := newStage(t, theme.Dark, 100, "en"), star(t)
	model.view.Trouble = vm.Notice{}
	now := &model.view.Profile
	now.PriceNow, now.PriceWhy = domain.PromotionPrice, domain.PricePromotion
	now.Promotion = &domain.Promotion{Price: domain.PromotionPrice, DaysLeft: 3, OnlineLeftMS: (12*time.Hour + 30*time.Minute).Milliseconds()}
	maker := persona.New(model)
	p := maker(s)
	s.show(p, fyne.NewSize(1190, 715))
	keep := p.(page.Keeper)
	if keep.Unsaved() {
		t.Error("a fresh profile is unsaved")
	}
	areas := all[*page.Area](p.Content())
	areas[0].SetText("Hello")
	p.Render()
	if !keep.Unsaved() || areas[0].Text != "Hello" {
		t.Fatalf("what she wrote is lost: %q", areas[0].Text)
	}
	p = maker(s) // another language, say
	s.show(p, fyne.NewSize(1190, 715))
	keep = p.(page.Keeper)
	if words := "A minute in private costs 0.98 credits at this moment. It is the promotion price: 3 days or 12:30 hours online are left, whichever ends first. Then your own prices count."; !says(p.Content(), words) {
		t.Errorf("nothing says %q", words)
	}
	if areas = all[*page.Area](p.Content()); areas[0].Text != "Hello" {
		t.Errorf("a page built anew shows %q", areas[0].Text)
	}
	for _, choice := range all[*control.Select](p.Content()) {
		if strings.HasPrefix(choice.Selected, "A · ") {
			choice.SetSelectedIndex(1)
		}
	}
	if len(s.asked) != 1 {
		t.Fatal("it did not ask before it showed the other account")
	}
	s.asked[0].Answer(false)
	button(t, p.Content(), "Romania").OnTapped()
	for _, choice := range all[*control.Select](p.Content()) {
		if choice.Selected == "a closed curtain, with a place in line" {
			choice.SetSelected("that I am away")
		}
	}
	test.Tap(button(t, p.Content(), "Save"))
	if !slices.Contains(model.did, "doors a@example.com true [BA] away") || model.edit.Introduction != "Hello" || model.edit.Prices.OffPeak == nil ||
		model.edit.Prices.Private != 3990 || len(model.edit.TipMenu) != 2 || model.edit.Appearance.HeightCM != 172 {
		t.Errorf("did %q with %+v", model.did, model.edit)
	}
	p.Render()
	if !keep.Unsaved() || !button(t, p.Content(), "Save").Disabled() {
		t.Error("on its way it may be saved once more")
	}
	model.view.Busy, model.view.Trouble = false, vm.Notice{Key: "error.invalid"}
	p.Render()
	if !keep.Unsaved() || button(t, p.Content(), "Save").Disabled() {
		t.Error("after a refusal it cannot be saved again")
	}
	test.Tap(button(t, p.Content(), "Save"))
	model.view.Busy, model.view.Saved, model.view.Trouble = false, 2, vm.Notice{}
	model.view.Profile.ProfileEdit, model.view.Doors.GuestsClosedIn = model.edit, []string{"BA"}
	p.Render()
	if keep.Unsaved() {
		t.Error("saved, and still unsaved")
	}
	areas[0].SetText("Something else")
	keep.Undo()
	if areas[0].Text != "Hello" || keep.Unsaved() {
		t.Errorf("undone to %q", areas[0].Text)
	}
}

func TestProfile_refusesWhatIsNoNumber(t *testing.T) {
	for words, good := range map[string]bool{"3,5": true, "4": true, "abc": false, "-3": false, "3.5000": false, "1e3": false} {
		s, model := newStage(t, theme.Dark, 100, "en"), star(t)
		p := persona.New(model)(s)
		s.show(p, fyne.NewSize(1190, 715))
		for _, e := range all[*control.Entry](p.Content()) {
			if e.Text == "3.99" {
				e.SetText(words)
			}
		}
		test.Tap(button(t, p.Content(), "Save"))
		if saved := slices.Contains(model.did, "save a@example.com"); saved != good || saved == says(p.Content(), "This is no number: Private show") {
			t.Errorf("%q was saved: %v", words, saved)
		}
	}
}

// Why nothing was sent stands there until it is mended or undone, whatever is drawn
// meanwhile, in the place of an older reason, and moves no field.
func TestProfile_saysWhyNothingWasSent(t *testing.T) {
	s, model := newStage(t, theme.Dark, 100, "en"), star(t)
	model.view.Trouble = vm.Notice{}
	p := persona.New(model)(s)
	s.show(p, fyne.NewSize(1190, 715))
	scroll := all[*container.Scroll](p.Content())[0]
	where := fyne.CurrentApp().Driver().AbsolutePositionForObject
	at, price := where(scroll), (*control.Entry)(nil)
	for _, e := range all[*control.Entry](p.Content()) {
		if e.Text == "3.99" {
			price = e
		}
	}
	const wrong, refused = "This is no number: Private show", "older reason"
	old := vm.Notice{Text: refused}
	price.SetText("5")
	model.view.Trouble = old
	p.Render()
	if !says(p.Content(), refused) || where(scroll) != at {
		t.Errorf("a refusal is not said, or the fields went from %v to %v", at, where(scroll))
	}
	price.SetText("-1")
	test.Tap(button(t, p.Content(), "Save"))
	for range 3 {
		p.Render()
	}
	if !says(p.Content(), wrong) || says(p.Content(), refused) || where(scroll) != at {
		t.Errorf("it says why: %v, the older reason: %v; the fields went from %v to %v", says(p.Content(), wrong), says(p.Content(), refused), at, where(scroll))
	}
	price.SetText("12.345")
	if says(p.Content(), wrong) {
		t.Error("mended, and said still")
	}
	model.view.Trouble = old
	p.Render()
	test.Tap(button(t, p.Content(), "Undo"))
	if p.Render(); says(p.Content(), refused) || price.Text != "3.99" {
		t.Errorf("undone, and said still; the field has %q", price.Text)
	}
}

func TestProfile_bansWordsAndLetsThemGo(t *testing.T) {
	s, model := newStage(t, theme.Dark, 100, "en"), star(t)
	model.view.Trouble = vm.Notice{}
	p := persona.New(model)(s)
	s.show(p, fyne.NewSize(1190, 715))
	model.did = nil
	ban, word := button(t, p.Content(), "Ban"), entry(t, p.Content(), "A word, or several with commas")
	counted := func(words string) bool {
		return slices.ContainsFunc(all[*widget.RichText](p.Content()), func(t *widget.RichText) bool { return strings.HasPrefix(t.String(), words) })
	}
	if !ban.Disabled() || !counted("4 of 200 words") {
		t.Error("nothing may be banned yet, or it does not say how many are")
	}
	test.Type(word, "Foo, bar ")
	test.Tap(ban)
	button(t, p.Content(), "nice feet").OnTapped()
	if want := []string{`ban a@example.com "Foo, bar"`, `allow a@example.com "nice feet"`}; !slices.Equal(model.did, want) {
		t.Errorf("did %q, want %q", model.did, want)
	}
	model.view.Busy = true
	p.Render()
	if !ban.Disabled() || !button(t, p.Content(), "damn").Disabled() || word.Text != "Foo, bar " {
		t.Errorf("while it is on its way: %q", word.Text)
	}
	model.view.Busy, model.view.Trouble = false, vm.Notice{Key: "error.invalid"}
	p.Render()
	if word.Text != "Foo, bar " {
		t.Error("what was refused is lost")
	}
	test.Tap(ban)
	model.view.Trouble, model.view.Doors.BannedWords = vm.Notice{}, []string{"damn", "Foo", "bar"}
	p.Render()
	if word.Text != "" || !counted("3 of 200 words") || p.(page.Keeper).Unsaved() {
		t.Errorf("accepted, and the field says %q", word.Text)
	}
	button(t, p.Content(), "bar")
}

func TestProfile_goalPicturesAndSight(t *testing.T) {
	s, model := newStage(t, theme.Dark, 100, "en"), star(t)
	p := persona.New(model)(s)
	s.show(p, fyne.NewSize(1190, 715))
	for _, words := range []string{"New shoes: 123.00 of 500.00 credits", "A guest from there (Romania): may not come in.", "too dark", "Waits for staff", "costs 2.99 credits"} {
		if !says(p.Content(), words) && !strings.Contains(words, "costs") {
			t.Errorf("it does not say %q", words)
		}
	}
	test.Tap(button(t, p.Content(), "End the goal"))
	test.Tap(button(t, p.Content(), "Look from there"))
	file := filepath.Join(t.TempDir(), "me.jpg")
	if err := os.WriteFile(file, []byte("picture"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, e := range all[*control.Entry](p.Content()) {
		if e.PlaceHolder == "Path of a file" {
			e.SetText(file)
			e.OnSubmitted(file)
			break
		}
	}
	if want := []string{"open a@example.com", "goal a@example.com  0.00", `look a@example.com "" guest`, "send a@example.com general"}; !slices.Equal(model.did, want) {
		t.Errorf("did %q, want %q", model.did, want)
	}
	if string(model.sent) != "picture" {
		t.Errorf("sent %q", model.sent)
	}
}
