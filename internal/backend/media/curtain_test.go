package media

import (
	"context"
	"net/http"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pion/rtp"

	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/testkit/peer"
)

// asMember watches with an account.
type asMember string

func (m asMember) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Header.Set("X-Member", string(m))
	return http.DefaultTransport.RoundTrip(r)
}

func member(name string) func(*peer.Watch) {
	return func(w *peer.Watch) { w.Transport = asMember(name) }
}

// seed makes an upload's pictures differ from another's.
func seed(n uint64) func(*peer.Publication) {
	return func(p *peer.Publication) { p.Seed = n }
}

// count is how many of the units a viewer has.
func count(units []peer.Unit, v *peer.Viewer) (n int) {
	have := map[[32]byte]bool{}
	for _, u := range v.Units() {
		have[u.Hash] = true
	}
	for _, u := range units {
		if have[u.Hash] {
			n++
		}
	}
	return n
}

// audience is a person's two rooms with a payer and others.
type audience struct {
	*house
	pub    *peer.Publisher
	payer  *peer.Viewer
	others []*peer.Viewer
}

func openAudience(ctx context.Context, t *testing.T) *audience {
	t.Helper()
	a := &audience{house: open(t, nil)}
	a.pub = a.publish(ctx, "both", nil)
	a.online(ctx, "a", "b")
	a.payer = a.view(ctx, "a", member("max"))
	a.others = []*peer.Viewer{a.view(ctx, "a", member("eve")), a.view(ctx, "a", nil), a.view(ctx, "b", member("max")), a.view(ctx, "b", nil),
		a.view(ctx, "b", func(w *peer.Watch) { w.TCP = true })}
	for _, v := range append(a.others, a.payer) {
		if err := v.Wait(ctx, 5); err != nil {
			t.Fatal(err)
		}
	}
	return a
}

// private draws the curtain and admits the payer; it returns how many pictures had
// been sent when the curtain was down, and waits for some more at the payer's.
func (a *audience) private(ctx context.Context) (before int) {
	a.t.Helper()
	a.Curtain("show", domain.Household{Curtained: []string{"a", "b"}})
	before = len(a.pub.Sent())
	if err := a.Admit("show", "a", "max"); err != nil {
		a.t.Fatal(err)
	}
	a.more(ctx, a.payer, 45)
	return before
}

// more waits for n further pictures.
func (a *audience) more(ctx context.Context, v *peer.Viewer, n int) {
	a.t.Helper()
	if err := v.Wait(ctx, len(v.Units())+n); err != nil {
		a.t.Fatal(err)
	}
}

// heard is how many packets of sound each of the others got.
func (a *audience) heard() (n []int) {
	for _, v := range a.others {
		n = append(n, v.Stats().AudioPackets)
	}
	return n
}

// none checks that none of the units reached a viewer who is not the payer.
func (a *audience) none(units []peer.Unit) {
	a.t.Helper()
	for i, v := range a.others {
		if n := count(units, v); n != 0 {
			a.t.Errorf("viewer %d has %d of %d pictures of the show", i, n, len(units))
		}
	}
}

// Once the curtain is down nothing that is captured later reaches anybody but the
// payer, in either room, until it is lifted.
func TestCurtain_showsToThePayerAlone(t *testing.T) {
	ctx := within(t, 40*time.Second)
	a := openAudience(ctx, t)
	if !a.TakesPrivate("a") {
		t.Error("a live room takes no private")
	}
	before := a.private(ctx)
	sound := a.heard()
	if a.Room("a").State != domain.RoomPrivate || a.Room("b").State != domain.RoomPrivate {
		t.Errorf("the rooms are %s and %s", a.Room("a").State, a.Room("b").State)
	}
	for _, v := range a.others { // who asks for key frames gets none either
		if err := v.AskKey(); err != nil {
			t.Fatal(err)
		}
	}
	for room, who := range map[string]string{"a": "eve", "b": "max"} {
		if _, err := peer.View(ctx, peer.Watch{URL: a.url + "/whep/" + room, Transport: asMember(who)}); err == nil {
			t.Errorf("%s was let into room %s", who, room)
		}
	}
	tab := a.view(ctx, "a", member("max"))
	a.more(ctx, tab, 30)
	a.Dismiss("show", "a")
	if got := a.heard(); !slices.Equal(got, sound) {
		t.Errorf("packets of sound went from %v to %v during the show", sound, got)
	}
	during := a.pub.Sent()[before:]
	if n := count(during, a.payer); n < 60 {
		t.Errorf("the payer has %d of %d pictures", n, len(during))
	}
	a.none(during)
	after := len(a.pub.Sent()) // she reads that she is free: nobody sees this
	a.Lift("another", "a", "b")
	if s := a.Room("b").State; s != domain.RoomPrivate {
		t.Errorf("another show's end opened room b: it is %s", s)
	}
	a.Lift("show", "a", "b")
	for _, v := range append(a.others, a.payer) {
		a.more(ctx, v, 20)
	}
	a.none(a.pub.Sent()[before:after])
	for _, room := range []string{"a", "b"} {
		a.until(ctx, room, domain.RoomLive)
	}
}

