package ui

import (
	"context"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"

	"github.com/jasmincam/jasmincam/assets"
	"github.com/jasmincam/jasmincam/internal/settings"
	"github.com/jasmincam/jasmincam/internal/ui/control"
	"github.com/jasmincam/jasmincam/internal/ui/theme"
)

// Sorry shows one sentence in a small window, for a program that cannot show its
// own, until she closes it or ctx ends. It must be called on the main goroutine,
// before any Shell.
func Sorry(ctx context.Context, app fyne.App, sentence, ok string) {
	app.Settings().SetTheme(theme.New(settings.ThemeSystem, 100))
	w := app.NewWindow("JasminCam")
	w.SetIcon(fyne.NewStaticResource("icon.png", assets.Icon))
	w.SetMaster()
	done := control.NewMainButton(ok, nil, app.Quit)
	w.SetContent(container.NewPadded(container.NewBorder(nil, container.NewHBox(layout.NewSpacer(), done), nil, nil, control.Text(sentence))))
	w.Resize(fyne.NewSize(questionWidth, questionWidth/2))
	w.Canvas().Focus(done)
	defer context.AfterFunc(ctx, func() { fyne.Do(app.Quit) })()
	w.ShowAndRun()
}
