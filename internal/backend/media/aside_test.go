package media

import (
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/testkit/peer"
)

// A room that is hidden for a show looks as one that was lost, and then away, for as long as the show
// lasts, and shows nothing whatever is uploaded; it comes back by itself, later than
// the room that had the show.
func TestHide_isAwayAndAsClosedAsTheCurtain(t *testing.T) {
	ctx := within(t, 60*time.Second)
	a := openAudience(ctx, t)
	a.Curtain("show", domain.Household{Curtained: []string{"a"}, Away: []string{"b"}})
	before := len(a.pub.Sent())
	if err := a.Admit("show", "a", "max"); err != nil {
		t.Fatal(err)
	}
	a.more(ctx, a.payer, 45)
	if x, y := a.Room("a"), a.Room("b"); x.State != domain.RoomPrivate || y.State != domain.RoomReconnecting || !x.Curtained || !y.Curtained {
		t.Errorf("the rooms are %+v and %+v", x, y)
	}
	if _, err := peer.View(ctx, peer.Watch{URL: a.url + "/whep/b", Transport: asMember("max")}); err == nil {
		t.Error("the payer was let into the other room")
	}
	if a.TakesPrivate("b") {
		t.Error("the hidden room takes a private")
	}
	a.none(a.pub.Sent()[before:])
	again := a.publish(ctx, "both", seed(3))
	a.wait(ctx, func() bool { return len(again.Sent()) > 20 }, "no pictures were sent")
	for _, room := range []string{"a", "b"} {
		if _, err := a.SetOnline(room, true); err != nil {
			t.Fatal(err)
		}
	}
	a.mu.Lock()
	told := slices.Clone(a.told)
	a.mu.Unlock()
	for _, c := range told {
		if c.room == "b" && c.status.Curtained && c.status.State != domain.RoomReconnecting && c.status.State != domain.RoomAway {
			t.Errorf("behind the curtain b was said to be %s", c.status.State)
		}
	}
	a.none(again.Sent())
	during := len(again.Sent())
	a.Lift("show", "a", "b")
	a.until(ctx, "a", domain.RoomLive)
	if s := a.Room("b"); s.State == domain.RoomLive || s.Curtained {
		t.Errorf("when a is live again b is %+v", s)
	}
	a.until(ctx, "b", domain.RoomLive)
	a.none(again.Sent()[:during])
	for _, v := range a.others {
		a.more(ctx, v, 10)
	}
}

// Nothing that was lost for long ends a hidden room before its show does; then it
// ends as any other absence.
func TestHide_lastsAsLongAsTheShow(t *testing.T) {
	ctx := within(t, 30*time.Second)
	var skew atomic.Int64
	pass := func(d time.Duration) { skew.Add(int64(d)) }
	h := open(t, func(c *Config) { c.Now = func() time.Time { return time.Now().Add(time.Duration(skew.Load())) } })
	pub := h.publish(ctx, "both", nil)
	h.online(ctx, "a", "b")
	h.Curtain("show", domain.Household{Away: []string{"b"}})
	if s := h.Room("b").State; s != domain.RoomReconnecting {
		t.Errorf("as the show begins b is %s, not as if it were lost", s)
	}
	if err := pub.Abandon(); err != nil {
		t.Fatal(err)
	}
	h.wait(ctx, func() bool { return h.Room("a").State == domain.RoomReconnecting }, "the upload was not lost")
	pass(2 * domain.AwayFor)
	h.until(ctx, "a", domain.RoomOffline)
	h.until(ctx, "b", domain.RoomAway)
	h.Lift("show", "b")
	if s := h.Room("b").State; s != domain.RoomAway {
		t.Errorf("after the show b is %s", s)
	}
	pass(2 * domain.AwayFor)
	h.until(ctx, "b", domain.RoomOffline)
}

// A room that was offline as the show began is not away: it stays offline, also when
// she goes online there, and comes with the show's end. So does one after a restart.
func TestHide_offlineStaysOffline(t *testing.T) {
	ctx := within(t, 60*time.Second)
	h := open(t, nil)
	h.Curtain("show", domain.Household{Away: []string{"b"}})
	h.publish(ctx, "both", nil)
	if _, err := h.SetOnline("b", true); err != nil {
		t.Fatal(err)
	}
	h.wait(ctx, func() bool { return h.Room("b").Waits }, "her word was not noted")
	if s := h.Room("b"); s.State != domain.RoomOffline || !s.Hidden {
		t.Errorf("b is %+v", s)
	}
	h.Lift("show", "b")
	h.until(ctx, "b", domain.RoomLive)
	h.Curtain("next", domain.Household{Curtained: []string{"c"}, Away: []string{"d"}})
	h.Restore([]string{"c", "d"})
	if c, d := h.Room("c").State, h.Room("d").State; c != domain.RoomPrivate || d != domain.RoomReconnecting {
		t.Errorf("after a restart the rooms are %s and %s", c, d)
	}
}
