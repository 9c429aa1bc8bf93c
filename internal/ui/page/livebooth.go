package page

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/storage"
	standard "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/jasmincam/jasmincam/internal/capture"
	"github.com/jasmincam/jasmincam/internal/session/desk"
	"github.com/jasmincam/jasmincam/internal/settings"
	"github.com/jasmincam/jasmincam/internal/ui/control"
	"github.com/jasmincam/jasmincam/internal/ui/page/figure"
	"github.com/jasmincam/jasmincam/internal/ui/theme"
	"github.com/jasmincam/jasmincam/internal/ui/vm"
	"github.com/jasmincam/jasmincam/internal/ui/xwidget"
)

// booth chooses devices, quality and look, live or not.
type booth struct {
	shell Shell
	model LiveModel
	kept  Kept
	view  vm.LiveView
	box   fyne.CanvasObject

	camera, microphone, size, quality *control.Select
	preview, mirror                   *control.Check
	zoom, x, y, width                 *control.Slider
	place                             *control.Select
	lay, unlay                        *control.Button
	centre                            []fyne.CanvasObject // of use only when the picture is zoomed
	overlay                           []fyne.CanvasObject // and when one lies over it
	refused                           *widget.Label
}

// wishes are the sizes and speeds that are offered.
func wishes() []capture.Wish {
	return []capture.Wish{{Width: 1920, Height: 1080, FPS: 30}, {Width: 1280, Height: 720, FPS: 30}, {Width: 1280, Height: 720, FPS: 60},
		{Width: 960, Height: 540, FPS: 30}, {Width: 640, Height: 360, FPS: 30}}
}

// rates are the bit rates that are offered, in bit/s; 0 is what the size needs.
func rates() []int { return []int{0, 1_000_000, 2_500_000, 4_000_000, 6_000_000} }

// corners are the places of an overlay.
func corners() [][2]float64 { return [][2]float64{{0, 0}, {1, 0}, {0, 1}, {1, 1}} }

func newBooth(shell Shell, model LiveModel, kept Kept) *booth {
	b := &booth{shell: shell, model: model, kept: kept}
	words := shell.Words()
	b.camera = control.NewSelect(nil, func(i int) {
		b.choose(func(c *desk.Choice) { c.Camera = b.view.Cameras[i].Source })
	})
	b.microphone = control.NewSelect(nil, func(i int) {
		b.choose(func(c *desk.Choice) { c.Microphone = b.view.Microphones[i].Source })
	})
	b.size = control.NewSelect(nil, func(i int) { b.choose(func(c *desk.Choice) { c.Size = b.sizes()[i] }) })
	b.quality = control.NewSelect(nil, func(i int) { b.choose(func(c *desk.Choice) { c.Bitrate = b.rates()[i] }) })
	b.preview = control.NewCheck(words.Say("live.preview"), func(on bool) {
		kept.Change(func(v *settings.Values) { v.Preview = on })
	})
	b.mirror = control.NewCheck(words.Say("live.mirror"), func(on bool) { b.change(func(l *settings.Look) { l.Mirror = on }) })
	b.zoom = control.NewSlider(1, capture.MaxZoom, 0.1, func(x float64) { b.change(func(l *settings.Look) { l.Zoom = x }) })
	b.x = control.NewSlider(0, 1, 0.02, func(x float64) { b.change(func(l *settings.Look) { l.X = x }) })
	b.y = control.NewSlider(0, 1, 0.02, func(x float64) { b.change(func(l *settings.Look) { l.Y = x }) })
	b.width = control.NewSlider(0.05, 0.6, 0.05, func(x float64) { b.change(func(l *settings.Look) { l.Overlay.Width = x }) })
	b.place = control.NewSelect([]string{words.Say("live.place.0"), words.Say("live.place.1"), words.Say("live.place.2"), words.Say("live.place.3")},
		func(i int) {
			b.change(func(l *settings.Look) { l.Overlay.X, l.Overlay.Y = corners()[i][0], corners()[i][1] })
		})
	b.lay = control.NewButton(words.Say("live.overlay.choose"), standard.FileImageIcon(), b.ask)
	b.unlay = control.NewButton(words.Say("live.overlay.remove"), standard.CancelIcon(), func() {
		b.change(func(l *settings.Look) { l.Overlay.Path = "" })
	})
	b.centre = []fyne.CanvasObject{b.cell("live.x", b.x), b.cell("live.y", b.y)}
	b.overlay = []fyne.CanvasObject{b.cell("live.overlay.place", b.place), b.cell("live.overlay.width", b.width), b.unlay}
	b.refused = control.Text("")
	b.refused.Importance = widget.WarningImportance
	b.refused.Hide()
	b.box = control.Panel(xwidget.Rows(
		xwidget.Flow(b.cell("live.camera", b.camera), b.cell("live.microphone", b.microphone),
			b.cell("live.resolution", b.size), b.cell("live.quality", b.quality)),
		b.refused, xwidget.Flow(b.preview, b.mirror), xwidget.Flow(append([]fyne.CanvasObject{b.cell("live.zoom", b.zoom)}, b.centre...)...),
		xwidget.Flow(b.lay), xwidget.Flow(b.overlay...)))
	return b
}

