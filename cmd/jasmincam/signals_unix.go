//go:build unix

package main

import (
	"os"
	"os/signal"
	"syscall"
)

// panicSignals has the signals told that make live black and silent and that undo it.
func panicSignals(to chan<- os.Signal) (hide, show os.Signal) {
	signal.Notify(to, syscall.SIGUSR1, syscall.SIGUSR2)
	return syscall.SIGUSR1, syscall.SIGUSR2
}
