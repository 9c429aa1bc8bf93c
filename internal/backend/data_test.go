package backend

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jasmincam/jasmincam/internal/domain"
)

func TestOpenData_makesAndKeepsPrivate(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "deep", "data")
	for range 2 {
		if err := openData(dir); err != nil {
			t.Fatal(err)
		}
	}
	wantMode(t, dir, 0o700)
	openTo(t, dir, databaseFile)
	if err := openData(dir); err != nil {
		t.Fatal(err)
	}
	wantMode(t, dir, 0o700)
	if entries, _ := os.ReadDir(dir); len(entries) != 1 {
		t.Fatalf("left %v", entries)
	}
}

func TestOpenData_leavesForeignFoldersAlone(t *testing.T) {
	dir := t.TempDir()
	openTo(t, dir, "thesis.txt")
	err := openData(dir)
	if domain.KindOf(err) != domain.KindInvalid || !strings.Contains(err.Error(), "--data") {
		t.Fatalf("got %v", err)
	}
	wantMode(t, dir, 0o755)
}

// Two servers on one folder would each tell the rooms their own story.
func TestOccupy_oneServerAFolder(t *testing.T) {
	dir := t.TempDir()
	release, err := occupy(dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := occupy(dir); domain.KindOf(err) != domain.KindConflict || !strings.Contains(domain.Sentence(err), "Another server runs") {
		t.Fatalf("a second server: %v", err)
	}
	if err := release(); err != nil {
		t.Fatal(err)
	}
	again, err := occupy(dir)
	if err != nil {
		t.Fatalf("after the first has ended: %v", err)
	}
	if err := again(); err != nil {
		t.Fatal(err)
	}
}

func TestOpenData_notWritable(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	write(t, file, "")
	err := openData(filepath.Join(file, "data"))
	if domain.KindOf(err) != domain.KindUnavailable || !strings.Contains(domain.Sentence(err), "cannot be written") {
		t.Fatalf("got %v", err)
	}
}

func TestSecret_isMadeOnceAndPrivate(t *testing.T) {
	dir := t.TempDir()
	a, err := secret(dir, originFile)
	if err != nil || len(a) != 64 {
		t.Fatalf("%d bytes, %v", len(a), err)
	}
	wantMode(t, filepath.Join(dir, originFile), 0o600)
	b, err := secret(dir, originFile)
	if err != nil || !bytes.Equal(a, b) {
		t.Fatalf("another key the second time, %v", err)
	}
	other, _ := secret(t.TempDir(), originFile)
	if bytes.Equal(a, other) {
		t.Fatal("two sites have the same key")
	}
	write(t, filepath.Join(dir, originFile), "zz")
	if _, err := secret(dir, originFile); domain.KindOf(err) != domain.KindInvalid {
		t.Fatalf("damaged key: %v", err)
	}
}

// openTo lets others read a folder and puts a file there.
func openTo(t *testing.T, dir, file string) {
	t.Helper()
	write(t, filepath.Join(dir, file), "")
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func wantMode(t *testing.T, path string, want os.FileMode) {
	t.Helper()
	stat, err := os.Stat(path)
	if err != nil || stat.Mode().Perm() != want {
		t.Fatalf("%s: mode %v, %v; want %v", path, stat.Mode().Perm(), err, want)
	}
}
