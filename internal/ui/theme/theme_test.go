package theme_test

import (
	"fmt"
	"image/color"
	"math"
	"testing"

	"fyne.io/fyne/v2"
	standard "fyne.io/fyne/v2/theme"

	"github.com/jasmincam/jasmincam/internal/ui/theme"
)

// luminance is the relative luminance of WCAG 2.2.
func luminance(c color.Color) float64 {
	n := color.NRGBAModel.Convert(c).(color.NRGBA)
	part := func(v uint8) float64 {
		x := float64(v) / 255
		if x <= 0.04045 {
			return x / 12.92
		}
		return math.Pow((x+0.055)/1.055, 2.4)
	}
	return 0.2126*part(n.R) + 0.7152*part(n.G) + 0.0722*part(n.B)
}

func contrast(a, b color.Color) float64 {
	x, y := luminance(a), luminance(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

type pair struct{ text, ground fyne.ThemeColorName }

// pairs are the texts of the window with every ground they may stand on.
func pairs() []pair {
	var all []pair
	grounds := []fyne.ThemeColorName{standard.ColorNameBackground, theme.Surface, standard.ColorNameInputBackground,
		standard.ColorNameMenuBackground, standard.ColorNameOverlayBackground, standard.ColorNameHeaderBackground}
	for _, text := range []fyne.ThemeColorName{standard.ColorNameForeground, theme.Muted, standard.ColorNamePlaceHolder, standard.ColorNameError,
		standard.ColorNameSuccess, standard.ColorNameWarning, standard.ColorNameHyperlink, standard.ColorNamePrimary,
		theme.LiveText, theme.WaitingText, theme.First, theme.Second} {
		for _, ground := range grounds {
			all = append(all, pair{text, ground})
		}
	}
	all = append(all, pair{standard.ColorNameForeground, standard.ColorNameButton}, pair{theme.Muted, standard.ColorNameButton},
		pair{standard.ColorNameForegroundOnPrimary, standard.ColorNamePrimary}, pair{standard.ColorNameForegroundOnError, standard.ColorNameError},
		pair{standard.ColorNameForegroundOnSuccess, standard.ColorNameSuccess}, pair{standard.ColorNameForegroundOnWarning, standard.ColorNameWarning})
	for _, state := range []string{"offline", "connecting", "live", "reconnecting", "away", "private", "panic", "failed"} {
		ground, text := theme.State(state)
		all = append(all, pair{text, ground})
	}
	for i := range 2 {
		mark, on := theme.Account(i)
		all = append(all, pair{on, mark})
	}
	return all
}

func TestTheme_isReadable(t *testing.T) {
	for _, mode := range []theme.Mode{theme.Light, theme.Dark} {
		look := theme.New(mode, 100)
		for _, p := range pairs() {
			t.Run(fmt.Sprintf("%s/%s on %s", mode, p.text, p.ground), func(t *testing.T) {
				if got := contrast(look.Color(p.text, 0), look.Color(p.ground, 0)); got < 4.5 {
					t.Errorf("the contrast is %.2f, want at least 4.5", got)
				}
			})
		}
	}
}

func TestTheme_followsTheDesktopOnlyWhenAsked(t *testing.T) {
	for _, row := range []struct {
		mode    theme.Mode
		variant fyne.ThemeVariant
		dark    bool
	}{
		{theme.System, standard.VariantDark, true},
		{theme.System, standard.VariantLight, false},
		{theme.Dark, standard.VariantLight, true},
		{theme.Light, standard.VariantDark, false},
	} {
		ground := theme.New(row.mode, 100).Color(standard.ColorNameBackground, row.variant)
		if dark := luminance(ground) < 0.2; dark != row.dark {
			t.Errorf("mode %s on desktop variant %d: dark is %v, want %v", row.mode, row.variant, dark, row.dark)
		}
	}
}

func TestTheme_textFollowsTheSize(t *testing.T) {
	for _, row := range []struct {
		percent int
		want    float32
	}{{100, 14}, {150, 21}, {200, 28}, {20, 14}, {900, 28}} {
		if got := theme.New(theme.Dark, row.percent).Size(standard.SizeNameText); got != row.want {
			t.Errorf("%d %%: text of %v, want %v", row.percent, got, row.want)
		}
	}
	small, large := theme.New(theme.Dark, 100), theme.New(theme.Dark, 200)
	if large.Size(standard.SizeNameSeparatorThickness) != small.Size(standard.SizeNameSeparatorThickness) {
		t.Error("lines grew with the text")
	}
	if got := large.Size(standard.SizeNamePadding) / small.Size(standard.SizeNamePadding); got != 1.5 {
		t.Errorf("the room between things grew by %v, want 1.5", got)
	}
}

// Every colour has a value in both looks: a name that only one palette has
// would be transparent in the other.
func TestTheme_hasEveryColourTwice(t *testing.T) {
	for _, p := range pairs() {
		for _, name := range []fyne.ThemeColorName{p.text, p.ground} {
			for _, mode := range []theme.Mode{theme.Light, theme.Dark} {
				if _, _, _, a := theme.New(mode, 100).Color(name, 0).RGBA(); a == 0 {
					t.Errorf("%s has no colour %s", mode, name)
				}
			}
		}
	}
}
