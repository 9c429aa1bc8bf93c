package main

import (
	"runtime"
	"unsafe"

	"golang.org/x/sys/windows"
)

// cpuSeconds is the processor time that this process has used.
func cpuSeconds() float64 {
	var created, exited, kernel, user windows.Filetime
	if windows.GetProcessTimes(windows.CurrentProcess(), &created, &exited, &kernel, &user) != nil {
		return 0
	}
	// A duration is not a date, so Filetime.Nanoseconds does not fit: units of 100 ns.
	return (ticks(kernel) + ticks(user)) / 1e7
}

func ticks(t windows.Filetime) float64 {
	return float64(uint64(t.HighDateTime)<<32 | uint64(t.LowDateTime))
}

// memoryCounters is PROCESS_MEMORY_COUNTERS of psapi.h.
type memoryCounters struct {
	size, pageFaults                                    uint32
	peakWorkingSet, workingSet                          uintptr
	peakPaged, paged, peakNonPaged, nonPaged, file, top uintptr
}

// rssMB is the working set of this process in megabytes; where the system does
// not tell, what Go holds.
func rssMB() float64 {
	var c memoryCounters
	c.size = uint32(unsafe.Sizeof(c))
	ask := windows.NewLazySystemDLL("kernel32.dll").NewProc("K32GetProcessMemoryInfo")
	if ok, _, _ := ask.Call(uintptr(windows.CurrentProcess()), uintptr(unsafe.Pointer(&c)), uintptr(c.size)); ok == 0 {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return float64(m.Sys-m.HeapReleased) / 1e6
	}
	return float64(c.workingSet) / 1e6
}
