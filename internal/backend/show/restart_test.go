package show_test

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/jasmincam/jasmincam/internal/domain"
)

// A server that dies in any state leaves nothing behind but the curtain: what was set
// aside comes back, what was paid stays, and she has to say that she is free.
func TestStage_restart(t *testing.T) {
	for _, state := range []domain.ShowState{domain.ShowAsked, domain.ShowAccepted, domain.ShowStarting, domain.ShowRunning, domain.ShowInterrupted, domain.ShowEnded} {
		t.Run(string(state), func(t *testing.T) {
			in(t, func(t *testing.T, h *theatre) {
				mike := h.member("max", "p30")
				before := h.credits(mike)
				s := must(h.Ask(as(mike), "luna", "key-of-max"))(t)
				if state != domain.ShowAsked {
					must(h.Answer(as(h.her), s.ID, true))(t)
				}
				if state != domain.ShowAsked && state != domain.ShowAccepted {
					must(h.ReadyFor(as(h.her), s.ID))(t)
				}
				switch state {
				case domain.ShowRunning, domain.ShowInterrupted, domain.ShowEnded:
					h.plane.deliver(15 * time.Second)
				}
				switch state {
				case domain.ShowInterrupted:
					pass(10 * time.Second)
				case domain.ShowEnded:
					must(h.End(as(mike), s.ID))(t)
				}
				synctest.Wait()
				if now := h.show(mike, s.ID).State; now != state {
					t.Fatalf("the show is %s, want %s", now, state)
				}
				h.crash()
				h.start()
				now := h.show(mike, s.ID)
				if !now.State.Over() || h.credits(mike) != before-now.Charged || now.Charged > price*15/60 {
					t.Errorf("after the crash: %+v, %s left of %s", now, h.credits(mike), before)
				}
				if state == domain.ShowRunning && now.Charged < price*13/60 {
					t.Errorf("she lost more than what was not written down yet: %+v", now)
				}
				if closed := slices.Contains(h.plane.said(), "curtain luna velvet"); closed != (state != domain.ShowAsked) {
					t.Errorf("orders of the new server: %v", h.plane.said())
				}
			})
		})
	}
}

// crash ends the server as a kill does: nothing is written any more.
func (h *theatre) crash() {
	h.t.Helper()
	if err := h.store.Close(); err != nil {
		h.t.Error(err)
	}
	h.ends()
	<-h.done
}
