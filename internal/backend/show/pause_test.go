package show_test

import (
	"errors"
	"testing"
	"time"

	"github.com/jasmincam/jasmincam/internal/domain"
)

// Paused knows luna's room alone.
func (p *plane) Paused(room string) (paused, fed bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.paused && room == "luna", !p.unfed
}

func (p *plane) pauseTold(room string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.told && room == "luna"
}

func (p *plane) tell(told bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.told = told
}

func (p *plane) feed(fed bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.unfed = !fed
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

// Ten minutes are the bound of a pause, however often her upload is lost and found and
// the pause begun anew; without an upload a show is kept as long as any other.
func TestStage_pauseIsBounded(t *testing.T) {
	in(t, func(t *testing.T, h *theatre) {
		mike := h.member("max", "p30")
		s := h.begin(mike)
		h.plane.deliver(5 * time.Second)
		h.plane.pause(true)
		for range 9 {
			pass(50 * time.Second)
			h.plane.feed(false)
			h.plane.pause(false)
			pass(10 * time.Second)
			h.plane.pause(true)
			h.plane.feed(true)
			must(h.ReadyFor(as(h.her), s.ID))(t)
		}
		h.want(mike, s.ID, domain.ShowInterrupted, "")
		pass(65 * time.Second)
		h.want(mike, s.ID, domain.ShowSettled, "performer")
	})
	in(t, func(_ *testing.T, h *theatre) {
		mike := h.member("max", "p30")
		s := h.begin(mike)
		h.plane.deliver(5 * time.Second)
		h.plane.pause(true)
		pass(5 * time.Minute)
		h.want(mike, s.ID, domain.ShowInterrupted, "")
		h.plane.feed(false)
		pass(domain.KeptFor - 10*time.Second)
		h.want(mike, s.ID, domain.ShowInterrupted, "")
		pass(12 * time.Second)
		h.want(mike, s.ID, domain.ShowSettled, "lost")
	})
}

// What the member sends while her picture stands is not paid, nor when it is back.
func TestStage_extrasAcrossAPause(t *testing.T) {
	for _, long := range []time.Duration{3 * time.Second, 30 * time.Second} {
		in(t, func(t *testing.T, h *theatre) {
			h.sells(1330, 770)
			mike := h.member("max", "p30")
			s := h.begin(mike)
			must(h.SetExtras(as(mike), s.ID, true, true))(t)
			h.plane.flow(10 * time.Second)
			h.plane.pause(true)
			for range int(long / time.Second) {
				pass(time.Second)
				h.plane.mu.Lock()
				h.plane.picture += time.Second
				h.plane.sound += time.Second
				h.plane.mu.Unlock()
			}
			pass(300 * time.Millisecond)
			h.plane.pause(false)
			h.plane.deliver(10 * time.Second) // and his line is cut
			must(h.End(as(mike), s.ID))(t)
			pass(3 * time.Second)
			end := h.want(mike, s.ID, domain.ShowSettled, "member")
			// What came in the first moments of the pause may confirm what went out before it.
			if end.DeliveredMS != 20_000 || end.Cam2cam.DeliveredMS < 10_000 || end.Cam2cam.DeliveredMS > 10_500 || end.Audio.DeliveredMS > 10_500 {
				t.Errorf("after a pause of %v: %+v", long, end)
			}
		})
	}
}

// Who looks at both rooms of a person must not see both refuse in one moment: a wish is
// refused when the room has been told, and accepted only when she is back.
func TestStage_wishesInAPause(t *testing.T) {
	in(t, func(t *testing.T, h *theatre) {
		mike, tom := h.member("max", "p30"), h.member("tom", "p30")
		takes := func() bool { return must(h.Quote(as(tom), "luna"))(t).Takes }
		h.plane.pause(true)
		if !takes() {
			t.Error("the quote tells of a pause before the room does")
		}
		s := must(h.Ask(as(mike), "luna", "key-of-max"))(t)
		_, err := h.Answer(as(h.her), s.ID, true)
		var told *domain.Error
		if !errors.As(err, &told) || told.Kind != domain.KindConflict || told.Reason != "show.paused" {
			t.Errorf("accepted in a pause: %v", err)
		}
		h.want(mike, s.ID, domain.ShowAsked, "")
		h.plane.tell(true)
		if _, err := h.Ask(as(tom), "luna", "key-of-tom"); domain.KindOf(err) != domain.KindConflict || takes() {
			t.Errorf("a room that was told takes a wish: %v", err)
		}
		h.plane.pause(false)
		must(h.Answer(as(h.her), s.ID, true))(t)
	})
}

// A line is not called in a pause, in which nobody could answer it, but when she is
// back; the line of her other room, which is not paused, is.
func TestStage_freeInAPauseCallsNobody(t *testing.T) {
	in(t, func(t *testing.T, h *theatre) {
		mike, tom, eve, ann := h.member("max", "p30"), h.member("tom", "p30"), h.member("eve", "p30"), h.member("ann", "p30")
		first := h.begin(mike)
		waits := []domain.Show{must(h.Ask(as(tom), "luna", "key-of-tom"))(t), must(h.Ask(as(eve), "luna", "key-of-eve"))(t)}
		other := must(h.Ask(as(ann), "velvet", "key-of-ann"))(t)
		h.plane.pause(true)
		must(h.End(as(h.her), first.ID))(t)
		pass(3 * time.Second)
		if err := h.Free(as(h.her), "luna"); err != nil {
			t.Fatal(err)
		}
		pass(domain.AnswerWithin + time.Minute)
		h.want(tom, waits[0].ID, domain.ShowWaiting, "")
		h.want(eve, waits[1].ID, domain.ShowWaiting, "")
		h.want(ann, other.ID, domain.ShowExpired, "unanswered")
		h.plane.pause(false)
		pass(2 * time.Second)
		h.want(tom, waits[0].ID, domain.ShowAsked, "")
		h.want(eve, waits[1].ID, domain.ShowWaiting, "")
		must(h.Answer(as(h.her), waits[0].ID, true))(t)
	})
}
