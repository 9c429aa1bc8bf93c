package backend

import (
	"context"
	"image/color"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/jasmincam/jasmincam/internal/backend/bus"
	"github.com/jasmincam/jasmincam/internal/backend/media"
	"github.com/jasmincam/jasmincam/internal/client"
	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/testkit"
)

// twins is a media plane with rooms of which all are live, or paused in one moment.
type twins struct {
	plane
	mu     sync.Mutex
	paused bool
}

func (p *twins) Room(string) media.Status {
	p.mu.Lock()
	defer p.mu.Unlock()
	return media.Status{State: domain.RoomLive, Paused: p.paused, PauseSeen: p.paused}
}

func (p *twins) set(paused bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.paused = paused
}

// Two rooms of a person are paused in one moment. Whoever asks for them all the time
// reads so of each when it was told, not before, and of both in one answer only by
// chance (domain rule 4). She reads the truth.
func TestPause_isReadOfEachRoomInItsOwnTime(t *testing.T) {
	const poll, rounds = 50 * time.Millisecond, 30
	j := &journal{}
	withHerald(t, j, func(h *herald, _ *bus.InProcess) {
		p := &twins{}
		s := &services{plane: p, stills: h.album.(*stills), pauseTold: h.pauseTold}
		her := domain.WithActor(t.Context(), domain.Actor{Account: domain.Account{ID: "a", Role: domain.RolePerformer, Name: demoFirst}})
		names := []string{demoFirst, demoSecond}
		together := 0
		for round := range 2 * rounds {
			paused := round%2 == 0
			for _, name := range names {
				s.stills.rooms[name] = still{jpeg: []byte("a picture"), version: "v"}
			}
			p.set(paused)
			for _, name := range names {
				h.changed(name, p.Room(name))
			}
			synctest.Wait()
			if got := s.shown(her, domain.Room{Name: demoFirst}).Paused; got != paused {
				t.Fatalf("she reads %t", got)
			}
			read := map[string]time.Duration{}
			for began := time.Now(); len(read) < 2; {
				fresh := 0
				for _, name := range names {
					room := s.shown(t.Context(), domain.Room{Name: name})
					if (room.Thumbnail == "") != room.Paused {
						t.Fatalf("paused: %t, and its still is %q", room.Paused, room.Thumbnail)
					}
					if _, known := read[name]; !known && room.Paused == paused {
						read[name] = time.Since(began)
						fresh++
					}
				}
				if fresh == 2 {
					together++
				}
				time.Sleep(poll) // the bubble's clock
				synctest.Wait()
			}
			for name, after := range read {
				if after < pauseLeast || after > pauseMost+poll {
					t.Errorf("%s was read %v after the pause was %t", name, after, paused)
				}
			}
		}
		if together > rounds/3 { // by chance about one of 35
			t.Errorf("both were read in one answer in %d of %d times", together, 2*rounds)
		}
	})
}

// A pause that nobody was told of when the server's log failed is read by nobody.
func TestPause_isReadWhenItIsWritten(t *testing.T) {
	j := &journal{}
	withHerald(t, j, func(h *herald, _ *bus.InProcess) {
		h.changed(demoFirst, live(0))
		synctest.Wait()
		j.setBroken(context.DeadlineExceeded)
		h.changed(demoFirst, media.Status{State: domain.RoomLive, PauseSeen: true})
		time.Sleep(2 * pauseMost)
		synctest.Wait()
		if h.pauseTold(demoFirst) {
			t.Error("read before it was told")
		}
		j.setBroken(nil)
		time.Sleep(2 * againAfter)
		synctest.Wait()
		if !h.pauseTold(demoFirst) {
			t.Error("told, and not read")
		}
		h.changed(demoFirst, media.Status{State: domain.RoomOffline})
		synctest.Wait()
		if h.pauseTold(demoFirst) {
			t.Error("a room that has ended is paused")
		}
	})
}

// pauses brings both rooms of her person into a pause, or out of it.
func (d *duo) pauses(t *testing.T, paused bool) {
	t.Helper()
	for name, c := range map[string]*client.Client{demoFirst: d.her, demoSecond: d.other} {
		if room := must(c.SetPaused(t.Context(), name, paused))(t); room.Paused != paused {
			t.Errorf("she reads %+v", room)
		}
	}
}

// portray gives both rooms stills.
func (d *duo) portray(t *testing.T) {
	t.Helper()
	for name, c := range map[string]*client.Client{demoFirst: d.her, demoSecond: d.other} {
		gray := color.Gray{Y: name[0]}
		if err := c.SetThumbnail(t.Context(), name, picture(t, 320, 180, gray)); err != nil {
			t.Fatal(err)
		}
	}
}

