//go:build unix

package file

import (
	"path/filepath"
	"syscall"
	"testing"

	"github.com/jasmincam/jasmincam/internal/capture"
)

// Opening a pipe without a writer waits for ever, and Ctrl-C could not end it.
func TestOpen_doesNotWaitForAPipe(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pipe.y4m")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenCamera(path, nil); capture.KindOf(err) != capture.KindFormat {
		t.Errorf("camera: %v", err)
	}
	if _, err := OpenMicrophone(path); capture.KindOf(err) != capture.KindFormat {
		t.Errorf("microphone: %v", err)
	}
}
