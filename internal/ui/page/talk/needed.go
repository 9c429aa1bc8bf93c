package talk

import (
	"fyne.io/fyne/v2"

	"github.com/jasmincam/jasmincam/internal/ui/page"
)

var _ page.Crowded = (*chat)(nil)

// Needed implements page.Crowded: where she writes, and what chooses the lines.
func (c *chat) Needed() []fyne.CanvasObject {
	if c.open {
		return []fyne.CanvasObject{c.bar}
	}
	return []fyne.CanvasObject{c.talk.foot, c.bar}
}
