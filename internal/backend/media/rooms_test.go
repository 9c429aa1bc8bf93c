package media

import (
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/pion/rtp"

	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/testkit/peer"
)

// missing lists the pictures that were sent between the first and the last that
// a viewer has, and that it does not have.
func missing(sent, got []peer.Unit) (lost, matched int) {
	have := map[[32]byte]bool{}
	for _, u := range got {
		have[u.Hash] = true
	}
	first, last := -1, -1
	for i, u := range sent {
		if have[u.Hash] {
			if first < 0 {
				first = i
			}
			last = i
		}
	}
	for i := first; first >= 0 && i <= last; i++ {
		if have[sent[i].Hash] {
			matched++
		} else {
			lost++
		}
	}
	return lost, matched
}

func TestRooms_shareContentAndNothingElse(t *testing.T) {
	h := open(t, nil)
	ctx := within(t, 30*time.Second)
	pub := h.publish(ctx, "both", nil)
	h.online(ctx, "a", "b")
	a, b := h.view(ctx, "a", nil), h.view(ctx, "b", nil)
	for _, v := range []*peer.Viewer{a, b} {
		if err := v.Wait(ctx, 90); err != nil {
			t.Fatal(err)
		}
		lost, matched := missing(pub.Sent(), v.Units())
		if lost != 0 || matched < 85 {
			t.Errorf("%d pictures are not those that were sent, %d are", lost, matched)
		}
		if s := v.Stats(); s.Lost != 0 {
			t.Errorf("%d packets lost", s.Lost)
		}
	}
	sa, sb := a.Stats(), b.Stats()
	if sa.VideoSSRC == sb.VideoSSRC || sa.AudioSSRC == sb.AudioSSRC || sa.FirstVideo.SequenceNumber == sb.FirstVideo.SequenceNumber {
		t.Error("two rooms share an SSRC or a sequence number")
	}
	// The same picture must not have the same time in both rooms.
	times := map[[32]byte]uint32{}
	for _, u := range a.Units() {
		times[u.Hash] = u.TS
	}
	compared := 0
	for _, u := range b.Units() {
		if ts, ok := times[u.Hash]; ok {
			compared++
			if ts == u.TS {
				t.Fatal("a picture has the same RTP time in both rooms")
			}
		}
	}
	if compared == 0 {
		t.Error("the two rooms have no picture in common")
	}
	for _, s := range []peer.Stats{sa, sb} {
		if s.FirstVideo.Extension || s.FirstAudio.Extension || len(s.FirstVideo.CSRC) > 0 {
			t.Error("a header extension or CSRC reached a viewer")
		}
	}
	sdpShareNothing(t, pub, a, b)
}

// sdpShareNothing checks the answers: ids differ, and nothing of the publisher is
// in them.
func sdpShareNothing(t *testing.T, pub *peer.Publisher, a, b *peer.Viewer) {
	t.Helper()
	ids := func(v *peer.Viewer) map[string]bool {
		m := map[string]bool{}
		for line := range strings.Lines(v.Session.Answer) {
			for _, key := range []string{"a=msid:", "a=ssrc:", "a=ice-ufrag:", "o="} {
				if rest, ok := strings.CutPrefix(line, key); ok {
					m[key+strings.TrimSpace(rest)] = true
				}
			}
		}
		return m
	}
	theirs := ids(b)
	for id := range ids(a) {
		if theirs[id] {
			t.Errorf("both answers have %q", id)
		}
	}
	offer := pub.PC.LocalDescription().SDP
	for line := range strings.Lines(offer) {
		if rest, ok := strings.CutPrefix(line, "a=candidate:"); ok {
			port := strings.Fields(rest)[5]
			if strings.Contains(a.Session.Answer, " "+port+" ") {
				t.Error("the publisher's candidate is in a viewer's answer")
			}
		}
	}
}

func TestRooms_oneGoesOfflineAndOnWhileTheOtherMissesNothing(t *testing.T) {
	h := open(t, nil)
	ctx := within(t, 30*time.Second)
	pub := h.publish(ctx, "both", nil)
	h.online(ctx, "a", "b")
	a, b := h.view(ctx, "a", nil), h.view(ctx, "b", nil)
	if err := b.Wait(ctx, 15); err != nil {
		t.Fatal(err)
	}
	if _, err := h.SetOnline("b", false); err != nil {
		t.Fatal(err)
	}
	<-b.Gone()
	if err := a.Wait(ctx, len(a.Units())+15); err != nil {
		t.Fatal(err)
	}
	h.online(ctx, "b")
	again := h.view(ctx, "b", nil)
	if err := again.Wait(ctx, 20); err != nil {
		t.Fatal(err)
	}
	if err := a.Wait(ctx, len(a.Units())+15); err != nil {
		t.Fatal(err)
	}
	if lost, matched := missing(pub.Sent(), a.Units()); lost != 0 || matched < 50 {
		t.Errorf("room a lost %d pictures of %d while b went off and on", lost, matched)
	}
}

