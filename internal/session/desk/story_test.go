package desk

import (
	"slices"
	"testing"
	"time"

	"github.com/jasmincam/jasmincam/internal/capture"
	"github.com/jasmincam/jasmincam/internal/capture/synthetic"
	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/session"
	"github.com/jasmincam/jasmincam/internal/testkit"
)

// shortGap is how long the picture may stand still when she changes something,
// beyond the longest gap that this machine shows without any change.
const shortGap = time.Second

// An evening: she looks at herself, goes online with one account, then with the
// other, changes camera, size and look while members watch, and leaves, twice.
func TestDesk_evening(t *testing.T) {
	h := openHouse(t)
	large := small()
	large.Size = capture.Wish{Width: 1920, Height: 1080, FPS: 15}
	s := openDesk(t, large)
	d := s.desk
	for who := range 2 {
		d.Add(h.entry(t, who))
	}
	a, b := h.Performers[0].Email, h.Performers[1].Email
	s.until("the backend's word", func(now Status) bool { return now.Accounts[0].Name != "" && now.Accounts[1].Name != "" })
	if _, opened, _ := s.studio.now(); len(opened) != 0 || d.Status().Health.Word != HealthOff {
		t.Errorf("nobody watches and nobody is online, yet %v", opened)
	}

	d.SetWatching(true)
	s.picture().Release()
	now := s.until("the camera's speed", func(now Status) bool { return now.FPS > 10 && now.Health.Word == HealthGood })
	if now.Stats.Encoders != 0 || now.Stats.Width != 1920 || now.LevelDB < -25 || now.Kbps != 0 || now.Camera.Light < 16 || len(now.Advice) != 0 {
		t.Errorf("while only watching: %+v", now)
	}

	d.GoOnline(a)
	now = s.states(session.Live, session.Offline)
	if now.Stats.Encoders != 1 || now.Stats.Uploads != 1 || h.state(t, 1) != domain.RoomOffline {
		t.Errorf("A alone: %+v, B's room %s", now.Stats, h.state(t, 1))
	}
	v := h.watch(t, 0)
	v.sees("A", func() bool { return v.width == 1920 })

	d.GoOnline(b)
	now = s.states(session.Live, session.Live)
	testkit.Until(t, soon, "B's room", func() bool { return h.state(t, 1) == domain.RoomLive })
	if gap := v.catchUp(); now.Stats.Uploads != 1 || gap > shortGap/2 {
		t.Errorf("B's coming: %+v, A stood still for %v", now.Stats, gap)
	}
	h.watch(t, 1).sees("B", func() bool { return true })

	changes(t, s, v, large)

	d.GoOffline(a)
	now = s.states(session.Offline, session.Live)
	if x, y := h.state(t, 0), h.state(t, 1); now.Stats.Uploads != 1 || x != domain.RoomOffline || y != domain.RoomLive {
		t.Errorf("B alone: %+v, rooms %s and %s", now.Stats, x, y)
	}
	d.GoOffline(b)
	s.until("the encoder's end", func(now Status) bool { return now.Stats.Encoders == 0 && now.Stats.Uploads == 0 })
	s.picture().Release() // she still sees herself
	d.SetWatching(false)
	s.closed()

	for range 2 {
		d.GoOnline()
		s.states(session.Live, session.Live)
		d.GoOffline()
		s.states(session.Offline, session.Offline)
		s.closed()
	}
	d.GoOnline()
	s.states(session.Live, session.Live)
	s.end()
	if x, y := h.state(t, 0), h.state(t, 1); x != domain.RoomOffline || y != domain.RoomOffline {
		t.Errorf("at the end the rooms are %s and %s", x, y)
	}
}

// closed waits until no device is open.
func (s *scene) closed() {
	s.t.Helper()
	testkit.Until(s.t, soon, "the camera to be closed", func() bool { open, _, _ := s.studio.now(); return len(open) == 0 })
	s.until("the encoder's end", func(now Status) bool { return now.Stats.Encoders == 0 && now.Camera == (capture.ReaderState{}) })
	if f := s.desk.Preview().TryTake(); f != nil {
		s.t.Error("a picture was left in the preview")
		f.Release()
	}
}

