package testkit

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// reportVariable names the file that make test prints at its end.
const reportVariable = "JASMINCAM_TEST_REPORT"

// CannotRun ends the test, because a real part that it needs cannot exist on
// this machine, and puts the reason into the report that make test closes
// with. It is the only way to skip a test.
func CannotRun(t testing.TB, format string, args ...any) {
	t.Helper()
	reason := fmt.Sprintf(format, args...)
	if name := os.Getenv(reportVariable); name != "" {
		if err := appendLine(name, program()+"."+t.Name()+": "+reason); err != nil {
			t.Fatalf("the report of what could not run is not writable: %v", err)
		}
	}
	t.Skip(reason)
}

// program is the package under test, as the name of its binary tells.
func program() string { return strings.TrimSuffix(filepath.Base(os.Args[0]), ".test") }

// appendLine is one write, so that lines of packages tested at once stay whole.
func appendLine(name, line string) error {
	f, err := os.OpenFile(name, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	if _, err := f.WriteString(line + "\n"); err != nil {
		_ = f.Close()
		return err
	}
	return f.Close()
}

// Need returns the path of the first of the programs that is there; without
// any, the test cannot run on this machine.
func Need(t testing.TB, programs ...string) string {
	t.Helper()
	for _, name := range programs {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	CannotRun(t, "%s is not installed; scripts/install-deps --test installs it", programs[0])
	return ""
}

// Fault is what a long fault run was asked for.
type Fault struct {
	Seed     uint64        // the same seed makes the same faults again
	Duration time.Duration // how long to go on
}

// Torture reads SEED and DURATION of make torture; 1 and 30 s without them.
func Torture(t testing.TB) Fault {
	t.Helper()
	f := Fault{Seed: 1, Duration: 30 * time.Second}
	if v := os.Getenv("JASMINCAM_SEED"); v != "" {
		seed, err := strconv.ParseUint(v, 10, 64)
		if err != nil {
			t.Fatalf("SEED must be a whole number, not %q", v)
		}
		f.Seed = seed
	}
	if v := os.Getenv("JASMINCAM_DURATION"); v != "" {
		d, err := time.ParseDuration(v)
		if err != nil {
			t.Fatalf("DURATION must be like 90s or 10m, not %q", v)
		}
		f.Duration = d
	}
	t.Logf("SEED=%d DURATION=%s", f.Seed, f.Duration)
	return f
}
