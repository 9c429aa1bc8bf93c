//go:build unix

package main

import (
	"os"
	"runtime"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// cpuSeconds is the processor time that this process has used.
func cpuSeconds() float64 {
	var u unix.Rusage
	if unix.Getrusage(unix.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return float64(u.Utime.Nano()+u.Stime.Nano()) / 1e9
}

// rssMB is the memory that this process holds now, in megabytes of 1,000,000
// bytes; where the system does not tell, what Go holds.
func rssMB() float64 {
	statm, err := os.ReadFile("/proc/self/statm")
	fields := strings.Fields(string(statm))
	if err != nil || len(fields) < 2 {
		return goMB()
	}
	pages, err := strconv.ParseFloat(fields[1], 64)
	if err != nil {
		return goMB()
	}
	return pages * float64(os.Getpagesize()) / 1e6
}

func goMB() float64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.Sys-m.HeapReleased) / 1e6
}
