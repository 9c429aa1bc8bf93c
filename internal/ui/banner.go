package ui

import (
	"cmp"
	"image/color"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	standard "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/jasmincam/jasmincam/internal/session"
	"github.com/jasmincam/jasmincam/internal/text"
	"github.com/jasmincam/jasmincam/internal/ui/control"
	"github.com/jasmincam/jasmincam/internal/ui/page/private"
	"github.com/jasmincam/jasmincam/internal/ui/theme"
	"github.com/jasmincam/jasmincam/internal/ui/vm"
)

// banner is the strip on top of every page that tells whether she is live.
type banner struct {
	box    *fyne.Container
	ground *canvas.Image
	state  *widget.RichText // one large word
	who    *widget.RichText // who is in that state, or what to do
	why    *widget.RichText // what is wrong, or how a private show goes; hidden while nothing is
	end    *control.Button  // ends a private show; hidden without one
	again  *control.Button  // undoes a panic …
	row    *fyne.Container  // … in a line of its own; hidden without one
	now    bannerText
}

// bannerText is what a banner says.
type bannerText struct {
	ground, ink     fyne.ThemeColorName
	state, who, why string
	end, again      bool
}

func newBanner(words *text.Words, end, again func()) *banner {
	b := &banner{ground: control.Flat(color.Transparent), state: inked(standard.SizeNameSubHeadingText, true),
		who: inked(standard.SizeNameText, false), why: inked(standard.SizeNameText, false),
		end:   control.NewButton(words.Say("private.end"), standard.MediaStopIcon(), end),
		again: control.NewButton(words.Say("panic.show"), standard.VisibilityIcon(), again)}
	b.who.Wrapping = fyne.TextWrapWord
	b.why.Wrapping = fyne.TextWrapWord
	b.why.Hide()
	b.end.Hide()
	line := container.NewBorder(nil, nil, b.state, container.New(middle{}, container.NewPadded(b.end)), container.New(middle{}, b.who))
	b.row = container.NewPadded(container.NewHBox(b.again)) // of its own: beside it there is room for few words in large text
	b.row.Hide()
	b.box = container.NewStack(b.ground, container.NewVBox(line, b.why, b.row))
	return b
}

// middle puts one object at its own height into the middle of a line.
type middle struct{}

// MinSize implements fyne.Layout.
func (middle) MinSize(objects []fyne.CanvasObject) fyne.Size { return objects[0].MinSize() }

// Layout implements fyne.Layout.
func (middle) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	height := objects[0].MinSize().Height
	objects[0].Move(fyne.NewPos(0, (size.Height-height)/2))
	objects[0].Resize(fyne.NewSize(size.Width, height))
}

func inked(size fyne.ThemeSizeName, bold bool) *widget.RichText {
	return widget.NewRichText(&widget.TextSegment{Style: widget.RichTextStyle{SizeName: size, TextStyle: fyne.TextStyle{Bold: bold}}})
}

// write puts words into a RichText made by inked.
func write(r *widget.RichText, words string, ink fyne.ThemeColorName) {
	seg := r.Segments[0].(*widget.TextSegment)
	seg.Text, seg.Style.ColorName = words, ink
	r.Refresh()
}

// render says the newest state, and tells whether it is another: only what is new
// is drawn.
func (b *banner) render(words *text.Words, live vm.LiveView, in vm.SignInView, show vm.PrivateView) bool {
	next := bannerOf(words, live, in, show)
	if next == b.now {
		return false
	}
	b.now = next
	control.Tint(b.ground, theme.Color(next.ground))
	write(b.state, next.state, next.ink)
	write(b.who, next.who, next.ink)
	write(b.why, next.why, next.ink)
	control.Show(b.why, next.why != "")
	control.Show(b.end, next.end)
	control.Show(b.row, next.again)
	for range 2 { // the lines break anew, and then what is below them has its place
		b.box.Refresh()
	}
	return true
}

// fit gives the banner a width and the height that its words take there.
func (b *banner) fit(width float32) {
	for range 2 { // its lines break at this width, which tells the height
		b.box.Resize(fyne.NewSize(width, b.box.MinSize().Height))
	}
}

// panicking is what a banner says while nobody sees or hears her. A private show
// stands still meanwhile, and she can end it, which does not show her.
func panicking(words *text.Words, show vm.PrivateView) bannerText {
	say := private.Say(words, show)
	out := bannerText{state: words.Say("state.panic"), who: words.Say("panic.who"), again: true, end: say.End}
	out.ground, out.ink = theme.State(string(session.Panic))
	if say.State != string(session.Private) {
		return out
	}
	out.why = words.Say("panic.private") + " · " + say.Who
	if !show.Trouble.Empty() { // such as an end that did not arrive
		out.why += "\n" + show.Trouble.In(words)
	}
	return out
}

func bannerOf(words *text.Words, live vm.LiveView, in vm.SignInView, show vm.PrivateView) bannerText {
	if live.Panic {
		return panicking(words, show)
	}
	if say := private.Say(words, show); say.State != "" {
		out := bannerText{state: say.Word, who: say.Who, why: say.Why, end: say.End}
		out.ground, out.ink = theme.State(say.State)
		if live.Muted && live.Online {
			out.who += " · " + words.Say("banner.muted")
		}
		return out
	}
	state := live.State
	if state == "" {
		state = session.Offline
	}
	out := bannerText{state: words.Say("state." + string(state))}
	out.ground, out.ink = theme.State(string(state))
	signedIn, may := false, false
	for _, a := range in.Accounts {
		signedIn, may = signedIn || a.In, may || a.In && !a.Waits()
	}
	switch {
	case len(live.To) > 0 && state != session.Offline:
		out.who = strings.Join(live.To, " · ")
	case !in.Ready:
		out.who = words.Say("banner.starting")
	case !signedIn:
		out.who = words.Say("banner.signin")
	case !may:
		out.who = words.Say("banner.waiting")
	default:
		out.who = words.Say("banner.offline")
	}
	if live.Muted && live.Online {
		out.who += " · " + words.Say("banner.muted")
	}
	for _, n := range []vm.Notice{live.Trouble, live.CameraLost, live.MicLost} {
		if !n.Empty() && (live.Online || live.Watching) {
			out.why = n.In(words)
			break
		}
	}
	for _, a := range in.Accounts {
		if out.why == "" && a.In && !a.Waits() && !a.Trouble.Empty() { // its backend is away
			out.why = cmp.Or(a.Name, a.Email) + ": " + a.Trouble.In(words)
		}
	}
	return out
}
