//go:build torture

package prooftest

import (
	"testing"
	"time"

	"github.com/jasmincam/jasmincam/internal/testkit"
)

// TestTortureMachine is the machine for half the time on each database; the batches
// grow with the ledger, so that audits take a part of it and not all.
func TestTortureMachine(t *testing.T) {
	f := testkit.Torture(t)
	onBoth(t, func(t *testing.T, w *world) {
		m := newMachine(w, f.Seed)
		for began := time.Now(); time.Since(began) < f.Duration/2; {
			m.batch(max(500, m.done()/troupes/10))
		}
		t.Logf("%d operations: %s", m.done(), m.tell())
	})
}

// TestTortureHot is 200,000 transfers on each database.
func TestTortureHot(t *testing.T) {
	f := testkit.Torture(t)
	onBoth(t, func(t *testing.T, w *world) { w.hot(f.Seed, 200_000) })
}

// TestTortureLastCredit is 10,000 races on each database under the race detector.
func TestTortureLastCredit(t *testing.T) {
	onBoth(t, func(t *testing.T, w *world) { w.lastCredits(10_000) })
}
