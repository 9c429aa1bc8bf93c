//go:build unix && !darwin

package screen

import (
	"context"
	"time"

	"github.com/godbus/dbus/v5"
)

// trayWait bounds how long the window waits for the session bus.
const trayWait = 300 * time.Millisecond

// HasTray tells whether the desktop has a place for signs beside its clock, as
// the session bus at an address says; "" is none. It keeps no connection.
func HasTray(bus string) bool {
	if bus == "" {
		return false
	}
	ctx, cancel := context.WithTimeout(context.Background(), trayWait)
	defer cancel()
	conn, err := dbus.Connect(bus, dbus.WithContext(ctx))
	if err != nil {
		return false
	}
	defer func() { _ = conn.Close() }() // it was only asked
	var has bool
	err = conn.BusObject().CallWithContext(ctx, "org.freedesktop.DBus.NameHasOwner", 0, "org.kde.StatusNotifierWatcher").Store(&has)
	return err == nil && has
}
