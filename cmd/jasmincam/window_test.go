package main

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/png"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/settings"
	"github.com/jasmincam/jasmincam/internal/testkit"
	"github.com/jasmincam/jasmincam/internal/ui/solo"
	"github.com/jasmincam/jasmincam/internal/ui/vm"
)

func testWorld(env map[string]string) world {
	return world{out: &bytes.Buffer{}, err: &bytes.Buffer{}, getenv: func(name string) string { return env[name] }}
}

func quietLog() *slog.Logger { return slog.New(slog.DiscardHandler) }

func TestWindow_folder(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("XDG_CONFIG_HOME", dir)
	t.Setenv("HOME", dir)
	if got, err := (windowCmd{}).folder(); err != nil || !strings.HasPrefix(got, dir) || filepath.Base(got) != "jasmincam" {
		t.Errorf("without a word the folder is %q, %v", got, err)
	}
	own := filepath.Join(dir, "own", "one")
	if got, err := (windowCmd{Profile: own}).folder(); err != nil || got != own {
		t.Errorf("the folder is %q, %v", got, err)
	}
	file := filepath.Join(dir, "file")
	write(t, file, "", 0o600)
	if _, err := (windowCmd{Profile: file}).folder(); domain.KindOf(err) != domain.KindInvalid || !strings.Contains(err.Error(), "--profile") {
		t.Errorf("a file in the folder's place: %v", err)
	}
}

func TestHouse_languages(t *testing.T) {
	for _, row := range []struct {
		env  map[string]string
		want []string
	}{
		{nil, nil},
		{map[string]string{"LANG": "ru_RU.UTF-8"}, []string{"ru_RU"}},
		{map[string]string{"LANGUAGE": "pt_BR:es", "LANG": "en_GB.UTF-8@euro"}, []string{"pt_BR", "es", "en_GB"}},
	} {
		h := &house{w: testWorld(row.env)}
		if got := h.languages(); !slices.Equal(got, row.want) {
			t.Errorf("%v: %v, want %v", row.env, got, row.want)
		}
	}
}

// The bundled backend opens behind the window, on the usual port or a free one,
// and is known by a name that lasts; its numbers are where it was told.
func TestHouse_bundledBackend(t *testing.T) {
	admin := testkit.Loopback(testkit.FreePort(t))
	h, err := windowCmd{Admin: admin}.house(testWorld(nil), t.TempDir(), quietLog())
	if err != nil {
		t.Fatal(err)
	}
	defer h.transport.CloseIdleConnections()
	if _, err := h.dial(bundledName, ""); domain.KindOf(err) != domain.KindUnavailable || !strings.Contains(domain.Sentence(err), "starting") {
		t.Errorf("before it is open: %v", err)
	}
	usual, err := net.Listen("tcp", defaultListen) // taken, unless somebody has it already
	if err == nil {
		defer func() { _ = usual.Close() }()
	}
	open, done := make(chan struct{}), make(chan struct{})
	go func() { defer close(done); h.bundled.run(t.Context(), open) }()
	testkit.Receive(t, time.Minute, open, "the bundled backend")
	b, err := h.dial(bundledName, "")
	if err != nil || b.URL() != bundledName {
		t.Fatalf("once it is open: %v, %v", b, err)
	}
	server, err := h.bundled.opened()
	if err != nil || strings.HasSuffix(server.URL(), ":8787") {
		t.Errorf("it is at %s, %v", server.URL(), err)
	}
	file, err := readCredentials(server.DemoFile())
	if err != nil || len(file.first(vm.MaxAccounts)) != vm.MaxAccounts {
		t.Errorf("the demo: %v, %v", file, err)
	}
	if opened, err := b.SignIn(t.Context(), file.Performers[0].Email, file.Performers[0].Password, deviceName); err != nil || opened.Token == "" {
		t.Errorf("signing in: %v", err)
	}
	if text := numbers(t, admin); !strings.Contains(text, "\ngo_gc_heap_live_bytes ") || !strings.Contains(text, "\ngo_goroutines ") {
		t.Errorf("its numbers are %q", text)
	}
	h.bundled.close()
	h.bundled.close()
	testkit.Receive(t, time.Minute, done, "its end")
}

