package xwidget

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	standard "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/jasmincam/jasmincam/internal/ui/theme"
)

// Rows puts objects below each other, each as wide as there is room and as high
// as it needs to be at that width. Text that breaks its lines is settled at
// once, which the toolkit's box does a picture later.
func Rows(objects ...fyne.CanvasObject) *fyne.Container {
	return container.New(&rows{gap: standard.Padding()}, objects...)
}

type rows struct{ gap float32 }

// MinSize implements fyne.Layout.
func (r *rows) MinSize(objects []fyne.CanvasObject) fyne.Size {
	var size fyne.Size
	for _, o := range objects {
		if !o.Visible() {
			continue
		}
		least := o.MinSize()
		if size.Height > 0 {
			size.Height += r.gap
		}
		size = fyne.NewSize(max(size.Width, least.Width), size.Height+least.Height)
	}
	return size
}

// Layout implements fyne.Layout.
func (r *rows) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	var y float32
	for _, o := range objects {
		if !o.Visible() {
			continue
		}
		settle(o, size.Width)
		o.Move(fyne.NewPos(0, y))
		y += o.Size().Height + r.gap
	}
}

// settle gives an object a width and the height that it needs at that width.
func settle(o fyne.CanvasObject, width float32) {
	o.Resize(fyne.NewSize(width, o.MinSize().Height))
	if least := o.MinSize().Height; least != o.Size().Height {
		o.Resize(fyne.NewSize(width, least))
	}
}

// Flow puts objects beside each other and begins a new row where there is no
// room, each in its own size.
func Flow(objects ...fyne.CanvasObject) *fyne.Container {
	return container.New(&flow{gap: standard.Padding()}, objects...)
}

type flow struct {
	gap, width float32
	even       bool // rows have the same number of objects
}

// MinSize implements fyne.Layout: the height is the one at the newest width.
func (f *flow) MinSize(objects []fyne.CanvasObject) fyne.Size {
	least := largest(objects)
	return fyne.NewSize(least.Width, f.place(objects, max(f.width, least.Width), false))
}

// Layout implements fyne.Layout.
func (f *flow) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	f.width = size.Width
	f.place(objects, size.Width, true)
}

// place tells how high the objects stand at a width, and puts them there.
func (f *flow) place(objects []fyne.CanvasObject, width float32, move bool) (height float32) {
	var y, row float32
	most := len(objects)
	if _, first := f.fill(objects, width, most); f.even && first > 0 && first < most {
		rows := (most + first - 1) / first
		most = (most + rows - 1) / rows
	}
	for begin := 0; begin < len(objects); {
		var count int
		row, count = f.fill(objects[begin:], width, most)
		end := begin + count
		if move {
			f.row(objects[begin:end], y, row)
		}
		y += row + f.gap
		begin = end
	}
	return max(0, y-f.gap)
}

// fill tells how many objects have room in a row, at least one and no more than
// most, and how high it is.
func (f *flow) fill(objects []fyne.CanvasObject, width float32, most int) (height float32, count int) {
	var x float32
	for i, o := range objects {
		if !o.Visible() {
			continue
		}
		least := o.MinSize()
		if x > 0 && (x+least.Width > width+0.01 || i >= most) {
			return height, i
		}
		x += least.Width + f.gap
		height = max(height, least.Height)
	}
	return height, len(objects)
}

func (f *flow) row(objects []fyne.CanvasObject, y, height float32) {
	var x float32
	for _, o := range objects {
		if !o.Visible() {
			continue
		}
		least := o.MinSize()
		o.Resize(least)
		o.Move(fyne.NewPos(x, y+(height-least.Height)/2))
		x += least.Width + f.gap
	}
}

// Scrolled is content that scrolls up and down, and never sideways: what is in
// it breaks its lines.
func Scrolled(content fyne.CanvasObject) *fyne.Container {
	bar := layout.NewCustomPaddedLayout(0, 0, 0, 1.5*standard.Padding()) // room for the bar
	return container.New(scrolled{}, container.NewVScroll(container.New(bar, content)))
}

type scrolled struct{}

// MinSize implements fyne.Layout.
func (scrolled) MinSize(objects []fyne.CanvasObject) fyne.Size { return largest(objects) }

// Layout implements fyne.Layout: the content first learns its width, and then
// tells its height.
func (scrolled) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	for _, o := range objects {
		if s, ok := o.(*container.Scroll); ok {
			settle(s.Content, size.Width)
			s.Content.Resize(s.Content.Size().Max(size)) // a scroll of the same size as before would not
		}
		o.Resize(size)
		o.Move(fyne.Position{})
	}
}

// Shape keeps a preview in the shape of its picture, as wide as there is room but
// no wider than most, unless that is 0.
func Shape(ratio, most float32, p *Preview) *fyne.Container {
	return container.New(&shape{ratio: ratio, most: most}, p)
}

type shape struct{ ratio, most, width float32 }

// MinSize implements fyne.Layout.
func (s *shape) MinSize(objects []fyne.CanvasObject) fyne.Size {
	least := largest(objects)
	return fyne.NewSize(least.Width, max(least.Height, (max(s.width, least.Width)-2*previewFrame)/s.ratio+2*previewFrame))
}

// Layout implements fyne.Layout.
func (s *shape) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	s.width = size.Width
	if s.most > 0 {
		s.width = max(min(s.most, s.width), largest(objects).Width)
	}
	for _, o := range objects {
		o.Resize(fyne.NewSize(s.width, size.Height))
		o.Move(fyne.NewPos((size.Width-s.width)/2, 0))
	}
}

