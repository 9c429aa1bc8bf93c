package show

import (
	"math/big"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/jasmincam/jasmincam/internal/domain"
)

// The table as a whole: every state and signal, so that a line that is changed has
// to be changed here too.
func TestTable(t *testing.T) {
	want := map[domain.ShowState]map[signal]domain.ShowState{
		domain.ShowWaiting:     {called: domain.ShowAsked, declined: domain.ShowRefused, failed: domain.ShowFailed},
		domain.ShowAsked:       {accepted: domain.ShowAccepted, declined: domain.ShowRefused, overtaken: domain.ShowWaiting, overdue: domain.ShowExpired, failed: domain.ShowFailed},
		domain.ShowAccepted:    {ready: domain.ShowStarting, overdue: domain.ShowExpired, failed: domain.ShowFailed, finished: domain.ShowEnded},
		domain.ShowStarting:    {arrived: domain.ShowRunning, stalled: domain.ShowInterrupted, finished: domain.ShowEnded},
		domain.ShowRunning:     {stalled: domain.ShowInterrupted, finished: domain.ShowEnded},
		domain.ShowInterrupted: {arrived: domain.ShowRunning, finished: domain.ShowEnded},
		domain.ShowEnded:       {settled: domain.ShowSettled},
	}
	for _, from := range domain.ShowStates() {
		for _, sig := range signals() {
			to, ok := next(from, sig)
			if expected, there := want[from][sig]; ok != there || ok && to != expected {
				t.Errorf("%s, %s: %s (%v), want %s (%v)", from, sig, to, ok, expected, there)
			}
		}
	}
}

// Picture is delivered only in states that close every other room, and from each of
// those a show comes to its end.
func TestTable_picturesAreBehindTheCurtain(t *testing.T) {
	for _, s := range steps() {
		if s.to.Closed() && !s.from.Closed() && s.to != domain.ShowAccepted {
			t.Errorf("%s leads from %s to %s without the barrier", s.sig, s.from, s.to)
		}
	}
	for _, from := range domain.ShowStates() {
		seen, open := map[domain.ShowState]bool{}, []domain.ShowState{from}
		for len(open) > 0 {
			state := open[0]
			open = open[1:]
			if seen[state] {
				continue
			}
			seen[state] = true
			for _, s := range steps() {
				if s.from == state {
					open = append(open, s.to)
				}
			}
		}
		if !slices.ContainsFunc(domain.ShowStates(), func(s domain.ShowState) bool { return s.Over() && seen[s] }) {
			t.Errorf("a show that is %s is never over", from)
		}
	}
}

// charge is the formula of domain B2, worked out with big numbers.
func TestCharge(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		price := rapid.Int64Range(0, 1<<40).Draw(t, "price")
		ms := rapid.Int64Range(0, 1<<40).Draw(t, "ms")
		want := new(big.Int).Mul(big.NewInt(price), big.NewInt(ms))
		want.Div(want, big.NewInt(60_000))
		if !want.IsInt64() {
			want = big.NewInt(1<<63 - 1)
		}
		got := charge(part{domain.Millicredits(price), time.Duration(ms) * time.Millisecond})
		if int64(got) != want.Int64() {
			t.Fatalf("%d × %d ms: %d, want %s", price, ms, got, want)
		}
	})
	if charge(part{2990, time.Minute}) != 2990 || charge(part{2990, 59_999 * time.Millisecond}) != 2989 || charge(part{2990, -time.Minute}) != 0 || charge(part{2990, time.Microsecond}) != 0 {
		t.Error("a minute costs the price, and not a thousandth before")
	}
}

// lasts is the longest time that the credit pays for.
func TestLasts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		price := domain.Millicredits(rapid.Int64Range(1, 1_000_000).Draw(t, "price"))
		credit := domain.Millicredits(rapid.Int64Range(0, 10_000_000).Draw(t, "credit"))
		d := lasts(price, credit)
		if charge(part{price, d}) > credit {
			t.Fatalf("%v cost %d of %d", d, charge(part{price, d}), credit)
		}
		if d < 1000*time.Hour && charge(part{price, d + time.Millisecond}) <= credit {
			t.Fatalf("%d pays for longer than %v", credit, d)
		}
	})
	if lasts(0, 5) != 0 || lasts(980, 0) >= time.Second {
		t.Error("nothing lasts nothing")
	}
}
