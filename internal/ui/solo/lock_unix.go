//go:build unix

package solo

import (
	"os"
	"syscall"
)

// lockFirst fails when another program holds the lock.
func lockFirst(f *os.File) error { return syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) }
