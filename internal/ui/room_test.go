package ui_test

import (
	"testing"

	"fyne.io/fyne/v2"

	"github.com/jasmincam/jasmincam/internal/settings"
)

// The window opens within the screen, and a small screen is not remembered as
// her wish; what she chooses there is.
func TestShell_opensWithinTheScreen(t *testing.T) {
	for _, row := range []struct {
		width, height int
		want          fyne.Size
	}{{0, 0, fyne.NewSize(1180, 760)}, {1920, 1080, fyne.NewSize(1180, 760)}, {1024, 728, fyne.NewSize(1024, 728)}, {1366, 728, fyne.NewSize(1180, 728)}} {
		r := newRig(t, func(r *rig) { r.room = func() (int, int) { return row.width, row.height } })
		if got := r.canvas().Size(); got != row.want {
			t.Errorf("on a screen of %d×%d the window is %v, want %v", row.width, row.height, got, row.want)
		}
		r.shell.Close()
		if kept := r.settings.values.Window; kept != (settings.Window{Width: 1180, Height: 760}) {
			t.Errorf("it remembers %v", kept)
		}
	}
	r := newRig(t, func(r *rig) { r.room = func() (int, int) { return 1024, 728 } })
	r.shell.Window().Resize(fyne.NewSize(1000, 710))
	r.shell.Close()
	if kept := r.settings.values.Window; kept != (settings.Window{Width: 1000, Height: 710}) {
		t.Errorf("what she chose is remembered as %v", kept)
	}
}