// Columns puts objects beside each other: those with a weight share what is
// left by those whose weight is 0, which have their least width. All have the
// whole height.
func Columns(weights []float32, objects ...fyne.CanvasObject) *fyne.Container {
	return container.New(&columns{weights: weights, gap: 2 * standard.Padding()}, objects...)
}

type columns struct {
	weights []float32
	gap     float32
}

// MinSize implements fyne.Layout.
func (c *columns) MinSize(objects []fyne.CanvasObject) fyne.Size {
	var size fyne.Size
	for i, o := range objects {
		least := o.MinSize()
		size = fyne.NewSize(size.Width+least.Width, max(size.Height, least.Height))
		if i > 0 {
			size.Width += c.gap
		}
	}
	return size
}

// Layout implements fyne.Layout.
func (c *columns) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	left, weight := size.Width-c.gap*float32(len(objects)-1), float32(0)
	for i, o := range objects {
		if weight += c.weights[i]; c.weights[i] == 0 {
			left -= o.MinSize().Width
		}
	}
	var x float32
	for i, o := range objects {
		width := o.MinSize().Width
		if c.weights[i] > 0 {
			width = max(width, left*c.weights[i]/weight)
		}
		o.Resize(fyne.NewSize(width, size.Height))
		o.Move(fyne.NewPos(x, 0))
		x += width + c.gap
	}
}

// Adaptive arranges the same objects in another way when there is more room.
type Adaptive struct {
	widget.BaseWidget
	limits  []float32
	arrange func(class int) fyne.CanvasObject
	class   int
	box     *fyne.Container
}

// NewAdaptive returns a widget that shows arrange(n), n being how many of the
// widths, which grow with the text, it reaches.
func NewAdaptive(widths []float32, arrange func(class int) fyne.CanvasObject) *Adaptive {
	a := &Adaptive{limits: widths, arrange: arrange, class: -1, box: container.NewStack()}
	a.ExtendBaseWidget(a)
	return a
}

// Class is the arrangement that is shown, -1 before there was a size.
func (a *Adaptive) Class() int { return a.class }

// Resize implements fyne.CanvasObject.
func (a *Adaptive) Resize(size fyne.Size) {
	class := 0
	for _, limit := range a.limits {
		if size.Width >= limit*theme.Scale() {
			class++
		}
	}
	if class != a.class {
		a.class = class
		a.box.Objects = []fyne.CanvasObject{a.arrange(class)}
		a.box.Refresh()
	}
	a.BaseWidget.Resize(size)
}

// Again arranges the objects anew: which of them there are has changed.
func (a *Adaptive) Again() {
	if a.class >= 0 {
		a.box.Objects = []fyne.CanvasObject{a.arrange(a.class)}
		a.box.Refresh()
	}
}

// MinSize implements fyne.CanvasObject: another arrangement is always at hand.
func (a *Adaptive) MinSize() fyne.Size { return fyne.NewSize(1, 1) }

// CreateRenderer implements fyne.Widget.
func (a *Adaptive) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(a.box) }

// Wide gives an object at least a width, where there is that much.
func Wide(width float32, o fyne.CanvasObject) *fyne.Container { return container.New(wide(width), o) }

type wide float32

// MinSize implements fyne.Layout.
func (w wide) MinSize(objects []fyne.CanvasObject) fyne.Size {
	return largest(objects).Max(fyne.NewSize(float32(w), 0))
}

// Layout implements fyne.Layout.
func (w wide) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	for _, o := range objects {
		o.Resize(size)
		o.Move(fyne.Position{})
	}
}

// Middle puts words across the whole width into the middle of the height, where a
// list has no rows.
func Middle(o fyne.CanvasObject) *fyne.Container { return container.New(middle{}, o) }

type middle struct{}

// MinSize implements fyne.Layout.
func (middle) MinSize(objects []fyne.CanvasObject) fyne.Size { return largest(objects) }

// Layout implements fyne.Layout.
func (middle) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	for _, o := range objects {
		settle(o, size.Width)
		o.Move(fyne.NewPos(0, max(0, (size.Height-o.Size().Height)/2)))
	}
}

// Indent puts an object under the text of labels, which stand off their edge.
func Indent(o fyne.CanvasObject) *fyne.Container {
	return container.New(layout.NewCustomPaddedLayout(0, 0, standard.InnerPadding(), 0), o)
}

// Large makes a row of buttons half as high again.
func Large(o fyne.CanvasObject) *fyne.Container { return container.New(tall{}, o) }

type tall struct{ wide }

// MinSize implements fyne.Layout.
func (tall) MinSize(objects []fyne.CanvasObject) fyne.Size {
	least := largest(objects)
	return fyne.NewSize(least.Width, least.Height*1.5)
}

func largest(objects []fyne.CanvasObject) fyne.Size {
	var size fyne.Size
	for _, o := range objects {
		if o.Visible() {
			size = size.Max(o.MinSize())
		}
	}
	return size
}

// Tall gives an object at least a height.
func Tall(height float32, o fyne.CanvasObject) *fyne.Container {
	return container.New(high(height), o)
}

type high float32

// MinSize implements fyne.Layout.
func (h high) MinSize(objects []fyne.CanvasObject) fyne.Size {
	return largest(objects).Max(fyne.NewSize(0, float32(h)))
}

// Layout implements fyne.Layout.
func (h high) Layout(objects []fyne.CanvasObject, size fyne.Size) { wide(0).Layout(objects, size) }
