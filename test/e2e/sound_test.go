package e2e

import (
	"encoding/json"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/jasmincam/jasmincam/internal/capture"
	"github.com/jasmincam/jasmincam/internal/testkit"
	"github.com/jasmincam/jasmincam/internal/testkit/chrome"
	"github.com/jasmincam/jasmincam/internal/testkit/stage"
)

// playedHz is none of the synthetic tone's frequencies, which are whole
// hundreds.
const playedHz = 1240

// What is played into a sound card is picked up by the program's microphone and
// heard by a guest in a real browser as the tone that it was.
func TestSound_ofAMicrophoneIsHeardByAGuest(t *testing.T) {
	sound := testkit.NewSound(t)
	s := stage.Open(t, stage.Options{})
	mic := microphone(t)
	playing := sound.Play(testkit.Tone(playedHz, 3*time.Minute))
	live := stage.GoLive(t, "--backend", s.URL, "--credentials", s.Credentials(), "--video", "pattern", "--audio", "device:"+mic, "--size", "640x360")
	live.UntilLive(30 * time.Second)

	// The guest's own loudspeaker is off: it would be heard by the microphone.
	page := chrome.Open(t, chrome.Options{Flags: []string{"mute-audio"}}).Incognito(s.URL + "/r/" + s.Performers[0].Name)
	page.WaitForPicture(t, "video[data-room]", 30*time.Second)
	right, all := heardTone(page, 15*time.Second)
	t.Logf("%d Hz heard in %d of %d looks", playedHz, right, all)
	if all < 25 || float64(right) < 0.9*float64(all) {
		t.Errorf("%d Hz were heard in %d of %d looks, want 90 %%", playedHz, right, all)
	}
	line, _ := live.Line()
	if level := line.Audio.Level; level < -30 || level > -5 {
		t.Errorf("the program's level is %.1f dB, want that of a sine of a fifth of full scale", level)
	}

	playing.Kill()
	testkit.Until(t, 30*time.Second, "silence at the guest's", func() bool {
		right, all := heardTone(page, 2*time.Second)
		return right == 0 && all > 0
	})
}

// heardTone counts the looks at which the played tone was heard.
func heardTone(page *chrome.Page, d time.Duration) (right, all int) {
	seen := page.Watch("video[data-room]", d, 6)
	for _, heard := range seen.Sounds {
		if math.Abs(heard.Hz-playedHz) <= 20 && heard.LevelDB > -40 {
			right++
		}
	}
	return right, len(seen.Sounds)
}

// microphone is the id under which `devices` lists the sound card's monitor.
func microphone(t *testing.T) string {
	t.Helper()
	p := testkit.Start(t, testkit.Spec{Path: testkit.Build(t, "jasmincam", false), Args: []string{"devices", "--json"}})
	if err := p.Wait(20 * time.Second); err != nil {
		t.Fatalf("devices: %v\n%s", err, p.Log())
	}
	var list struct{ Devices []capture.Device }
	if err := json.Unmarshal([]byte(p.Output()), &list); err != nil {
		t.Fatalf("devices said %q: %v", p.Output(), err)
	}
	for _, d := range list.Devices {
		if d.Kind == "microphone" && strings.Contains(d.ID, testkit.Monitor) {
			return d.ID
		}
	}
	t.Fatalf("devices does not list %s:\n%s", testkit.Monitor, p.Output())
	return ""
}
