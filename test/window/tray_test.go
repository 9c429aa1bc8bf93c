package window

import (
	"strings"
	"testing"

	"github.com/godbus/dbus/v5"

	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/testkit"
)

// watcher is the part of a desktop where programs put their signs beside the
// clock.
type watcher struct {
	t    *testing.T
	conn *dbus.Conn
	item chan string // the bus name of a program that has one
}

// RegisterStatusNotifierItem is what a program calls.
func (w *watcher) RegisterStatusNotifierItem(_ string, from dbus.Sender) *dbus.Error {
	select {
	case w.item <- string(from):
	default:
	}
	return nil
}

func newWatcher(t *testing.T) *watcher {
	t.Helper()
	const name = "org.kde.StatusNotifierWatcher"
	conn, err := dbus.ConnectSessionBus()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	w := &watcher{t: t, conn: conn, item: make(chan string, 1)}
	if err := conn.Export(w, "/StatusNotifierWatcher", name); err != nil {
		t.Fatal(err)
	}
	if got, err := conn.RequestName(name, dbus.NameFlagDoNotQueue); err != nil || got != dbus.RequestNameReplyPrimaryOwner {
		t.Fatalf("the watcher's name: %v, %v", got, err)
	}
	return w
}

// layout is a menu as it travels over the bus.
type layout struct {
	ID       int32
	Props    map[string]dbus.Variant
	Children []dbus.Variant
}

// menu is what a program's menu says, and the number of each line.
func (w *watcher) menu(item string) map[string]int32 {
	var revision uint32
	var root layout
	call := w.conn.Object(item, "/StatusNotifierItem/menu").CallWithContext(w.t.Context(), "com.canonical.dbusmenu.GetLayout", 0, int32(0), int32(-1), []string{})
	if call.Store(&revision, &root) != nil {
		return nil
	}
	lines := map[string]int32{}
	for _, child := range root.Children {
		var line layout
		if dbus.Store([]any{child.Value()}, &line) == nil {
			label, _ := line.Props["label"].Value().(string)
			lines[label] = line.ID
		}
	}
	return lines
}

// until waits until the menu has a line, and returns its number.
func (w *watcher) until(item, label string) (id int32) {
	w.t.Helper()
	if !testkit.Holds(patience, func() bool {
		var ok bool
		id, ok = w.menu(item)[label]
		return ok
	}) {
		w.t.Fatalf("no line says %q; the menu is %v", label, w.menu(item))
	}
	return id
}

func (w *watcher) press(item string, id int32) {
	w.t.Helper()
	call := w.conn.Object(item, "/StatusNotifierItem/menu").CallWithContext(w.t.Context(), "com.canonical.dbusmenu.Event", 0, id, "clicked", dbus.MakeVariant(""), uint32(0))
	if call.Err != nil {
		w.t.Error(call.Err)
	}
}

// Where the desktop has a place for it, there is a sign whose menu tells the state
// and does what is done most.
func TestWindow_tray(t *testing.T) {
	d := newDay(t)
	w := newWatcher(t)
	d.open()
	item := testkit.Receive(t, patience, w.item, "a sign in the tray")
	w.until(item, "OFFLINE · Sign in to go online.")
	d.signInBoth()
	w.until(item, "OFFLINE · Nobody sees you.")
	w.press(item, w.until(item, "Go online"))
	testkit.Until(t, patience, "the page where she sees herself", func() bool { return d.Titled("JasminCam · Live") })
	d.Keep("tray-asks")
	d.confirms("both rooms live", d.rooms(domain.RoomLive))
	w.press(item, w.until(item, "Mute"))
	w.until(item, "Muted – unmute")
	w.press(item, w.until(item, "Go offline"))
	testkit.Until(t, patience, "both rooms offline", d.rooms(domain.RoomOffline))
	w.until(item, "Go online")
	for label := range w.menu(item) {
		if strings.HasPrefix(label, "LIVE") {
			t.Errorf("offline, the menu still says %q", label)
		}
	}
	w.press(item, w.until(item, "Quit"))
	if err := d.app.Wait(patience); err != nil {
		t.Errorf("Quit ended it with %v", err)
	}
}