func TestJoin_fromTheCacheWithoutAskingThePublisher(t *testing.T) {
	h := open(t, nil)
	ctx := within(t, 20*time.Second)
	pub := h.publish(ctx, "both", nil)
	h.online(ctx, "a")
	first := h.view(ctx, "a", nil)
	if err := first.Wait(ctx, 3); err != nil {
		t.Fatal(err)
	}
	if err := first.AskKey(); err != nil { // so that a key frame is young
		t.Fatal(err)
	}
	keys := func() (n int) {
		for _, u := range first.Units() {
			if u.Key {
				n++
			}
		}
		return n
	}
	h.wait(ctx, func() bool { return keys() >= 2 }, "no key frame came")
	wishes, cached := pub.Wishes(), h.Stats().KeyCached
	second := h.view(ctx, "a", nil)
	if err := second.Wait(ctx, 1); err != nil {
		t.Fatal(err)
	}
	u := second.Units()[0]
	if !u.Key || !u.Whole {
		t.Error("the joiner did not begin at a whole key frame")
	}
	if h.Stats().KeyCached != cached+1 || pub.Wishes() != wishes {
		t.Errorf("the cache served %d joiners and the publisher was asked %d times", h.Stats().KeyCached-cached, pub.Wishes()-wishes)
	}
}

func TestJoin_asksWhenTheKeyFrameIsOld(t *testing.T) {
	h := open(t, nil)
	ctx := within(t, 20*time.Second)
	pub := h.publish(ctx, "both", nil)
	h.online(ctx, "a")
	n := len(pub.Sent())
	h.wait(ctx, func() bool { return len(pub.Sent()) > n+24 }, "the publisher stopped")
	wishes := pub.Wishes()
	v := h.view(ctx, "a", nil)
	if err := v.Wait(ctx, 10); err != nil {
		t.Fatal(err)
	}
	if !v.Units()[0].Key || pub.Wishes() == wishes {
		t.Error("an old key frame was taken for a young one")
	}
	if lost, _ := missing(pub.Sent(), v.Units()); lost != 0 {
		t.Errorf("%d pictures are missing after the first", lost)
	}
}

func TestLoss_isRepairedFromTheCache(t *testing.T) {
	h := open(t, nil)
	ctx := within(t, 30*time.Second)
	pub := h.publish(ctx, "both", nil)
	h.online(ctx, "a")
	v := h.view(ctx, "a", func(w *peer.Watch) {
		w.Drop = func(*rtp.Header) bool { return rand.IntN(20) == 0 } // of retransmissions too
	})
	if err := v.Wait(ctx, 120); err != nil {
		t.Fatal(err)
	}
	if lost, matched := missing(pub.Sent(), v.Units()); lost != 0 || matched < 100 {
		t.Errorf("%d pictures of %d were damaged although each packet is cached", lost, matched)
	}
	if s := h.Stats(); s.NackHits < 20 {
		t.Errorf("%d packets were retransmitted", s.NackHits)
	}
}

func TestWishes_reachThePublisherTwiceASecond(t *testing.T) {
	h := open(t, nil)
	ctx := within(t, 20*time.Second)
	pub := h.publish(ctx, "both", nil)
	h.online(ctx, "a")
	v := h.view(ctx, "a", nil)
	if err := v.Wait(ctx, 3); err != nil {
		t.Fatal(err)
	}
	before, began := pub.Wishes(), time.Now()
	for time.Since(began) < 2*time.Second {
		if err := v.AskKey(); err != nil {
			t.Fatal(err)
		}
		if err := v.Wait(ctx, len(v.Units())+1); err != nil {
			t.Fatal(err)
		}
	}
	if n := pub.Wishes() - before; n < 2 || n > 5 {
		t.Errorf("%d wishes in 2 s reached the publisher, at most 2 a second and one at the start may", n)
	}
}

func TestUpload_returnsAndViewersGoOn(t *testing.T) {
	h := open(t, nil)
	ctx := within(t, 40*time.Second)
	first := h.publish(ctx, "both", nil)
	h.online(ctx, "a")
	v := h.view(ctx, "a", nil)
	if err := v.Wait(ctx, 20); err != nil {
		t.Fatal(err)
	}
	if err := first.Close(ctx); err != nil {
		t.Fatal(err)
	}
	h.until(ctx, "a", domain.RoomReconnecting)
	before := v.Stats()
	units := len(v.Units())
	second := h.publish(ctx, "both", func(p *peer.Publication) { p.Seed = 2 })
	n := len(second.Sent())
	h.wait(ctx, func() bool { return len(second.Sent()) > n+10 }, "the second upload does not send")
	if s := h.Room("a"); s.State != domain.RoomReconnecting || len(v.Units()) != units {
		t.Fatalf("the gate is open after a reconnect: %s, %d pictures more", s.State, len(v.Units())-units)
	}
	h.online(ctx, "a")
	if err := v.Wait(ctx, units+20); err != nil {
		t.Fatal(err)
	}
	after, u := v.Stats(), v.Units()[units]
	if !u.Key || !u.Whole {
		t.Error("the second upload did not begin at a key frame")
	}
	if after.VideoSSRC != before.VideoSSRC || after.Lost != 0 {
		t.Errorf("the stream did not go on: %d packets lost", after.Lost)
	}
	if jump := int32(u.TS - v.Units()[units-1].TS); jump <= 0 || jump > 90000*20 {
		t.Errorf("RTP time jumped by %d", jump)
	}
}

