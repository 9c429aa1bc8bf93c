package ui

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"math"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"golang.org/x/image/draw"

	"github.com/jasmincam/jasmincam/assets"
	"github.com/jasmincam/jasmincam/internal/ui/theme"
)

// tray is the sign beside the system's clock: its colour tells the state, and
// its menu does what is done most.
type tray struct {
	shell *Shell
	place desktop.App
	list  *fyne.Menu // always the same: the toolkit may show it later than it was given
	now   trayLook
	drawn bool
}

// trayLook is what the tray was drawn for.
type trayLook struct {
	lang          string
	banner        bannerText
	online, muted bool
	accounts      bool
	panicked      bool
}

// newTray returns nil where the system has no place for a sign.
func newTray(shell *Shell) *tray {
	place, ok := shell.cfg.App.(desktop.App)
	if !ok || !shell.cfg.Tray {
		return nil
	}
	return &tray{shell: shell, place: place, list: fyne.NewMenu("JasminCam")}
}

// render shows the newest state; it tells the system only what is new.
func (t *tray) render() {
	s, live := t.shell, t.shell.cfg.Live.View()
	next := trayLook{lang: s.words.Lang(), banner: bannerOf(s.words, live, s.cfg.SignIn.View(), s.cfg.Shows.View()), online: live.Online, muted: live.Muted,
		accounts: len(live.Accounts) > 0, panicked: live.Panic}
	if t.drawn && next == t.now {
		return
	}
	if !t.drawn || next.banner.ground != t.now.banner.ground {
		t.place.SetSystemTrayIcon(trayIcon(next.banner.ground))
	}
	t.now, t.drawn = next, true
	t.list.Items = t.items()
	t.place.SetSystemTrayMenu(t.list)
}

// items are what it says and does now.
func (t *tray) items() []*fyne.MenuItem {
	s, now := t.shell, t.now
	state := fyne.NewMenuItem(now.banner.state+" · "+now.banner.who, nil)
	state.Disabled = true
	line := fyne.NewMenuItem(s.words.Say("live.online"), t.front(s.goOnline))
	line.Disabled = !now.accounts
	if now.online {
		line = fyne.NewMenuItem(s.words.Say("live.offline"), t.front(s.goOffline))
	}
	mute := fyne.NewMenuItem(s.words.Say("live.mute"), func() { s.cfg.Live.Mute(!s.cfg.Live.View().Muted) })
	if now.muted {
		mute.Label = s.words.Say("live.unmute")
	}
	panics := fyne.NewMenuItem(s.words.Say("live.panic"), s.cfg.Live.Panic)
	if now.panicked {
		panics = fyne.NewMenuItem(s.words.Say("panic.show"), t.front(s.showAgain))
	}
	quit := fyne.NewMenuItem(s.words.Say("tray.quit"), t.front(s.Close))
	quit.IsQuit = true
	return []*fyne.MenuItem{state, fyne.NewMenuItemSeparator(), fyne.NewMenuItem(s.words.Say("tray.show"), t.front(func() {})),
		panics, line, mute, fyne.NewMenuItemSeparator(), quit}
}

// front shows the window before something is done there: it may ask.
func (t *tray) front(do func()) func() {
	return func() {
		t.shell.window.Show()
		t.shell.window.RequestFocus()
		do()
	}
}

// trayIcon is the app's sign with a dot in the colour of a state.
func trayIcon(state fyne.ThemeColorName) fyne.Resource {
	const side = 64
	sign, err := png.Decode(bytes.NewReader(assets.Icon))
	if err != nil {
		return fyne.NewStaticResource("icon.png", assets.Icon)
	}
	small := image.NewRGBA(image.Rect(0, 0, side, side))
	draw.CatmullRom.Scale(small, small.Bounds(), sign, sign.Bounds(), draw.Src, nil)
	draw.DrawMask(small, small.Bounds(), image.NewUniform(theme.Color(state)), image.Point{}, disc{46, 46, 16}, image.Point{}, draw.Over)
	var out bytes.Buffer
	if err := png.Encode(&out, small); err != nil {
		return fyne.NewStaticResource("icon.png", assets.Icon)
	}
	return fyne.NewStaticResource("tray-"+string(state)+".png", out.Bytes())
}

// disc is a mask that lets a circle through.
type disc struct{ x, y, radius int }

// ColorModel implements image.Image.
func (disc) ColorModel() color.Model { return color.AlphaModel }

// Bounds implements image.Image.
func (d disc) Bounds() image.Rectangle {
	return image.Rect(d.x-d.radius, d.y-d.radius, d.x+d.radius, d.y+d.radius)
}

// At implements image.Image.
func (d disc) At(x, y int) color.Color {
	inside := float64(d.radius) - math.Hypot(float64(x-d.x), float64(y-d.y))
	return color.Alpha{A: uint8(255 * min(max(inside, 0), 1))}
}
