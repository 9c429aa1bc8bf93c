package feed

import (
	"image/color"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	standard "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/jasmincam/jasmincam/internal/ui/control"
	"github.com/jasmincam/jasmincam/internal/ui/theme"
)

// ChatTone is how a line of the chat looks.
type ChatTone int

// The tones.
const (
	ToneSaid   ChatTone = iota
	ToneOwn             // hers
	ToneTip             // money
	ToneNotice          // what happened in a room
)

// ChatLine is a line of the chat, in finished words.
type ChatLine struct {
	ID           int64
	Letter, Room string // of the account, and its name
	Account      int    // number of the account, for its colour
	Tone         ChatTone
	Who          string   // "" for a line that nobody wrote
	Badges       []string // short words beside who
	Text         string
	Time         string
	Fate         string // why a line of hers was not sent
	Refused      bool   // it was not: Retry and Back are offered
	Answered     bool   // this is the line that is answered
	Found        string // what is looked for, in small letters: it is marked where it stands
}

func (l ChatLine) same(o ChatLine) bool {
	equal := slices.Equal(l.Badges, o.Badges)
	l.Badges, o.Badges = nil, nil
	type flat struct {
		id                                         int64
		letter, room, who, text, time, fate, found string
		account                                    int
		tone                                       ChatTone
		refused, answered                          bool
	}
	flatten := func(l ChatLine) flat {
		return flat{l.ID, l.Letter, l.Room, l.Who, l.Text, l.Time, l.Fate, l.Found, l.Account, l.Tone, l.Refused, l.Answered}
	}
	return equal && flatten(l) == flatten(o)
}

// ChatRowConfig is what a row's own buttons say and do.
type ChatRowConfig struct {
	Retry, Back     string
	OnRetry, OnBack func(id int64)
	Feed            func() *Feed // that the row is in
}

// ChatRow shows a ChatLine. Its text stands beside the name where there is
// room, and below it where there is not.
type ChatRow struct {
	widget.BaseWidget
	cfg   ChatRowConfig
	line  ChatLine
	width float32 // that the texts are broken for
	high  float32

	ground, edge          *canvas.Rectangle
	disc                  *canvas.Circle
	letter                *canvas.Text
	who, badges, room, at *canvas.Text
	text, fate            []*canvas.Text
	marks                 []*canvas.Rectangle // behind what was looked for
	retry, back           *control.Button
	box                   *fyne.Container
	current               bool
}

var (
	_ Row                    = (*ChatRow)(nil)
	_ fyne.Tappable          = (*ChatRow)(nil)
	_ fyne.SecondaryTappable = (*ChatRow)(nil)
)

// NewChatRow returns an empty row.
func NewChatRow(cfg ChatRowConfig) *ChatRow {
	r := &ChatRow{cfg: cfg, ground: canvas.NewRectangle(color.Transparent), edge: canvas.NewRectangle(color.Transparent),
		disc: canvas.NewCircle(color.Transparent), letter: canvas.NewText("", color.Transparent)}
	r.ground.CornerRadius, r.edge.CornerRadius = 6, 2
	size := standard.TextSize()
	r.letter.TextSize, r.letter.TextStyle.Bold, r.letter.Alignment = size*0.82, true, fyne.TextAlignCenter
	text := func(size float32, bold bool) *canvas.Text {
		t := canvas.NewText("", color.Transparent)
		t.TextSize, t.TextStyle.Bold = size, bold
		return t
	}
	small := standard.CaptionTextSize()
	r.who, r.badges, r.room, r.at = text(size, true), text(small, false), text(small, false), text(small, false)
	r.retry = control.NewLink(cfg.Retry, func() { cfg.OnRetry(r.line.ID) })
	r.back = control.NewLink(cfg.Back, func() { cfg.OnBack(r.line.ID) })
	r.retry.Hide()
	r.back.Hide()
	r.box = container.NewWithoutLayout()
	r.ExtendBaseWidget(r)
	return r
}

// Set shows a line.
func (r *ChatRow) Set(l ChatLine) {
	l.Text, l.Who = oneLine(l.Text), oneLine(l.Who)
	if !r.line.same(l) {
		r.line, r.width = l, 0
	}
}

// HeightFor implements Row.
func (r *ChatRow) HeightFor(width float32) float32 {
	if r.width != width {
		r.width = width
		r.lay()
	}
	return r.high
}

// SetCurrent implements Row.
func (r *ChatRow) SetCurrent(on bool) {
	if r.current != on {
		r.current = on
		r.paintGround()
		canvas.Refresh(r.ground)
	}
}

// MinSize implements fyne.CanvasObject: the feed gives a row its size.
func (r *ChatRow) MinSize() fyne.Size { return fyne.NewSize(1, 1) }

// Tapped implements fyne.Tappable.
func (r *ChatRow) Tapped(*fyne.PointEvent) { r.cfg.Feed().press(r) }

// TappedSecondary implements fyne.SecondaryTappable.
func (r *ChatRow) TappedSecondary(e *fyne.PointEvent) {
	r.cfg.Feed().pressSecond(r, e.AbsolutePosition)
}

// CreateRenderer implements fyne.Widget.
func (r *ChatRow) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(r.box) }

func (r *ChatRow) paintGround() {
	mark, _ := theme.Account(r.line.Account)
	r.edge.FillColor = theme.Color(mark)
	r.ground.FillColor = color.Transparent
	r.ground.StrokeWidth = 0
	switch r.line.Tone {
	case ToneTip:
		r.ground.FillColor = faint(theme.Color(standard.ColorNameSuccess), 0x24)
	case ToneOwn:
		r.ground.FillColor = faint(theme.Color(mark), 0x16)
	}
	if r.line.Answered {
		r.ground.FillColor = theme.Color(standard.ColorNameSelection)
	}
	if r.current {
		r.ground.StrokeWidth, r.ground.StrokeColor = 2, theme.Color(standard.ColorNamePrimary)
	}
}

func faint(c color.Color, alpha uint8) color.Color {
	n := color.NRGBAModel.Convert(c).(color.NRGBA)
	n.A = alpha
	return n
}

// colours are those of who, of the text and of what is small.
func (r *ChatRow) colours() (who, text, small color.Color) {
	mark, _ := theme.Account(r.line.Account)
	who, text, small = theme.Color(standard.ColorNameForeground), theme.Color(standard.ColorNameForeground), theme.Color(theme.Muted)
	switch r.line.Tone {
	case ToneOwn:
		who = theme.Color(mark)
	case ToneTip:
		who, text = theme.Color(standard.ColorNameSuccess), theme.Color(standard.ColorNameSuccess)
	case ToneNotice:
		who, text = small, small
	}
	return who, text, small
}
