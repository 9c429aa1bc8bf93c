package talk

import (
	"strings"
	"time"

	"fyne.io/fyne/v2"

	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/text"
	"github.com/jasmincam/jasmincam/internal/ui/control"
	"github.com/jasmincam/jasmincam/internal/ui/page"
	"github.com/jasmincam/jasmincam/internal/ui/page/figure"
	"github.com/jasmincam/jasmincam/internal/ui/vm"
	"github.com/jasmincam/jasmincam/internal/ui/xwidget/feed"
)

// Minutes for which a viewer is kept out.
const (
	shortKick = 10
	longKick  = 60
)

// lineOf puts a line of the chat into words.
func lineOf(words *text.Words, l vm.Line, answered bool) feed.ChatLine {
	out := feed.ChatLine{ID: l.ID, Letter: l.Letter, Room: l.Account, Account: figure.Account(l.Letter), Who: l.Who, Text: l.Text,
		Badges: badges(words, l), Answered: answered}
	if !l.At.IsZero() {
		out.Time = l.At.Local().Format("15:04")
	}
	switch l.Kind {
	case vm.LineTip:
		out.Tone = feed.ToneTip
		out.Text = words.Say("chat.tip", l.Millicredits)
		if note := strings.TrimSpace(l.Text); note != "" {
			out.Text += " “" + note + "”"
		}
	case vm.LineRemoved:
		out.Tone, out.Who, out.Badges = feed.ToneNotice, "", nil
		out.Text = removed(words, l.Who, l.Until)
	case vm.LineLifted:
		out.Tone, out.Who, out.Badges = feed.ToneNotice, "", nil
		out.Text = words.Say("chat.lifted", l.Who)
	case vm.LineRules:
		out.Tone, out.Who, out.Badges = feed.ToneNotice, "", nil
		out.Text = words.Say("chat.guests.closed")
		if l.Open {
			out.Text = words.Say("chat.guests.open")
		}
	case vm.LinePaused:
		out.Tone, out.Who, out.Badges = feed.ToneNotice, "", nil
		out.Text = words.Say("chat.paused")
	default:
		if l.Own {
			out.Tone = feed.ToneOwn
		}
	}
	switch l.Fate {
	case vm.FateSending:
		out.Badges = append(out.Badges, words.Say("chat.sending"))
	case vm.FateSent:
		out.Badges = append(out.Badges, words.Say("chat.sent"))
	case vm.FateRefused:
		out.Refused = true
		out.Fate = words.Say("chat.refused", l.Why.In(words))
	}
	return out
}

// removed says until when somebody may not come in.
func removed(words *text.Words, who string, until time.Time) string {
	if until.IsZero() {
		return words.Say("chat.banned", who)
	}
	return words.Say("chat.kicked", who, until.Local().Format("15:04"))
}

func badges(words *text.Words, l vm.Line) []string {
	var out []string
	if l.Private {
		out = append(out, words.Say("chat.badge.private"))
	}
	if l.Role == domain.RoleGuest {
		out = append(out, words.Say("chat.badge.guest"))
	}
	if l.Badges.New {
		out = append(out, words.Say("chat.badge.new"))
	}
	if l.Badges.Tipper {
		out = append(out, words.Say("chat.badge.tipper"))
	}
	if l.Badges.Favourite {
		out = append(out, words.Say("chat.badge.favourite"))
	}
	if l.Badges.Note != "" {
		out = append(out, l.Badges.Note)
	}
	return out
}

// menu is what can be done about a line.
func (t *pane) menu(id int64, at fyne.Position) {
	l, ok := t.line(id)
	c := fyne.CurrentApp().Driver().CanvasForObject(t.feed)
	if !ok || c == nil {
		return
	}
	control.PopAt(c, at, t.choices(l))
}

func (t *pane) choices(l vm.Line) []*fyne.MenuItem {
	said := func(key string, args ...any) string { return t.words.Say(key, args...) }
	items := []*fyne.MenuItem{
		fyne.NewMenuItem(said("chat.menu.answer", l.Account), func() { t.press(l.ID) }),
	}
	if l.Text != "" {
		items = append(items, fyne.NewMenuItem(said("chat.menu.copy"), func() { fyne.CurrentApp().Clipboard().SetContent(l.Text) }))
	}
	if l.Fate == vm.FateRefused {
		items = append(items, fyne.NewMenuItem(said("chat.retry"), func() { t.model.Retry(l.ID) }),
			fyne.NewMenuItem(said("chat.back"), func() { t.takeBack(l.ID) }))
	}
	viewer := !l.Own && l.Who != "" && (l.Kind == vm.LineSaid || l.Kind == vm.LineTip)
	if viewer {
		items = append(items, fyne.NewMenuItemSeparator(),
			fyne.NewMenuItem(said("chat.menu.kick.short"), func() { t.remove(l, shortKick) }),
			fyne.NewMenuItem(said("chat.menu.kick.long"), func() { t.remove(l, longKick) }),
			fyne.NewMenuItem(said("chat.menu.ban"), func() { t.remove(l, 0) }))
	}
	if r, ok := t.room(l.Email); ok && !l.Own && l.Who != "" {
		for _, gone := range r.Removed {
			if gone.Who == l.Who {
				items = append(items, fyne.NewMenuItem(said("chat.menu.lift", l.Who), func() { t.model.Lift(l.Email, l.Who) }))
			}
		}
	}
	if r, ok := t.room(l.Email); ok && r.Known {
		key := "chat.menu.mute"
		if !r.GuestChat {
			key = "chat.menu.unmute"
		}
		items = append(items, fyne.NewMenuItemSeparator(), fyne.NewMenuItem(said(key, r.Account), func() { t.muteGuests(r) }))
	}
	return items
}

func (t *pane) room(email string) (vm.ChatRoom, bool) {
	for _, r := range t.view.Rooms {
		if r.Email == email {
			return r, true
		}
	}
	return vm.ChatRoom{}, false
}

// remove asks whether a viewer is to be kept out, for minutes or until lifted.
func (t *pane) remove(l vm.Line, minutes int) {
	title, body := t.words.Say("chat.kick.title", l.Who), t.words.Count("chat.kick.text", minutes, l.Who, l.Account)
	yes := t.words.Say("chat.kick.yes")
	if minutes == 0 {
		title, body = t.words.Say("chat.ban.title", l.Who), t.words.Say("chat.ban.text", l.Who, l.Account)
		yes = t.words.Say("chat.ban.yes")
	}
	t.shell.Ask(page.Question{Title: title, Text: body, Yes: yes, No: t.words.Say("cancel"), Danger: true, Answer: func(sure bool) {
		switch {
		case !sure:
		case minutes == 0:
			t.model.Ban(l.Email, l.Who)
		default:
			t.model.Kick(l.Email, l.Who, minutes)
		}
	}})
}

// muteGuests asks whether guests may write no more; that they may again needs
// no question.
func (t *pane) muteGuests(r vm.ChatRoom) {
	if !r.GuestChat {
		t.model.MuteGuests(r.Email, false)
		return
	}
	t.shell.Ask(page.Question{Title: t.words.Say("chat.mute.title", r.Account), Text: t.words.Say("chat.mute.text"),
		Yes: t.words.Say("chat.mute.yes"), No: t.words.Say("cancel"), Answer: func(sure bool) {
			if sure {
				t.model.MuteGuests(r.Email, true)
			}
		}})
}
