package window

import (
	"encoding/json"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/testkit"
)

// changesPicture chooses another resolution on the live page while both rooms
// are live: she goes from field to field and moves to the next choice, until
// it is the resolution that has changed.
func (e *evening) changesPicture() {
	e.t.Helper()
	e.day.page("F1", "Live")
	smaller := func() bool { return e.height() == 720 }
	for field := 0; field < 30 && !smaller(); field++ {
		e.Keys("Tab", "Right")
		if !testkit.Holds(1500*time.Millisecond, smaller) {
			e.Keys("Left") // it was another field, which gets back what it had
		}
	}
	if !smaller() {
		e.Keep("no-resolution")
		e.t.Fatalf("no field changes the resolution; the settings are\n%s", e.kept())
	}
	if kept := e.kept(); !strings.Contains(kept, `"microphone": "tone"`) {
		e.t.Errorf("another field was changed for good:\n%s", kept)
	}
	e.page.Until(patience, `document.querySelector("video[data-room]").videoWidth === 1280`)
	e.Keep("resolution")
	if !e.rooms(domain.RoomLive)() {
		e.t.Error("a room is not live any more")
	}
}

// height is that of the picture she wants, as the settings have it.
func (e *evening) height() int {
	var kept struct {
		Picture struct{ Height int } `json:"picture"`
	}
	if err := json.Unmarshal([]byte(e.kept()), &kept); err != nil {
		e.t.Fatalf("the settings are no JSON: %v", err)
	}
	return kept.Picture.Height
}

// leaves goes offline and closes the window from the chat page.
func (e *evening) leaves() {
	e.t.Helper()
	e.Keys("F6", "Tab", "Return") // it asks, for somebody watches; the cursor is on No
	testkit.Until(e.t, patience, "both rooms offline", e.rooms(domain.RoomOffline))
	e.day.page("F2", "Chat")
	e.still(lines()) // the window looks at the desk a few times a second: a person is no faster
	e.Keys("ctrl+q") // nobody is online: it does not ask
	if err := e.app.Wait(patience); err != nil {
		e.Keep("not-left")
		e.t.Fatalf("the window ended with %v", err)
	}
}

// comesBack starts the app again: accounts, page, picture and ban are as they
// were, and nobody asks for a password.
func (e *evening) comesBack() {
	e.t.Helper()
	kept := e.kept()
	for i, p := range e.Performers {
		if !strings.Contains(kept, p.Email) || strings.Contains(kept, p.Password) {
			e.t.Errorf("remembered of %s:\n%s", p.Name, kept)
		}
		if n := e.sessions(i); n != 1 {
			e.t.Errorf("%s has %d sessions of the app, want one", p.Name, n)
		}
	}
	if n := e.secrets(); n != len(e.Performers) {
		e.t.Errorf("the keyring has %d secrets, want one an account", n)
	}
	e.open()
	testkit.Until(e.t, patience, "the page that was open", func() bool { return e.Titled("JasminCam · Chat") })
	e.goesOnline()
	e.page.Until(patience, `document.querySelector("video[data-room]").videoWidth === 1280`)
	e.page.WaitForPicture(e.t, "video[data-room]", patience)
	for i := range e.Performers {
		if n := e.sessions(i); n != 1 {
			e.t.Errorf("after the start %s has %d sessions of the app, want the one from before", e.Performers[i].Name, n)
		}
	}
	if !e.banned(1) {
		e.t.Error("the ban is forgotten")
	}
	e.Keep("back")
	if err := e.app.Stop(patience); err != nil {
		e.t.Errorf("Ctrl-C ended it with %v", err)
	}
}

// secrets counts what the app has in the keyring, as its own command tells.
func (e *evening) secrets() int {
	cmd := exec.CommandContext(e.t.Context(), testkit.Need(e.t, "secret-tool"), "search", "--all", "service", "JasminCam")
	cmd.Env = os.Environ()
	out, err := cmd.CombinedOutput()
	if err != nil {
		e.t.Errorf("the keyring: %v\n%s", err, out)
	}
	return strings.Count(string(out), "secret = ")
}
