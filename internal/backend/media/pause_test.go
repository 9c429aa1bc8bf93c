package media

import (
	"sync/atomic"
	"testing"
	"time"

	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/testkit/peer"
)

func (a *audience) paused(room string) bool {
	paused, _ := a.Paused(room)
	return paused
}

// While she is paused nothing counts as delivered, although pictures flow; her room
// stays live, and its end ends the pause.
func TestPause_standsStill(t *testing.T) {
	ctx := within(t, 40*time.Second)
	a := openAudience(ctx, t)
	a.private(ctx)
	a.until(ctx, "a", domain.RoomPrivate)
	a.wait(ctx, func() bool { got, _ := a.Delivered("a"); return got > 0 }, "nothing was delivered")
	a.SetPaused("a", true)
	a.SetPaused("a", true)
	a.more(ctx, a.payer, 45) // what was on its way is confirmed
	before, _ := a.Delivered("a")
	a.more(ctx, a.payer, 60)
	if got, out := a.Delivered("a"); got != before || out != 0 || !a.paused("a") {
		t.Errorf("while paused %v became %v, %v on its way", before, got, out)
	}
	a.SetPaused("a", false)
	a.more(ctx, a.payer, 60)
	if got, _ := a.Delivered("a"); got <= before || a.paused("a") {
		t.Errorf("after the pause %v became %v", before, got)
	}
	a.Dismiss("show", "a")
	a.Lift("show", "a", "b")
	a.until(ctx, "a", domain.RoomLive)
	a.SetPaused("a", true)
	if s := a.Room("a"); s.State != domain.RoomLive || !s.Paused || !s.PauseSeen {
		t.Errorf("a paused room: %+v", s)
	}
	if _, err := a.SetOnline("a", false); err != nil {
		t.Fatal(err)
	}
	if a.Room("a").Paused {
		t.Error("a room that has ended is paused")
	}
	a.SetPaused("nobody", false)
	a.SetPaused("nobody", true)
	if _, fed := a.Paused("nobody"); fed {
		t.Error("a room without an upload is fed")
	}
}

// A pause outlives the upload of a program that says it anew, and none of a program
// that cannot: nobody would end it, while she is seen.
func TestPause_endsWithAnUploadThatKnowsOfNone(t *testing.T) {
	ctx := within(t, 40*time.Second)
	a := openAudience(ctx, t)
	a.private(ctx)
	for _, next := range []struct {
		token string
		mute  bool
		stays bool
	}{{"both", false, true}, {"key", false, false}, {"both", true, false}} {
		a.SetPaused("a", true)
		a.publish(ctx, next.token, func(p *peer.Publication) {
			if next.mute {
				p.URL += "?shows=none"
			}
		})
		is := func() bool { return a.feeds("a") == next.token && a.paused("a") == next.stays }
		a.wait(ctx, is, "after an upload by %q that answers no wishes (%t) the room is %+v", next.token, next.mute, a.Room("a"))
	}
}

// feeds is the token of the upload that feeds a room.
func (a *audience) feeds(room string) string {
	a.Engine.mu.Lock()
	defer a.Engine.mu.Unlock()
	if u := a.rooms[room].upload; u != nil {
		return u.token
	}
	return ""
}

// A room that is offline tells nothing of a pause: both of a person's would do so in
// one moment. It is paused when it comes, and not forgotten before its upload is there.
func TestPause_ofAnOfflineRoomIsNoNews(t *testing.T) {
	ctx := within(t, 20*time.Second)
	h := open(t, nil)
	h.publish(ctx, "both", nil)
	h.wait(ctx, func() bool { _, fed := h.Paused("b"); return fed }, "no upload came")
	for _, paused := range []bool{true, false, true} {
		h.SetPaused("a", paused)
		h.SetPaused("b", paused)
	}
	h.SetPaused("b", false)
	h.online(ctx, "b") // whatever was told before is told by then
	h.mu.Lock()
	for _, c := range h.told {
		if c.room == "a" || c.status.PauseSeen || c.status.State == domain.RoomOffline {
			t.Errorf("told of %+v", c)
		}
	}
	h.mu.Unlock()
	h.online(ctx, "a")
	if s := h.Room("a"); !s.PauseSeen {
		t.Errorf("she was paused before she came: %+v", s)
	}
}

// Of a pause in a show only the room with the show tells: not the one that is away for
// it, nor while it is still to come back, and not one that is closed for everybody.
func TestPause_isHiddenWhereTheShowHidesTheRoom(t *testing.T) {
	ctx := within(t, 60*time.Second)
	var skew atomic.Int64
	h := open(t, func(c *Config) { c.Now = func() time.Time { return time.Now().Add(time.Duration(skew.Load())) } })
	h.publish(ctx, "both", nil)
	h.online(ctx, "a", "b")
	are := func(when string, a, b bool) {
		t.Helper()
		x, y := h.Room("a"), h.Room("b")
		if x.PauseSeen != a || y.PauseSeen != b || !x.Paused || !y.Paused {
			t.Errorf("%s the rooms are %+v and %+v", when, x, y)
		}
	}
	told := func(from int) (n int) {
		h.mu.Lock()
		defer h.mu.Unlock()
		for _, c := range h.told[from:] {
			if c.room == "a" && c.status.PauseSeen {
				n++
			} else if c.status.PauseSeen {
				t.Errorf("told of %+v", c)
			}
		}
		return n
	}
	h.Curtain("show", domain.Household{Curtained: []string{"a"}, Away: []string{"b"}})
	h.SetPaused("a", true)
	h.SetPaused("b", true)
	are("before anybody is admitted", false, false)
	if err := h.Admit("show", "a", "max"); err != nil {
		t.Fatal(err)
	}
	are("in the show", true, false)
	h.wait(ctx, func() bool { return told(0) == 1 }, "of the room with the show was told %d times", told(0))
	h.Dismiss("show", "a")
	are("when it is over", true, false)
	h.Lift("show", "a", "b")
	are("while the other room is to come back", true, false)
	h.until(ctx, "a", domain.RoomLive)
	are("while the other room is to come back", true, false)
	told(0)
	skew.Add(int64(backWithin + 2*settleFor))
	h.until(ctx, "b", domain.RoomLive)
	are("when it is back", true, true)
	h.wait(ctx, func() bool {
		h.mu.Lock()
		defer h.mu.Unlock()
		last := h.told[len(h.told)-1]
		return last.room == "b" && last.status.PauseSeen
	}, "of the room that is back nothing was told")

	h.Curtain("next", domain.Household{Curtained: []string{"a", "b"}})
	if err := h.Admit("next", "b", "max"); err != nil {
		t.Fatal(err)
	}
	are("where everybody reads that she is in a show", false, true)
}
