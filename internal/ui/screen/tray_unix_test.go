//go:build unix && !darwin

package screen

import (
	"net"
	"path/filepath"
	"testing"
	"time"
)

// A bus that is not there, or takes calls and answers none, is no tray and holds
// nobody up.
func TestHasTray_withoutABus(t *testing.T) {
	stuck := filepath.Join(t.TempDir(), "bus")
	l, err := net.Listen("unix", stuck)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	for _, bus := range []string{"", "nonsense", "unix:path=/nowhere/at/all", "unix:path=" + stuck} {
		begun := time.Now()
		if HasTray(bus) {
			t.Errorf("%q has a tray", bus)
		}
		if took := time.Since(begun); took > 5*trayWait {
			t.Errorf("%q took %v", bus, took)
		}
	}
}
