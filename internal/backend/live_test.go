package backend

import (
	"bytes"
	"encoding/json"
	"image/color"
	"path/filepath"
	"testing"
	"time"

	"github.com/jasmincam/jasmincam/internal/client"
	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/testkit"
	"github.com/jasmincam/jasmincam/internal/testkit/peer"
)

// cutWithin is how fast a closed door has to end what runs through it.
const cutWithin = time.Second

// upload starts a synthetic upload that ends with the test.
func (f *fixture) upload(t *testing.T, token string, change ...func(*peer.Publication)) *peer.Publisher {
	t.Helper()
	publication := peer.Publication{URL: f.URL() + "/whip", Token: token, Bitrate: 300_000}
	for _, c := range change {
		c(&publication)
	}
	p, err := peer.Publish(t.Context(), publication)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.Abandon() }) // the server may have ended it already
	return p
}

// watch starts a view, by a guest when token is empty, that ends with the test.
func (f *fixture) watch(t *testing.T, room, token string) *peer.Viewer {
	t.Helper()
	transport := client.NewTransport(nil)
	t.Cleanup(transport.CloseIdleConnections)
	v, err := peer.View(t.Context(), peer.Watch{URL: f.URL() + "/whep/" + room, Token: token, Transport: transport})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = v.Abandon() })
	if err := v.Wait(t.Context(), 10); err != nil {
		t.Fatal(err)
	}
	return v
}

func (f *fixture) waitState(t *testing.T, room string, want domain.RoomState) {
	t.Helper()
	testkit.Until(t, 10*time.Second, room+" to be "+string(want), func() bool { return f.engine.Room(room).State == want })
}

// gone demands that something ended within the time that doors have.
func gone(t *testing.T, what string, ended <-chan struct{}) {
	t.Helper()
	begin := time.Now()
	testkit.Receive(t, 5*time.Second, ended, what)
	if took := time.Since(begin); took > cutWithin {
		t.Errorf("%s took %s", what, took)
	}
}

// A stream key's upload is online by itself; the list, the room, the events and
// the still show it, and a ban cuts a running view.
func TestLive_streamKey(t *testing.T) {
	f := open(t)
	f.upload(t, f.demo.Performers[0].StreamKey)
	f.waitState(t, demoFirst, domain.RoomLive)
	member := f.as(t, f.demo.Members[0])
	luna := f.as(t, f.demo.Performers[0])
	v := f.watch(t, demoFirst, member.Token())
	testkit.Until(t, 5*time.Second, "the viewer to be counted", func() bool {
		rooms := must(f.http.OnlineRooms(t.Context()))(t)
		return len(rooms) == 1 && rooms[0].Name == demoFirst && rooms[0].State == domain.RoomLive && rooms[0].Viewers == 1
	})
	if err := luna.SetThumbnail(t.Context(), demoFirst, withMetadata(picture(t, 320, 180, color.White), "GPS")); err != nil {
		t.Fatal(err)
	}
	still := must(f.http.Thumbnail(t.Context(), demoFirst))(t)
	if room := must(f.http.Room(t.Context(), demoFirst))(t); bytes.Contains(still, []byte("GPS")) || room.Thumbnail == "" {
		t.Errorf("still of %d bytes, room %+v", len(still), room)
	}
	must(luna.Ban(t.Context(), demoFirst, f.demo.Members[0].Name, 0))(t)
	gone(t, "the end of the banned member's view", v.Gone())
	_, err := f.http.Room(t.Context(), demoFirst)
	wantKind(t, "the room for a guest from where he is", err, domain.KindForbidden)
	if err := luna.Lift(t.Context(), demoFirst, f.demo.Members[0].Name); err != nil {
		t.Fatal(err)
	}

	if room := must(luna.SetOnline(t.Context(), demoFirst, false))(t); room.State != domain.RoomOffline || room.Thumbnail != "" {
		t.Errorf("offline: %+v", room)
	}
	_, err = f.http.Thumbnail(t.Context(), demoFirst)
	wantKind(t, "the still of a room that left", err, domain.KindNotFound)
	wantStates(t, f, demoFirst, domain.RoomLive, domain.RoomOffline)
}

// wantStates demands that the room's event log tells these states last, in this order.
func wantStates(t *testing.T, f *fixture, room string, want ...domain.RoomState) {
	t.Helper()
	var got []domain.RoomState
	told := func() bool {
		got = nil
		for _, e := range must(f.http.RoomEvents(t.Context(), room, 0, 100))(t) {
			var notice domain.RoomNotice
			if e.Kind == domain.EventRoom && json.Unmarshal(e.Data, &notice) == nil {
				got = append(got, notice.State)
			}
		}
		if len(got) < len(want) {
			return false
		}
		for i, s := range got[len(got)-len(want):] {
			if s != want[i] {
				return false
			}
		}
		return true
	}
	if !testkit.Holds(5*time.Second, told) {
		t.Errorf("the log tells %v, want %v at its end", got, want)
	}
}

