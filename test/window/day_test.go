package window

import (
	"strings"
	"testing"
	"time"

	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/testkit"
)

// She comes for the first time: signs in to two accounts by keyboard alone, goes
// online, starts the app once more by mistake, closes it, and finds everything
// as she left it, with a real keyring.
func TestWindow_firstDay(t *testing.T) {
	d := newDay(t)
	d.open()
	d.signInBoth()
	d.page("F1", "Live") // the first time she is asked for camera and microphone, and shown around
	d.Keep("set-up")
	d.Keys("Return")
	testkit.Until(t, patience, "the end of the first steps", func() bool { return strings.Contains(d.kept(), `"welcomed": true`) })
	d.Keep("guide")
	d.Keys("Return", "Return", "Return")
	d.page("ctrl+6", "Accounts")
	d.Keys("F5") // from the accounts: she sees herself before anybody else does
	testkit.Until(t, patience, "the page where she sees herself", func() bool { return d.Titled("JasminCam · Live") })
	testkit.Pause(3 * time.Second)
	d.Keep("seen")
	if !d.rooms(domain.RoomOffline)() {
		t.Error("her camera went live before she saw it")
	}
	d.Keys("Return")
	testkit.Until(t, patience, "both rooms live", d.rooms(domain.RoomLive))

	second := testkit.Start(t, testkit.Spec{Path: testkit.Build(t, "jasmincam", false), Args: d.args(), Env: d.Env})
	if err := second.Wait(patience); err != nil || !strings.Contains(second.Output(), "runs already") {
		t.Errorf("a second start ended with %v and said %q", err, second.Output())
	}

	d.Keys("ctrl+q", "Escape") // it asks, for she is online; she stays
	testkit.Pause(time.Second)
	if !d.rooms(domain.RoomLive)() {
		t.Fatal("Escape did not keep her online")
	}
	d.Keys("ctrl+plus", "ctrl+plus") // larger text, to be remembered
	d.Keys("ctrl+q", "Tab", "Return")
	if err := d.app.Wait(patience); err != nil {
		t.Fatalf("the window ended with %v", err)
	}
	testkit.Until(t, patience, "both rooms offline", d.rooms(domain.RoomOffline))

	d.open()
	d.goesOnline() // no password is asked for: the keyring has her sessions
	if err := d.app.Stop(patience); err != nil {
		t.Errorf("Ctrl-C ended it with %v", err)
	}
	if kept := d.kept(); !strings.Contains(kept, `"text_size": 120`) || strings.Contains(kept, d.Performers[0].Password) {
		t.Errorf("remembered:\n%s", kept)
	}
}