// Another upload during a show is seen by nobody, the payer included, until the
// show is said to go on; one by a stream key never is.
func TestCurtain_holdsForEveryUpload(t *testing.T) {
	ctx := within(t, 40*time.Second)
	a := openAudience(ctx, t)
	before := a.private(ctx)
	a.none(a.pub.Sent()[before:])

	key := a.publish(ctx, "keyB", seed(2))
	again := a.publish(ctx, "both", seed(3)) // replaces both
	for _, pub := range []*peer.Publisher{key, again} {
		a.wait(ctx, func() bool { return len(pub.Sent()) > 20 }, "no pictures were sent")
		a.none(pub.Sent())
		if n := count(pub.Sent(), a.payer); n != 0 {
			t.Errorf("the payer sees %d pictures of an upload that nobody is ready with", n)
		}
	}
	if err := a.Admit("show", "a", "max"); err != nil {
		t.Fatal(err)
	}
	a.more(ctx, a.payer, 30)
	if n := count(again.Sent(), a.payer); n < 20 {
		t.Errorf("the payer has %d pictures of the new upload", n)
	}
	byKey := a.publish(ctx, "key", seed(4))
	a.wait(ctx, func() bool { return len(byKey.Sent()) > 20 }, "no pictures were sent")
	if err := a.Admit("show", "a", "max"); domain.KindOf(err) != domain.KindConflict {
		t.Errorf("a stream key's upload gives a private: %v", err)
	}
	a.none(again.Sent())
	a.none(byKey.Sent())
	if n := count(byKey.Sent(), a.payer); n != 0 {
		t.Errorf("the payer sees %d pictures of a stream key's upload", n)
	}
}

// A room of hers that comes while she is in a show comes behind the curtain.
func TestCurtain_isDownForARoomThatComesLater(t *testing.T) {
	h := open(t, nil)
	ctx := within(t, 20*time.Second)
	h.publish(ctx, "both", nil)
	h.online(ctx, "a")
	h.Curtain("show", domain.Household{Curtained: []string{"a", "b"}})
	if b := h.Room("b").State; b != domain.RoomOffline {
		t.Errorf("a room that is not there is %s", b)
	}
	pub := h.publish(ctx, "keyB", nil)
	h.until(ctx, "b", domain.RoomPrivate)
	if _, err := peer.View(ctx, peer.Watch{URL: h.url + "/whep/b"}); err == nil {
		t.Error("a guest was let in")
	}
	if _, err := h.SetOnline("a", false); err != nil {
		t.Fatal(err)
	}
	if _, err := h.SetOnline("a", true); err != nil {
		t.Fatal(err)
	}
	if a := h.Room("a").State; a != domain.RoomPrivate {
		t.Errorf("off and on again, a is %s", a)
	}
	h.Restore([]string{"a", "b"})
	h.Lift("show", "a", "b")
	h.until(ctx, "b", domain.RoomLive)
	v := h.view(ctx, "b", nil)
	if err := v.Wait(ctx, 5); err != nil {
		t.Fatal(err)
	}
	if count(pub.Sent(), v) == 0 {
		t.Error("the room shows another upload")
	}
}

// Paid is what the payer's reports confirm: not what is lost, not a stall.
func TestDelivered_isWhatArrives(t *testing.T) {
	ctx := within(t, 40*time.Second)
	a := openAudience(ctx, t)
	var deaf atomic.Bool
	if err := a.payer.Abandon(); err != nil {
		t.Fatal(err)
	}
	a.payer = a.view(ctx, "a", func(w *peer.Watch) {
		w.Transport, w.Drop = asMember("max"), func(*rtp.Header) bool { return deaf.Load() }
	})
	a.private(ctx)
	seen := func() time.Duration { // from the first to the newest picture of the show
		units := a.payer.Units()
		return time.Duration(len(units)) * time.Second / 30
	}
	began, at := seen(), time.Now()
	first, _ := a.Delivered("a")
	a.more(ctx, a.payer, 90)
	arrived, _ := a.Delivered("a")
	got, shown := arrived-first, seen()-began
	if got > time.Since(at)+1500*time.Millisecond || got < shown-1500*time.Millisecond {
		t.Errorf("%v were shown in %v, %v are confirmed", shown, time.Since(at), got)
	}
	deaf.Store(true) // the line to the payer is cut
	gone, _ := a.Delivered("a")
	a.wait(ctx, func() bool { _, out := a.Delivered("a"); return out > 1500*time.Millisecond }, "nothing more went out")
	late, _ := a.Delivered("a")
	if late > gone+1500*time.Millisecond {
		t.Errorf("%v were paid after the line was cut", late-gone)
	}
	deaf.Store(false)
	at = time.Now()
	a.more(ctx, a.payer, 60)
	if back, _ := a.Delivered("a"); back > late+time.Since(at)+500*time.Millisecond {
		t.Errorf("%v were paid within %v", back-late, time.Since(at))
	}
}

// A show that comes too late opens nothing and closes nothing of another's.
func TestCurtain_isNotDrawnOverAnothers(t *testing.T) {
	h := open(t, nil)
	first, both := domain.Household{Curtained: []string{"a"}}, domain.Household{Curtained: []string{"b"}, Away: []string{"a"}}
	for range 2 {
		if !h.Curtain("show", first) {
			t.Error("the first curtain was refused")
		}
	}
	if h.Curtain("another", both) {
		t.Error("another show's curtain was drawn over it")
	}
	h.Lift("another", both.All()...)
	if a, b := h.Room("a"), h.Room("b"); !a.Curtained || b.Curtained {
		t.Errorf("the rooms are %+v and %+v", a, b)
	}
}

// An upload whose program says that it answers no wishes, as the web page's, gives no
// private show.
func TestTakesPrivate_notWhereNobodyAnswers(t *testing.T) {
	ctx := within(t, 20*time.Second)
	h := open(t, nil)
	h.publish(ctx, "both", func(p *peer.Publication) { p.URL += "?shows=none" })
	h.online(ctx, "a")
	h.until(ctx, "a", domain.RoomLive)
	if h.TakesPrivate("a") {
		t.Error("it takes a private show")
	}
	h.Curtain("show", domain.Household{Curtained: []string{"a"}})
	if err := h.Admit("show", "a", "max"); domain.KindOf(err) != domain.KindConflict {
		t.Errorf("admitted: %v", err)
	}
}
