package e2e

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/jasmincam/jasmincam/internal/capture"
	"github.com/jasmincam/jasmincam/internal/capture/device"
	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/testkit"
	"github.com/jasmincam/jasmincam/internal/testkit/chrome"
	"github.com/jasmincam/jasmincam/internal/testkit/stage"
)

const (
	voiceHz = 780 // of the member's voice; no frequency of the synthetic tone
	cutFor  = 20 * time.Second
)

// voice writes a WAV file of a member who says ah again and again, out of step with the
// seconds of the lines.
func voice(t *testing.T) string {
	t.Helper()
	pcm := testkit.Tone(voiceHz, 10*time.Second)
	for i := range pcm {
		if i/(capture.SampleRate*7/20)%2 == 1 {
			pcm[i] = 0
		}
		pcm[i] *= 2
	}
	var b bytes.Buffer
	write := func(values ...any) {
		for _, v := range values {
			if err := binary.Write(&b, binary.LittleEndian, v); err != nil {
				t.Fatal(err)
			}
		}
	}
	n := uint32(2 * len(pcm))
	write([]byte("RIFF"), 36+n, []byte("WAVEfmt "), uint32(16), uint16(1), uint16(1), uint32(capture.SampleRate), uint32(2*capture.SampleRate), uint16(2), uint16(16), []byte("data"), n, pcm)
	path := filepath.Join(t.TempDir(), "voice.wav")
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// ear hears what comes out of the performer's loudspeaker.
type ear struct {
	mu   sync.Mutex
	said int // pieces in which the member's voice is
}

func openEar(t *testing.T) *ear {
	t.Helper()
	e := &ear{}
	r := capture.NewAudioReader(capture.AudioReaderConfig{Open: device.OpenSound(device.MicrophoneConfig{ID: "pulse:" + testkit.Monitor})})
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- r.Run(ctx, e.take) }()
	t.Cleanup(func() {
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return e
}

// take counts a piece whose power is mostly that of the voice (Goertzel's filter).
func (e *ear) take(s capture.Samples) {
	var all, before, last float64
	c, n := 2*math.Cos(2*math.Pi*voiceHz/capture.SampleRate), 0
	for i := 0; i < len(s.PCM); i += s.Channels {
		x := float64(s.PCM[i]) / 32768
		all += x * x
		before, last = last, x+c*last-before
		n++
	}
	power := (last*last + before*before - c*last*before) * 2 / float64(n)
	if all/float64(n) > 1e-6 && power > all/2 {
		e.mu.Lock()
		e.said++
		e.mu.Unlock()
	}
}

func (e *ear) count() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.said
}

// measure is script that adds up for how long packets of the picture come to the
// page: the time between two. Where that is a gap, or the page itself was held up for
// so long, it is what the pictures stand for that came meanwhile.
const measure = `window.truth = {ms: 0, frames: 0, last: 0, seen: 0, from: Infinity, newest: 0, async look() {
	const pc = document.querySelector("video[data-room]").jcPeer || truth.pc; // of one that is over, its last packets
	for (const s of pc ? (await pc.getStats()).values() : []) {
		if (s.type !== "inbound-rtp" || s.kind !== "video") continue;
		const fresh = s.framesReceived - (truth.pc === pc ? truth.seen : 0);
		if (fresh < 0) continue; // an older look that came later
		const at = truth.newest = Math.max(truth.newest, s.lastPacketReceivedTimestamp || 0), gap = at - truth.last;
		Object.assign(truth, {pc, seen: s.framesReceived});
		if (at <= truth.from || gap <= 0) continue;
		truth.last = at;
		const each = truth.frames > 30 ? truth.ms / truth.frames : 1000 / 30;
		if (gap <= 500) Object.assign(truth, {ms: truth.ms + gap, frames: truth.frames + fresh});
		else truth.ms += Math.min(gap, Math.max(1, fresh) * each);
	}
}}; setInterval(truth.look, 50); 0`

// delivered is how much picture came to the member's page since the curtain fell.
func (b *booking) delivered() time.Duration {
	var ms float64
	b.page.Eval(`truth.ms`, &ms)
	return time.Duration(ms * float64(time.Millisecond))
}

// meets brings a show to where both extras are on, and she sees and hears him.
func (b *booking) meets(t *testing.T) (id string) {
	t.Helper()
	b.page.Eval(measure, nil)
	press(b.page, "[data-show-button]")
	press(b.page, "[data-show-go]")
	says(b.page, "You have asked "+b.room)
	id = b.open(t).ID
	if _, err := b.her.Answer(t.Context(), id, true); err != nil {
		t.Fatal(err)
	}
	curtained(b.guest)
	curtained(b.other)
	b.page.Eval(`truth.look().then(() => { truth.from = truth.newest; return 0 })`, nil) // what came of the free room is none of the show
	if _, err := b.her.ReadyFor(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	says(b.page, "Nobody but you")
	for _, extra := range []string{"cam2cam", "audio"} {
		b.page.Until(patience, fmt.Sprintf(`/^\+[0-9]+\.[0-9]{2} a minute$/.test(document.querySelector('[data-extra=%s] [data-price]').textContent)`, extra))
		press(b.page, "[data-extra="+extra+"]")
		b.page.Until(patience, fmt.Sprintf(`document.querySelector('[data-extra=%s]').ariaChecked === "true"`, extra))
	}
	b.page.Until(patience, `document.querySelector("[data-extras-self] video").videoWidth > 0 && document.querySelector("[data-extras-note]").textContent === "She sees and hears you."`)
	b.page.Eval(`window.kept = document.querySelector("[data-extras-self] video").srcObject.getTracks()[0]; 0`, nil)
	return id
}

// met waits until the program has decoded so many more pictures and seconds of voice.
func (b *booking) met(t *testing.T, when string, e *ear) {
	t.Helper()
	var first stage.LineGuest
	said, light, level := e.count(), 0.0, -100.0
	defer func() {
		line, _ := b.live.Line()
		t.Logf("%s: %+v, luma up to %.0f, voice up to %.0f dB, heard in %d pieces", when, line.Guest, light, level, e.count()-said)
	}()
	testkit.Until(t, patience, "her program to see and hear the member "+when, func() bool {
		line, _ := b.live.Line()
		g := line.Guest
		if g == nil {
			return false
		}
		if first.Show == "" {
			first = *g
		}
		light, level = max(light, g.Light), max(level, g.Level)
		return g.Pictures >= first.Pictures+40 && g.Heard >= first.Heard+2 && light > 18 && level > -50 && e.count() >= said+20
	})
}

func openMeeting(t *testing.T, s *stage.Stage, url string) (*booking, *ear) {
	t.Helper()
	live := stage.GoLive(t, "--backend", url, "--credentials", s.Credentials(), "--video", "pattern", "--audio", "tone", "--size", "640x360")
	live.UntilLive(patience)
	b := bookOn(t, s, live, chrome.Options{FakeCamera: true, Flags: []string{"use-file-for-fake-audio-capture=" + voice(t)}})
	return b, openEar(t)
}

// between checks that charged less delivered lies within bounds.
func (b *booking) between(t *testing.T, s domain.Show, least time.Duration) {
	t.Helper()
	delivered := b.delivered()
	charged := time.Duration(s.DeliveredMS) * time.Millisecond
	t.Logf("charged %v of %v delivered (%v): base %d ms, cam2cam %d ms, audio %d ms, paused %d ms, %d millicredits", charged, delivered,
		charged-delivered, s.DeliveredMS, s.Cam2cam.DeliveredMS, s.Audio.DeliveredMS, s.PausedMS(), s.Charged)
	if off := charged - delivered; off > 0 || off < least {
		t.Errorf("charged - delivered is %v, want %v to 0", off, least)
	}
	full := (int64(s.Price)*s.DeliveredMS + int64(s.Cam2cam.Price)*s.Cam2cam.DeliveredMS + int64(s.Audio.Price)*s.Audio.DeliveredMS) / 60_000
	if int64(s.Charged) != full || s.Cam2cam.DeliveredMS > s.DeliveredMS || s.Audio.DeliveredMS > s.DeliveredMS {
		t.Errorf("charged are %d of %d: %+v", s.Charged, full, s)
	}
}

// A member shows himself and speaks in a private show, and her program sees and hears
// him. Her line is cut for twenty seconds in the middle: the same show goes on, her
// other room stays closed, and the receipt has the time that was not delivered.
func TestPrivateShow_bothWaysThroughACut(t *testing.T) {
	testkit.NewSound(t)
	s := stage.Open(t, stage.Options{})
	line := lay(t, s)
	b, e := openMeeting(t, s, line.URL)
	id := b.meets(t)
	b.met(t, "before the cut", e)
	line.cut()
	cut := time.Now()
	says(b.page, "the clock stands still")
	for time.Since(cut) < cutFor {
		curtained(b.guest)
		curtained(b.other)
		testkit.Pause(200 * time.Millisecond)
	}
	line.mend()
	testkit.Until(t, patience, "the show to go on", func() bool { // her program says it after each upload
		_, err := b.her.ReadyFor(t.Context(), id)
		return err == nil && b.open(t).State == domain.ShowRunning
	})
	says(b.page, "Nobody but you")
	decodes(t, b.page, patience)
	b.met(t, "after the cut", e)
	curtained(b.guest)
	curtained(b.other)
	if now := b.open(t).ID; now != id {
		t.Errorf("it is another show: %s, not %s", now, id)
	}
	b.ends(t)
	show, err := b.him.Show(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	b.between(t, show, -time.Second)
	if paused := show.PausedMS(); paused < 18_000 || paused > 45_000 {
		t.Errorf("the receipt has %d ms that were not delivered", paused)
	}
	if show.Cam2cam.DeliveredMS < show.DeliveredMS/2 || show.Audio.DeliveredMS < show.DeliveredMS/2 {
		t.Errorf("of %d ms only %d have his picture and %d his voice", show.DeliveredMS, show.Cam2cam.DeliveredMS, show.Audio.DeliveredMS)
	}
	b.dark(t)
	base, cam2cam, audio := show.Lines()
	b.page.Until(patience, fmt.Sprintf(`["base", "cam2cam", "audio"].map((n) => document.querySelector("[data-show-" + n + "-line]").textContent).join() === "%d.%03d,%d.%03d,%d.%03d"`,
		base/1000, base%1000, cam2cam/1000, cam2cam%1000, audio/1000, audio%1000))
	b.s.Verify()
}

// dark checks that nothing of the member is captured or received any more.
func (b *booking) dark(t *testing.T) {
	t.Helper()
	b.page.Until(patience, `window.kept.readyState === "ended" && !document.querySelector("[data-extras]").checkVisibility() && document.querySelector("[data-extras-self] video").srcObject === null`)
	testkit.Until(t, patience, "her program to let go of the member", func() bool {
		line, _ := b.live.Line()
		return line.Guest == nil
	})
}

// The backend is killed in the middle of a show: what the member pays is never more
// than what came to him, and less by a tick at most.
func TestPrivateShow_bothWaysAndAKilledBackend(t *testing.T) {
	testkit.NewSound(t)
	s := stage.Open(t, stage.Options{})
	b, e := openMeeting(t, s, s.URL)
	before := balance(t, b.him)
	id := b.meets(t)
	b.met(t, "before the kill", e)
	testkit.Until(t, patience, "a tick to be well over", func() bool { return b.delivered() > 16*time.Second })
	s.Kill()
	s.Start()
	show, err := b.him.Show(t.Context(), id)
	if err != nil || show.State != domain.ShowSettled || show.Reason != "server" {
		t.Fatalf("after the start the show is %+v, %v", show, err)
	}
	b.between(t, show, -domain.TickEvery)
	if paid := before - balance(t, b.him); paid != show.Charged || paid == 0 {
		t.Errorf("the member paid %d for %+v", paid, show)
	}
	b.dark(t)
	b.s.Verify()
}
