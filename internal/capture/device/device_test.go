package device

import (
	"strings"
	"testing"
	"time"

	"github.com/jasmincam/jasmincam/internal/capture"
)

// A camera of which nothing can be used must become an error that she reads,
// not a connection that never begins; one bad picture among good ones must not.
func TestTrust_isLostWithNothingUsable(t *testing.T) {
	begin := time.Now()
	at := func(d time.Duration) time.Time { return begin.Add(d) }
	var never trust
	for d := time.Duration(0); d <= frozen; d += 100 * time.Millisecond {
		if never.lost(at(d), false) {
			t.Fatalf("lost after %v", d)
		}
	}
	if !never.lost(at(frozen+time.Millisecond), false) {
		t.Error("still trusted")
	}
	var some trust
	for d := time.Duration(0); d < time.Minute; d += time.Second {
		if some.lost(at(d), d%(4*time.Second) == 0) {
			t.Fatalf("lost after %v with a good picture every 4 s", d)
		}
	}
	err := unusable("v4l2:x", errDamaged)
	if capture.KindOf(err) != capture.KindBroken || !strings.Contains(err.Error(), "unplug it and plug it in again") {
		t.Error(err)
	}
}
