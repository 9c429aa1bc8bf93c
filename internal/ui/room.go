package ui

import (
	"fyne.io/fyne/v2"

	"github.com/jasmincam/jasmincam/internal/settings"
)

// fit gives the window the size that is remembered, or as much of it as the
// screen has room for. scale is how many pixels of the screen a point takes.
func (s *Shell) fit(scale float32) {
	kept := s.cfg.Settings.View().Window
	size := fyne.NewSize(float32(kept.Width), float32(kept.Height))
	within := size
	if s.cfg.Room != nil && scale > 0 {
		if width, height := s.cfg.Room(); width > 0 && height > 0 {
			within = size.Min(fyne.NewSize(float32(width)/scale, float32(height)/scale))
		}
	}
	s.fitted = fyne.Size{}
	if within != size {
		s.fitted = within
	}
	s.window.Resize(within)
}

// refit fits the window once more when it is known how large a point is on the
// screen that it came to.
func (s *Shell) refit() {
	if scale := s.window.Canvas().Scale(); s.cfg.Room != nil && scale != s.cfg.App.Settings().Scale() {
		s.fit(scale)
	}
}

// size is what is remembered of the window: what was asked for, while the screen
// is too small for it and she has not chosen another.
func (s *Shell) size() settings.Window {
	now := s.window.Canvas().Size()
	if least := s.window.Content().MinSize(); s.fitted != (fyne.Size{}) && near(now, s.fitted.Max(least)) {
		return s.cfg.Settings.View().Window
	}
	return settings.Window{Width: int(now.Width), Height: int(now.Height)}
}

// near tells whether two sizes are the same to the point: pixels are whole.
func near(a, b fyne.Size) bool {
	d := a.Subtract(b)
	return max(d.Width, -d.Width) < 1.5 && max(d.Height, -d.Height) < 1.5
}
