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

// emptyBox is a box that is not ticked: the toolkit's has a line that is too thin
// to be seen in its colour (WCAG 2.2, 1.4.11).
const emptyBox = `<svg xmlns="http://www.w3.org/2000/svg" width="24" height="24" viewBox="0 0 24 24">` +
	`<path fill-rule="evenodd" d="M5 3h14a2 2 0 0 1 2 2v14a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2zM6 6v12h12V6z"/></svg>`

// Icon implements fyne.Theme.
func (t *Theme) Icon(name fyne.ThemeIconName) fyne.Resource {
	if name == standard.IconNameCheckButton {
		return fyne.NewStaticResource("empty-box.svg", []byte(emptyBox))
	}
	return t.Theme.Icon(name)
}
