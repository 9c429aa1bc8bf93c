//go:build !linux && !windows

package capture

import "time"

// sleepClock returns how to tell the time that the machine slept: the wall
// clock less the monotonic one, which stands still in sleep. A wall clock that
// is set forward by more than MaxSleep counts as sleep; asking once too often
// is the safe side.
func sleepClock() func() time.Duration {
	base := time.Now()
	return func() time.Duration {
		now := time.Now()
		return now.Round(0).Sub(base.Round(0)) - now.Sub(base)
	}
}
