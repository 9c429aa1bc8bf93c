package testkit

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
)

// Root is the project's top folder.
func Root(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for ; ; dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "FyneApp.toml")); err == nil {
			return dir
		}
		if dir == filepath.Dir(dir) {
			t.Fatal("the test does not run inside the project")
		}
	}
}

// Build compiles a command of the project, such as "jasmincam-server", and
// returns its path. The second call and later ones cost next to nothing,
// because nothing has changed. With race the program has the race detector and
// exits with status 66 when it found a race.
func Build(t testing.TB, command string, race bool) string {
	t.Helper()
	root := Root(t)
	dir := filepath.Join(root, "bin", "test")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	// Packages are tested at once: one compiles, the others find it done.
	unlock, err := lock(filepath.Join(dir, ".lock"))
	if err != nil {
		t.Fatal(err)
	}
	defer unlock()
	path := filepath.Join(dir, command)
	args := []string{"build"}
	if race {
		path += "-race"
		args = append(args, "-race")
	}
	cmd := exec.CommandContext(context.Background(), "go", append(args, "-o", path, "./cmd/"+command)...)
	cmd.Dir = root
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%s does not build: %v\n%s", command, err, out)
	}
	return path
}

func lock(name string) (unlock func(), err error) {
	f, err := os.OpenFile(name, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX); err != nil {
		_ = f.Close()
		return nil, fmt.Errorf("locking %s: %w", name, err)
	}
	return func() { _ = f.Close() }, nil
}
