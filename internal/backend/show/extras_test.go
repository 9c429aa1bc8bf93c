package show

import (
	"math/big"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/jasmincam/jasmincam/internal/domain"
)

// The formula of three parts, worked out with big numbers.
func TestCharge_ofParts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want, parts := new(big.Int), make([]part, 3)
		for i := range parts {
			price := rapid.Int64Range(0, 1<<40).Draw(t, "price")
			ms := rapid.Int64Range(0, 1<<40).Draw(t, "ms")
			parts[i] = part{domain.Millicredits(price), time.Duration(ms) * time.Millisecond}
			want.Add(want, new(big.Int).Mul(big.NewInt(price), big.NewInt(ms)))
		}
		if want.Div(want, big.NewInt(60_000)); !want.IsInt64() {
			want = big.NewInt(1<<63 - 1)
		}
		if got := charge(parts...); int64(got) != want.Int64() {
			t.Fatalf("%v: %d, want %s", parts, got, want)
		}
	})
	if charge(part{2990, time.Minute}, part{1000, 30 * time.Second}, part{0, time.Hour}, part{-5, time.Hour}) != 3490 {
		t.Error("a minute with half a minute of cam2cam costs 3.490")
	}
}

// Whatever comes in whatever order, an extra counts what was confirmed of it, only
// while it is on, never more than the show's own picture, and never less by more
// than the reports of the two may lie apart.
func TestExtra_laws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var x extra
		var told, own, base, before time.Duration // own and base: what could count at most
		for range rapid.IntRange(1, 60).Draw(t, "steps") {
			switch rapid.IntRange(0, 5).Draw(t, "what") {
			case 0:
				x.on = !x.on
			case 1:
				x.pause()
			case 2:
				told = 0 // the plane begins anew
			}
			d := rapid.Int64Range(0, 3000).Draw(t, "sent")
			grown := time.Duration(rapid.Int64Range(0, 3000).Draw(t, "picture")) * time.Millisecond
			told, own = told+time.Duration(d)*time.Millisecond, own+time.Duration(d)*time.Millisecond
			if told < x.told {
				own += told // what the old plane had is not asked back
			}
			if x.on {
				base += grown
			}
			x.take(told, grown)
			if x.arrived > own || x.arrived > base || x.arrived < before {
				t.Fatalf("%v count of %v sent and %v of picture, after %v", x.arrived, own, base, before)
			}
			before = x.arrived
		}
	})
	x := extra{on: true}
	var told time.Duration
	for i := range 600 { // both flow; their reports come in turns
		var grown time.Duration
		if i%10 == 3 {
			grown = time.Second
		}
		if i%10 == 8 {
			told += time.Second
		}
		x.take(told, grown)
	}
	if x.arrived != time.Minute {
		t.Errorf("a minute of both counts as %v", x.arrived)
	}
}