// notices are a room's pauses, as its stream has them.
func (d *duo) notices(t *testing.T, room string) (n int) {
	t.Helper()
	for _, e := range must(d.http.RoomEvents(t.Context(), room, 0, 200))(t) {
		if e.Kind == domain.EventPause {
			n++
		}
	}
	return n
}

// A pause over HTTP: her picture is gone at once, and what can be had in her room when
// the room has been told. All comes back with her.
func TestPause_overHTTP(t *testing.T) {
	d := openDuo(t, nil)
	ctx := t.Context()
	d.sell(t, d.her, demoFirst, snapPrice)
	d.portray(t)
	asked := must(wish(ctx, d.max, demoFirst, "show-key-1"))(t)
	order := must(d.order(t, d.eve, demoFirst, "snapshot-key-1"))(t)
	// open tells what a member can have there; both answers are of one moment.
	open := func() (quote, snapshots, picture bool) {
		room := must(d.eve.Room(ctx, demoFirst))(t)
		return must(d.eve.Quote(ctx, demoFirst))(t).Takes, room.Snapshot > 0, room.Thumbnail != "" && !room.Paused
	}
	began := time.Now()
	d.pauses(t, true)
	_, err := d.http.Thumbnail(ctx, demoFirst)
	wants(t, "the still of a paused room", err, domain.KindNotFound)
	_, err = d.her.DeliverSnapshot(ctx, order.ID, shot(t, 640, 360))
	wants(t, "a snapshot from a pause", err, domain.KindConflict)
	_, err = d.her.Answer(ctx, asked.ID, true)
	wants(t, "accepted in a pause", err, domain.KindConflict)
	if reason, _ := domain.ReasonOf(err); reason != "show.paused" {
		t.Errorf("accepted in a pause: %v", err)
	}
	if quote, snapshots, picture := open(); time.Since(began) < pauseLeast && !(quote && snapshots && picture) {
		t.Errorf("before the room was told: quote %t, snapshots %t, picture %t", quote, snapshots, picture)
	}
	for name := range map[string]bool{demoFirst: true, demoSecond: true} {
		testkit.Until(t, 2*pauseMost, name+" to be told", func() bool {
			room := must(d.http.Room(ctx, name))(t)
			return room.Paused && room.Thumbnail == "" && d.notices(t, name) == 1
		})
	}
	if quote, snapshots, picture := open(); quote || snapshots || picture {
		t.Errorf("the room was told: quote %t, snapshots %t, picture %t", quote, snapshots, picture)
	}
	_, err = wish(ctx, d.eve, demoFirst, "show-key-2")
	wants(t, "a wish in a pause", err, domain.KindConflict)
	_, err = d.order(t, d.max, demoFirst, "snapshot-key-2")
	wants(t, "a snapshot of a pause", err, domain.KindConflict)
	d.pauses(t, false)
	d.portray(t)
	testkit.Until(t, 2*pauseMost, "all to come back", func() bool {
		quote, snapshots, picture := open()
		return quote && snapshots && picture
	})
	wantStates(t, d.fixture, demoFirst, domain.RoomLive)
}

// In a private show only its room tells of a pause; where she is away for it the last
// picture stays, as in any absence.
func TestPause_inAShowIsNotReadInTheOtherRoom(t *testing.T) {
	d := openDuo(t, nil)
	ctx := t.Context()
	settings := must(d.other.Settings(ctx, demoSecond))(t)
	settings.Aside = domain.AsideAway
	if err := d.other.SetSettings(ctx, demoSecond, settings); err != nil {
		t.Fatal(err)
	}
	d.portray(t)
	d.watch(t, demoFirst, d.token)
	s := d.start(t)
	d.pauses(t, true)
	d.until(t, s.ID, 10*time.Second, domain.ShowInterrupted)
	testkit.Until(t, 2*pauseMost, "the payer to be told", func() bool { return must(d.max.Room(ctx, demoFirst))(t).Paused })
	room := must(d.http.Room(ctx, demoSecond))(t)
	if _, err := d.http.Thumbnail(ctx, demoSecond); err != nil || room.Paused || room.Thumbnail == "" {
		t.Errorf("where she is away: %+v, %v", room, err)
	}
	d.pauses(t, false)
	d.until(t, s.ID, 10*time.Second, domain.ShowRunning)
	testkit.Until(t, 2*pauseMost, "the payer to be told", func() bool { return !must(d.max.Room(ctx, demoFirst))(t).Paused })
	if first, second := d.notices(t, demoFirst), d.notices(t, demoSecond); first != 2 || second != 0 {
		t.Errorf("%d pauses and ends of them were told in the show's room, %d in the other", first, second)
	}
}
