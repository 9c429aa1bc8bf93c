package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/jasmincam/jasmincam/internal/backend"
	"github.com/jasmincam/jasmincam/internal/client"
	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/testkit"
	"github.com/jasmincam/jasmincam/internal/vault"
)

// leaveFor bounds the orderly end after Ctrl-C.
const leaveFor = 5 * time.Second

// The window's toolkit has goroutines from the program's start.
func TestMain(m *testing.M) { testkit.Main(m, goleak.IgnoreCurrent()) }

// outcome is what one run of the program left.
type outcome struct {
	status   int
	out, err string
}

// program runs it with words, without a keyring and without a terminal.
func runProgram(ctx context.Context, words ...string) outcome {
	var out, errs bytes.Buffer
	w := world{out: &out, err: &errs, getenv: func(string) string { return "" }}
	status := run(ctx, w, words)
	return outcome{status, out.String(), errs.String()}
}

// TestRun_badWords is the first half of what may be typed wrongly: each gets a
// sentence that says what to do, and nothing is opened.
func TestRun_badWords(t *testing.T) {
	dir := t.TempDir()
	open, closed, broken := filepath.Join(dir, "open.json"), filepath.Join(dir, "closed.json"), filepath.Join(dir, "broken.json")
	empty := filepath.Join(dir, "empty.json")
	write(t, empty, `{"performers":[]}`, 0o600)
	write(t, open, `{"performers":[]}`, 0o644)
	write(t, closed, `{"performers":[{"email":"a@x","password":"p"}]}`, 0o600)
	write(t, broken, `hello`, 0o600)
	for _, tt := range []struct {
		words string
		say   string
	}{
		{"", "jasmincam live"},
		{"dance", "unexpected argument dance"},
		{"live --bitrate 4X", "write it like 4M"},
		{"live --bitrate NaN", "write it like 4M"},
		{"live --size 1921x1080", "even width and height"},
		{"live --size huge", "like 1920x1080"},
		{"live --fps 0", "Choose 1 to 60"},
		{"live --fps many", "--fps"},
		{"live --fps=-1", "--fps -1 cannot be sent. Choose 1 to 60."},
		{"live --video file:a.y4m --fps 30", "--fps has no effect on a file"},
		{"--backend https://cams.example --demo --admin 127.0.0.1:1", "--admin, --demo: there is no effect with --backend https://cams.example"},
		{"--backend https://cams.example --listen 127.0.0.1:1", "--listen: there is no effect"},
		{"live --for=-5s", `--for: "-5s" is not a time to stay online; write it like 60s or 2h`},
		{"live --for=0s", "write it like 60s or 2h"},
		{"live --for soon", "write it like 60s or 2h"},
		{"live --video screen", "none of pattern, device:ID and file:PATH"},
		{"live --audio device:", "none of tone, silence, device:ID and file:PATH"},
		{"live --account luna", "write its e-mail address"},
		{"live", "Say who goes online"},
		{"live --account a@x --account b@x --account c@x", "not 3. Give --account once or twice"},
		{"live --account a@x --account a@x", "given twice"},
		{"live --account a@x", "is not signed in"},
		{"live --credentials " + filepath.Join(dir, "none.json"), "There is no file"},
		{"live --credentials " + dir, "not a file"},
		{"live --credentials " + empty, "holds no performer"},
		{"live --credentials " + broken, "not a credentials file"},
		{"live --credentials " + closed + " --account b@x", "does not hold the performer b@x"},
		{"live --credentials " + closed + " --backend example", "not an address of a backend"},
		{"live --credentials " + closed + " --backend http://example.com", "Use https://example.com"},
		{"serve --data " + dir + " --listen here", "--listen"},
		{"serve --data " + dir + " --listen 203.0.113.9:80 --tls auto:cams.example.com", "stays on this machine"},
	} {
		got := runProgram(t.Context(), strings.Fields(tt.words)...)
		if got.status == 0 || !strings.Contains(got.err, tt.say) {
			t.Errorf("%q: status %d, %q", tt.words, got.status, got.err)
		}
	}
	const missing = "jasmincam: Say who goes online: --account EMAIL, once or twice, or --credentials FILE.\n"
	if got := runProgram(t.Context(), "live"); got.status != 2 || got.err != missing {
		t.Errorf("nobody named: %d, %q; a keyring is nothing to talk of", got.status, got.err)
	}
	if runtime.GOOS != "windows" {
		if got := runProgram(t.Context(), "live", "--credentials", open); !strings.Contains(got.err, "chmod 600") {
			t.Errorf("a file that others can read: %q", got.err)
		}
	}
}

