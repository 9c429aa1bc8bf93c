package window

import (
	"encoding/json"
	"fmt"
	"image"
	"slices"
	"testing"

	"github.com/jasmincam/jasmincam/internal/client"
	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/testkit"
	"github.com/jasmincam/jasmincam/internal/testkit/chrome"
)

// evening is a day with people in both rooms.
type evening struct {
	*day
	guests [2]*client.Client // a member in each room
	page   *chrome.Page      // a member who watches the first room
}

// A whole evening of work by keyboard alone: she signs in to two accounts, goes
// online, answers in the second room while she sees nothing of the first, is
// tipped from a real browser, changes her picture, bans somebody, goes offline,
// and finds everything as she left it.
func TestWindow_wholeEvening(t *testing.T) {
	e := &evening{day: newDay(t)}
	for i := range e.guests {
		e.guests[i], _ = e.Stage.SignIn(e.Members[i+1])
	}
	e.open()
	e.signInBoth()
	e.goesOnline()
	e.watchedBy()
	e.answers()
	e.bans()
	e.tipped()
	e.changesPicture()
	e.leaves()
	e.comesBack()
	e.Verify()
}

// watchedBy opens the first room in a browser, as a member who sees the picture.
func (e *evening) watchedBy() {
	e.t.Helper()
	member := e.Members[0]
	login, err := json.Marshal([2]string{member.Email, member.Password})
	if err != nil {
		e.t.Fatal(err)
	}
	e.page = chrome.Open(e.t, chrome.Options{}).Page(e.URL + "/signin?next=/r/" + e.Performers[0].Name)
	e.page.Eval(`((email, password) => {
		document.querySelector("[name=email]").value = email;
		document.querySelector("[name=password]").value = password;
		document.querySelector("main form").requestSubmit();
	})(...`+string(login)+`)`, nil)
	e.page.Until(patience, `document.querySelector("video[data-room]")?.videoWidth === 1920`)
	e.page.WaitForPicture(e.t, "video[data-room]", patience)
}

// lines is where the chat page shows its lines.
func lines() image.Rectangle { return image.Rect(135, 92, 858, 668) }

// hears has a member speak, and waits until the window shows it.
func (e *evening) hears(room int, text string) {
	e.t.Helper()
	before := e.Picture()
	line := domain.Line{Text: text, Key: fmt.Sprintf("evening-%d-%s", room, text)}
	if _, err := e.guests[room].Say(e.t.Context(), e.Performers[room].Name, line); err != nil {
		e.t.Fatal(err)
	}
	e.untilDrawn(before, lines(), "the line "+text)
}

// answers a line of the second room while the first one is filtered away.
func (e *evening) answers() {
	e.t.Helper()
	e.day.page("F2", "Chat")
	e.hears(0, "nothing-for-b")
	e.hears(1, "how-are-you")
	for _, filter := range []string{"the first room alone", "the second room alone"} {
		before := e.Picture()
		e.Keys("F9")
		e.untilDrawn(before, lines(), filter)
	}
	e.Keys("F10", "shift+Tab", "shift+Tab", "Up", "Return") // from the entry to the lines, to the newest one
	e.Type("fine and you")
	e.Keys("Return")
	testkit.Until(e.t, patience, "her answer in the second room", func() bool { return e.said(1, "fine and you") })
	e.Keep("answered")
	if e.said(0, "fine and you") {
		e.t.Error("the answer went to the first room, too")
	}
}

// said tells whether the performer of a room said something there.
func (e *evening) said(room int, text string) bool {
	name := e.Performers[room].Name
	list, err := e.own[room].Messages(e.t.Context(), name, 0, 50)
	return err == nil && slices.ContainsFunc(list, func(m domain.Message) bool { return m.Text == text && m.From == name })
}

// bans the member of the second room by the menu of the line.
func (e *evening) bans() {
	e.t.Helper()
	e.Keys("F10", "shift+Tab", "shift+Tab", "Home", "shift+F10")
	e.Keys("Down", "Down", "Down", "Down", "Down", "Return") // answer, copy, two kicks, ban
	e.Keys("Tab", "Return")                                  // the question has the cursor on No
	testkit.Until(e.t, patience, "the ban", func() bool { return e.banned(1) })
	if e.banned(0) {
		e.t.Error("the member is banned from the first room, too")
	}
	_, err := e.guests[1].Say(e.t.Context(), e.Performers[1].Name, domain.Line{Text: "hello?", Key: "evening-banned"})
	if domain.KindOf(err) != domain.KindForbidden {
		e.t.Errorf("a banned member speaks: %v", err)
	}
}

// banned tells whether the member of the second room may not come into a room,
// until she lifts it.
func (e *evening) banned(room int) bool {
	list, err := e.own[room].Bans(e.t.Context(), e.Performers[room].Name)
	return err == nil && slices.ContainsFunc(list, func(b domain.Ban) bool { return b.Viewer == e.Members[2].Name && b.Until == 0 })
}
