package ui_test

import (
	"fmt"
	"image/color"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"

	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/session"
	"github.com/jasmincam/jasmincam/internal/settings"
	"github.com/jasmincam/jasmincam/internal/ui/control"
	"github.com/jasmincam/jasmincam/internal/ui/page"
	"github.com/jasmincam/jasmincam/internal/ui/theme"
	"github.com/jasmincam/jasmincam/internal/ui/uitest"
	"github.com/jasmincam/jasmincam/internal/ui/vm"
)

// wish is one who asks.
func wish(show, letter, member string) vm.PrivateRequest {
	return vm.PrivateRequest{Show: show, Email: strings.ToLower(letter) + "@example.com", Account: "luna-" + strings.ToLower(letter), Letter: letter, Member: member,
		Price: 2990, Left: 87 * time.Second, Known: true, Note: "likes cats", Favourite: true, Spent: 45_500}
}

// inShow is a show that runs.
func inShow() vm.PrivateView {
	return vm.PrivateView{InLine: 1, Current: &vm.PrivateShow{Show: "s1", Email: "a@example.com", Account: "luna-rose", Letter: "A", Member: "quiet-fox",
		State: domain.ShowRunning, Price: 2990, Rate: 2990, Delivered: 740 * time.Second, Time: 754 * time.Second, Charged: 36_876, EarnedCents: 1475}}
}

// afterShow is its receipt.
func afterShow() vm.PrivateView {
	return vm.PrivateView{MustFree: true, Over: &vm.PrivateReceipt{Show: "s1", Account: "luna-rose", Letter: "A", Member: "quiet-fox", State: domain.ShowSettled,
		Reason: "member", Price: 2990, Delivered: 761 * time.Second, Paused: 12 * time.Second, Charged: 39_997, EarnedCents: 1599,
		Base: 37_923, Camera: 1383, Voice: 691, Seen: 83 * time.Second, Heard: 83 * time.Second}}
}

// long fills every part of a view of private shows with what is long.
func long(name string) map[string]vm.PrivateView {
	a, b := wish("s1", "A", name), wish("s2", "B", name)
	a.Account, b.Account = name, name
	a.Note, b.Note = strings.Repeat("a long note on him ", 8), strings.Repeat("a long note on her ", 8)
	going, over := inShow(), afterShow()
	going.Current.Member, going.Current.Account, going.Trouble = name, name, vm.Notice{Key: "private.trouble.left"}
	over.Over.Member, over.Over.Account, over.Trouble = name, name, vm.Notice{Key: "error.unavailable"}
	return map[string]vm.PrivateView{"request": {Requests: []vm.PrivateRequest{a}, Trouble: vm.Notice{Key: "private.trouble.answer"}},
		"visitor": visited(name, vm.VisitorHere, vm.VisitorHere), "coming": visited(name, vm.VisitorComing, vm.VisitorNever),
		"voice": visited(name, vm.VisitorOff, vm.VisitorLost),
		"two":   {Requests: []vm.PrivateRequest{a, b}, Trouble: vm.Notice{Key: "private.trouble.answer"}}, "private": going, "over": over}
}

// visited is a show whose member is seen and heard, or not.
func visited(name string, camera, voice vm.VisitorPresence) vm.PrivateView {
	v := inShow()
	v.Current.Member, v.Current.Rate = name, 4490
	extra := func(p vm.VisitorPresence, price, charged domain.Millicredits) vm.VisitorExtra {
		return vm.VisitorExtra{Presence: p, On: p != vm.VisitorOff && p != vm.VisitorNever, Price: price, Delivered: 83 * time.Second, Charged: charged}
	}
	v.Visitor = &vm.Visitor{Show: "s1", Member: name, Volume: 80, Camera: extra(camera, 1000, 1383), Voice: extra(voice, 500, 691)}
	if voice == vm.VisitorLost {
		v.Visitor.Muted, v.Visitor.Deaf = true, vm.Notice{Key: "visitor.deaf"}
	}
	return v
}

