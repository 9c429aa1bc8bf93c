package theme

import (
	"image/color"

	"fyne.io/fyne/v2"
	standard "fyne.io/fyne/v2/theme"
)

// Names of colours that only this app has. A name that begins with On is for
// the text on its ground.
const (
	Surface fyne.ThemeColorName = "surface" // of cards and the navigation
	Muted   fyne.ThemeColorName = "muted"   // text of lesser weight, on every ground

	Live        fyne.ThemeColorName = "live"
	OnLive      fyne.ThemeColorName = "onLive"
	LiveText    fyne.ThemeColorName = "liveText" // the word LIVE on a plain ground
	Private     fyne.ThemeColorName = "private"
	OnPrivate   fyne.ThemeColorName = "onPrivate"
	Waiting     fyne.ThemeColorName = "waiting" // away, reconnecting, and what needs her eye
	OnWaiting   fyne.ThemeColorName = "onWaiting"
	WaitingText fyne.ThemeColorName = "waitingText"
	Starting    fyne.ThemeColorName = "starting"
	OnStarting  fyne.ThemeColorName = "onStarting"
	Idle        fyne.ThemeColorName = "idle" // offline
	OnIdle      fyne.ThemeColorName = "onIdle"
	Failed      fyne.ThemeColorName = "failed"
	OnFailed    fyne.ThemeColorName = "onFailed"

	First    fyne.ThemeColorName = "first"  // her first account
	Second   fyne.ThemeColorName = "second" // and her second
	OnFirst  fyne.ThemeColorName = "onFirst"
	OnSecond fyne.ThemeColorName = "onSecond"
)

// State returns the colours of an account's state: the ground and the text on
// it. state is one of session.State's words.
func State(state string) (ground, text fyne.ThemeColorName) {
	switch state {
	case "live":
		return Live, OnLive
	case "private":
		return Private, OnPrivate
	case "away", "reconnecting":
		return Waiting, OnWaiting
	case "connecting":
		return Starting, OnStarting
	case "failed", "panic":
		return Failed, OnFailed
	default:
		return Idle, OnIdle
	}
}

// Account returns the colours of her account number i, from 0: the colour as a
// text or a mark, and the text on a ground of it. Accounts are told apart by a
// letter as well.
func Account(i int) (mark, on fyne.ThemeColorName) {
	if i%2 == 0 {
		return First, OnFirst
	}
	return Second, OnSecond
}

// dark is slate.
func dark() map[fyne.ThemeColorName]color.NRGBA {
	return map[fyne.ThemeColorName]color.NRGBA{
		standard.ColorNameBackground:          rgb(0x12161c),
		standard.ColorNameForeground:          rgb(0xe8ecf1),
		standard.ColorNameButton:              rgb(0x2a333f),
		standard.ColorNameDisabledButton:      rgb(0x1f262f),
		standard.ColorNameDisabled:            rgb(0x8b96a2),
		standard.ColorNameError:               rgb(0xff8a80),
		standard.ColorNameForegroundOnError:   rgb(0x2b0500),
		standard.ColorNameSuccess:             rgb(0x6fcf97),
		standard.ColorNameForegroundOnSuccess: rgb(0x06210f),
		standard.ColorNameWarning:             rgb(0xf2b84b),
		standard.ColorNameForegroundOnWarning: rgb(0x221600),
		standard.ColorNamePrimary:             rgb(0x8fb4f2),
		standard.ColorNameForegroundOnPrimary: rgb(0x0b1a33),
		standard.ColorNameHyperlink:           rgb(0x9fc0f5),
		standard.ColorNameFocus:               rgba(0x3d7bff, 0x66),
		standard.ColorNameHover:               rgba(0xffffff, 0x14),
		standard.ColorNamePressed:             rgba(0xffffff, 0x2e),
		standard.ColorNameSelection:           rgba(0x8fb4f2, 0x30),
		standard.ColorNameInputBackground:     rgb(0x242d38),
		standard.ColorNameInputBorder:         rgb(0x8f9ba9),
		standard.ColorNameMenuBackground:      rgb(0x222a34),
		standard.ColorNameOverlayBackground:   rgb(0x1d242d),
		standard.ColorNameHeaderBackground:    rgb(0x1f262f),
		standard.ColorNamePlaceHolder:         rgb(0xa0adba),
		standard.ColorNameScrollBar:           rgba(0xffffff, 0x66),
		standard.ColorNameSeparator:           rgb(0x2f3945),
		standard.ColorNameShadow:              rgba(0x000000, 0x70),

		Surface: rgb(0x191f27), Muted: rgb(0xa3afbc),
		Live: rgb(0xd61f55), OnLive: rgb(0xffffff), LiveText: rgb(0xff7096),
		Private: rgb(0x7a3fd1), OnPrivate: rgb(0xffffff),
		Waiting: rgb(0xf2b84b), OnWaiting: rgb(0x221600), WaitingText: rgb(0xf2b84b),
		Starting: rgb(0x33598f), OnStarting: rgb(0xffffff),
		Idle: rgb(0x37414d), OnIdle: rgb(0xf0f3f6),
		Failed: rgb(0xb3261e), OnFailed: rgb(0xffffff),
		First: rgb(0x45cbb8), OnFirst: rgb(0x04211d),
		Second: rgb(0xf0b04a), OnSecond: rgb(0x241600),
	}
}

