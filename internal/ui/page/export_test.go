package page

import (
	"fyne.io/fyne/v2"

	"github.com/jasmincam/jasmincam/internal/ui/vm"
)

// Choices are the items of a line's menu on the Chat page.
func Choices(p Page, l vm.Line) []*fyne.MenuItem { return p.(*chat).talk.choices(l) }
