package desk

import (
	"testing"

	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/session"
	"github.com/jasmincam/jasmincam/internal/testkit"
)

// What another of her devices closes stays closed, and with the last room the
// encoder and the camera go.
func TestDesk_followsHerOtherDevices(t *testing.T) {
	h := openHouse(t)
	s := openDesk(t, small())
	a, b := h.entry(t, 0), h.entry(t, 1)
	s.desk.Add(a)
	s.desk.Add(b)
	s.desk.GoOnline()
	s.states(session.Live, session.Live)
	page := h.entry(t, 0).Service
	if _, err := page.SetOnline(t.Context(), h.Performers[0].Name, false); err != nil {
		t.Fatal(err)
	}
	if now := s.states(session.Offline, session.Live); now.Stats.Uploads != 1 {
		t.Errorf("%+v", now.Stats)
	}
	if _, err := page.SetOnline(t.Context(), h.Performers[0].Name, true); err != nil {
		t.Fatal(err)
	}
	s.states(session.Live, session.Live)
	for who, e := range []Entry{a, b} {
		if _, err := e.Service.SetOnline(t.Context(), h.Performers[who].Name, false); err != nil {
			t.Fatal(err)
		}
	}
	s.closed()
	s.states(session.Offline, session.Offline)
	s.desk.GoOnline(b.Email)
	s.states(session.Offline, session.Live)
}

// One account is suspended while both are live: it reads why, the other goes on.
func TestDesk_oneIsSuspendedWhileLive(t *testing.T) {
	h := openHouse(t)
	s := openDesk(t, small())
	s.desk.Add(h.entry(t, 0))
	s.desk.Add(h.entry(t, 1))
	s.desk.GoOnline()
	s.states(session.Live, session.Live)
	staff, err := h.guest.SignIn(t.Context(), h.Staff.Email, h.Staff.Password, "test")
	if err != nil {
		t.Fatal(err)
	}
	decide := func(to domain.AccountState) {
		t.Helper()
		if _, err := h.guest.With(staff.Token).Decide(t.Context(), h.Performers[0].Name, domain.Decision{State: to, Reason: "Papers ran out."}); err != nil {
			t.Fatal(err)
		}
	}
	decide(domain.StateSuspended)
	now := s.states(session.Failed, session.Live)
	if now.Accounts[0].Trouble == "" || now.Stats.Encoders != 1 {
		t.Errorf("%+v", now)
	}
	testkit.Until(t, soon, "B alone", func() bool { return h.state(t, 1) == domain.RoomLive })
	decide(domain.StateActive)
	s.desk.GoOnline(h.Performers[0].Email)
	s.states(session.Live, session.Live)
}
