package testkit_test

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/jasmincam/jasmincam/internal/testkit"
)

func TestMain(m *testing.M) { testkit.Main(m) }

// verdict runs body as a test of its own and tells how it ended, so that the
// fixtures' ways to fail are tested without failing.
func verdict(t *testing.T, body func(t testing.TB)) *judged {
	t.Helper()
	j := &judged{TB: t}
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer func() {
			for i := len(j.cleanups) - 1; i >= 0; i-- {
				j.cleanups[i]()
			}
		}()
		body(j)
	}()
	<-done
	return j
}

type judged struct {
	testing.TB
	failed, skipped string
	cleanups        []func()
}

func (j *judged) Cleanup(f func()) { j.cleanups = append(j.cleanups, f) }
func (j *judged) Failed() bool     { return j.failed != "" }
func (j *judged) Error(args ...any) {
	j.failed += fmt.Sprint(args...)
}
func (j *judged) Fatalf(format string, args ...any) {
	j.failed += fmt.Sprintf(format, args...)
	runtime.Goexit()
}
func (j *judged) Skip(args ...any) {
	j.skipped += fmt.Sprint(args...)
	runtime.Goexit()
}

func TestCannotRun_isReported(t *testing.T) {
	report := filepath.Join(t.TempDir(), "report")
	t.Setenv("JASMINCAM_TEST_REPORT", report)
	j := verdict(t, func(t testing.TB) { testkit.CannotRun(t, "there is no %s", "moon") })
	if j.skipped != "there is no moon" {
		t.Errorf("the test was not skipped with the reason: %q", j.skipped)
	}
	verdict(t, func(t testing.TB) { testkit.Need(t, "no-such-program-at-all") })
	got, err := os.ReadFile(report)
	if err != nil {
		t.Fatal(err)
	}
	name := "testkit." + t.Name()
	want := name + ": there is no moon\n" + name + ": no-such-program-at-all is not installed; scripts/install-deps --test installs it\n"
	if string(got) != want {
		t.Errorf("the report is %q, want %q", got, want)
	}
}

func TestCannotRun_withoutReportFails(t *testing.T) {
	t.Setenv("JASMINCAM_TEST_REPORT", filepath.Join(t.TempDir(), "no", "such", "folder"))
	if j := verdict(t, func(t testing.TB) { testkit.CannotRun(t, "x") }); j.failed == "" {
		t.Error("a skip that nobody is told of passed")
	}
}

func TestTorture_readsSeedAndDuration(t *testing.T) {
	t.Setenv("JASMINCAM_SEED", "77")
	t.Setenv("JASMINCAM_DURATION", "90s")
	if f := testkit.Torture(t); f.Seed != 77 || f.Duration != 90*time.Second {
		t.Errorf("read %+v", f)
	}
	for name, bad := range map[string]string{"JASMINCAM_SEED": "x", "JASMINCAM_DURATION": "10"} {
		t.Run(name, func(t *testing.T) {
			t.Setenv(name, bad)
			if j := verdict(t, func(t testing.TB) { testkit.Torture(t) }); !strings.Contains(j.failed, bad) {
				t.Errorf("%s=%s was taken: %q", name, bad, j.failed)
			}
		})
	}
}

func TestUntil_waitsAndGivesUp(t *testing.T) {
	n := 0
	testkit.Until(t, 5*time.Second, "the third look", func() bool { n++; return n == 3 })
	j := verdict(t, func(t testing.TB) {
		testkit.Until(t, 30*time.Millisecond, "the moon", func() bool { return false })
	})
	if j.failed != "waited 30ms in vain for the moon" {
		t.Errorf("the failure is %q", j.failed)
	}
}

func TestReceive_takesOrFails(t *testing.T) {
	c := make(chan int, 1)
	c <- 7
	if got := testkit.Receive(t, time.Second, c, "seven"); got != 7 {
		t.Errorf("received %d", got)
	}
	j := verdict(t, func(t testing.TB) { testkit.Receive(t, 10*time.Millisecond, c, "seven") })
	if j.failed == "" {
		t.Error("nothing was received, and that passed")
	}
}

func TestNoLeak_seesALeak(t *testing.T) {
	stop, gone := make(chan struct{}), make(chan struct{})
	j := verdict(t, func(t testing.TB) {
		testkit.NoLeak(t)
		go func() { <-stop; close(gone) }()
	})
	close(stop)
	<-gone
	if j.failed == "" {
		t.Error("a goroutine was left behind, and that passed")
	}
	if j := verdict(t, func(t testing.TB) { testkit.NoLeak(t) }); j.failed != "" {
		t.Errorf("nothing was left behind, and that failed: %s", j.failed)
	}
}

func TestFreePort_isFree(t *testing.T) {
	seen := map[int]bool{}
	for range 5 {
		port := testkit.FreePort(t)
		if port < 1024 || port > 32767 {
			t.Errorf("port %d may be lent to an outgoing connection", port)
		}
		seen[port] = true
	}
	if len(seen) < 2 || seen[0] {
		t.Errorf("ports %v", seen)
	}
}