// ground is the colour of the banner.
func (r *rig) ground() color.Color {
	layers := r.shell.Window().Content().(*fyne.Container)
	banner := layers.Objects[0].(*fyne.Container).Objects[0].(*fyne.Container)
	return banner.Objects[0].(*canvas.Image).Image.At(0, 0)
}

// shortcut types a key with Ctrl, and more.
func (r *rig) shortcut(name fyne.KeyName, more fyne.KeyModifier) {
	s := &desktop.CustomShortcut{KeyName: name, Modifier: fyne.KeyModifierShortcutDefault | more}
	inner := reflect.ValueOf(r.canvas()).Elem().FieldByName("WindowlessCanvas") // the test driver hides that it takes shortcuts
	inner.Interface().(fyne.Shortcutable).TypedShortcut(s)
}

// yes answers the question that is open: it is asked so that No has the focus.
func (r *rig) yes(t *testing.T) {
	t.Helper()
	if r.canvas().Overlays().Top() == nil {
		t.Fatal("nothing is asked")
	}
	r.canvas().FocusNext()
	r.press(fyne.KeySpace)
}

func rgbaOf(c color.Color) [4]uint32 {
	r, g, b, a := c.RGBA()
	return [4]uint32{r, g, b, a}
}

func TestPrivate_theCardIsOverEveryPage(t *testing.T) {
	r := newRig(t, nil)
	r.shell.Window().Resize(fyne.NewSize(1180, 760))
	r.shows.view.Requests = []vm.PrivateRequest{wish("s1", "A", "quiet-fox"), wish("s2", "B", "otto")}
	r.shell.Render()
	for _, id := range []string{page.Accounts, page.Settings} {
		r.shell.Turn(id)
		for _, want := range []string{"quiet-fox", "otto", "2.99 credits a minute", "likes cats", "favourite · Has spent 45.50 credits", "87 s left", "The others wait in line"} {
			if !strings.Contains(r.said(), want) {
				t.Errorf("%s: the card does not say %q:\n%s", id, want, r.said())
			}
		}
	}
	test.Tap(r.button(t, "Accept")) // the second has no key
	test.Tap(r.button(t, "Decline"))
	r.shows.view.Busy = true
	r.shell.Render()
	if !r.button(t, "Accept").Disabled() {
		t.Error("an answer is on its way, and it can be pressed again")
	}
	r.shows.view = vm.PrivateView{}
	r.shell.Render()
	if strings.Contains(r.said(), "quiet-fox") || !slices.Equal(r.shows.accepted, []string{"s2"}) || len(r.shows.denied) != 1 {
		t.Errorf("accepted %v, declined %v", r.shows.accepted, r.shows.denied)
	}
}

// Keys answer from every page and over a question, and do nothing when nobody asks.
func TestPrivate_keys(t *testing.T) {
	r := newRig(t, nil)
	r.shortcut(fyne.KeyReturn, 0)
	r.shortcut(fyne.KeyReturn, fyne.KeyModifierShift)
	r.press(fyne.KeyReturn)
	if len(r.shows.accepted) != 0 || r.shows.freed != 0 {
		t.Fatal("keys did something, and nobody asks")
	}
	r.shows.view.Requests = []vm.PrivateRequest{wish("s1", "A", "quiet-fox"), wish("s2", "B", "otto")}
	r.shell.Render()
	r.shell.Ask(page.Question{Title: "Sure?", Yes: "Yes", No: "No"})
	r.shortcut(fyne.KeyReturn, 0)
	if !slices.Equal(r.shows.accepted, []string{"s1"}) || r.canvas().Overlays().Top() != nil {
		t.Errorf("accepted %v", r.shows.accepted)
	}
	r.shows.view = afterShow()
	r.shell.Render()
	r.shortcut(fyne.KeyReturn, 0)
	if r.shows.freed != 0 {
		t.Error("the key that accepts opens her rooms")
	}
	r.shortcut(fyne.KeyEnter, fyne.KeyModifierShift)
	if r.shows.freed != 1 {
		t.Error("the key opens nothing")
	}
}

