package desk

import (
	"context"
	"image"
	"image/color"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pion/rtp"

	"github.com/jasmincam/jasmincam/internal/backend"
	"github.com/jasmincam/jasmincam/internal/backend/auth"
	"github.com/jasmincam/jasmincam/internal/capture"
	"github.com/jasmincam/jasmincam/internal/capture/synthetic"
	"github.com/jasmincam/jasmincam/internal/client"
	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/encode"
	"github.com/jasmincam/jasmincam/internal/session"
	"github.com/jasmincam/jasmincam/internal/testkit"
	"github.com/jasmincam/jasmincam/internal/testkit/peer"
)

// What may be seen and heard of what is captured after the key was pressed.
const (
	pictureAfter = 34 * time.Millisecond
	soundAfter   = 20 * time.Millisecond
)

// witness watches a room and keeps everything that it is sent.
type witness struct {
	*peer.Viewer
	t *testing.T

	mu      sync.Mutex
	packets []*rtp.Packet // of all streams
}

func (h *house) witness(t *testing.T, who int, token string, tcp bool) *witness {
	t.Helper()
	transport := client.NewTransport(nil)
	t.Cleanup(transport.CloseIdleConnections)
	w := &witness{t: t}
	var err error
	w.Viewer, err = peer.View(t.Context(), peer.Watch{URL: h.URL() + "/whep/" + h.Performers[who].Name, Token: token, Transport: transport,
		Keep: true, AskKey: true, TCP: tcp, Tap: w.tap})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = w.Abandon() })
	return w
}

