package media

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/testkit/peer"
	"github.com/jasmincam/jasmincam/internal/whip"
)

const wayBack = "/whip/shows/show"

// back says what passes on the way back of the audience's show.
func (a *audience) back(cam2cam, audio bool) {
	a.Return(domain.ShowReturn{Show: "show", Room: "a", Performer: "her", Payer: "max", Cam2cam: cam2cam, Audio: audio})
}

// sends is the payer's upload; his pictures differ from hers.
func (a *audience) sends(ctx context.Context, n uint64) *peer.Publisher {
	a.t.Helper()
	return a.publish(ctx, "", func(p *peer.Publication) {
		p.URL, p.Transport, p.Seed = a.url+wayBack, asMember("max"), n
	})
}

// watches is the performer's view of it.
func (a *audience) watches(ctx context.Context) *peer.Viewer {
	a.t.Helper()
	return a.view(ctx, "shows/show", member("her"))
}

// refused tells the words with which somebody is kept out.
func (h *house) refused(ctx context.Context, path, who string) whip.Refusal {
	h.t.Helper()
	var transport http.RoundTripper
	if who != "" {
		transport = asMember(who)
	}
	var err error
	if path[:5] == "/whip" {
		_, err = peer.Publish(ctx, peer.Publication{URL: h.url + path, Transport: transport})
	} else {
		_, err = peer.View(ctx, peer.Watch{URL: h.url + path, Transport: transport})
	}
	var told *whip.Refusal
	if !errors.As(err, &told) {
		h.t.Fatalf("%q at %s: %v", who, path, err)
	}
	return *told
}

// still waits until what was on its way has come, and longer than a stop may take.
func (a *audience) still(ctx context.Context, pub *peer.Publisher) {
	a.t.Helper()
	n := len(pub.Sent())
	a.wait(ctx, func() bool { return len(pub.Sent()) >= n+20 }, "the member sends nothing more")
}

// What the payer sends is seen and heard by the performer's account and by nobody
// else, however they ask, and only what is on.
func TestReturn_reachesThePerformerAlone(t *testing.T) {
	ctx := within(t, 60*time.Second)
	a := openAudience(ctx, t)
	a.private(ctx)
	a.back(false, false)
	if r := a.refused(ctx, wayBack, "max"); r.Status != http.StatusConflict {
		t.Errorf("the payer, with nothing on: %+v", r)
	}
	a.back(true, true)
	pub, her := a.sends(ctx, 7), a.watches(ctx)
	a.more(ctx, her, 45)
	if a.wait(ctx, func() bool { return her.Stats().AudioPackets > 50 }, "she hears nothing"); count(pub.Sent(), her) < 40 {
		t.Error("she sees somebody else")
	}
	for _, way := range []string{"/whip/shows/", "/whep/shows/"} {
		none := a.refused(ctx, way+"none", "eve")
		if none.Status != http.StatusNotFound {
			t.Errorf("an unknown show: %+v", none)
		}
		for _, who := range []string{"eve", "", "second-account", "her", "max"} {
			if way == "/whip/shows/" && who == "max" || way == "/whep/shows/" && who == "her" {
				continue
			}
			if r := a.refused(ctx, way+"show", who); r != none {
				t.Errorf("%q at %s: %+v, an unknown show says %+v", who, way, r, none)
			}
		}
	}
	a.wait(ctx, func() bool {
		picture, sound := a.Returned("show")
		return picture > time.Second && sound > time.Second
	}, "her reports confirm nothing")
	if picture, _ := a.Returned("show"); picture > time.Duration(len(pub.Sent()))*time.Second/25 {
		t.Errorf("%v are confirmed of %d pictures", picture, len(pub.Sent()))
	}
	if rooms := a.Online(); len(rooms) != 2 {
		t.Errorf("online are %v", rooms)
	}
	a.none(pub.Sent())
	if n := count(pub.Sent(), a.payer); n != 0 {
		t.Errorf("the payer is shown %d pictures of himself", n)
	}
}

