package capture

import (
	"fmt"
	"time"
)

// MaxSleep is how long the machine may sleep and the devices still go on by
// themselves. After a longer sleep nobody expects a camera to be on, so readers
// end with KindSlept and she is asked first (domain rule 5).
const MaxSleep = time.Minute

// vigil notices that the machine slept for too long between two looks.
type vigil struct {
	slept func() time.Duration // in all, since any moment
	seen  time.Duration
}

// newVigil looks from now on; slept may be nil for the machine's own account.
func newVigil(slept func() time.Duration) vigil {
	if slept == nil {
		slept = sleepClock()
	}
	return vigil{slept: slept, seen: slept()}
}

// look returns an error when there was such a sleep since the last look.
func (v *vigil) look(op, what string) error {
	now := v.slept()
	gap := now - v.seen
	v.seen = now
	if gap <= MaxSleep {
		return nil
	}
	return &Error{Op: op, Kind: KindSlept, Message: fmt.Sprintf(
		"This machine slept for %v, so the %s stays off; go online again when you are ready.", gap.Round(time.Second), what)}
}