// tap keeps every packet; heard knows which are of the sound.
func (w *witness) tap(b []byte) {
	if len(b) < 12 || b[1] >= 192 && b[1] <= 223 { // RTCP (RFC 5761, section 4)
		return
	}
	p := &rtp.Packet{}
	if p.Unmarshal(slices.Clone(b)) != nil {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.packets = append(w.packets, p)
}

// saw decodes all pictures: the newest moment of capture that is readable in any,
// when the last such one arrived, and when the first black one after it did.
func (w *witness) saw() (newest, arrived, black time.Time) {
	w.t.Helper()
	d, err := encode.NewDecoder()
	if err != nil {
		w.t.Fatal(err)
	}
	defer d.Close()
	for _, u := range w.Units() {
		picture, err := d.Decode(u.Data)
		if err != nil || picture == nil {
			continue // before the first key frame
		}
		wide, high := picture.Rect.Dx(), picture.Rect.Dy()
		if stamp, ok := synthetic.ReadStrip(picture.Y, picture.YStride, wide, high); ok {
			arrived, black = u.At, time.Time{}
			if at := moment(stamp); at.After(newest) {
				newest = at
			}
		} else if isBlack(picture) && black.IsZero() {
			black = u.At
		}
	}
	return newest, arrived, black
}

// moment is the time of a stamp, which has the low 40 bits.
func moment(stamp uint64) time.Time {
	const low = 1<<40 - 1
	return time.UnixMilli(time.Now().UnixMilli()&^low | int64(stamp))
}

func isBlack(p *image.YCbCr) bool {
	for y := range p.Rect.Dy() {
		if slices.Max(p.Y[y*p.YStride:][:p.Rect.Dx()]) > 24 {
			return false
		}
	}
	return true
}

// heard decodes all sound: the moment at which the last loud sample was captured,
// told by the click of the full second before it, and how many packets were silent
// after it.
func (w *witness) heard(key time.Time) (last time.Time, silent int) {
	w.t.Helper()
	d, err := encode.NewAudioDecoder(1)
	if err != nil {
		w.t.Fatal(err)
	}
	defer d.Close()
	sound := w.Stats().AudioSSRC
	w.mu.Lock()
	all := slices.DeleteFunc(slices.Clone(w.packets), func(p *rtp.Packet) bool { return p.SSRC != sound })
	w.mu.Unlock()
	slices.SortFunc(all, func(a, b *rtp.Packet) int { return int(int32(a.Timestamp - b.Timestamp)) })
	tape := tape{second: -1}
	for _, p := range all {
		pcm, err := d.Decode(p.Payload)
		if err != nil {
			w.t.Errorf("sound does not decode: %v", err)
			continue
		}
		if tape.take(pcm, int(p.Timestamp-all[0].Timestamp)) {
			silent = 0
		} else {
			silent++
		}
	}
	return tape.last(w.t, key), silent
}

// tape follows decoded sound. Positions are in samples.
type tape struct {
	second      int // that the newest click began, modulo 16; -1 while it is not known
	click, loud int
	known       bool // there was a click
}

// loudness tells the tone (peak 6500) from what a codec leaves of silence.
const loudness = 600

// clickLoud tells the click (peak 22900) from the tone.
const clickLoud = 12000

// take reads a piece of 20 ms that begins at a position, and tells whether it was
// loud at all.
func (t *tape) take(pcm []int16, at int) (loud bool) {
	for i, v := range pcm {
		v = max(v, -v)
		if v > clickLoud && (!t.known || at+i-t.click > capture.SampleRate/2) {
			t.click, t.known = at+i, true
			if t.second >= 0 {
				t.second = (t.second + 1) % 16
			}
		}
		if v > loudness {
			t.loud, loud = at+i, true
		}
	}
	if second, ok := synthetic.ReadTone(pcm, 1, capture.SampleRate); ok && t.known && at > t.click+capture.ChunkFrames {
		t.second = second
	}
	return loud
}

// last is when the last loud sample was captured: the sound tells it modulo 16 s, of
// which 4 are before the key.
func (t *tape) last(tb testing.TB, key time.Time) time.Time {
	tb.Helper()
	if !t.known || t.second < 0 {
		tb.Fatal("the sound has no second that can be read")
	}
	first := key.Unix() - 4
	second := first + ((int64(t.second)-first)%16+16)%16
	return time.Unix(second, 0).Add(time.Duration(t.loud-t.click) * time.Second / capture.SampleRate)
}

// verdict is what witnesses were sent of the time after the key.
type verdict struct {
	picture, sound time.Duration // the newest that was captured, after the key; negative: before it
	arrived        time.Duration // when the last picture that shows her came
	black          time.Duration // when the last witness had a black picture
	unblack        int           // witnesses without one
	silent         int           // the fewest packets of silence
}

func judge(key time.Time, all ...*witness) verdict {
	v := verdict{picture: -time.Hour, sound: -time.Hour, silent: 1 << 30}
	for _, w := range all {
		newest, arrived, black := w.saw()
		last, silent := w.heard(key)
		v.picture, v.sound = max(v.picture, newest.Sub(key)), max(v.sound, last.Sub(key))
		v.arrived, v.silent = max(v.arrived, arrived.Sub(key)), min(v.silent, silent)
		if black.IsZero() {
			v.unblack++
		}
		v.black = max(v.black, black.Sub(key))
	}
	return v
}

// whole tells whether nothing of her was seen or heard.
func (v verdict) whole() (picture, sound bool) {
	return v.picture <= pictureAfter && v.unblack == 0, v.sound <= soundAfter && v.silent >= 25
}

// theatre is a desk with two live accounts and witnesses of both rooms.
type theatre struct {
	*house
	scene     *scene
	her       Entry
	witnesses []*witness
}

func openTheatre(t *testing.T, dress ...func(session.Service) session.Service) *theatre {
	t.Helper()
	x := &theatre{house: openHouse(t)}
	x.scene = openDesk(t, small())
	x.her = x.entry(t, 0)
	for _, d := range dress {
		x.her.Service = d(x.her.Service)
	}
	x.scene.desk.Add(x.her)
	x.scene.desk.Add(x.entry(t, 1))
	x.scene.desk.GoOnline()
	x.scene.states(session.Live, session.Live)
	return x
}

func (x *theatre) watched(t *testing.T) {
	t.Helper()
	x.witnesses = []*witness{x.witness(t, 0, "", false), x.witness(t, 0, "", true), x.witness(t, 1, "", false)}
	x.more(t, 75) // two seconds: a click and its second can be read
}

func (x *theatre) more(t *testing.T, pictures int) {
	t.Helper()
	for _, w := range x.witnesses {
		if err := w.Wait(t.Context(), len(w.Units())+pictures); err != nil {
			t.Fatal(err)
		}
	}
}

// key presses the key and waits until two more pictures or seconds have passed.
func (x *theatre) key(t *testing.T, press func()) verdict {
	t.Helper()
	at := time.Now()
	press()
	x.more(t, 3)
	v := judge(at, x.witnesses...)
	t.Logf("after the key: picture %v, sound %v; the last picture of her came after %v, black after %v; %d packets of silence",
		v.picture, v.sound, v.arrived, v.black, v.silent)
	return v
}

// Nothing that is captured after the key is seen or heard in either room, the
// screens turn black, and she is seen again only when she says so.
func TestPanic_nothingOfHerIsSeenOrHeard(t *testing.T) {
	x := openTheatre(t)
	x.watched(t)
	v := x.key(t, x.scene.desk.Panic)
	if picture, sound := v.whole(); !picture || !sound {
		t.Errorf("picture %t, sound %t: %+v", picture, sound, v)
	}
	x.scene.states(session.Panic, session.Panic)
	x.scene.desk.Panic() // the same key again undoes nothing
	x.scene.states(session.Panic, session.Panic)
	testkit.Until(t, soon, "the service to know it", func() bool {
		a, errA := x.guest.Room(t.Context(), x.Performers[0].Name)
		b, errB := x.guest.Room(t.Context(), x.Performers[1].Name)
		return errA == nil && errB == nil && a.Paused && b.Paused && a.State == domain.RoomLive && a.Thumbnail == ""
	})
	again := time.Now()
	x.scene.desk.ShowAgain()
	x.scene.states(session.Live, session.Live)
	x.more(t, 10)
	for _, w := range x.witnesses {
		if newest, _, _ := w.saw(); newest.Before(again) {
			t.Errorf("she is not seen again: the newest picture is %v older", again.Sub(newest))
		}
	}
}

// The judge finds sound that goes on, and pictures that go on.
func TestPanic_judgeFindsWhatLeaks(t *testing.T) {
	x := openTheatre(t)
	x.watched(t)
	all := &capture.Overlay{Picture: image.NewUniform(color.Black), Width: 1}
	cover := image.NewRGBA(image.Rect(0, 0, 320, 180))
	for i := 3; i < len(cover.Pix); i += 4 {
		cover.Pix[i] = 255
	}
	all.Picture = cover
	v := x.key(t, func() { x.scene.desk.SetLook(capture.Look{Overlay: all}); x.more(t, 60) })
	if picture, sound := v.whole(); !picture || sound {
		t.Errorf("only the picture is covered, and the judge says picture %t, sound %t: %+v", picture, sound, v)
	}
	x.scene.desk.SetLook(capture.Look{})
	x.more(t, 45)
	v = x.key(t, func() { x.scene.desk.SetMuted(true); x.more(t, 60) })
	if picture, sound := v.whole(); picture || !sound {
		t.Errorf("only the sound is covered, and the judge says picture %t, sound %t: %+v", picture, sound, v)
	}
}

// deaf is a service that cannot be told of a pause.
type deaf struct{ session.Service }

func (deaf) SetPaused(context.Context, string, bool) (domain.Room, error) {
	return domain.Room{}, domain.Errorf("pause", domain.KindUnavailable, "The service cannot be reached.")
}

// During a private show the payer sees no more of her than anybody, the meter stands
// although black comes, the show is kept, and it goes on as the same one. All of it
// holds where the service cannot be told.
func TestPanic_standsThePrivateShowStill(t *testing.T) {
	t.Run("told", func(t *testing.T) { openTheatre(t).standsStill(t, true) })
	t.Run("deaf", func(t *testing.T) {
		openTheatre(t, func(s session.Service) session.Service { return deaf{s} }).standsStill(t, false)
	})
}

func (x *theatre) standsStill(t *testing.T, told bool) {
	t.Helper()
	mike, id := ask(t, x.house, x.guest.With(x.her.Token), 0)
	began := time.Now()
	x.scene.desk.BeginPrivate(x.her.Email, id)
	untilShow(t, mike, id, domain.ShowStarting)
	x.witnesses = []*witness{x.witness(t, 0, mike.Token(), false), x.witness(t, 0, mike.Token(), true)}
	untilShow(t, mike, id, domain.ShowRunning)
	x.more(t, 90)
	key := time.Now()
	v := x.key(t, x.scene.desk.Panic)
	if picture, sound := v.whole(); !picture || !sound {
		t.Errorf("picture %t, sound %t: %+v", picture, sound, v)
	}
	x.scene.states(session.Panic, session.Panic)
	untilShow(t, mike, id, domain.ShowInterrupted)
	knows := func() bool { r, err := mike.Room(t.Context(), x.Performers[0].Name); return err == nil && r.Paused }
	if told {
		testkit.Until(t, soon, "the room to tell of the pause", knows)
	} else if knows() {
		t.Error("the room tells of a pause that its service was not told of")
	}
	x.scene.desk.ShowAgain()
	untilShow(t, mike, id, domain.ShowRunning)
	x.scene.states(session.Private, session.Private)
	again := time.Now()
	x.more(t, 60)
	if _, err := mike.End(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	end := time.Now()
	untilShow(t, mike, id, domain.ShowSettled)
	s, err := mike.Show(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	seen := key.Sub(began) + end.Sub(again) + 2*time.Second // the picture was back before the member's report said so
	paid := time.Duration(s.DeliveredMS) * time.Millisecond
	t.Logf("%v were delivered; she was to be seen for at most %v, in %v", paid, seen, end.Sub(began))
	if stood := again.Sub(key); paid > seen || stood < 4*time.Second || paid < time.Second {
		t.Errorf("%v were paid of %v, and %v were black", paid, seen, stood)
	}
}

// restart ends the service and has another begin with its data at its address.
func (h *house) restart(t *testing.T) {
	t.Helper()
	at := strings.TrimPrefix(h.URL(), "http://")
	if err := h.Server.Close(); err != nil {
		t.Fatal(err)
	}
	h.guest.CloseIdle()
	h.Server = backend.New(backend.Config{Listen: at, Data: filepath.Dir(h.Server.DemoFile()), Passwords: auth.Params{Memory: 8, Time: 1, Threads: 1}})
	if err := h.Server.Open(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := h.Server.Close(); err != nil {
			t.Error(err)
		}
	})
}

// Before she is online nothing of her is seen until she undoes it, and a new upload
// in the middle of it shows nothing either.
func TestPanic_holdsBeforeAndOverUploads(t *testing.T) {
	h := openHouse(t)
	s := openDesk(t, small())
	s.desk.Panic()
	first := h.entry(t, 0)
	s.desk.Add(first)
	s.desk.GoOnline()
	s.states(session.Panic)
	s.until("the upload to stand", func(now Status) bool { return now.Stats.Uploads == 1 && now.Stats.Coded > 1 })
	if x := h.state(t, 0); x != domain.RoomOffline {
		t.Errorf("the room of somebody who is hidden is %s", x)
	}
	s.desk.ShowAgain()
	s.states(session.Live)
	s.desk.Panic()
	s.states(session.Panic)
	h.restart(t)
	s.until("the upload to be lost and to come back", func() func(Status) bool {
		lost := false
		return func(now Status) bool {
			lost = lost || now.Stats.Uploads == 0
			return lost && now.Stats.Uploads == 1 && h.state(t, 0) == domain.RoomLive
		}
	}())
	key := time.Now()
	w := h.witness(t, 0, "", false)
	if err := w.Wait(t.Context(), 2); err != nil {
		t.Fatal(err)
	}
	if newest, _, black := w.saw(); !newest.IsZero() || black.IsZero() {
		t.Errorf("after the return of the upload she was seen %v after it, black: %v", newest.Sub(key), !black.IsZero())
	}
	s.desk.ShowAgain()
	s.states(session.Live)
}
