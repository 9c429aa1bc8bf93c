package show_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/jasmincam/jasmincam/internal/domain"
)

// sells sets luna's prices for the extras.
func (h *theatre) sells(cam2cam, audio domain.Millicredits) {
	h.t.Helper()
	p := must(h.store.Profile(as(h.her), "luna"))(h.t)
	p.Prices.Cam2cam, p.Prices.Audio = cam2cam, audio
	must(h.store.SetProfile(as(h.her), "luna", p.ProfileEdit))(h.t)
}

// flow lets everything arrive for d that is let through.
func (p *plane) flow(d time.Duration) {
	for range int(d / time.Second) {
		pass(time.Second)
		p.mu.Lock()
		p.arrived += time.Second
		if p.passes[0] {
			p.picture += time.Second
		}
		if p.passes[1] {
			p.sound += time.Second
		}
		p.mu.Unlock()
	}
	pass(300 * time.Millisecond)
}

// Whatever is switched when, the charge is the formula of what was delivered of each.
func TestStage_extrasAreChargedByTheFormula(t *testing.T) {
	for seed := range uint64(6) {
		in(t, func(t *testing.T, h *theatre) {
			h.sells(1330, 770)
			mike := h.member("max", "p30")
			before, dice := h.credits(mike), rand.New(rand.NewPCG(seed, 1))
			s := h.begin(mike)
			var base, cam2cam, audio time.Duration
			on := [2]bool{}
			for range 25 {
				if dice.IntN(3) > 0 {
					on = [2]bool{dice.IntN(2) == 0, dice.IntN(2) == 0}
					got := must(h.SetExtras(as(mike), s.ID, on[0], on[1]))(t)
					if got.Cam2cam.On != on[0] || got.Audio.On != on[1] || h.plane.passes != on {
						t.Fatalf("switched to %v: %+v, %v pass", on, got, h.plane.passes)
					}
				}
				d := time.Duration(dice.IntN(8)) * time.Second
				h.plane.flow(d)
				base += d
				if on[0] {
					cam2cam += d
				}
				if on[1] {
					audio += d
				}
				if dice.IntN(4) == 0 { // the line is cut, and what the member sends is not
					for range 8 {
						pass(time.Second)
						h.plane.mu.Lock()
						h.plane.picture += time.Second
						h.plane.mu.Unlock()
					}
				}
				now := h.show(mike, s.ID)
				if most := charge(now, base, cam2cam, audio); now.Charged > most {
					t.Fatalf("charged %d of %d", now.Charged, most)
				}
			}
			must(h.End(as(h.her), s.ID))(t)
			pass(3 * time.Second)
			end := h.want(mike, s.ID, domain.ShowSettled, "performer")
			if end.Charged != charge(end, base, time.Duration(end.Cam2cam.DeliveredMS)*time.Millisecond, time.Duration(end.Audio.DeliveredMS)*time.Millisecond) ||
				h.credits(mike) != before-end.Charged || end.DeliveredMS != base.Milliseconds() {
				t.Errorf("settled: %+v after %v", end, base)
			}
			// While a line is cut its picture runs on for up to a stall's time before the two are told apart.
			if got := time.Duration(end.Cam2cam.DeliveredMS) * time.Millisecond; got > cam2cam || got < cam2cam-cam2cam/10 {
				t.Errorf("%v of %v of cam2cam are paid", got, cam2cam)
			}
			if got := time.Duration(end.Audio.DeliveredMS) * time.Millisecond; got != audio {
				t.Errorf("%v of %v of sound are paid", got, audio)
			}
			if b, c, a := end.Lines(); b+c+a != end.Charged || b < 0 || c < 0 || a < 0 || end.Cam2cam.On || end.Audio.On {
				t.Errorf("the receipt is %d + %d + %d of %+v", b, c, a, end)
			}
		})
	}
}

// charge is the formula, worked out anew.
func charge(s domain.Show, base, cam2cam, audio time.Duration) domain.Millicredits {
	return (s.Price*domain.Millicredits(base.Milliseconds()) + s.Cam2cam.Price*domain.Millicredits(cam2cam.Milliseconds()) +
		s.Audio.Price*domain.Millicredits(audio.Milliseconds())) / 60_000
}

// Who may switch what, and when; what costs more ends the credit sooner, to the
// thousandth.
func TestStage_extrasAndTheCredit(t *testing.T) {
	in(t, func(t *testing.T, h *theatre) {
		h.sells(5000, 2000)
		mike := h.member("max", "p10")
		if _, err := h.store.Tip(as(mike), "luna", domain.Tip{Amount: h.credits(mike) - 3000, Key: "tip-12345"}); err != nil {
			t.Fatal(err)
		}
		s := must(h.Ask(as(mike), "luna", "key-of-max"))(t)
		refuse := func(what string, want domain.Kind, who domain.Account, cam2cam, audio bool) {
			t.Helper()
			if _, err := h.SetExtras(as(who), s.ID, cam2cam, audio); domain.KindOf(err) != want {
				t.Errorf("%s: %v", what, err)
			}
		}
		refuse("before she accepts", domain.KindConflict, mike, true, false)
		must(h.Answer(as(h.her), s.ID, true))(t)
		must(h.ReadyFor(as(h.her), s.ID))(t)
		refuse("her", domain.KindForbidden, h.her, true, false)
		refuse("her other account", domain.KindNotFound, h.second, true, false)
		must(h.SetExtras(as(mike), s.ID, true, true))(t) // 7.98 a minute
		h.plane.flow(8 * time.Second)
		must(h.SetExtras(as(h.her), s.ID, true, false))(t)
		if h.plane.passes != [2]bool{true, false} {
			t.Errorf("she switched the sound off, and %v pass", h.plane.passes)
		}
		must(h.SetExtras(as(mike), s.ID, true, true))(t)
		h.plane.flow(60 * time.Second)
		end := h.want(mike, s.ID, domain.ShowSettled, "credit")
		if end.Charged > 3000 || end.Charged < 3000-7980*2/60 || h.credits(mike) != 3000-end.Charged {
			t.Errorf("charged %d of 3000, %d left", end.Charged, h.credits(mike))
		}
		refuse("after the end", domain.KindConflict, mike, true, false)
	})
	in(t, func(t *testing.T, h *theatre) {
		h.sells(5000, 0)
		mike := h.member("max", "p10")
		if _, err := h.store.Tip(as(mike), "luna", domain.Tip{Amount: h.credits(mike) - price, Key: "tip-12345"}); err != nil {
			t.Fatal(err)
		}
		s := h.begin(mike)
		h.plane.flow(5 * time.Second)
		if _, err := h.SetExtras(as(mike), s.ID, true, false); domain.KindOf(err) != domain.KindPayment || h.plane.passes[0] {
			t.Errorf("more than the credit lasts for: %v", err)
		}
		if _, err := h.SetExtras(as(mike), s.ID, false, true); domain.KindOf(err) != domain.KindInvalid || h.plane.passes[1] {
			t.Errorf("what is not offered: %v", err)
		}
	})
}
