package testkit_test

import (
	"errors"
	"math"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/zalando/go-keyring"

	"github.com/jasmincam/jasmincam/internal/testkit"
)

func shell(script string) testkit.Spec {
	return testkit.Spec{Path: "/bin/sh", Args: []string{"-c", script}, Env: []string{"WORD=hello"}}
}

func TestProcess_saysAndEnds(t *testing.T) {
	p := testkit.Start(t, shell(`echo one; echo "$WORD"; printf half; echo trouble >&2; exit 3`))
	var exit *exec.ExitError
	if err := p.Wait(5 * time.Second); !errors.As(err, &exit) || exit.ExitCode() != 3 {
		t.Errorf("it ended with %v", err)
	}
	if p.Output() != "one\nhello\nhalf" || p.LastLine() != "hello" || p.Log() != "trouble\n" {
		t.Errorf("it said %q (last %q) and %q", p.Output(), p.LastLine(), p.Log())
	}
	if again := p.Restart(); again.Wait(5*time.Second) == nil || again.Output() != p.Output() {
		t.Errorf("the second time it said %q", again.Output())
	}
}

func TestProcess_killTakesChildrenAlong(t *testing.T) {
	p := testkit.Start(t, shell(`sleep 1000 & echo $!; wait`))
	testkit.Until(t, 5*time.Second, "the child", func() bool { return p.LastLine() != "" })
	child, err := strconv.Atoi(p.LastLine())
	if err != nil {
		t.Fatal(err)
	}
	p.Kill()
	testkit.Until(t, 5*time.Second, "the child to be gone", func() bool {
		stat, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(child), "stat"))
		return err != nil || strings.Contains(string(stat), ") Z ")
	})
}

func TestProcess_stopAsks(t *testing.T) {
	p := testkit.Start(t, shell(`trap 'echo bye; exit 0' INT; echo up; while :; do sleep 0.01; done`))
	testkit.Until(t, 5*time.Second, "the trap", func() bool { return p.LastLine() == "up" })
	if err := p.Stop(5 * time.Second); err != nil || p.LastLine() != "bye" {
		t.Errorf("it ended with %v and %q", err, p.LastLine())
	}
	j := verdict(t, func(t testing.TB) {
		q := testkit.Start(t, shell(`trap '' INT; echo up; while :; do sleep 0.01; done`))
		testkit.Until(t, 5*time.Second, "the trap", func() bool { return q.LastLine() == "up" })
		_ = q.Stop(50 * time.Millisecond)
	})
	if !strings.Contains(j.failed, "still there") {
		t.Errorf("one that does not end passed: %q", j.failed)
	}
}

func TestProcess_ready(t *testing.T) {
	var asked atomic.Int32
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if asked.Add(1) == 1 {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	}))
	defer s.Close()
	testkit.Start(t, shell(`sleep 1000`)).Ready(s.URL, 5*time.Second)
	j := verdict(t, func(t testing.TB) {
		testkit.Start(t, shell(`echo no such port >&2; exit 1`)).Ready("http://127.0.0.1:1/", 5*time.Second)
	})
	if !strings.Contains(j.failed, "no such port") {
		t.Errorf("a program that ended was ready: %q", j.failed)
	}
}

func TestBuild_compilesACommand(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"FyneApp.toml":      "",
		"go.mod":            "module example.com/x\n\ngo 1.26\n",
		"cmd/hello/main.go": "package main\n\nfunc main() { println(\"hello\") }\n",
		"cmd/wrong/main.go": "package main\n\nfunc main() { nothing }\n",
		"deep/down/x.go":    "package down\n",
	} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(filepath.Join(dir, "deep/down"))
	p := testkit.Start(t, testkit.Spec{Path: testkit.Build(t, "hello", false)})
	if err := p.Wait(10 * time.Second); err != nil || p.Log() != "hello\n" {
		t.Errorf("it ended with %v and said %q", err, p.Log())
	}
	if j := verdict(t, func(t testing.TB) { testkit.Build(t, "wrong", false) }); !strings.Contains(j.failed, "nothing") {
		t.Errorf("what does not compile was built: %q", j.failed)
	}
}

func TestSound_monitorHearsWhatIsPlayed(t *testing.T) {
	parec := testkit.Need(t, "parec")
	s := testkit.NewSound(t)
	s.Play(testkit.Tone(1200, 20*time.Second))
	// Two seconds that begin with the tone. Of the second one the best 200 ms count:
	// a busy machine leaves holes.
	rec := testkit.Start(t, testkit.Spec{Path: parec, Args: []string{
		"--device=" + testkit.Monitor, "--format=s16le", "--rate=48000", "--channels=1", "--latency-msec=50",
	}})
	testkit.Until(t, 15*time.Second, "two seconds of sound", func() bool { return len(rec.Output()) > 4*testkit.SampleRate })
	rec.Kill()
	share := func(raw []byte, hz float64) float64 {
		var re, im, energy float64
		const n = testkit.SampleRate / 5
		for i := range n {
			v := float64(int16(uint16(raw[2*i]) | uint16(raw[2*i+1])<<8))
			re += v * math.Cos(2*math.Pi*hz*float64(i)/testkit.SampleRate)
			im += v * math.Sin(2*math.Pi*hz*float64(i)/testkit.SampleRate)
			energy += v * v
		}
		return 2 * (re*re + im*im) / n / energy
	}
	var heard, other float64
	for raw := range slices.Chunk([]byte(rec.Output())[2*testkit.SampleRate:4*testkit.SampleRate], 2*testkit.SampleRate/5) {
		if is := share(raw, 1200); is > heard {
			heard, other = is, share(raw, 900)
		}
	}
	if heard < 0.95 || other > 0.05 {
		t.Errorf("heard %.2f of 1200 Hz and %.2f of 900 Hz", heard, other)
	}
}

func TestKeyring_keepsASecret(t *testing.T) {
	testkit.NewKeyring(t)
	if err := keyring.Set("jasmincam test", "anna", "secret"); err != nil {
		t.Fatal(err)
	}
	if got, err := keyring.Get("jasmincam test", "anna"); err != nil || got != "secret" {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestProcess_killIsSeen(t *testing.T) {
	p := testkit.Start(t, shell(`sleep 1000`))
	p.Kill()
	var exit *exec.ExitError
	err := p.Wait(time.Second)
	if !errors.As(err, &exit) || exit.Sys().(syscall.WaitStatus).Signal() != syscall.SIGKILL {
		t.Errorf("it ended with %v", err)
	}
}
