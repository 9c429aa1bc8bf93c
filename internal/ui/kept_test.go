package ui_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// Every page of the window has its pictures, and every picture its page.
func TestScreens_areThoseOfTheWindow(t *testing.T) {
	var have []string
	found, err := os.ReadDir(filepath.Join(screensKept, "window"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range found {
		have = append(have, f.Name())
	}
	want := sheets()
	for _, name := range want {
		if !slices.Contains(have, name) {
			t.Errorf("docs/screens/window/%s is missing: run make screens", name)
		}
	}
	for _, name := range have {
		if !slices.Contains(want, name) {
			t.Errorf("docs/screens/window/%s shows nothing that there is: remove it", name)
		}
	}
	if got, err := os.ReadFile(filepath.Join(screensKept, "README.md")); err != nil || string(got) != index() {
		t.Errorf("docs/screens/README.md is not what make screens writes: %v", err)
	}
}
