package xwidget

import (
	"context"
	"image"
	"image/color"
	"sync/atomic"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	standard "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/jasmincam/jasmincam/internal/capture"
	"github.com/jasmincam/jasmincam/internal/ui/control"
	"github.com/jasmincam/jasmincam/internal/ui/theme"
)

// PreviewEvery is the time between two pictures: twelve a second are enough to
// see oneself, and cost less than the camera's 30.
const PreviewEvery = 80 * time.Millisecond

// previewFrame is how broad the state's colour is around the picture.
const previewFrame = 6

// PreviewConfig is where pictures come from and how the window is reached.
type PreviewConfig struct {
	Pictures *capture.Slot  // the newest picture; the preview alone takes from it
	Post     func(f func()) // has f run on the window's goroutine; never blocks
	Drawn    func()         // after each new picture, on the window's goroutine; may be nil
}

// Preview shows what members see, with a frame and a word for the state over it.
// Between Start and Stop a goroutine of its own converts pictures into one of
// two images while the window shows the other; one repaint is on its way at
// most. Stopped, it costs nothing.
type Preview struct {
	widget.BaseWidget
	cfg PreviewConfig

	picture *canvas.Image
	frame   [4]*canvas.Image  // above, below, left, right
	ground  fyne.CanvasObject // seen while there is no picture
	chip    *Chip
	words   *widget.Label // on a plate in the middle while there is no picture
	plate   *fyne.Container
	box     *fyne.Container

	stop    context.CancelFunc
	done    chan struct{}
	pending atomic.Bool
	drawn   atomic.Uint64
	seen    atomic.Uint64
	stands  bool // the newest picture is on the screen, with no words over it
}

// NewPreview returns a preview that is stopped.
func NewPreview(cfg PreviewConfig) *Preview {
	p := &Preview{cfg: cfg, picture: &canvas.Image{FillMode: canvas.ImageFillContain, ScaleMode: canvas.ImageScaleFastest},
		ground: canvas.NewRectangle(color.Black),
		chip:   NewChip(standard.SizeNameSubHeadingText), words: control.Text("")}
	objects := []fyne.CanvasObject{p.ground, p.picture}
	for i := range p.frame {
		p.frame[i] = control.Flat(color.Transparent)
		objects = append(objects, p.frame[i])
	}
	p.picture.Hide()
	p.words.Alignment = fyne.TextAlignCenter
	p.words.Importance = widget.MediumImportance
	plate := canvas.NewRectangle(theme.Color(standard.ColorNameBackground))
	plate.CornerRadius = 8
	p.plate = container.NewStack(plate, p.words)
	p.box = container.New(stackedPreview{p}, append(objects, p.plate, p.chip)...)
	p.ExtendBaseWidget(p)
	return p
}

// SetState frames the picture in the state's colour and says its word.
func (p *Preview) SetState(word string, ground, text fyne.ThemeColorName) {
	if p.chip.Set(word, ground, text) {
		for _, side := range p.frame {
			control.Tint(side, theme.Color(ground))
		}
		p.box.Refresh()
	}
}

// Say shows words in the place of the picture; none shows the picture.
func (p *Preview) Say(words string) {
	changed := p.words.Text != words
	if changed {
		p.words.SetText(words)
	}
	if on := words != ""; changed || p.plate.Visible() != on {
		control.Show(p.plate, on)
		control.Show(p.picture, !on && p.picture.Image != nil)
		control.Show(p.ground, !p.picture.Visible())
		p.box.Refresh()
	}
}

// Drawn counts the pictures that were shown.
func (p *Preview) Drawn() uint64 { return p.drawn.Load() }

// Seen counts the pictures that stood on the screen until the next one came:
// those that she has seen, and not only those that were handed to the screen.
func (p *Preview) Seen() uint64 { return p.seen.Load() }

// Start shows pictures until Stop.
func (p *Preview) Start() {
	if p.stop != nil {
		return
	}
	ctx, stop := context.WithCancel(context.Background())
	p.stop, p.done = stop, make(chan struct{})
	p.pending.Store(false)
	go func(done chan struct{}) {
		defer close(done)
		p.follow(ctx)
	}(p.done)
}

// Stop ends it, and returns when its goroutine has ended.
func (p *Preview) Stop() {
	if p.stop == nil {
		return
	}
	p.stop()
	<-p.done
	p.stop, p.stands = nil, false
}

// follow converts pictures until ctx ends.
func (p *Preview) follow(ctx context.Context) {
	tick := time.NewTicker(PreviewEvery)
	defer tick.Stop()
	var images [2]*image.RGBA
	for next := 0; ; {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if p.pending.Load() { // the window has not shown the last one yet
			continue
		}
		frame, err := p.cfg.Pictures.Take(ctx)
		if err != nil {
			return
		}
		w, h := capture.PreviewSize(frame.Width, frame.Height)
		if have := images[next]; have == nil || have.Rect.Dx() != w || have.Rect.Dy() != h {
			images[next] = image.NewRGBA(image.Rect(0, 0, w, h))
		}
		picture := images[next]
		capture.RGBA(picture, frame)
		frame.Release()
		next = 1 - next
		p.pending.Store(true)
		p.cfg.Post(func() {
			if ctx.Err() == nil {
				p.put(picture)
			}
			p.pending.Store(false)
		})
	}
}

// put shows a picture; from now on the window reads it.
func (p *Preview) put(picture *image.RGBA) {
	p.picture.Image = picture
	p.drawn.Add(1)
	if p.stands && p.Visible() {
		p.seen.Add(1)
	}
	p.stands = !p.plate.Visible()
	if !p.stands {
		return
	}
	if !p.picture.Visible() {
		p.picture.Show()
		p.ground.Hide()
	}
	p.picture.Refresh()
	if p.cfg.Drawn != nil {
		p.cfg.Drawn()
	}
}

// MinSize implements fyne.CanvasObject.
func (p *Preview) MinSize() fyne.Size {
	return fyne.NewSize(192, 108).Max(p.chip.MinSize().AddWidthHeight(24, 24))
}

// CreateRenderer implements fyne.Widget.
func (p *Preview) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(p.box) }

type stackedPreview struct{ *Preview }

func (l stackedPreview) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(1, 1) }

func (l stackedPreview) Layout(_ []fyne.CanvasObject, size fyne.Size) {
	for i, side := range l.frame {
		side.Resize(fyne.NewSize(size.Width, previewFrame))
		if i >= 2 {
			side.Resize(fyne.NewSize(previewFrame, size.Height))
		}
		side.Move(fyne.Position{})
	}
	l.frame[1].Move(fyne.NewPos(0, size.Height-previewFrame))
	l.frame[3].Move(fyne.NewPos(size.Width-previewFrame, 0))
	for _, o := range []fyne.CanvasObject{l.ground, l.picture} {
		o.Move(fyne.NewPos(previewFrame, previewFrame))
		o.Resize(size.SubtractWidthHeight(2*previewFrame, 2*previewFrame))
	}
	l.chip.Move(fyne.NewPos(2*previewFrame, 2*previewFrame))
	l.chip.Resize(l.chip.MinSize())
	settle(l.plate, max(80, size.Width*0.8))
	plate := l.plate.Size()
	top := max(0, (size.Height-plate.Height)/2)
	if under := 3*previewFrame + l.chip.Size().Height; under+plate.Height <= size.Height-previewFrame {
		top = max(top, under) // not below the word of the state
	}
	l.plate.Move(fyne.NewPos((size.Width-plate.Width)/2, top))
}