// PRIVATE cannot be overlooked, and what a show earns is on every page.
func TestPrivate_theBanner(t *testing.T) {
	for _, look := range []string{settings.ThemeDark, settings.ThemeLight} {
		r := newRig(t, func(r *rig) {
			r.settings.values.Theme = look
			r.live.view = vm.LiveView{State: session.Private, To: []string{"luna-rose", "second"}, Online: true, Muted: true}
		})
		r.shows.view = inShow()
		r.shell.Render()
		for _, want := range []string{"PRIVATE", "12:34 · quiet-fox", "microphone off", "2.99 credits a minute", "earned so far $14.75", "waiting in line: 1", "This member alone"} {
			if !strings.Contains(r.said(), want) {
				t.Errorf("%s: the banner does not say %q:\n%s", look, want, r.said())
			}
		}
		if got, want := r.ground(), theme.Color(theme.Private); fmt.Sprint(rgbaOf(got)) != fmt.Sprint(rgbaOf(want)) {
			t.Errorf("%s: its ground is %v, want violet %v", look, got, want)
		}
		r.shows.view.Current.Offline = true
		r.shell.Render()
		if !strings.Contains(r.said(), "Go online to go on with the show") {
			t.Error("it does not say how the show goes on")
		}
		test.Tap(r.button(t, "End the show"))
		if r.press(fyne.KeyEscape); r.shows.ended != 0 {
			t.Error("the show ended without a yes")
		}
		test.Tap(r.button(t, "End the show"))
		r.yes(t)
		if r.shows.ended != 1 {
			t.Error("the show does not end")
		}
	}
}

// After a show she reads what it brought, and one button opens her rooms.
func TestPrivate_theReceipt(t *testing.T) {
	r := newRig(t, nil)
	r.shell.Window().Resize(fyne.NewSize(1180, 760))
	r.shows.view = afterShow()
	r.shell.Render()
	said := r.said()
	for _, want := range []string{"FREE", "The private show is over", "quiet-fox", "The member ended it.", "Nobody sees or hears you until you open your rooms."} {
		if !strings.Contains(said, want) {
			t.Errorf("it does not say %q:\n%s", want, said)
		}
	}
	var figures []string
	uitest.Each(r.shell.Window().Content(), func(o fyne.CanvasObject) {
		if x, ok := o.(*canvas.Text); ok {
			figures = append(figures, x.Text)
		}
	})
	for _, want := range []string{"12:41", "0:12", "2.99", "37.923", "$15.99", "39.997", "1.383", "0.691"} {
		if !slices.Contains(figures, want) {
			t.Errorf("it does not say %q: %v", want, figures)
		}
	}
	if got, wrong := r.ground(), theme.Color(theme.Live); fmt.Sprint(rgbaOf(got)) == fmt.Sprint(rgbaOf(wrong)) {
		t.Error("it looks as if she were live")
	}
	test.Tap(r.button(t, "Open my rooms (Ctrl+Shift+Enter)"))
	if r.shows.freed != 1 {
		t.Error("the button opens nothing")
	}
	r.shows.view = vm.PrivateView{MustFree: true}
	r.shell.Render()
	if !strings.Contains(r.said(), "before the app was started") {
		t.Error("after a start it does not say why her rooms are closed")
	}
}