func write(t *testing.T, path, text string, mode os.FileMode) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), mode); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, mode); err != nil {
		t.Fatal(err)
	}
}

func TestRun_version(t *testing.T) {
	if got := runProgram(t.Context(), "version"); got.status != 0 || got.out != "jasmincam dev\n" {
		t.Errorf("%+v", got)
	}
}

func TestRun_devices(t *testing.T) {
	got := runProgram(t.Context(), "devices", "--json")
	var told struct {
		Devices []struct {
			ID, Name, Kind string
		} `json:"devices"`
	}
	if err := json.Unmarshal([]byte(got.out), &told); err != nil || told.Devices == nil {
		t.Errorf("%v in %q", err, got.out)
	}
}

// site is a real backend with its demo accounts.
type site struct {
	t      *testing.T
	server *backend.Server
	demo   backend.Demo
}

func newSite(t *testing.T) *site {
	t.Helper()
	s := backend.New(backend.Config{Listen: "127.0.0.1:0", Data: t.TempDir(), Demo: true, Bundled: true})
	if err := s.Open(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	x := &site{t: t, server: s}
	raw, err := os.ReadFile(s.DemoFile())
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(raw, &x.demo); err != nil {
		t.Fatal(err)
	}
	return x
}

// live goes online with a small picture.
func (s *site) live(words ...string) outcome {
	s.t.Helper()
	all := append([]string{"live", "--backend", s.server.URL(), "--credentials", s.server.DemoFile(), "--size", "320x180"}, words...)
	return runProgram(s.t.Context(), all...)
}

// TestLive_twoAccounts is the whole way: the program's own words, a real
// backend, and the lines that scripts read.
func TestLive_twoAccounts(t *testing.T) {
	s := newSite(t)
	got := s.live("--json", "--for", "4s")
	if got.status != 0 {
		t.Fatalf("status %d: %s", got.status, got.err)
	}
	lines := strings.Split(strings.TrimSpace(got.out), "\n")
	if len(lines) < 3 || len(lines) > 5 {
		t.Errorf("%d lines in 4 s", len(lines))
	}
	var last map[string]any
	if err := json.Unmarshal([]byte(lines[len(lines)-1]), &last); err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"t", "cpu_s", "rss_mb"} {
		if v, _ := last[key].(float64); v <= 0 {
			t.Errorf("%s is %v", key, last[key])
		}
	}
	video := last["video"].(map[string]any)
	if video["width"] != 320.0 || video["height"] != 180.0 || video["encoders"] != 1.0 || video["uploads"] != 1.0 || video["fps"].(float64) < 10 || video["bitrate_kbps"].(float64) <= 0 {
		t.Errorf("video %v", video)
	}
	if _, ok := video["dropped"]; !ok {
		t.Error("no dropped")
	}
	if level, _ := last["audio"].(map[string]any)["level_db"].(float64); level > 0 || level < -60 {
		t.Errorf("the tone has %v dB", level)
	}
	accounts := last["accounts"].([]any)
	for i, p := range s.demo.Performers[:2] {
		a := accounts[i].(map[string]any)
		if a["email"] != p.Email || a["state"] != "live" || a["viewers"] != 0.0 || a["messages"] != 0.0 || a["earned_cents"] != 0.0 {
			t.Errorf("account %v", a)
		}
	}
	if strings.Contains(got.out+got.err, s.demo.Performers[0].Password) {
		t.Error("a password was printed")
	}
}