// changes is what she does while members watch.
func changes(t *testing.T, s *scene, v *viewer, c Choice) {
	t.Helper()
	from := v.last
	usual := v.sees("a second without a change", func() bool { return v.last > from+1000 })
	c.Camera = Source{Kind: "device", Name: "other"}
	if err := s.desk.Use(c); err != nil {
		t.Fatal(err)
	}
	testkit.Until(t, soon, "the other camera", func() bool { open, _, _ := s.studio.now(); return slices.Equal(open, []string{"device:other"}) })
	from = v.last
	gap := v.sees("a second of the other camera", func() bool { return v.last > from+1000 })
	t.Logf("another camera: %v without a picture, %v without a change", gap, usual)
	if gap > shortGap+usual {
		t.Error("that is too long")
	}

	c.Size = capture.Wish{Width: 1280, Height: 720, FPS: 15}
	if err := s.desk.Use(c); err != nil {
		t.Fatal(err)
	}
	gap = v.sees("720 lines", func() bool { return v.width == 1280 })
	t.Logf("1080 to 720: %v without a picture", gap)
	if gap > shortGap+usual {
		t.Error("that is too long")
	}
	now := s.until("the size", func(now Status) bool { return now.Stats.Width == 1280 })
	if _, opened, atOnce := s.studio.now(); atOnce != 1 || slices.Contains(opened[1:], "pattern") || now.Camera.Reopened != 0 || now.Choice != c {
		t.Errorf("%d cameras at once, %v, %+v", atOnce, opened, now)
	}

	s.desk.SetLook(capture.Look{Mirror: true})
	v.sees("the mirror", func() bool { return v.flipped })
	s.desk.SetLook(capture.Look{})
	v.sees("no mirror", func() bool { return !v.flipped })
}

// Two backends: two uploads and one encoder, and nothing of one touches the other.
func TestDesk_twoBackends(t *testing.T) {
	h, other := openHouse(t), openHouse(t)
	s := openDesk(t, small())
	first, second := h.entry(t, 0), other.entry(t, 1)
	s.desk.Add(first)
	s.desk.Add(second)
	s.desk.GoOnline()
	now := s.states(session.Live, session.Live)
	if now.Stats.Uploads != 2 || now.Stats.Encoders != 1 {
		t.Errorf("%+v", now.Stats)
	}
	s.desk.GoOffline(first.Email)
	s.until("one upload", func(now Status) bool { return now.Stats.Uploads == 1 && now.Accounts[1].State == session.Live })
	s.desk.Remove(second.Email)
	s.closed()
	if x := other.state(t, 1); x != domain.RoomOffline || len(s.desk.Status().Accounts) != 1 {
		t.Errorf("she was removed and her room is %s", x)
	}
}

// An account that is added while the other is live gets an upload of its own,
// and shares one from the next time on.
func TestDesk_addsAnAccountWhileLive(t *testing.T) {
	h := openHouse(t)
	s := openDesk(t, small())
	s.desk.Add(h.entry(t, 0))
	s.desk.GoOnline()
	s.states(session.Live)
	s.desk.Add(h.entry(t, 1))
	s.desk.GoOnline()
	if now := s.states(session.Live, session.Live); now.Stats.Uploads != 2 || now.Stats.Encoders != 1 {
		t.Errorf("%+v", now.Stats)
	}
	s.desk.GoOffline()
	s.closed()
	s.desk.GoOnline()
	if now := s.states(session.Live, session.Live); now.Stats.Uploads != 1 {
		t.Errorf("%+v", now.Stats)
	}
}

// Whoever changes her mind faster than the backend answers gets what she said last.
func TestDesk_changesOfMind(t *testing.T) {
	h := openHouse(t)
	s := openDesk(t, small())
	a, b := h.entry(t, 0), h.entry(t, 1)
	s.desk.Add(a)
	s.desk.Add(b)
	for i := range 12 {
		s.desk.GoOnline(a.Email)
		s.desk.GoOffline(b.Email)
		testkit.Pause(time.Duration(i%4) * 60 * time.Millisecond)
		s.desk.GoOffline(a.Email)
		s.desk.GoOnline(b.Email)
		testkit.Pause(time.Duration(i%3) * 40 * time.Millisecond)
		if i%5 == 4 {
			s.desk.GoOffline()
		}
	}
	s.desk.GoOnline(a.Email)
	s.states(session.Live, session.Live)
	s.desk.GoOffline()
	s.states(session.Offline, session.Offline)
	s.desk.GoOnline(b.Email)
	s.states(session.Offline, session.Live)
	testkit.Until(t, soon, "the rooms", func() bool { return h.state(t, 0) == domain.RoomOffline && h.state(t, 1) == domain.RoomLive })
}

// After a sleep nobody is online, no device opens, and she reads why; then she
// decides.
func TestDesk_staysOfflineAfterASleep(t *testing.T) {
	h := openHouse(t)
	s := openDesk(t, small())
	s.desk.Add(h.entry(t, 0))
	s.desk.SetWatching(true)
	s.desk.GoOnline()
	s.states(session.Live)
	_, before, _ := s.studio.now()
	s.nap.total.Add(int64(61 * time.Second))
	s.closed()
	now := s.states(session.Offline)
	if capture.KindOf(now.Err) != capture.KindSlept || h.state(t, 0) != domain.RoomOffline || now.Health.Word != HealthOff {
		t.Errorf("%+v, the room is %s", now, h.state(t, 0))
	}
	testkit.Pause(4 * beat)
	if _, opened, _ := s.studio.now(); len(opened) != len(before) {
		t.Errorf("a camera was opened by itself: %v", opened)
	}
	s.desk.GoOnline()
	if now := s.states(session.Live); now.Err != nil {
		t.Errorf("still %v", now.Err)
	}
}

