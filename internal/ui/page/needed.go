package page

import "fyne.io/fyne/v2"

var _ Crowded = (*chat)(nil)

// Needed implements Crowded: where she writes, and what chooses the lines.
func (c *chat) Needed() []fyne.CanvasObject {
	if c.open {
		return []fyne.CanvasObject{c.bar}
	}
	return []fyne.CanvasObject{c.talk.foot, c.bar}
}
