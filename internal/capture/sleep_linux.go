package capture

import (
	"time"

	"golang.org/x/sys/unix"
)

// sleepClock returns how to tell the time that the machine slept: the clock
// that goes on in sleep less the one that stands still.
func sleepClock() func() time.Duration {
	return func() time.Duration {
		var awake, all unix.Timespec
		if unix.ClockGettime(unix.CLOCK_MONOTONIC, &awake) != nil || unix.ClockGettime(unix.CLOCK_BOOTTIME, &all) != nil {
			return 0 // a kernel without the clock; there is none
		}
		return time.Duration(all.Nano() - awake.Nano())
	}
}
