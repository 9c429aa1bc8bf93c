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

// Whoever asks, the room that shows away in a show answers as one from which she is
// away: to a guest, to one who waits in the other room's line, to a banned one, and to
// a key that was used before.
func TestStage_awayAnswersAsAnyAbsence(t *testing.T) {
	in(t, func(t *testing.T, h *theatre) {
		h.aside(h.second, domain.AsideAway)
		staff := h.add(domain.Account{Role: domain.RoleStaff, Name: "back-desk"})
		absent := h.performer("aurora", staff, "")
		mike, tom, eve, ban := h.member("max", "p30"), h.member("tom", "p30"), h.member("eve", "p30"), h.member("kim", "p30")
		for _, her := range []domain.Account{h.second, absent} {
			if _, err := h.store.Ban(as(her), her.Name, ban.Name, 60); err != nil {
				t.Fatal(err)
			}
			s := must(h.Ask(as(eve), her.Name, "used-for-"+her.Name))(t)
			must(h.End(as(eve), s.ID))(t)
		}
		h.plane.leave("aurora")
		s := must(h.Ask(as(mike), "luna", "key-of-max"))(t)
		must(h.Answer(as(h.her), s.ID, true))(t)
		if wish := must(h.Ask(as(tom), "luna", "key-of-tom"))(t); wish.State != domain.ShowWaiting {
			t.Fatalf("in line: %+v", wish)
		}
		guest := domain.Account{}
		for name, ask := range map[string]struct {
			who domain.Account
			key string
		}{"a guest": {guest, "key-of-guest-"}, "one in line": {tom, "later-for-"}, "a banned one": {ban, "key-of-kim-"},
			"a used key": {eve, "used-for-"}, "the payer": {mike, "later-for-"}, "a stranger": {eve, "later-for-"}, "herself": {h.her, "hers-for-"}} {
			_, hidden := h.Ask(as(ask.who), "velvet", ask.key+"velvet")
			_, usual := h.Ask(as(ask.who), "aurora", ask.key+"aurora")
			if hidden == nil || domain.KindOf(hidden) != domain.KindOf(usual) || domain.Sentence(hidden) != domain.Sentence(usual) {
				t.Errorf("%s reads %v, at any other time %v", name, hidden, usual)
			}
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
