package testkit

import (
	"testing"
	"time"

	"go.uber.org/goleak"
)

// pollEvery is short against anything that a person or a network can see.
const pollEvery = 10 * time.Millisecond

// Until waits until done is true and fails the test when it is not within the
// limit; what completes the sentence "waited 5s for …".
func Until(t testing.TB, limit time.Duration, what string, done func() bool) {
	t.Helper()
	if !Holds(limit, done) {
		t.Fatalf("waited %s in vain for %s", limit, what)
	}
}

// Holds tells whether done becomes true within the limit.
func Holds(limit time.Duration, done func() bool) bool {
	deadline := time.NewTimer(limit)
	defer deadline.Stop()
	tick := time.NewTicker(pollEvery)
	defer tick.Stop()
	for !done() {
		select {
		case <-tick.C:
		case <-deadline.C:
			return done()
		}
	}
	return true
}

// Pause waits for d, for tests whose subject is that nothing happens meanwhile.
func Pause(d time.Duration) { <-time.After(d) }

// Receive takes one value from a channel, or fails the test after the limit.
func Receive[T any](t testing.TB, limit time.Duration, from <-chan T, what string) T {
	t.Helper()
	select {
	case v := <-from:
		return v
	case <-time.After(limit):
		t.Fatalf("waited %s in vain for %s", limit, what)
		panic("unreachable")
	}
}

// Main is the body of a TestMain: it runs the tests and fails when one of them
// leaves a goroutine behind.
func Main(m *testing.M, ignore ...goleak.Option) { goleak.VerifyTestMain(m, ignore...) }

// NoLeak fails the test when a goroutine that it started outlives it and the
// fixtures that are made after this call.
func NoLeak(t testing.TB) {
	t.Helper()
	before := goleak.IgnoreCurrent()
	t.Cleanup(func() {
		t.Helper()
		if err := goleak.Find(before); err != nil {
			t.Error(err)
		}
	})
}
