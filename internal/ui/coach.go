package ui

import (
	"cmp"
	"image/color"
	"math"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	standard "fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/jasmincam/jasmincam/internal/ui/control"
	"github.com/jasmincam/jasmincam/internal/ui/page"
	"github.com/jasmincam/jasmincam/internal/ui/theme"
)

// coach shows where things are, one after the other: a frame around each, and a
// card beside it. The window can be used meanwhile.
type coach struct {
	shell *Shell
	box   *fyne.Container
	ring  *canvas.Rectangle
	card  fyne.CanvasObject
	at    int // the step, from 0; -1 while nothing is shown
}

// coachSteps are what is shown: names of the catalogue, each with the part of
// the Live page or else the page in the navigation.
func coachSteps() []struct{ name, spot, id string } {
	return []struct{ name, spot, id string }{{"online", page.SpotOnline, page.Live}, {"chat", page.SpotChat, page.Chat}, {"money", "", page.Money}}
}

// coachWidth is the most that a card takes, at a text size of 100 %.
const coachWidth = 340

func newCoach(shell *Shell) *coach {
	c := &coach{shell: shell, ring: canvas.NewRectangle(color.Transparent), at: -1}
	c.ring.StrokeColor, c.ring.StrokeWidth, c.ring.CornerRadius = theme.Color(standard.ColorNamePrimary), 3, 8
	c.box = container.New(stackedCoach{c})
	return c
}

// show goes to a step; behind the last one there is nothing more to show.
func (c *coach) show(step int) {
	steps := coachSteps()
	if step >= len(steps) {
		c.end()
		return
	}
	c.at = step
	words, name := c.shell.words, "coach."+steps[step].name
	next := "coach.next"
	if step == len(steps)-1 {
		next = "coach.done"
	}
	on := control.NewMainButton(words.Say(next), nil, func() { c.show(step + 1) })
	buttons := container.NewHBox(widget.NewLabel(words.Say("coach.step", step+1, len(steps))), layout.NewSpacer())
	if step < len(steps)-1 {
		buttons.Add(control.NewButton(words.Say("setup.no"), nil, c.end))
	}
	buttons.Add(on)
	c.card = container.NewStack(toastGround(), container.NewPadded(container.NewPadded(container.NewBorder(nil, buttons, nil, nil,
		container.NewVBox(control.Heading(words.Say(name+".title")), control.Text(words.Say(name+".text")))))))
	c.box.Objects = []fyne.CanvasObject{c.ring, c.card}
	c.box.Refresh()
	c.shell.window.Canvas().Focus(on)
}

// end takes the guide away.
func (c *coach) end() {
	if c.at < 0 {
		return
	}
	c.at, c.card = -1, nil
	c.box.Objects = nil
	c.box.Refresh()
	c.shell.window.Canvas().Unfocus()
}

// target is the part of the window that is shown now.
func (c *coach) target() fyne.CanvasObject {
	step := coachSteps()[c.at]
	if p, ok := c.shell.at.(page.Front); ok && step.spot != "" {
		if o := p.Spot(step.spot); o != nil {
			return o
		}
	}
	for _, item := range c.shell.nav.items {
		if item.id == step.id {
			return item
		}
	}
	return c.shell.nav.box
}

// stackedCoach frames the target, and puts the card where it does not cover it.
type stackedCoach struct{ *coach }

// MinSize implements fyne.Layout: it takes no room of its own.
func (stackedCoach) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.Size{} }

// Layout implements fyne.Layout.
func (c stackedCoach) Layout([]fyne.CanvasObject, fyne.Size) {
	if c.at < 0 {
		return
	}
	target := c.target()
	r := where(target)
	c.ring.Move(fyne.NewPos(r.x-2, r.y-2))
	c.ring.Resize(fyne.NewSize(r.width+4, r.height+4))
	width := min(coachWidth*theme.Scale(), c.shell.area().width)
	height := settled(c.card, width)
	columns := c.shell.columns(width)
	away := func(x float32) float64 { return math.Abs(float64(x + width/2 - r.x - r.width/2)) }
	slices.SortStableFunc(columns, func(a, b float32) int { return cmp.Compare(away(a), away(b)) })
	at := c.shell.room([]rect{r}, columns, width, func(free float32) int {
		if free < height {
			return 0
		}
		return 1
	})
	c.card.Move(fyne.NewPos(at.x, max(at.y, min(r.y, at.y+at.height-height))))
}