// aired is a program that both accounts are shown by, until its end.
type aired struct {
	t      *testing.T
	cancel context.CancelFunc
	out    *io.PipeReader
	lines  *bufio.Scanner
	errs   bytes.Buffer
	done   chan int
}

func (s *site) airs() *aired {
	ctx, cancel := context.WithCancel(s.t.Context())
	lines, out := io.Pipe()
	a := &aired{t: s.t, cancel: cancel, out: lines, lines: bufio.NewScanner(lines), done: make(chan int, 1)}
	go func() {
		w := world{out: out, err: &a.errs, getenv: func(string) string { return "" }}
		a.done <- run(ctx, w, []string{"live", "--json", "--backend", s.server.URL(), "--credentials", s.server.DemoFile(), "--size", "320x180"})
		_ = out.Close()
	}()
	return a
}

// both waits for a line in which both accounts are in a state.
func (a *aired) both(state string) {
	a.t.Helper()
	for a.lines.Scan() {
		if strings.Count(a.lines.Text(), `"state":"`+state+`"`) == 2 {
			return
		}
	}
	a.t.Fatalf("the program ended before it told %q twice", state)
}

// end interrupts it, and returns its status and what it complained of.
func (a *aired) end() (status int, errs string) {
	a.t.Helper()
	a.cancel()
	go func() { _, _ = io.Copy(io.Discard, a.out) }()
	status = testkit.Receive(a.t, patience, a.done, "the end")
	return status, a.errs.String()
}

// TestLive_ctrlC ends within five seconds and in order.
func TestLive_ctrlC(t *testing.T) {
	s := newSite(t)
	a := s.airs()
	a.both("live")
	began := time.Now()
	status, errs := a.end()
	if d := time.Since(began); d > leaveFor || status != 0 {
		t.Errorf("ended after %v with %d: %s", d, status, errs)
	}
	c, err := client.New(client.Config{URL: s.server.URL()})
	if err != nil {
		t.Fatal(err)
	}
	defer c.CloseIdle()
	if room, err := c.Room(t.Context(), s.demo.Performers[0].Name); err != nil || room.State != domain.RoomOffline {
		t.Errorf("the room is %s: %v", room.State, err)
	}
}

