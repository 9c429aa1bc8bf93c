package theme

import (
	"image/color"

	"fyne.io/fyne/v2"
	standard "fyne.io/fyne/v2/theme"
)

// Mode says which of the two looks is shown.
type Mode string

// The modes. System follows the desktop.
const (
	System Mode = "system"
	Light  Mode = "light"
	Dark   Mode = "dark"
)

// Bounds of the text size, in percent.
const (
	MinPercent = 100
	MaxPercent = 200
)

// Theme is the app's fyne.Theme. It does not change; another look is another Theme.
type Theme struct {
	fyne.Theme // fonts, signs and what has no name here
	mode       Mode
	scale      float32
	dark       map[fyne.ThemeColorName]color.NRGBA
	light      map[fyne.ThemeColorName]color.NRGBA
}

var _ fyne.Theme = (*Theme)(nil)

// New returns the look of a mode at a text size of percent, which is brought
// between MinPercent and MaxPercent.
func New(mode Mode, percent int) *Theme {
	percent = min(max(percent, MinPercent), MaxPercent)
	return &Theme{Theme: standard.DefaultTheme(), mode: mode, scale: float32(percent) / 100, dark: dark(), light: light()}
}

// Scale is the text size as a factor, 1 to 2.
func (t *Theme) Scale() float32 { return t.scale }

// Color implements fyne.Theme.
func (t *Theme) Color(name fyne.ThemeColorName, variant fyne.ThemeVariant) color.Color {
	switch t.mode {
	case Light:
		variant = standard.VariantLight
	case Dark:
		variant = standard.VariantDark
	}
	palette := t.dark
	if variant == standard.VariantLight {
		palette = t.light
	}
	if c, ok := palette[name]; ok {
		return c
	}
	return t.Theme.Color(name, variant)
}

// Size implements fyne.Theme. Text and signs follow the text size whole, the
// room between things by half of it, lines not at all.
func (t *Theme) Size(name fyne.ThemeSizeName) float32 {
	size := t.Theme.Size(name)
	switch name {
	case standard.SizeNameText:
		return 14 * t.scale
	case standard.SizeNameCaptionText:
		return 12 * t.scale
	case standard.SizeNameSubHeadingText:
		return 18 * t.scale
	case standard.SizeNameHeadingText:
		return 24 * t.scale
	case standard.SizeNameInlineIcon:
		return size * t.scale
	case standard.SizeNamePadding, standard.SizeNameInnerPadding, standard.SizeNameLineSpacing:
		return size * (1 + (t.scale-1)/2)
	case standard.SizeNameInputRadius, standard.SizeNameButtonRadius, standard.SizeNameSelectionRadius:
		return 6
	case standard.SizeNameInputBorder:
		return 1.5
	default:
		return size
	}
}

// Color returns a colour of the look that is shown now, for canvas objects.
func Color(name fyne.ThemeColorName) color.Color {
	s := fyne.CurrentApp().Settings()
	return s.Theme().Color(name, s.ThemeVariant())
}

// Scale is the text size that is shown now, as a factor.
func Scale() float32 {
	if t, ok := fyne.CurrentApp().Settings().Theme().(*Theme); ok {
		return t.scale
	}
	return 1
}
