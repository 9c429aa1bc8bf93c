package solo

import (
	"os"

	"golang.org/x/sys/windows"
)

// lockFirst fails when another program holds the lock.
func lockFirst(f *os.File) error {
	const flags = windows.LOCKFILE_EXCLUSIVE_LOCK | windows.LOCKFILE_FAIL_IMMEDIATELY
	return windows.LockFileEx(windows.Handle(f.Fd()), flags, 0, 1, 0, &windows.Overlapped{})
}
