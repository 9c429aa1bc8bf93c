package desk

import (
	"testing"

	"github.com/jasmincam/jasmincam/internal/client"
	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/session"
	"github.com/jasmincam/jasmincam/internal/testkit"
)

// ask has the demo's first member ask for a private with a performer, and her accept.
func ask(t *testing.T, h *house, her session.Service, who int) (mike *client.Client, id string) {
	t.Helper()
	m := h.Members[0]
	s, err := h.guest.SignIn(t.Context(), m.Email, m.Password, "test")
	if err != nil {
		t.Fatal(err)
	}
	mike = h.guest.With(s.Token)
	var show domain.Show
	offer, err := mike.Quote(t.Context(), h.Performers[who].Name)
	if err == nil {
		show, err = mike.Ask(t.Context(), h.Performers[who].Name, "key-of-the-show", offer.Rates())
	}
	if err == nil {
		_, err = her.(*client.Client).Answer(t.Context(), show.ID, true)
	}
	if err != nil {
		t.Fatal(err)
	}
	return mike, show.ID
}

func untilShow(t *testing.T, mike *client.Client, id string, want domain.ShowState) {
	t.Helper()
	testkit.Until(t, soon, "the show to be "+string(want), func() bool {
		s, err := mike.Show(t.Context(), id)
		return err == nil && s.State == want
	})
}

// A private show at one service ends the upload to the other one first; when she is
// free the other room comes back.
func TestPrivate_leavesTheOtherService(t *testing.T) {
	h, other := openHouse(t), openHouse(t)
	s := openDesk(t, small())
	first, second := h.entry(t, 0), other.entry(t, 1)
	s.desk.Add(first)
	s.desk.Add(second)
	s.desk.GoOnline()
	s.states(session.Live, session.Live)
	mike, id := ask(t, h, first.Service, 0)
	if x := other.state(t, 1); x != domain.RoomLive {
		t.Errorf("before her program heard of it the other room is %s", x)
	}
	s.desk.BeginPrivate(first.Email, id)
	untilShow(t, mike, id, domain.ShowStarting)
	if x := other.state(t, 1); x != domain.RoomOffline {
		t.Errorf("she is ready, and the other service's room is %s", x)
	}
	now := s.states(session.Private, session.Away)
	if now.Stats.Uploads != 1 || !now.Private.Cleared || now.Private.Show != id || now.Health.Reason == ReasonNetwork {
		t.Errorf("%d uploads, %+v, %+v", now.Stats.Uploads, now.Private, now.Health)
	}
	s.desk.GoOnline(second.Email) // a click on the other account changes nothing
	if _, err := mike.End(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	untilShow(t, mike, id, domain.ShowSettled)
	if x, y := h.state(t, 0), other.state(t, 1); x != domain.RoomPrivate || y != domain.RoomOffline {
		t.Errorf("before she is free the rooms are %s and %s", x, y)
	}
	if _, err := first.Service.(*client.Client).Free(t.Context(), h.Performers[0].Name); err != nil {
		t.Fatal(err)
	}
	s.desk.EndPrivate()
	s.states(session.Live, session.Live)
}

// Another room of hers that is shown as away begins as reconnecting to others; to her it
// is as closed as the one with the show, and her line is not said to be broken.
func TestPrivate_theOtherRoomIsAway(t *testing.T) {
	h := openHouse(t)
	s := openDesk(t, small())
	first, second := h.entry(t, 0), h.entry(t, 1)
	room := h.Performers[1].Name
	doors, err := second.Service.(*client.Client).Settings(t.Context(), room)
	if err == nil {
		doors.Aside = domain.AsideAway
		err = second.Service.(*client.Client).SetSettings(t.Context(), room, doors)
	}
	if err != nil {
		t.Fatal(err)
	}
	s.desk.Add(first)
	s.desk.Add(second)
	s.desk.GoOnline()
	s.states(session.Live, session.Live)
	s.desk.BeginPrivate(first.Email, "its show")
	ask(t, h, first.Service, 0)
	s.until("both to be closed", func(now Status) bool {
		if x := now.Accounts[1].State; x == session.Reconnecting || x == session.Away {
			t.Errorf("she reads that her other room is %s", x)
		}
		return now.Accounts[0].State == session.Private && now.Accounts[1].State == session.Private
	})
	if x := h.state(t, 1); x != domain.RoomReconnecting {
		t.Errorf("to others it is %s", x)
	}
	h.Close() // now the line is lost, and both say so
	s.until("the loss of both", func(now Status) bool {
		return now.Accounts[0].State == session.Reconnecting && now.Accounts[1].State == session.Reconnecting && !now.Accounts[1].Flows
	})
}

// Both accounts at one service stay on their upload: that service closes the other
// room.
func TestPrivate_keepsTheSharedUpload(t *testing.T) {
	h := openHouse(t)
	s := openDesk(t, small())
	first, second := h.entry(t, 0), h.entry(t, 1)
	s.desk.Add(first)
	s.desk.Add(second)
	s.desk.GoOnline()
	s.states(session.Live, session.Live)
	mike, id := ask(t, h, first.Service, 0)
	s.desk.BeginPrivate(first.Email, id)
	untilShow(t, mike, id, domain.ShowStarting)
	now := s.states(session.Private, session.Private)
	if now.Stats.Uploads != 1 {
		t.Errorf("%d uploads", now.Stats.Uploads)
	}
	if _, err := mike.End(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	untilShow(t, mike, id, domain.ShowSettled)
	if _, err := first.Service.(*client.Client).Free(t.Context(), h.Performers[0].Name); err != nil {
		t.Fatal(err)
	}
	s.desk.EndPrivate()
	s.states(session.Live, session.Live)
}
