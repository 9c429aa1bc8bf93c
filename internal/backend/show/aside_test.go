package show_test

import (
	"slices"
	"testing"
	"time"

	"github.com/jasmincam/jasmincam/internal/domain"
)

// aside has a room show something else while another one of hers has a show.
func (h *theatre) aside(who domain.Account, choice domain.Aside) {
	h.t.Helper()
	now := must(h.store.Settings(as(who), who.Name))(h.t)
	now.Aside = choice
	if err := h.store.SetSettings(as(who), who.Name, now); err != nil {
		h.t.Fatal(err)
	}
}

// Where she chose to be away, nobody can tell that she is in a show of her other
// account: wishes there are declined, new ones are refused as at any other time, and
// no place in line is given. The choice is frozen for the show, also over a restart.
func TestStage_awayInTheOtherRoom(t *testing.T) {
	in(t, func(t *testing.T, h *theatre) {
		h.aside(h.second, domain.AsideAway)
		mike, tom, eve := h.member("max", "p30"), h.member("tom", "p30"), h.member("eve", "p30")
		before := h.credits(tom)
		first := must(h.Ask(as(mike), "luna", "key-of-max"))(t)
		second := must(h.Ask(as(tom), "velvet", "key-of-tom"))(t)
		must(h.Answer(as(h.her), first.ID, true))(t)
		if got := h.plane.said()[:2]; !slices.Equal(got, []string{"curtain luna", "hide velvet"}) {
			t.Errorf("accepted: %v", got)
		}
		h.want(tom, second.ID, domain.ShowRefused, "declined")
		if h.credits(tom) != before {
			t.Errorf("%s of %s are left", h.credits(tom), before)
		}
		_, refusal := h.Ask(as(eve), "velvet", "key-of-eve")
		h.plane.live = false
		_, usual := h.Ask(as(eve), "nobody", "key-of-eve")
		if domain.KindOf(refusal) != domain.KindConflict || domain.Sentence(refusal) != domain.Sentence(usual) {
			t.Errorf("refused with %q, at any other time with %q", refusal, usual)
		}
		if third := must(h.Ask(as(eve), "luna", "key-of-eve"))(t); third.State != domain.ShowWaiting {
			t.Errorf("the room with the show has a line: %+v", third)
		}
		h.aside(h.second, domain.AsideCurtain)
		if _, err := h.Ask(as(tom), "velvet", "key-later"); domain.KindOf(err) != domain.KindConflict {
			t.Errorf("another choice opened a line in the running show: %v", err)
		}
		h.crash()
		h.start()
		if got := h.plane.said(); !slices.Equal(got, []string{"curtain luna", "hide velvet"}) {
			t.Errorf("after a restart: %v", got)
		}
		if err := h.Free(as(h.second), "velvet"); err != nil {
			t.Fatal(err)
		}
		if got := h.plane.said(); got[len(got)-1] != "lift luna velvet" {
			t.Errorf("free: %v", got)
		}
	})
}

// The choice is of each room: luna's is the curtain still when velvet has the show,
// and the room with the show is never away.
func TestStage_theRoomWithTheShowIsNeverAway(t *testing.T) {
	in(t, func(t *testing.T, h *theatre) {
		h.aside(h.second, domain.AsideAway)
		mike := h.member("max", "p30")
		s := must(h.Ask(as(mike), "velvet", "key-of-max"))(t)
		must(h.Answer(as(h.second), s.ID, true))(t)
		if got := h.plane.said()[0]; got != "curtain luna velvet" {
			t.Error(got)
		}
		must(h.End(as(mike), s.ID))(t)
		pass(3 * time.Second)
		if err := h.Free(as(h.her), "luna"); err != nil {
			t.Fatal(err)
		}
		h.aside(h.her, domain.AsideAway)
		s = must(h.Ask(as(mike), "velvet", "key-again"))(t)
		must(h.Answer(as(h.second), s.ID, true))(t)
		if got := h.plane.said(); !slices.Contains(got, "curtain velvet") || !slices.Contains(got, "hide luna") {
			t.Error(got)
		}
		now := must(h.store.Settings(as(h.her), "luna"))(t)
		now.Aside = ""
		if err := h.store.SetSettings(as(h.her), "luna", now); err != nil {
			t.Fatal(err)
		}
		if got := must(h.store.Settings(as(h.her), "luna"))(t).Aside; got != domain.AsideAway {
			t.Errorf("settings without a choice changed it to %q", got)
		}
		now.Aside = "live"
		if err := h.store.SetSettings(as(h.her), "luna", now); domain.KindOf(err) != domain.KindInvalid {
			t.Errorf("the live feed: %v", err)
		}
	})
}
