package solo_test

import (
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/jasmincam/jasmincam/internal/ui/solo"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func take(t *testing.T, folder string) *solo.Claim {
	t.Helper()
	c, err := solo.Take(folder)
	if err != nil || c == nil {
		t.Fatalf("the folder could not be taken: %v, %v", c, err)
	}
	return c
}

func TestTake_secondStartShowsTheFirst(t *testing.T) {
	folder := t.TempDir()
	first := take(t, folder)
	for range 3 {
		second, err := solo.Take(folder)
		if err != nil || second != nil {
			t.Fatalf("a second start got %v, %v; want nothing", second, err)
		}
		select {
		case <-first.Wishes():
		case <-time.After(5 * time.Second):
			t.Fatal("the first start was not told")
		}
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	again := take(t, folder)
	if err := again.Close(); err != nil {
		t.Error(err)
	}
}

// What a killed program leaves behind does not keep her out.
func TestTake_afterACrash(t *testing.T) {
	folder := t.TempDir()
	old, err := net.ListenUnix("unix", &net.UnixAddr{Name: filepath.Join(folder, "window.sock"), Net: "unix"})
	if err != nil {
		t.Fatal(err)
	}
	old.SetUnlinkOnClose(false)
	if err := old.Close(); err != nil {
		t.Fatal(err)
	}
	c := take(t, folder)
	if err := c.Close(); err != nil {
		t.Error(err)
	}
}

func TestTake_twoFoldersTwoWindows(t *testing.T) {
	a, b := take(t, t.TempDir()), take(t, t.TempDir())
	if err := a.Close(); err != nil {
		t.Error(err)
	}
	if err := b.Close(); err != nil {
		t.Error(err)
	}
}

func TestTake_inADeepFolder(t *testing.T) {
	folder := filepath.Join(t.TempDir(), strings.Repeat("deep/", 20))
	if err := os.MkdirAll(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	t.Chdir(folder)
	c := take(t, folder)
	if second, err := solo.Take(folder); second != nil || err != nil {
		t.Errorf("a second start got %v, %v; want nothing", second, err)
	}
	if err := c.Close(); err != nil {
		t.Error(err)
	}
}

func TestTake_withoutAFolder(t *testing.T) {
	if c, err := solo.Take(filepath.Join(t.TempDir(), "none")); c != nil || err == nil {
		t.Errorf("got %v, %v; want an error", c, err)
	}
}
