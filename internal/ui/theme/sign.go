package theme

import (
	"fyne.io/fyne/v2"
	standard "fyne.io/fyne/v2/theme"

	"github.com/jasmincam/jasmincam/assets"
)

// Sign returns one of the window's own signs, such as "chat", in the colour of
// the text.
func Sign(name string) fyne.Resource {
	return standard.NewThemedResource(fyne.NewStaticResource(name+".svg", assets.Sign(name)))
}
