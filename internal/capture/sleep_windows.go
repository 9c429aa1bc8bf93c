package capture

import (
	"time"
	"unsafe"

	"golang.org/x/sys/windows"
)

// sleepClock returns how to tell the time that the machine slept: the clock
// that goes on in sleep, which is Go's monotonic one here, less the one that
// stands still.
func sleepClock() func() time.Duration {
	unbiased := windows.NewLazySystemDLL("kernel32.dll").NewProc("QueryUnbiasedInterruptTime")
	base := time.Now()
	return func() time.Duration {
		var ticks uint64 // of 100 ns
		if ok, _, _ := unbiased.Call(uintptr(unsafe.Pointer(&ticks))); ok == 0 {
			return 0
		}
		return time.Since(base) - time.Duration(ticks)*100
	}
}