// cell is a field below its name.
func (b *booth) cell(name string, field fyne.CanvasObject) fyne.CanvasObject {
	label := canvas.NewText(b.shell.Words().Say(name), theme.Color(theme.Muted))
	label.TextSize = standard.CaptionTextSize()
	return xwidget.Wide(235*theme.Scale(), container.NewVBox(label, field))
}

func (b *booth) choose(edit func(c *desk.Choice)) {
	c := b.model.View().Choice // what was drawn may be older than what she chose last
	edit(&c)
	b.model.Choose(c)
}

func (b *booth) change(edit func(l *settings.Look)) {
	l := b.view.Look
	edit(&l)
	b.view.Look = l
	b.model.SetLook(l)
}

// ask lets her choose a picture to lay over.
func (b *booth) ask() {
	d := dialog.NewFileOpen(func(file fyne.URIReadCloser, err error) {
		if err != nil || file == nil {
			return
		}
		path := file.URI().Path()
		_ = file.Close() // it is read by the view model, and not here
		b.change(func(l *settings.Look) { l.Overlay.Path = path })
	}, b.shell.Window())
	d.SetFilter(storage.NewExtensionFileFilter([]string{".png", ".jpg", ".jpeg", ".PNG", ".JPG", ".JPEG"}))
	control.ShowFiles(b.shell.Window(), d)
}

// sizes are those offered, and hers when it is none of them.
func (b *booth) sizes() []capture.Wish {
	list := wishes()
	for _, w := range list {
		if w == b.view.Choice.Size {
			return list
		}
	}
	return append(list, b.view.Choice.Size)
}

func (b *booth) rates() []int {
	list := rates()
	for _, r := range list {
		if r == b.view.Choice.Bitrate {
			return list
		}
	}
	return append(list, b.view.Choice.Bitrate)
}

func (b *booth) render(v vm.LiveView) {
	b.view = v
	words := b.shell.Words()
	cameras, at := b.names(v.Cameras, v.Choice.Camera)
	b.camera.Offer(cameras, at)
	microphones, at := b.names(v.Microphones, v.Choice.Microphone)
	b.microphone.Offer(microphones, at)
	var sizes, qualities []string
	size, quality := -1, -1
	for i, w := range b.sizes() {
		sizes = append(sizes, words.Say("live.size.fps", w.Width, w.Height, w.FPS))
		if w == v.Choice.Size {
			size = i
		}
	}
	for i, r := range b.rates() {
		said := words.Say("live.quality.auto")
		if r > 0 {
			said = words.Say("live.quality.rate", figure.Number(float64(r)/1e6, 1))
		}
		qualities = append(qualities, said)
		if r == v.Choice.Bitrate {
			quality = i
		}
	}
	b.size.Offer(sizes, size)
	b.quality.Offer(qualities, quality)
	refused := v.Refused.In(words)
	if b.refused.Text != refused {
		control.Say(b.refused, refused)
		b.box.Refresh()
	}
	b.preview.Tick(b.kept.View().Preview)
	b.mirror.Tick(v.Look.Mirror)
	b.zoom.Put(v.Look.Zoom)
	b.x.Put(v.Look.X)
	b.y.Put(v.Look.Y)
	b.width.Put(v.Look.Overlay.Width)
	for i, c := range corners() {
		if c[0] == v.Look.Overlay.X && c[1] == v.Look.Overlay.Y {
			b.place.Choose(i)
		}
	}
	b.showAll(b.centre, v.Look.Zoom > 1)
	b.showAll(b.overlay, v.Look.Overlay.Path != "")
}

// showAll shows parts of the box or not, and places the others anew.
func (b *booth) showAll(parts []fyne.CanvasObject, on bool) {
	for _, part := range parts {
		if part.Visible() != on {
			control.Show(part, on)
			b.box.Refresh()
		}
	}
}

// names are the words for devices, and the place of the chosen one: -1 when it
// is not among them.
func (b *booth) names(devices []vm.Device, chosen desk.Source) (names []string, at int) {
	at = -1
	for i, d := range devices {
		name := d.Name
		if name == "" {
			name = b.shell.Words().Say("source." + d.Source.Kind)
		}
		switch {
		case d.Gone:
			name = b.shell.Words().Say("live.gone", name)
		case d.Busy && d.Source != chosen:
			name = b.shell.Words().Say("live.busy", name)
		}
		if d.Source == chosen {
			at = i
		}
		names = append(names, name)
	}
	return names, at
}
