package window

import (
	"image"
	"slices"
	"testing"

	"github.com/jasmincam/jasmincam/internal/client"
	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/testkit"
	"github.com/jasmincam/jasmincam/internal/testkit/screen"
	"github.com/jasmincam/jasmincam/internal/testkit/stage"
)

// newcomer is somebody who has no account yet.
type newcomer struct {
	*day
	staff *client.Client
	who   stage.Person
}

// She makes an account in the window, sends her papers by keyboard alone, waits,
// is refused with a reason, sends them again, is approved while she looks on,
// and only then goes online.
func TestWindow_theWayToApproval(t *testing.T) {
	n := &newcomer{day: newDay(t), who: stage.Person{Name: "dora-dawn", Email: "dora@example.com", Password: "a long password"}}
	n.staff, _ = n.Stage.SignIn(n.Stage.Staff)
	n.open()
	n.signsUp()
	n.applies("Dora Dawn", "1995-04-23")
	n.still(card(), toast())
	n.Keep("waiting")
	n.Keys("F5") // nothing comes of it
	n.decided(domain.Decision{State: domain.StateRejected, Reason: "The name is not the document's."})
	n.still(toast())
	n.Keep("rejected")
	n.staysOffline()

	n.applies("", "") // what was sent before is in the form
	n.decided(domain.Decision{State: domain.StateActive})
	n.still(toast())
	n.Keep("approved")
	n.staysOffline()
	n.Keys("F5")
	testkit.Until(t, patience, "the page where she sees herself", func() bool { return n.Titled("JasminCam · Live") })
	n.confirms("the new room live", func() bool { return n.room() == domain.RoomLive })
	if err := n.app.Stop(patience); err != nil {
		t.Errorf("Ctrl-C ended it with %v", err)
	}
}

// signsUp turns the form to a new account and fills it in.
func (n *newcomer) signsUp() {
	n.t.Helper()
	testkit.Until(n.t, patience, "the sign-in", func() bool { return n.Titled("JasminCam · Accounts") })
	n.Keys("Tab", "Tab", "Tab", "Return") // password, the button, New here?
	n.Keys("shift+Tab", "shift+Tab", "shift+Tab", "shift+Tab", "shift+Tab")
	n.Type(n.who.Email)
	n.Keys("Tab")
	n.Type(n.who.Password)
	n.Keys("Tab")
	n.Type(n.who.Name)
	n.Keys("Tab", "space", "Tab")
	n.Keep("signing-up")
	n.Keys("Return")
	testkit.Until(n.t, patience, "the new account", func() bool { return n.line().Account.State == domain.StateUnfinished })
	n.still(toast())
	n.Keep("signed-up")
	n.Keys("F5") // nothing comes of it
}

// line is how staff sees her.
func (n *newcomer) line() domain.PerformerLine {
	list, err := n.staff.Performers(n.t.Context(), domain.PerformerFilter{})
	if err != nil {
		return domain.PerformerLine{}
	}
	if i := slices.IndexFunc(list, func(l domain.PerformerLine) bool { return l.Account.Name == n.who.Name }); i >= 0 {
		return list[i]
	}
	return domain.PerformerLine{}
}

// applies writes into the papers, which are above the form, and sends them.
func (n *newcomer) applies(name, born string) {
	n.t.Helper()
	n.Keys("ctrl+1", "ctrl+6") // who comes back to the page has the cursor in the form
	for _, words := range []string{name, born} {
		n.Type(words)
		n.Keys("Tab")
	}
	if name != "" {
		n.Type("rom")
		n.Keys("Return")
	}
	n.Keep("papers-" + name)
	before := n.Picture()
	n.Keys("Tab", "Tab", "Return") // the countries, the button
	testkit.Until(n.t, patience, "the papers", func() bool { return n.line().Account.State == domain.StateSubmitted })
	if a := n.line().Application; a.FullName != "Dora Dawn" || a.BirthDate != "1995-04-23" || a.Country != "RO" {
		n.t.Errorf("staff reads %+v", a)
	}
	button := image.Rect(382, 525, 500, 570)
	testkit.Until(n.t, patience, "the form to go", func() bool { return screen.Changed(before, n.Picture(), button) > 0.4 })
}

// decided has staff decide while she looks on: her screen tells it.
func (n *newcomer) decided(d domain.Decision) {
	n.t.Helper()
	before := n.still(card(), toast())
	if _, err := n.staff.Decide(n.t.Context(), n.who.Name, d); err != nil {
		n.t.Fatal(err)
	}
	for what, r := range map[string]func() bool{
		"her card":    func() bool { return screen.Changed(before, n.Picture(), card()) > 0 },
		"the message": func() bool { return screen.Changed(before, n.Picture(), toast()) > 0 },
	} {
		testkit.Until(n.t, patience, what, r)
	}
}

// staysOffline tells that her room is closed.
func (n *newcomer) staysOffline() {
	n.t.Helper()
	if n.line().Online {
		n.t.Fatal("an account that is not approved, or did not ask for it, is online")
	}
}

// room is how her room is.
func (n *newcomer) room() domain.RoomState {
	room, err := n.Stage.Guest().Room(n.t.Context(), n.who.Name)
	if err != nil {
		return domain.RoomOffline
	}
	return room.State
}