// TestLive_endedSession signs the app out from another device while it is live:
// the program ends with the backend's words.
func TestLive_endedSession(t *testing.T) {
	s := newSite(t)
	her := s.demo.Performers[0]
	done := make(chan outcome, 1)
	go func() { done <- s.live("--account", her.Email, "--json") }()
	c, err := client.New(client.Config{URL: s.server.URL()})
	if err != nil {
		t.Fatal(err)
	}
	defer c.CloseIdle()
	phone, err := c.SignIn(t.Context(), her.Email, her.Password, "phone")
	if err != nil {
		t.Fatal(err)
	}
	c = c.With(phone.Token)
	testkit.Until(t, 20*time.Second, "the room", func() bool {
		room, err := c.Room(t.Context(), her.Name)
		return err == nil && room.State == domain.RoomLive
	})
	sessions, err := c.Sessions(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, other := range sessions {
		if !other.Current {
			if err := c.RevokeSession(t.Context(), other.ID); err != nil {
				t.Error(err)
			}
		}
	}
	got := testkit.Receive(t, 20*time.Second, done, "the end")
	if got.status != 1 || !strings.Contains(got.err, her.Email+": ") || !strings.Contains(got.err, "Sign in again") {
		t.Errorf("%+v", got)
	}
	for line := range strings.Lines(got.out) {
		if !json.Valid([]byte(line)) {
			t.Errorf("standard output has the line %q", line)
		}
	}
}

func TestLive_refusals(t *testing.T) {
	s := newSite(t)
	bad := filepath.Join(t.TempDir(), "bad.json")
	write(t, bad, `{"performers":[{"email":"`+s.demo.Performers[0].Email+`","password":"wrong password"},{"email":"`+s.demo.Members[0].Email+`","password":"`+s.demo.Members[0].Password+`"}]}`, 0o600)
	base := []string{"live", "--backend", s.server.URL(), "--size", "320x180", "--for", "5s", "--credentials"}
	for _, tt := range []struct {
		words []string
		say   string
	}{
		{append(base, bad, "--account", s.demo.Performers[0].Email), "password"},
		{append(base, bad, "--account", s.demo.Members[0].Email), "not a performer's account"},
		{append(base, s.server.DemoFile(), "--video", "device:none"), "camera"},
		{append(base, s.server.DemoFile(), "--video", "file:"+bad), "neither Y4M nor AVI"},
		{append(base, s.server.DemoFile(), "--audio", "device:none"), "microphone"},
		{append(base, s.server.DemoFile(), "--audio", "file:"+bad), "WAV"},
		{append(base, s.server.DemoFile(), "--audio", "file:"+bad+".wav"), "was not found; check its path"},
	} {
		got := runProgram(t.Context(), tt.words...)
		if got.status == 0 || !strings.Contains(got.err, tt.say) {
			t.Errorf("%v: status %d, %q", tt.words[7:], got.status, got.err)
		}
		if strings.Contains(got.err, "to=live") {
			t.Errorf("%v: somebody was live for a moment: %s", tt.words[7:], got.err)
		}
	}
	got := runProgram(t.Context(), "live", "--backend", "http://127.0.0.1:1", "--credentials", s.server.DemoFile())
	if got.status != 1 || !strings.Contains(got.err, "The backend at http://127.0.0.1:1 does not answer. Check the address and your network.") {
		t.Errorf("an address where nobody is: %+v", got)
	}
}

// TestDoor_keepsADeviceTokenAndAsksAgainWhenItEnded signs in by hand once, by
// the kept token the second time, and by hand again after the session ended.
func TestDoor_keepsADeviceTokenAndAsksAgainWhenItEnded(t *testing.T) {
	valid := map[string]bool{}
	api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			valid["Bearer token"] = true
			_, _ = w.Write([]byte(`{"token":"token"}`))
			return
		}
		if !valid[r.Header.Get("Authorization")] {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		_, _ = w.Write([]byte(`{}`))
	}))
	defer api.Close()
	transport := &http.Transport{}
	defer transport.CloseIdleConnections()
	asked := 0
	d := door{vault: &keeper{}, transport: transport, log: liveCmd{}.logger(world{err: &bytes.Buffer{}}),
		ask: func(string) (string, error) { asked++; return "password", nil }}
	for i, want := range []int{1, 1, 2} {
		if i == 2 {
			clear(valid)
		}
		e, err := d.enter(t.Context(), account{"A@x", api.URL})
		if err != nil || asked != want || e.brief || e.client.Token() != "token" {
			t.Errorf("entry %d: %+v, %v, asked %d times", i, e, err, asked)
		}
	}
}

// keeper is a vault that outlives the program.
type keeper struct{ vault.Memory }

func TestWords(t *testing.T) {
	for word, want := range map[string]bitrate{"4M": 4_000_000, "2.5m": 2_500_000, "800k": 800_000, "3000000": 3_000_000} {
		var b bitrate
		if err := b.UnmarshalText([]byte(word)); err != nil || b != want {
			t.Errorf("%s: %d, %v", word, b, err)
		}
	}
	var a account
	if err := a.UnmarshalText([]byte("luna@x=https://other.example")); err != nil || a.email != "luna@x" || a.backend != "https://other.example" {
		t.Errorf("%+v, %v", a, err)
	}
	var s source
	if err := s.UnmarshalText([]byte("file:C:/a.y4m")); err != nil || s.Kind != "file" || s.Name != "C:/a.y4m" {
		t.Errorf("%+v, %v", s, err)
	}
}