// A camera that cannot be opened takes nobody online, is told, and is tried again
// when she acts, not by itself.
func TestDesk_tellsOfACameraThatCannotBeOpened(t *testing.T) {
	h := openHouse(t)
	s := openDesk(t, small())
	s.desk.Add(h.entry(t, 0))
	busy := &capture.Error{Kind: capture.KindBusy, Message: "The camera is in use. Close the other program."}
	s.studio.refuse(busy)
	s.desk.GoOnline()
	now := s.until("the sentence", func(now Status) bool { return now.Err != nil })
	if session.Sentence(now.Err) != busy.Message || now.Accounts[0].State != session.Offline {
		t.Errorf("%+v", now)
	}
	s.until("the encoder's end", func(now Status) bool { return now.Stats.Encoders == 0 })
	s.desk.SetWatching(true)
	testkit.Until(t, soon, "another attempt", func() bool { _, opened, _ := s.studio.now(); return len(opened) == 2 })
	s.until("the sentence again", func(now Status) bool { return now.Err != nil })
	testkit.Pause(4 * beat)
	if _, opened, _ := s.studio.now(); len(opened) != 2 {
		t.Errorf("%d attempts", len(opened))
	}
	if now := s.desk.Status(); now.LevelDB < -30 {
		t.Error("the microphone stopped with the camera")
	}
	s.studio.refuse(nil)
	if err := s.desk.Use(small()); err != nil {
		t.Fatal(err)
	}
	s.picture().Release()
	if now := s.desk.Status(); now.Err != nil || now.Accounts[0].State != session.Offline {
		t.Errorf("%+v", now)
	}
}

// An account that was refused goes on when she tries again, and its streams with
// it; one that signs in anew takes the place of the old.
func TestDesk_triesARefusedAccountAgain(t *testing.T) {
	h := openHouse(t)
	s := openDesk(t, small())
	stale := h.entry(t, 0)
	stale.Token, stale.Service = "nonsense", h.guest.With("nonsense")
	s.desk.Add(stale)
	s.states(session.Failed)
	s.desk.GoOnline()
	s.states(session.Failed)
	s.desk.Add(h.entry(t, 0))
	s.states(session.Offline)
	s.desk.GoOnline()
	s.states(session.Live)
}

// What the room is told reaches her once and in order.
func TestDesk_tellsEachEventOnce(t *testing.T) {
	h := openHouse(t)
	s := openDesk(t, small())
	told := make(chan domain.Event, 1000)
	e := h.entry(t, 0)
	e.Told = func(e domain.Event) { told <- e }
	s.desk.Add(e)
	s.desk.GoOnline()
	s.states(session.Live)
	member, err := h.guest.SignIn(t.Context(), h.Members[0].Email, h.Members[0].Password, "test")
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"one", "two", "three"} {
		if _, err := h.guest.With(member.Token).Say(t.Context(), h.Performers[0].Name, domain.Line{Text: text, Key: "key-of-" + text}); err != nil {
			t.Fatal(err)
		}
	}
	var lines int
	var last int64
	for lines < 3 {
		e := testkit.Receive(t, soon, told, "a line")
		if e.Kind != domain.EventMessage {
			continue
		}
		if e.Seq <= last {
			t.Errorf("event %d after %d", e.Seq, last)
		}
		last = e.Seq
		lines++
	}
	testkit.Until(t, soon, "the count", func() bool { return s.desk.Status().Accounts[0].Messages == 3 })
}

// Mirrored, the preview's strip reads from right to left.
func TestDesk_previewShowsTheLook(t *testing.T) {
	s := openDesk(t, small())
	s.desk.SetLook(capture.Look{Mirror: true})
	s.desk.SetWatching(true)
	f := s.picture()
	defer f.Release()
	flat := make([]byte, f.Width*f.Height)
	for y := range f.Height {
		row := flat[y*f.Width:][:f.Width]
		copy(row, f.Y[y*f.YStride:])
		slices.Reverse(row)
	}
	if stamp, ok := synthetic.ReadStrip(flat, f.Width, f.Width, f.Height); !ok || stamp != synthetic.Stamp(f.At) {
		t.Errorf("strip %d %v, at %v", stamp, ok, f.At)
	}
}

// A look that is put on and off again and again takes no memory of its own: all
// pictures are of the frames that were there with the first.
func TestDesk_aLookTakesNoMemory(t *testing.T) {
	s := openDesk(t, small())
	s.desk.SetWatching(true)
	seen := map[*byte]bool{} // holds the memory: no new one can be where an old one was
	for i := range 4 * frames {
		s.desk.SetLook(capture.Look{Mirror: i%2 == 0})
		for range 2 {
			f := s.picture()
			seen[&f.Y[0]] = true
			f.Release()
		}
	}
	s.desk.SetWatching(false)
	s.closed()
	for range frames {
		f := s.desk.frames.Get(2, 2)
		defer f.Release()
		delete(seen, &f.Y[0])
	}
	if len(seen) != 0 {
		t.Errorf("%d pictures were in memory that is not one of the frames kept", len(seen))
	}
}
