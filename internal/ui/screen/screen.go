package screen

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/app"
	"fyne.io/fyne/v2/lang"

	"github.com/jasmincam/jasmincam/assets"
)

// appID names the app to the system.
const appID = "com.jasmincam.app"

// Open connects to the screen. It is called once, on the main goroutine.
func Open(version string) fyne.App {
	app.SetMetadata(fyne.AppMetadata{ID: appID, Name: "JasminCam", Version: version, Icon: fyne.NewStaticResource("icon.png", assets.Icon),
		Migrations: map[string]bool{"fyneDo": true}})
	return app.NewWithID(appID)
}

// Language is what the system speaks, such as "pt-BR".
func Language() string { return lang.SystemLocale().LanguageString() }