// numbers are what /metrics at an address tells.
func numbers(t *testing.T, address string) string {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+address+"/metrics", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{DisableKeepAlives: true}
	resp, err := transport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

func TestHouse_anotherBackend(t *testing.T) {
	h, err := windowCmd{Backend: "https://cams.example"}.house(testWorld(nil), t.TempDir(), quietLog())
	if err != nil {
		t.Fatal(err)
	}
	if h.bundled != nil {
		t.Error("it starts a backend that nobody asked for")
	}
	if b, err := h.dial("https://cams.example", "token"); err != nil || b.URL() != "https://cams.example" || b.Token() != "token" {
		t.Errorf("the way to it: %v, %v", b, err)
	}
	if _, err := h.dial("nowhere", ""); domain.KindOf(err) != domain.KindInvalid {
		t.Errorf("an address that is none: %v", err)
	}
	if _, err := h.dial(bundledName, ""); err == nil {
		t.Error("the way to a backend that is not there")
	}
	open := make(chan struct{})
	h.bundled.run(t.Context(), open)
	testkit.Receive(t, time.Second, open, "nothing to wait for")
	h.bundled.close()
}

// What is about the bundled backend is refused where the settings name another,
// and goes with it where they name it.
func TestWindow_flagsOfTheBundledBackend(t *testing.T) {
	folder := t.TempDir()
	write(t, filepath.Join(folder, settings.File), `{"backend": "https://cams.example"}`, 0o600)
	if _, err := (windowCmd{Demo: true}).house(testWorld(nil), folder, quietLog()); domain.KindOf(err) != domain.KindInvalid ||
		!strings.Contains(domain.Sentence(err), "the service https://cams.example of the settings") {
		t.Errorf("with a service in the settings: %v", err)
	}
	if h, err := (windowCmd{Backend: bundledName, Demo: true}).house(testWorld(nil), folder, quietLog()); err != nil || h.bundled == nil {
		t.Errorf("with --backend bundled: %v", err)
	}
	if h, err := (windowCmd{}).house(testWorld(nil), folder, quietLog()); err != nil || h.bundled != nil {
		t.Errorf("without flags: %v", err)
	}
}

// A second start says that the window takes no notice of what was given with it.
func TestWindow_secondStartSaysWhatIsNotTaken(t *testing.T) {
	folder := t.TempDir()
	first, err := solo.Take(folder)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = first.Close() }()
	for _, row := range []struct {
		cmd  windowCmd
		want string
	}{
		{windowCmd{}, "JasminCam runs already; its window is shown.\n"},
		{windowCmd{Backend: "https://cams.example", Online: true}, "JasminCam runs already; its window is shown. It stays as it was started, without the --backend, --online of now: close it first, then start it with that.\n"},
	} {
		var out bytes.Buffer
		row.cmd.Profile = folder
		w := testWorld(nil)
		w.out = &out
		if err := row.cmd.open(t.Context(), w, quietLog()); err != nil || out.String() != row.want {
			t.Errorf("%q, %v", out.String(), err)
		}
	}
}

// A backend that cannot be opened is told where it is asked for.
func TestBundled_cannotOpen(t *testing.T) {
	b := newBundled(filepath.Join(t.TempDir(), "data"), "192.0.2.1:1", quietLog())
	open := make(chan struct{})
	b.run(t.Context(), open)
	testkit.Receive(t, time.Second, open, "the news that it failed")
	if _, err := b.address(); err == nil || strings.Contains(domain.Sentence(err), "starting") {
		t.Errorf("the address: %v", err)
	}
}

func TestReadPicture_rows(t *testing.T) {
	dir := t.TempDir()
	save := func(name string, w, h int) string {
		path := filepath.Join(dir, name)
		f, err := os.Create(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(png.Encode(f, image.NewGray(image.Rect(0, 0, w, h))), f.Close()); err != nil {
			t.Fatal(err)
		}
		return path
	}
	text, huge := filepath.Join(dir, "text"), filepath.Join(dir, "huge")
	write(t, text, "no picture", 0o600)
	write(t, huge, "", 0o600)
	if err := os.Truncate(huge, maxPicture+1); err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct {
		name, path string
		want       domain.Kind
	}{
		{"good", save("good.png", 40, 30), ""},
		{"too wide", save("wide.png", 5000, 10), domain.KindInvalid},
		{"text", text, domain.KindInvalid},
		{"huge", huge, domain.KindTooLarge},
		{"none", filepath.Join(dir, "none"), domain.KindNotFound},
	} {
		picture, err := readPicture(row.path)
		switch {
		case row.want == "" && (err != nil || picture.Bounds().Dx() != 40):
			t.Errorf("%s: %v", row.name, err)
		case row.want != "" && domain.KindOf(err) != row.want:
			t.Errorf("%s: %v, want %s", row.name, err, row.want)
		}
	}
}

func TestUntil_endsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	n := 0
	if !until(ctx, func() bool { n++; return n == 3 }) {
		t.Error("it did not wait until it was true")
	}
	cancel()
	if until(ctx, func() bool { return false }) {
		t.Error("it was never true")
	}
}