// light is paper.
func light() map[fyne.ThemeColorName]color.NRGBA {
	return map[fyne.ThemeColorName]color.NRGBA{
		standard.ColorNameBackground:          rgb(0xf5f3ef),
		standard.ColorNameForeground:          rgb(0x1b222a),
		standard.ColorNameButton:              rgb(0xe2e0da),
		standard.ColorNameDisabledButton:      rgb(0xebe9e4),
		standard.ColorNameDisabled:            rgb(0x616972),
		standard.ColorNameError:               rgb(0xb3261e),
		standard.ColorNameForegroundOnError:   rgb(0xffffff),
		standard.ColorNameSuccess:             rgb(0x1b6e3c),
		standard.ColorNameForegroundOnSuccess: rgb(0xffffff),
		standard.ColorNameWarning:             rgb(0x8a5800),
		standard.ColorNameForegroundOnWarning: rgb(0xffffff),
		standard.ColorNamePrimary:             rgb(0x2b57a3),
		standard.ColorNameForegroundOnPrimary: rgb(0xffffff),
		standard.ColorNameHyperlink:           rgb(0x24509c),
		standard.ColorNameFocus:               rgba(0x1a73ff, 0x66),
		standard.ColorNameHover:               rgba(0x000000, 0x12),
		standard.ColorNamePressed:             rgba(0x000000, 0x26),
		standard.ColorNameSelection:           rgba(0x2b57a3, 0x2c),
		standard.ColorNameInputBackground:     rgb(0xefede8),
		standard.ColorNameInputBorder:         rgb(0x596270),
		standard.ColorNameMenuBackground:      rgb(0xffffff),
		standard.ColorNameOverlayBackground:   rgb(0xfbfaf8),
		standard.ColorNameHeaderBackground:    rgb(0xebe9e4),
		standard.ColorNamePlaceHolder:         rgb(0x5c6672),
		standard.ColorNameScrollBar:           rgba(0x000000, 0x66),
		standard.ColorNameSeparator:           rgb(0xd6d2ca),
		standard.ColorNameShadow:              rgba(0x000000, 0x30),

		Surface: rgb(0xfdfcfa), Muted: rgb(0x55606c),
		Live: rgb(0xcf1a50), OnLive: rgb(0xffffff), LiveText: rgb(0xb8123f),
		Private: rgb(0x6d33c4), OnPrivate: rgb(0xffffff),
		Waiting: rgb(0xf2b84b), OnWaiting: rgb(0x221600), WaitingText: rgb(0x855400),
		Starting: rgb(0x2b57a3), OnStarting: rgb(0xffffff),
		Idle: rgb(0xcfd3d8), OnIdle: rgb(0x1b222a),
		Failed: rgb(0xb3261e), OnFailed: rgb(0xffffff),
		First: rgb(0x0a6b5f), OnFirst: rgb(0xffffff),
		Second: rgb(0x855200), OnSecond: rgb(0xffffff),
	}
}

func rgb(hex uint32) color.NRGBA { return rgba(hex, 0xff) }

func rgba(hex uint32, alpha uint8) color.NRGBA {
	return color.NRGBA{R: uint8(hex >> 16), G: uint8(hex >> 8), B: uint8(hex), A: alpha}
}