// What is switched off is at its end when the switch returns; the other goes on. On
// again it begins with what is captured then. The end of the show ends both.
func TestReturn_switchesOff(t *testing.T) {
	ctx := within(t, 60*time.Second)
	a := openAudience(ctx, t)
	a.private(ctx)
	a.back(true, true)
	pub, her := a.sends(ctx, 7), a.watches(ctx)
	a.more(ctx, her, 30)
	a.back(false, true)
	off := len(pub.Sent())
	sound := her.Stats().AudioPackets
	if err := her.AskKey(); err != nil {
		t.Fatal(err)
	}
	a.wait(ctx, func() bool { return her.Stats().AudioPackets > sound+30 }, "the sound stopped with the picture")
	on := len(pub.Sent())
	a.back(true, false)
	a.more(ctx, her, 20)
	sound = her.Stats().AudioPackets
	a.still(ctx, pub)
	if n := her.Stats().AudioPackets - sound; n > 1 {
		t.Errorf("%d packets of sound came while it is off", n)
	}
	if n := count(pub.Sent()[off:on], her); n > 1 { // the one that is being sent at the switch
		t.Errorf("%d of %d pictures came while they are off", n, on-off)
	}
	before := len(pub.Sent())
	a.Dismiss("show", "a")
	select {
	case <-pub.Gone():
	case <-ctx.Done():
		t.Fatal("the upload outlived the show")
	}
	select {
	case <-her.Gone():
	case <-ctx.Done():
		t.Fatal("the view outlived the show")
	}
	if n := count(pub.Sent()[min(before+1, len(pub.Sent())):], her); n != 0 {
		t.Errorf("%d pictures came after the end", n)
	}
	if r := a.refused(ctx, wayBack, "max"); r.Status != http.StatusNotFound && r.Status != http.StatusConflict {
		t.Errorf("after the end the payer is told %+v", r)
	}
	a.back(true, true) // nothing revives it
	if r := a.refused(ctx, "/whep/shows/show", "her"); r.Status != http.StatusNotFound && r.Status != http.StatusConflict {
		t.Errorf("after the end she is told %+v", r)
	}
}

// Each end can come again and takes the place of the one before; both off end both,
// and whoever's session ends or is banned is put out.
func TestReturn_endsComeAndGo(t *testing.T) {
	ctx := within(t, 60*time.Second)
	a := openAudience(ctx, t)
	a.private(ctx)
	a.back(true, true)
	gone := func(what string, c <-chan struct{}) {
		t.Helper()
		select {
		case <-c:
		case <-ctx.Done():
			t.Fatal(what + " is still there")
		}
	}
	first, her := a.sends(ctx, 7), a.watches(ctx)
	a.more(ctx, her, 10)
	second := a.sends(ctx, 8)
	gone("the upload that was replaced", first.Gone())
	a.more(ctx, her, 20)
	if count(second.Sent(), her) < 10 {
		t.Error("she does not see the new upload")
	}
	again := a.watches(ctx)
	gone("the view that was replaced", her.Gone())
	a.more(ctx, again, 10)
	a.back(false, false)
	gone("the upload with both off", second.Gone())
	gone("the view with both off", again.Gone())
	a.back(true, false)
	third, her := a.sends(ctx, 9), a.watches(ctx)
	a.more(ctx, her, 10)
	a.door.ban("a", "", domain.Errorf("view", domain.KindForbidden, "You are banned."))
	a.Recheck()
	gone("the upload of somebody who was put out", third.Gone())
}

// A performer may be called "shows": her room's addresses stay hers.
func TestReturn_leavesTheRoomOfThatNameAlone(t *testing.T) {
	h := open(t, nil)
	ctx := within(t, 20*time.Second)
	h.door.grant("shows", Upload{ID: "u9", Rooms: []string{"shows"}})
	h.publish(ctx, "shows", nil)
	h.online(ctx, "shows")
	v := h.view(ctx, "shows", nil)
	if err := v.Wait(ctx, 5); err != nil {
		t.Fatal(err)
	}
	if err := v.Session.Delete(ctx); err != nil {
		t.Errorf("her viewer cannot leave: %v", err)
	}
}
