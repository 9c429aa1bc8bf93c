package arch

import (
	"fmt"
	"slices"
	"strings"
)

// room is a line of the import table: the packages below Tree may import one
// another and the rooms named. The longest Tree that fits a package is its own.
type room struct {
	Tree string
	May  []string // trees; a "=" before one means that package alone
}

// rooms is the table of docs/ARCHITECTURE.md. Imports are the project's own;
// reading a line tells the way in which data flows.
func rooms() []room {
	const in = "internal/"
	all := []string{"cmd", "internal"}
	return []room{
		{"cmd/jasmincam", append(all, "assets")},
		{"cmd/jasmincam-server", []string{in + "domain", "=" + in + "backend"}},
		{in + "domain", nil},
		{in + "capture", nil},
		{in + "capture/device", []string{"=" + in + "capture", in + "capture/mjpeg"}},
		{in + "capture/file", []string{"=" + in + "capture", in + "capture/mjpeg"}},
		{in + "capture/synthetic", []string{"=" + in + "capture", in + "capture/mjpeg"}},
		{in + "encode", []string{in + "capture"}},
		{in + "decode", []string{in + "capture", in + "encode"}},
		{in + "playback", []string{in + "capture"}},
		{in + "whip", nil},
		{in + "session", []string{in + "domain", in + "capture", in + "encode", in + "decode", in + "playback", in + "whip"}},
		{in + "client", []string{in + "domain"}},
		{in + "vault", []string{in + "domain"}},
		{in + "settings", nil},
		{in + "text", nil},
		{in + "ui", []string{in + "ui", in + "domain", in + "session", in + "settings", in + "text", "assets"}},
		{in + "ui/page", []string{in + "ui/vm", in + "ui/control", in + "ui/xwidget", in + "ui/theme", in + "capture", in + "domain", in + "session", in + "settings", in + "text"}},
		{in + "ui/vm", []string{in + "domain", in + "session", in + "capture", in + "settings", in + "text"}},
		{in + "ui/xwidget", []string{in + "ui/control", in + "ui/theme", in + "capture"}},
		{in + "ui/control", []string{in + "ui/theme"}},
		{in + "ui/theme", []string{"assets"}},
		{in + "ui/screen", []string{"assets"}},
		{in + "ui/solo", nil},
		{in + "ui/hotkey", nil},
		{in + "ui/chime", nil},
		{in + "ui/uitest", nil},
		{in + "backend", []string{in + "domain"}},
		{in + "backend/ledger", []string{in + "domain"}},
		{in + "backend/store", []string{in + "domain", in + "backend/ledger"}},
		{in + "backend/auth", []string{in + "domain"}},
		{in + "backend/portrait", []string{in + "domain"}},
		{in + "backend/show", []string{in + "domain"}},
		{in + "backend/media", []string{in + "domain", in + "whip"}},
		{in + "backend/bus", []string{in + "domain"}},
		{in + "backend/web", []string{in + "domain", in + "text", in + "backend/auth", in + "backend/bus"}},
		{in + "testkit", nil},
		{in + "testkit/stage", []string{in + "domain", in + "client", in + "testkit"}},
		{in + "testkit/pace", []string{in + "domain", in + "client", in + "testkit"}},
		{in + "testkit/peer", []string{in + "whip", in + "domain"}},
		{in + "arch", nil},
		{in + "bench", all},
		{"test", all},
		{"assets", nil},
	}
}

// ban keeps a tree from reaching something, through whatever packages of the
// project lie between.
type ban struct {
	Tree   string
	Never  []string // prefixes of import paths; those of the project begin with "internal/"
	Reason string
}

func bans() []ban {
	camera := []string{"fyne.io/", "github.com/gen2brain/malgo", "github.com/pion/mediadevices", "github.com/blackjack/webcam", "C"}
	return []ban{
		{"internal/backend", camera, "the backend runs on servers without a screen, a camera or a C library"},
		{"cmd/jasmincam-server", camera, "the server is built without cgo"},
		{"internal/ui/vm", []string{"fyne.io/"}, "a view model is tested without a window"},
		{"internal/session", []string{"internal/client"}, "a session takes the domain's services from the wiring"},
		{"internal/backend/web", []string{"internal/backend/store", "internal/backend/media"}, "pages take the domain's services from the wiring"},
		{"internal/domain", []string{"github.com/", "golang.org/", "fyne.io/", "modernc.org/"}, "the vocabulary needs the standard library alone"},
	}
}

// Imports checks the import table and the bans.
func (m *Module) Imports() []Finding {
	var found []Finding
	for _, p := range m.Packages {
		r, ok := roomOf(p.Path)
		if !ok {
			found = append(found, Finding{p.Path, "this package is in no room; put it into one, or add the room to internal/arch and docs/ARCHITECTURE.md"})
			continue
		}
		for _, path := range p.Imports {
			if to := m.relative(path); to != "" && !r.may(p.Path, to) {
				found = append(found, Finding{p.Path, fmt.Sprintf("may not import %s: %s", to, r.allowed())})
			}
			if path == "testing" && !support(p.Path) {
				found = append(found, Finding{p.Path, "imports testing; only test support may"})
			}
		}
	}
	for _, b := range bans() {
		found = append(found, m.reach(b)...)
	}
	return found
}

func roomOf(path string) (room, bool) {
	var best room
	for _, r := range rooms() {
		if within(path, r.Tree) && len(r.Tree) > len(best.Tree) {
			best = r
		}
	}
	return best, best.Tree != ""
}

// may tells whether the package from, of room r, may import the package to.
func (r room) may(from, to string) bool {
	if own, _ := roomOf(to); own.Tree == r.Tree {
		return true
	}
	if within(to, "internal/testkit") {
		return support(from)
	}
	// The wiring of a room may take its own inner rooms.
	if within(to, r.Tree) && from == r.Tree && r.Tree == "internal/backend" {
		return true
	}
	return slices.ContainsFunc(r.May, func(may string) bool {
		if one, ok := strings.CutPrefix(may, "="); ok {
			return to == one
		}
		return within(to, may)
	})
}

func (r room) allowed() string {
	if len(r.May) == 0 {
		return r.Tree + " imports nothing else of the project"
	}
	return r.Tree + " imports only " + strings.ReplaceAll(strings.Join(r.May, ", "), "=", "")
}

// reach looks for banned imports along every way through the project.
func (m *Module) reach(b ban) []Finding {
	imports := map[string][]string{}
	for _, p := range m.Packages {
		imports[p.Path] = p.Imports
	}
	var found []Finding
	for _, p := range m.Packages {
		if !within(p.Path, b.Tree) || support(p.Path) {
			continue
		}
		seen := map[string]bool{}
		var walk func(at, way string)
		walk = func(at, way string) {
			for _, path := range imports[at] {
				name := path
				if to := m.relative(path); to != "" {
					name = to
				}
				if b.forbids(name) {
					found = append(found, Finding{p.Path, fmt.Sprintf("reaches %s through %s: %s", name, way, b.Reason)})
				}
				if _, ours := imports[name]; ours && !seen[name] {
					seen[name] = true
					walk(name, way+" → "+name)
				}
			}
		}
		walk(p.Path, p.Path)
	}
	return found
}

func (b ban) forbids(path string) bool {
	return slices.ContainsFunc(b.Never, func(never string) bool {
		if strings.HasSuffix(never, "/") {
			return strings.HasPrefix(path, never)
		}
		return within(path, never)
	})
}
