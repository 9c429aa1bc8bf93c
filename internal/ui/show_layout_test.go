package ui_test

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"github.com/jasmincam/jasmincam/internal/settings"
	"github.com/jasmincam/jasmincam/internal/ui/control"
	"github.com/jasmincam/jasmincam/internal/ui/page"
	"github.com/jasmincam/jasmincam/internal/ui/uitest"
	"github.com/jasmincam/jasmincam/internal/ui/xwidget"
)

// In a show with a member who is seen and heard, what ends the one or the other and
// the cards of both accounts are on the screen without scrolling, in a window as it
// is made.
func TestPrivate_whatEndsAnExtraIsOnTheScreen(t *testing.T) {
	p := newPlay(t, look{settings.ThemeDark, 100, "en"})
	p.begin(scene{page: page.Live, set: func(p *play) {
		p.live.view, p.shows.view = onAir(), long(longMember)["visitor"]
	}}, fyne.NewSize(1180, 760))
	defer func() { p.at().Hide() }()
	where := fyne.CurrentApp().Driver().AbsolutePositionForObject
	var ends, cards int
	var clip float32 // the lower edge of the scroll around what is looked at
	uitest.Each(p.at().Content(), func(o fyne.CanvasObject) {
		switch o := o.(type) {
		case *container.Scroll:
			clip = where(o).Y + o.Size().Height
		case *control.Button:
			if o.Text == "Camera off" || o.Text == "Voice off" {
				ends++
				if low := where(o).Y + o.Size().Height; low > clip-100 {
					t.Errorf("%q ends at %.0f, what is seen at %.0f: there is no room for a sentence of his devices", o.Text, low, clip)
				}
			}
		case *xwidget.AccountCard:
			cards++
			if low := where(o).Y + o.Size().Height; low > clip+1 {
				t.Errorf("a card ends at %.0f, what is seen at %.0f", low, clip)
			}
		}
	})
	if ends != 2 || cards != 2 {
		t.Errorf("%d buttons, %d cards", ends, cards)
	}
}
