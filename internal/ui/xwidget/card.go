package xwidget

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	standard "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/jasmincam/jasmincam/internal/ui/control"
	"github.com/jasmincam/jasmincam/internal/ui/theme"
)

// longName is the number of letters from which on a name is written smaller, to
// stay in one line.
const longName = 20

// Figure is a number and what it counts.
type Figure struct{ What, Value string }

// AccountCard is one of her accounts at a glance.
type AccountCard struct {
	widget.BaseWidget
	state   *Chip
	online  *Switch
	name    *widget.Label
	figures *Figures
	trouble *widget.Label
	edge    *canvas.Rectangle
	frame   *canvas.Rectangle
	framed  fyne.ThemeColorName
	box     fyne.CanvasObject
	account int
}

// AccountCardConfig is what stays the same of a card.
type AccountCardConfig struct {
	Letter  string
	Account int    // number of the account, for its colour
	Switch  string // the word at the switch
	Pressed func(online bool)
}

// AccountView is what a card shows, in finished words.
type AccountView struct {
	Name         string
	State        string
	Ground, Text fyne.ThemeColorName // of the state
	Frame        fyne.ThemeColorName // around the card; "" is none
	Online       bool
	Figures      []Figure
	Trouble      string
}

// NewAccountCard returns an empty card.
func NewAccountCard(cfg AccountCardConfig) *AccountCard {
	c := &AccountCard{state: NewChip(standard.SizeNameText), name: widget.NewLabel(""), figures: NewFigures(), trouble: control.Text(""),
		account: cfg.Account, online: NewSwitch(cfg.Switch, theme.Live, cfg.Pressed)}
	c.name.TextStyle.Bold = true
	c.name.Wrapping = fyne.TextWrapWord
	c.trouble.Importance = widget.WarningImportance
	c.trouble.Hide()
	mark, _ := theme.Account(cfg.Account)
	c.edge = canvas.NewRectangle(theme.Color(mark))
	c.edge.SetMinSize(fyne.NewSize(5, 0))
	c.edge.CornerRadius = 2
	head := container.NewBorder(nil, nil, control.Mark(cfg.Letter, cfg.Account), nil, c.name)
	c.frame = canvas.NewRectangle(color.Transparent)
	c.frame.CornerRadius, c.frame.StrokeWidth = 10, 3
	c.frame.Hide()
	c.box = container.NewStack(control.Panel(container.NewBorder(nil, nil, c.edge, nil,
		Rows(head, Indent(Flow(c.state, c.online)), Indent(c.figures), c.trouble))), c.frame)
	c.ExtendBaseWidget(c)
	return c
}

// Set shows a view; it draws only what is new.
func (c *AccountCard) Set(v AccountView) {
	if c.name.Text != v.Name {
		c.name.SizeName = standard.SizeNameSubHeadingText
		if len(v.Name) > longName {
			c.name.SizeName = standard.SizeNameText
		}
		c.name.SetText(v.Name)
	}
	changed := c.state.Set(v.State, v.Ground, v.Text)
	if c.framed != v.Frame {
		c.framed = v.Frame
		if v.Frame != "" {
			c.frame.StrokeColor = theme.Color(v.Frame)
		}
		control.Show(c.frame, v.Frame != "")
		c.frame.Refresh()
	}
	c.online.Put(v.Online)
	changed = c.figures.Set(v.Figures) || changed
	if changed || c.trouble.Text != v.Trouble {
		control.Say(c.trouble, v.Trouble)
		c.box.Refresh()
	}
}

// CreateRenderer implements fyne.Widget.
func (c *AccountCard) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(c.box) }

// Figures are numbers beside each other, each above what it counts.
type Figures struct {
	widget.BaseWidget
	box *fyne.Container
	now []Figure
}

// NewFigures returns none.
func NewFigures() *Figures {
	f := &Figures{box: container.New(&flow{gap: 3.5 * standard.Padding(), even: true})}
	f.ExtendBaseWidget(f)
	return f
}

// Set shows figures, and tells whether one became wider or there are others.
func (f *Figures) Set(list []Figure) bool {
	changed := len(list) != len(f.now)
	if changed {
		f.box.Objects = nil
		for range list {
			value := canvas.NewText("", theme.Color(standard.ColorNameForeground))
			value.TextSize, value.TextStyle.Bold = standard.Size(standard.SizeNameSubHeadingText), true
			what := canvas.NewText("", theme.Color(theme.Muted))
			what.TextSize = standard.CaptionTextSize()
			f.box.Add(container.New(&pair{}, value, what))
		}
	}
	for i, fig := range list {
		if !changed && f.now[i] == fig {
			continue
		}
		cell := f.box.Objects[i].(*fyne.Container)
		value, what := cell.Objects[0].(*canvas.Text), cell.Objects[1].(*canvas.Text)
		before := cell.MinSize()
		value.Text, what.Text = fig.Value, fig.What
		value.Refresh()
		what.Refresh()
		changed = changed || cell.MinSize() != before
	}
	f.now = append([]Figure(nil), list...)
	if changed {
		f.Refresh()
	}
	return changed
}

// CreateRenderer implements fyne.Widget.
func (f *Figures) CreateRenderer() fyne.WidgetRenderer { return widget.NewSimpleRenderer(f.box) }

// pair puts a small text under a large one, and keeps the width that they once
// had, so that a number that changes moves nothing.
type pair struct{ widest float32 }

// MinSize implements fyne.Layout.
func (p *pair) MinSize(objects []fyne.CanvasObject) fyne.Size {
	a, b := objects[0].MinSize(), objects[1].MinSize()
	p.widest = max(p.widest, a.Width, b.Width)
	return fyne.NewSize(p.widest, a.Height+b.Height)
}

// Layout implements fyne.Layout.
func (p *pair) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	a, b := objects[0].MinSize(), objects[1].MinSize()
	objects[0].Resize(fyne.NewSize(size.Width, a.Height))
	objects[0].Move(fyne.Position{})
	objects[1].Resize(fyne.NewSize(size.Width, b.Height))
	objects[1].Move(fyne.NewPos(0, a.Height))
}