// Going offline or closing the window asks, and ends the show first.
func TestPrivate_leavingEndsTheShowFirst(t *testing.T) {
	r := newRig(t, func(r *rig) {
		r.live.view = vm.LiveView{State: session.Private, Online: true, Accounts: []vm.Card{{Email: "a@example.com"}}}
		r.shows.view = inShow()
	})
	r.press(fyne.KeyF6)
	if r.live.offline || r.shows.ended != 0 {
		t.Fatal("it did not ask")
	}
	r.yes(t)
	if r.shows.ended != 1 || r.live.offline {
		t.Error("she went offline before the show ended")
	}
	r.shows.then()
	if !r.live.offline {
		t.Error("she did not go offline")
	}
	if r.shell.Leaving([]string{"b@example.com"}, nil) {
		t.Error("the account that gives no show is kept online")
	}
	r.shell.Close()
	r.yes(t)
	if r.shows.ended != 2 {
		t.Error("closing the window did not end the show")
	}
}

// What is on the card is reached by Tab, from every page.
func TestPrivate_isReachedByTab(t *testing.T) {
	r := newRig(t, nil)
	for word, view := range map[string]vm.PrivateView{"Decline": long("max")["request"], "Open my rooms (Ctrl+Shift+Enter)": long("max")["over"],
		"End the show": long("max")["private"]} {
		r.shows.view = view
		r.shell.Render()
		found := false
		for range 60 {
			r.canvas().FocusNext()
			b, ok := r.canvas().Focused().(*control.Button)
			found = found || ok && b.Text == word
		}
		if !found {
			t.Errorf("Tab does not reach %q", word)
		}
	}
}

// Toasts keep off the card.
func TestPrivate_toastsDoNotCoverTheCard(t *testing.T) {
	r := newRig(t, nil)
	r.shell.Window().Resize(fyne.NewSize(1023, 580))
	r.shows.view.Requests, r.toasts.view = []vm.PrivateRequest{wish("s1", "A", "quiet-fox"), wish("s2", "B", "otto")}, tips(5)
	r.shell.Render()
	r.shell.Window().Resize(fyne.NewSize(1024, 580))
	card := r.shell.Window().Content().(*fyne.Container).Objects[3].(*fyne.Container).Objects[0]
	cards := r.cards()
	for _, c := range cards {
		if over(c, card) {
			t.Error("a toast lies over those who ask")
		}
	}
	if len(cards) == 0 || !card.Visible() {
		t.Error("nothing is shown")
	}
}

// It never makes the window larger, and its buttons are in it; TestWindow_everyPage
// looks at the rest.
func TestPrivate_fits(t *testing.T) {
	for _, size := range []fyne.Size{fyne.NewSize(1366, 768), fyne.NewSize(1024, 700)} {
		for _, percent := range []int{100, 200} {
			for _, lang := range []string{"en", "es", "ro", "ru", "pt"} {
				for kind, view := range long("a-name-of-thirty-small-letters") {
					t.Run(fmt.Sprintf("%.0fx%.0f/%d/%s/%s", size.Width, size.Height, percent, lang, kind), func(t *testing.T) {
						r := newRig(t, func(r *rig) {
							crowd(r)
							r.settings.values.TextSize, r.settings.values.Language, r.shows.view = percent, lang, view
						})
						r.shell.Window().Resize(size.AddWidthHeight(1, 1))
						r.shell.Window().Resize(size)
						content := r.shell.Window().Content()
						if least := content.MinSize(); least.Width > size.Width || least.Height > size.Height {
							t.Errorf("the window needs %v", least)
						}
						card := content.(*fyne.Container).Objects[3]
						if shown := len(view.Requests) > 0 || view.MustFree; shown != card.(*fyne.Container).Objects[0].Visible() {
							t.Errorf("the card is shown: %v", !shown)
						}
						uitest.Each(card, func(o fyne.CanvasObject) {
							b, ok := o.(*control.Button)
							if at, box := box(o); ok && (at.X < 0 || at.Y < 0 || at.X+box.Width > size.Width || at.Y+box.Height > size.Height) {
								t.Errorf("%q is not in the window", b.Text)
							}
						})
					})
				}
			}
		}
	}
}
