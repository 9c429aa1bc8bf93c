package arch_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/jasmincam/jasmincam/internal/arch"
	"github.com/jasmincam/jasmincam/internal/testkit"
)

// laws are all that a module is held to.
func laws(m *arch.Module) map[string][]arch.Finding {
	return map[string][]arch.Finding{
		"imports":    m.Imports(),
		"size":       m.Size(),
		"calls":      m.Calls(),
		"words":      m.Words(),
		"papers":     m.Papers(),
		"state":      m.State(),
		"goroutines": m.Goroutines(),
		"notices":    m.Notices(),
	}
}

func load(t *testing.T, dir string) *arch.Module {
	t.Helper()
	m, err := arch.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestProject_keepsItsRules(t *testing.T) {
	m := load(t, testkit.Root(t))
	if len(m.Packages) < 15 || len(m.Files) < 100 {
		t.Fatalf("only %d packages and %d files were seen", len(m.Packages), len(m.Files))
	}
	for name, found := range laws(m) {
		t.Run(name, func(t *testing.T) {
			for _, f := range found {
				t.Error(f)
			}
		})
	}
}

// TestLaws_canFail runs them over a module that breaks each: what they say is
// exactly what is wrong there.
func TestLaws_canFail(t *testing.T) {
	m := load(t, filepath.Join("testdata", "bad"))
	want := map[string][]string{
		"imports": {
			"cmd/jasmincam-server: may not import internal/session",
			"internal/backend/media: reaches github.com/gen2brain/malgo through internal/backend/media",
			"internal/backend/store: may not import internal/backend/media",
			"internal/backend/store: reaches github.com/gen2brain/malgo through internal/backend/store → internal/backend/media",
			"internal/backend/web: may not import internal/backend/store",
			"internal/backend/web: reaches github.com/gen2brain/malgo through internal/backend/web → internal/backend/store → internal/backend/media",
			"internal/backend/web: reaches internal/backend/media through internal/backend/web → internal/backend/store",
			"internal/backend/web: reaches internal/backend/store through internal/backend/web",
			"internal/backend: reaches github.com/gen2brain/malgo through internal/backend → internal/backend/web",
			"internal/capture: imports testing",
			"internal/domain: reaches github.com/google/uuid through internal/domain",
			"internal/encode: may not import internal/client",
			"internal/encode: may not import internal/testkit",
			"internal/session: reaches internal/client through internal/session → internal/encode",
			"internal/stray: this package is in no room",
			"internal/ui/vm: reaches fyne.io/fyne/v2/widget through internal/ui/vm",
		},
		"size": nil,
		"calls": {
			"internal/capture/capture.go:15: configuration is read at the edge",
			"internal/capture/capture_test.go:11: a test does not sleep",
			"internal/capture/capture_test.go:12: there is one way to run the tests",
			"internal/capture/capture_test.go:13: a test is not skipped in silence",
		},
		"words": {
			"internal/capture/capture.go:12: type FrameManager",
			"internal/capture/capture.go:14: TODO is left",
		},
		"papers": {"internal/capture: has no doc.go"},
		"state": {
			"internal/capture/capture.go:8: the package variable counter",
			"internal/capture/capture.go:10: the package variable table",
		},
		"goroutines": {
			"docs/ARCHITECTURE.md: has more than one row for internal/session",
			"docs/ARCHITECTURE.md: session.Outlet.Gone starts no goroutine",
			"internal/session/doc.go:8: session.Outlet.Run starts a goroutine",
		},
		"notices": {"NOTICE: does not name fyne.io/fyne/v2 and its licence"},
	}
	for name, found := range laws(m) {
		t.Run(name, func(t *testing.T) { compare(t, found, want[name]) })
	}
}

func compare(t *testing.T, found []arch.Finding, want []string) {
	t.Helper()
	var got []string
	for _, f := range found {
		got = append(got, f.String())
	}
	slices.Sort(got)
	slices.Sort(want)
	for i := range max(len(got), len(want)) {
		switch {
		case i >= len(got):
			t.Errorf("not found: %s", want[i])
		case i >= len(want):
			t.Errorf("found: %s", got[i])
		case !strings.HasPrefix(got[i], want[i]):
			t.Errorf("found %s, want %s", got[i], want[i])
		}
	}
}

func TestSize_canFail(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("go.mod", "module example.com/long\n\ngo 1.26\n")
	write("function.go", "package long\n\nfunc f() {\n"+strings.Repeat("\tg()\n", 79)+"}\n\nfunc g() {}\n")
	for i := range 4 {
		write(fmt.Sprintf("file%d.go", i), "package long\n"+strings.Repeat("const _ = 1\n", 490))
	}
	write("file_test.go", "package long\n"+strings.Repeat("\n// line\n", 260))
	compare(t, load(t, dir).Size(), []string{
		".: has 2047 lines of code",
		"file_test.go: has 521 lines",
		"function.go:3: f has 81 lines",
	})
}

func TestLoad_refusesWhatIsNoModule(t *testing.T) {
	if _, err := arch.Load(t.TempDir()); err == nil {
		t.Error("an empty folder was loaded")
	}
}
