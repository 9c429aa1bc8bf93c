package page

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	standard "fyne.io/fyne/v2/theme"

	"github.com/jasmincam/jasmincam/internal/text"
	"github.com/jasmincam/jasmincam/internal/ui/control"
	"github.com/jasmincam/jasmincam/internal/ui/page/figure"
	"github.com/jasmincam/jasmincam/internal/ui/theme"
	"github.com/jasmincam/jasmincam/internal/ui/vm"
	"github.com/jasmincam/jasmincam/internal/ui/xwidget"
)

// soldWidth is how wide a sold picture is shown, at a text size of 100 %.
const soldWidth = 150

// album shows the last snapshots that were sold: no picture of her leaves unseen.
type album struct {
	words *text.Words
	drawn []vm.Sold
	row   *fyne.Container
	box   *fyne.Container
}

func newAlbum(words *text.Words) *album {
	a := &album{words: words, row: xwidget.Flow()}
	a.box = xwidget.Rows(control.Quiet(words.Say("live.sold")), a.row)
	a.box.Hide()
	return a
}

// render shows them; true when the page has to be arranged anew.
func (a *album) render(sold []vm.Sold) bool {
	if slices.Equal(a.drawn, sold) {
		return false
	}
	a.drawn, a.row.Objects = sold, nil
	for _, s := range sold {
		a.row.Add(a.card(s))
	}
	control.Show(a.box, len(sold) > 0)
	a.row.Refresh()
	return true
}

func (a *album) card(s vm.Sold) fyne.CanvasObject {
	size := fyne.NewSize(soldWidth*theme.Scale(), soldWidth*theme.Scale()*9/16)
	gone := canvas.NewRectangle(theme.Color(theme.Idle))
	gone.SetMinSize(size)
	picture := fyne.CanvasObject(gone)
	if s.Small != nil {
		small := canvas.NewImageFromImage(s.Small)
		small.FillMode = canvas.ImageFillContain
		small.SetMinSize(size)
		picture = small
	}
	said := canvas.NewText(s.Who, theme.Color(theme.Muted))
	said.TextSize = standard.CaptionTextSize()
	at := canvas.NewText(a.words.Say("live.sold.one", s.Millicredits, s.At.Local().Format("15:04")), theme.Color(theme.Muted))
	at.TextSize = standard.CaptionTextSize()
	return xwidget.Wide(soldWidth*theme.Scale(), container.NewVBox(picture,
		container.NewBorder(nil, nil, control.Mark(s.Letter, figure.Account(s.Letter)), nil, container.NewVBox(said, at))))
}