// One upload, two rooms: each goes online and offline alone; what ends one
// account's right leaves the other live.
func TestLive_twoAccountsOfOneUpload(t *testing.T) {
	f := open(t)
	luna, sky := f.as(t, f.demo.Performers[0]), f.as(t, f.demo.Performers[1])
	grant := must(luna.Begin(t.Context(), []string{luna.Token(), sky.Token()}))(t)
	f.upload(t, grant.Token)
	testkit.Until(t, 5*time.Second, "the upload to feed the first room", func() bool {
		_, err := luna.SetOnline(t.Context(), demoFirst, true)
		return err == nil
	})
	f.waitState(t, demoFirst, domain.RoomLive)
	if s := f.engine.Room(demoSecond).State; s != domain.RoomOffline {
		t.Fatalf("the second room is %s before it was asked for", s)
	}
	must(sky.SetOnline(t.Context(), demoSecond, true))(t)
	f.waitState(t, demoSecond, domain.RoomLive)
	a, b := f.watch(t, demoFirst, ""), f.watch(t, demoSecond, "")
	if uploads := f.engine.Stats().Uploads; uploads != 1 {
		t.Errorf("%d uploads", uploads)
	}

	if err := sky.SignOut(t.Context()); err != nil { // her session ends, and with it her part of the upload
		t.Fatal(err)
	}
	begin := time.Now()
	f.waitState(t, demoSecond, domain.RoomOffline)
	if took := time.Since(begin); took > cutWithin {
		t.Errorf("the room of the ended session closed after %s", took)
	}
	if err := a.Wait(t.Context(), len(a.Units())+30); err != nil { // the first room goes on
		t.Error(err)
	}
	_ = b.Abandon()

	staff := f.as(t, f.demo.Staff)
	must(staff.Decide(t.Context(), demoFirst, domain.Decision{State: domain.StateSuspended, Reason: "A complaint."}))(t)
	begin = time.Now()
	f.waitState(t, demoFirst, domain.RoomOffline)
	if took := time.Since(begin); took > cutWithin {
		t.Errorf("the suspended performer went offline after %s", took)
	}
	if _, err := peer.Publish(t.Context(), peer.Publication{URL: f.URL() + "/whip", Token: f.demo.Performers[0].StreamKey}); err == nil {
		t.Error("the suspended performer's stream key was taken")
	}
}

// Country, kick and a revoked session end a running view.
func TestLive_everyDoorCutsARunningView(t *testing.T) {
	f := open(t)
	f.upload(t, f.demo.Performers[0].StreamKey)
	f.waitState(t, demoFirst, domain.RoomLive)
	luna, member := f.as(t, f.demo.Performers[0]), f.as(t, f.demo.Members[1])

	guest := f.watch(t, demoFirst, "")
	stays := f.watch(t, demoFirst, member.Token())
	if err := luna.SetSettings(t.Context(), demoFirst, domain.RoomSettings{GuestsClosedIn: []string{"DE"}}); err != nil {
		t.Fatal(err)
	}
	gone(t, "the end of a guest's view from an unknown country", guest.Gone())
	if err := stays.Wait(t.Context(), len(stays.Units())+15); err != nil {
		t.Errorf("the member's view: %v", err)
	}
	if err := member.SignOut(t.Context()); err != nil {
		t.Fatal(err)
	}
	gone(t, "the end of the view of an ended session", stays.Gone())
	kicked := f.as(t, f.demo.Members[2])
	v := f.watch(t, demoFirst, kicked.Token())
	must(luna.Ban(t.Context(), demoFirst, f.demo.Members[2].Name, 10))(t)
	gone(t, "the end of a kicked member's view", v.Gone())
}

// A room that was live when the server ended is expected back by the next one,
// with its gate closed until somebody says so.
func TestLive_restart(t *testing.T) {
	data := filepath.Join(t.TempDir(), "data")
	f := open(t, func(c *Config) { c.Data = data })
	luna := f.as(t, f.demo.Performers[0])
	grant := must(luna.Begin(t.Context(), nil))(t)
	p := f.upload(t, grant.Token)
	testkit.Until(t, 5*time.Second, "the gate to open", func() bool {
		_, err := luna.SetOnline(t.Context(), demoFirst, true)
		return err == nil
	})
	f.waitState(t, demoFirst, domain.RoomLive)
	wantStates(t, f, demoFirst, domain.RoomLive)
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	_ = p.Abandon()

	again := open(t, func(c *Config) { c.Data = data })
	if room := must(again.http.Room(t.Context(), demoFirst))(t); room.State != domain.RoomReconnecting {
		t.Errorf("after the restart: %+v", room)
	}
	again.upload(t, grant.Token)
	back := newClient(t, again.URL()).With(luna.Token())
	testkit.Until(t, 5*time.Second, "the gate to open again", func() bool {
		_, err := back.SetOnline(t.Context(), demoFirst, true)
		return err == nil
	})
	again.waitState(t, demoFirst, domain.RoomLive)
	wantStates(t, again, demoFirst, domain.RoomLive, domain.RoomReconnecting, domain.RoomLive)
}
