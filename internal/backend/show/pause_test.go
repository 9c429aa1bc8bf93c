package show_test

import (
	"testing"
	"time"

	"github.com/jasmincam/jasmincam/internal/domain"
)

func (p *plane) Paused(string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.paused
}
func (p *plane) pause(paused bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.paused = paused
}

// A pause of hers is no loss: the show is kept and costs nothing, and goes on as long
// as a lost one would when she is back. It ends when she stays away.
func TestStage_pause(t *testing.T) {
	in(t, func(t *testing.T, h *theatre) {
		mike := h.member("max", "p30")
		before := h.credits(mike)
		s := h.begin(mike)
		h.plane.deliver(12 * time.Second)
		h.plane.pause(true)
		pass(domain.PausedFor - 10*time.Second)
		h.want(mike, s.ID, domain.ShowInterrupted, "")
		h.plane.pause(false)
		pass(domain.KeptFor - 10*time.Second)
		h.want(mike, s.ID, domain.ShowInterrupted, "")
		h.plane.deliver(5 * time.Second)
		h.want(mike, s.ID, domain.ShowRunning, "")
		h.plane.pause(true)
		pass(domain.PausedFor + 5*time.Second)
		end := h.want(mike, s.ID, domain.ShowSettled, "performer")
		if end.DeliveredMS != 17_000 || end.Charged != price*17/60 || h.credits(mike) != before-end.Charged {
			t.Errorf("settled: %+v, %s left of %s", end, h.credits(mike), before)
		}
	})
}
