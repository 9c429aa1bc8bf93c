//go:build unix

package main

import (
	"os"
	"os/signal"
	"syscall"
)

// panicSignals has the signals told that make live black and silent and that undo it.
func panicSignals() panicSays {
	p := panicSays{hide: make(chan os.Signal, 1), again: make(chan os.Signal, 1)}
	signal.Notify(p.hide, syscall.SIGUSR1)
	signal.Notify(p.again, syscall.SIGUSR2)
	return p
}
