//go:build unix

package main

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/testkit"
)

// Opening a pipe waits for whoever writes into it, for ever where nobody does.
func TestCredentials_pipeIsNotOpened(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pipe")
	if err := unix.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() {
		_, err := readCredentials(path)
		done <- err
	}()
	if err := testkit.Receive(t, 5*time.Second, done, "the refusal"); domain.KindOf(err) != domain.KindInvalid || !strings.Contains(domain.Sentence(err), "is not a file") {
		t.Error(err)
	}
}
