package main

import (
	"bytes"
	"log"
	"strings"
	"testing"
)

func TestToolkitLog_leavesOutWhatIsNoTrouble(t *testing.T) {
	var out bytes.Buffer
	l := log.New(&toolkitLog{out: &out}, "", 0)
	for _, line := range []string{
		"Fyne error:  Preferences load error:", "  Cause: EOF", "  At: preferences.go:105",
		"Fyne error:  window creation error", "  Cause: no OpenGL", "  At: window.go:1",
		"Fyne error:  failed to watch theme settings", "  Cause: no bus", "  At: app_xdg.go:152",
		"something else",
	} {
		l.Println(line)
	}
	if got, want := strings.Join(strings.Split(strings.TrimSpace(out.String()), "\n"), "|"), "Fyne error:  window creation error|  Cause: no OpenGL|  At: window.go:1|something else"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