func TestUpload_replacesTheEarlierOne(t *testing.T) {
	h := open(t, nil)
	ctx := within(t, 30*time.Second)
	first := h.publish(ctx, "key", nil)
	h.until(ctx, "a", domain.RoomLive)
	v := h.view(ctx, "a", nil)
	if err := v.Wait(ctx, 5); err != nil {
		t.Fatal(err)
	}
	second := h.publish(ctx, "key", func(p *peer.Publication) { p.Seed = 9 })
	select {
	case <-first.Gone():
	case <-ctx.Done():
		t.Fatal("the replaced upload is still there")
	}
	h.until(ctx, "a", domain.RoomLive)
	seen := func() bool {
		_, matched := missing(second.Sent(), v.Units())
		return matched > 10
	}
	h.wait(ctx, seen, "the viewer does not see the second upload")
	if n := h.Stats().Uploads; n != 1 {
		t.Errorf("%d uploads", n)
	}
	for _, method := range []string{"DELETE", "PATCH"} { // the first publisher asks what became of its upload
		status, _, body := call(t, method, first.Session.URL(), "key", "*", restart(1))
		if status != 409 || !strings.Contains(body, "Another program") {
			t.Errorf("%s of the replaced upload: %d %s", method, status, body)
		}
	}
	if status, _, _ := call(t, "DELETE", h.url+"/whip/nothing", "key", "", ""); status != 404 {
		t.Errorf("DELETE of an upload that never was: %d", status)
	}
}

func TestOnline_beforeTheUploadIsConnected(t *testing.T) {
	h := open(t, nil)
	ctx := within(t, 20*time.Second)
	if _, err := h.SetOnline("a", true); domain.KindOf(err) != domain.KindConflict {
		t.Fatalf("online without an upload: %v", err)
	}
	stop := make(chan struct{})
	done := make(chan bool)
	go func() { // as soon as the offer is answered, before ICE is through
		opened := false
		for {
			select {
			case <-stop:
				done <- opened
				return
			default:
			}
			if h.Stats().Uploads == 1 && !opened {
				_, err := h.SetOnline("a", true)
				opened = err == nil
			}
		}
	}()
	h.publish(ctx, "both", nil)
	h.until(ctx, "a", domain.RoomLive)
	close(stop)
	if !<-done {
		t.Error("the gate could not be opened early")
	}
	if s := h.Room("b").State; s != domain.RoomOffline {
		t.Errorf("the other room is %s", s)
	}
}

func TestRecheck_endsWhatIsNoLongerAdmitted(t *testing.T) {
	h := open(t, nil)
	ctx := within(t, 30*time.Second)
	pub := h.publish(ctx, "both", nil)
	h.online(ctx, "a", "b")
	as := func(guest string) func(*peer.Watch) {
		return func(w *peer.Watch) { w.Transport = guestTransport(guest) }
	}
	bad, good := h.view(ctx, "a", as("bad")), h.view(ctx, "a", as("good"))
	h.door.ban("a", "bad", domain.Errorf("view", domain.KindForbidden, "You are banned from this room."))
	h.door.ban("a", "good", domain.Errorf("view", domain.KindUnavailable, "The database is down."))
	began := time.Now()
	h.Recheck()
	select {
	case <-bad.Gone():
	case <-ctx.Done():
		t.Fatal("the banned viewer still watches")
	}
	if took := time.Since(began); took > time.Second {
		t.Errorf("it took %v", took)
	}
	if err := good.Wait(ctx, len(good.Units())+10); err != nil {
		t.Errorf("a doorman who cannot answer closed a view: %v", err)
	}
	h.door.grant("both", Upload{ID: "u1", Rooms: []string{"b"}})
	h.Recheck()
	if a, b := h.Room("a").State, h.Room("b").State; a != domain.RoomOffline || b != domain.RoomLive {
		t.Errorf("a is %s, b is %s", a, b)
	}
	h.door.mu.Lock()
	delete(h.door.grants, "both")
	h.door.mu.Unlock()
	h.Recheck()
	select {
	case <-pub.Gone():
	case <-ctx.Done():
		t.Fatal("the upload outlived its token")
	}
	if b := h.Room("b").State; b != domain.RoomOffline {
		t.Errorf("b is %s", b)
	}
}

// guestTransport names the guest to the test's server.
type guestTransport string

func (g guestTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Header.Set("X-Guest", string(g))
	return http.DefaultTransport.RoundTrip(r)
}
