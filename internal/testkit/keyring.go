package testkit

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// NewKeyring starts a private session bus with an unlocked Secret Service
// until the test ends, and points this process and those that it starts at
// it. A D-Bus library may keep its first connection: one a test binary.
func NewKeyring(t testing.TB) {
	t.Helper()
	keyring := Need(t, "gnome-keyring-daemon")
	dir, env := openBus(t)
	// The password of the keyring comes on standard input, which also makes one.
	p := Start(t, Spec{Path: keyring, Args: []string{"--foreground", "--unlock", "--components=secrets"}, Env: env, In: "test"})
	Until(t, 10*time.Second, "the keyring", func() bool {
		select {
		case <-p.Done():
			t.Fatalf("the keyring ended:\n%s", p.Log())
		default:
		}
		_, err := os.Stat(filepath.Join(dir, "keyrings", "login.keyring"))
		return err == nil
	})
}

// NewBus starts a private session bus without a Secret Service until the test
// ends, and points this process and those that it starts at it. It returns its
// address.
func NewBus(t testing.TB) (address string) {
	t.Helper()
	_, env := openBus(t)
	return strings.TrimPrefix(env[0], "DBUS_SESSION_BUS_ADDRESS=")
}

// openBus starts a session bus; it returns the folder and the environment of what
// is to serve on it.
func openBus(t testing.TB) (dir string, env []string) {
	t.Helper()
	bus := Need(t, "dbus-daemon")
	dir = shortDir(t)
	socket := filepath.Join(dir, "bus")
	env = []string{
		"DBUS_SESSION_BUS_ADDRESS=unix:path=" + socket,
		"HOME=" + dir, "XDG_RUNTIME_DIR=" + dir, "XDG_DATA_HOME=" + dir, "XDG_CONFIG_HOME=" + dir,
	}
	Start(t, Spec{Path: bus, Args: []string{"--session", "--nofork", "--nopidfile", "--address=unix:path=" + socket}, Env: env})
	Until(t, 10*time.Second, "the session bus", func() bool {
		_, err := os.Stat(socket)
		return err == nil
	})
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path="+socket)
	return dir, env
}
