package persona

import (
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	standard "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/ui/control"
	"github.com/jasmincam/jasmincam/internal/ui/theme"
	"github.com/jasmincam/jasmincam/internal/ui/vm"
	"github.com/jasmincam/jasmincam/internal/ui/xwidget"
)

// banned are the words that drop a line (domain C8). One is banned and let go at
// once, without the page's Save.
type banned struct {
	p     *persona
	drawn []string
	busy  bool
	word  *control.Entry
	add   *control.Button
	sent  string // what is on its way; it stays in the field until it was accepted
	count *widget.RichText
	list  *fyne.Container
	box   fyne.CanvasObject
}

func newBanned(p *persona) *banned {
	b := &banned{p: p, word: control.NewEntry(), count: control.Quiet(""), list: xwidget.Flow()}
	b.word.SetPlaceHolder(p.say("profile.banned.word"))
	b.word.OnChanged = func(string) { b.allow() }
	b.word.OnSubmitted = func(string) { b.ban() }
	b.add = control.NewButton(p.say("profile.banned.add"), standard.ContentAddIcon(), b.ban)
	b.box = p.group("profile.banned", control.Quiet(p.say("profile.banned.text")), xwidget.Flow(xwidget.Wide(300*theme.Scale(), b.word), b.add), b.count, b.list)
	return b
}

func (b *banned) ban() {
	if typed := strings.TrimSpace(b.word.Text); typed != "" && !b.add.Disabled() {
		b.sent = b.word.Text
		b.p.model.BanWord(b.p.d.email, typed)
	}
}

func (b *banned) allow() {
	b.add.SetOn(strings.TrimSpace(b.word.Text) != "" && !b.p.view.Busy && len(b.p.view.Doors.BannedWords) < domain.MaxBannedWords)
}

func (b *banned) render(v vm.PersonaView) {
	if b.sent != "" && !v.Busy {
		if v.Trouble.Empty() && b.word.Text == b.sent {
			b.word.SetText("")
		}
		b.sent = ""
	}
	b.allow()
	if b.drawn != nil && b.busy == v.Busy && slices.Equal(b.drawn, v.Doors.BannedWords) {
		return
	}
	b.drawn, b.busy = list(v.Doors.BannedWords), v.Busy
	control.SayQuiet(b.count, b.p.say("profile.banned.count", len(b.drawn), domain.MaxBannedWords))
	b.list.Objects = nil
	for _, word := range b.drawn {
		free := control.NewButton(brief(word), standard.CancelIcon(), func() { b.p.model.AllowWord(b.p.d.email, word) })
		free.SetOn(!v.Busy)
		b.list.Add(free)
	}
	b.list.Refresh()
	b.p.settle()
}

// brief is a word as a button shows it; a long one would be wider than the page.
func brief(word string) string {
	const most = 18
	if letters := []rune(word); len(letters) > most {
		return string(letters[:most-1]) + "…"
	}
	return word
}
