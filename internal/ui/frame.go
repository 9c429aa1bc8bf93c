package ui

import (
	"fyne.io/fyne/v2"

	"github.com/jasmincam/jasmincam/internal/ui/theme"
)

// Below this width, and from this text size on, the navigation shows signs
// without words.
const (
	narrowWidth = 1000
	narrowScale = 1.5
)

// frame places the banner on top, the navigation at the left and the page in
// the rest.
type frame struct {
	box    *fyne.Container
	banner *banner
	nav    *nav
	body   fyne.CanvasObject
	placed func() // is told that the page has its place; nil tells nobody
}

var _ fyne.Layout = (*frame)(nil)

func newFrame(b *banner, n *nav, body fyne.CanvasObject) *frame {
	f := &frame{banner: b, nav: n, body: body}
	f.box = &fyne.Container{Layout: f, Objects: []fyne.CanvasObject{b.box, n.box, body}}
	return f
}

// Layout implements fyne.Layout.
func (f *frame) Layout(_ []fyne.CanvasObject, size fyne.Size) {
	f.nav.fold(size.Width < narrowWidth || theme.Scale() >= narrowScale)
	side := f.nav.box.MinSize().Width
	f.banner.box.Move(fyne.NewPos(0, 0))
	f.banner.fit(size.Width)
	top := f.banner.box.Size().Height
	f.nav.box.Move(fyne.NewPos(0, top))
	f.nav.box.Resize(fyne.NewSize(side, size.Height-top))
	f.body.Move(fyne.NewPos(side, top))
	f.body.Resize(fyne.NewSize(size.Width-side, size.Height-top))
	if f.placed != nil {
		f.placed()
	}
}

// settle gives the banner the height of its new words, and the rest what is left;
// it tells whether anything moved. The toolkit lays out one parent at a time when
// what is in it grows: while the page changes in the same moment, as in a panic,
// it would leave the banner as high as it was.
func (f *frame) settle() bool {
	size := f.box.Size()
	before := f.banner.box.Size()
	f.banner.fit(size.Width)
	if size.IsZero() || f.banner.box.Size() == before {
		return false
	}
	f.Layout(nil, size)
	return true
}

// MinSize implements fyne.Layout: the navigation can always fold.
func (f *frame) MinSize([]fyne.CanvasObject) fyne.Size {
	top, side, body := f.banner.box.MinSize(), f.nav.foldedWidth(), f.body.MinSize()
	return fyne.NewSize(max(top.Width, side+body.Width), top.Height+max(f.nav.box.MinSize().Height, body.Height))
}
