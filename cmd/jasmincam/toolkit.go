package main

import (
	"bytes"
	"io"
	"os"
)

// toolkitLog is where the toolkit's own log goes. It leaves out errors that are
// no trouble and that nobody can do anything about; each has two lines below it.
type toolkitLog struct {
	out   io.Writer
	quiet bool // the newest error was left out
}

// noTrouble are such errors: preferences that the toolkit reads while it writes
// them (ours are in the settings), and a desktop that does not tell its colours.
func noTrouble() []string {
	return []string{"Preferences load error:", "failed to watch theme settings"}
}

// Write implements io.Writer; the log calls it line by line.
func (t *toolkitLog) Write(line []byte) (int, error) {
	below := bytes.Contains(line, []byte("  Cause:")) || bytes.Contains(line, []byte("  At:"))
	if !below {
		t.quiet = false
		for _, words := range noTrouble() {
			t.quiet = t.quiet || bytes.Contains(line, []byte("Fyne error:  "+words))
		}
	}
	if t.quiet {
		return len(line), nil
	}
	return t.out.Write(line)
}

// makeRoom makes the folders that the toolkit takes for granted; where it cannot,
// the toolkit says so.
func makeRoom() {
	if cache, err := os.UserCacheDir(); err == nil {
		_ = os.MkdirAll(cache, 0o700)
	}
}
