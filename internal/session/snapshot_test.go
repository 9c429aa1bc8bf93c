package session

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"testing"
	"testing/synctest"
	"time"

	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/session/press"
)

// asked is an order in a room as her backend tells it.
func asked(t *testing.T, seq int64, id, room, show string) domain.Event {
	t.Helper()
	return event(t, seq, domain.EventSnapshot, domain.SnapshotNotice{Snapshot: domain.Snapshot{ID: id, Room: room, State: domain.SnapshotAsked, Show: show}})
}

// TestSnapshots_areWhole: what was ordered is sent in the size of the capture, of good
// quality, once, each by the account that it was ordered from; two are never equal.
func TestSnapshots_areWhole(t *testing.T) {
	s := newStage(t)
	x := start(t, s, "a", "b")
	x.live(Live, Live)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- x.broadcast.Stills(ctx, x.accounts) }()
	for room, ids := range map[string][]string{"a": {"one", "two"}, "b": {"three"}} {
		for i, id := range ids {
			s.feed(room, "") <- asked(t, int64(100+i), id, room, "")
		}
		s.feed(room, "") <- asked(t, 110, "of another room", "somebody", "")
		s.feed(room, "") <- asked(t, 111, "of a show", room, "a show")
	}
	until(t, "three pictures", func() bool { s.mu.Lock(); defer s.mu.Unlock(); return len(s.sold) >= 3 })
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	want := map[string]string{"one": "a", "two": "a", "three": "b"}
	for i, d := range s.sold {
		if want[d.id] != d.room {
			t.Errorf("%s was sent by %s", d.id, d.room)
		}
		delete(want, d.id)
		picture, err := jpeg.Decode(bytes.NewReader(d.jpeg))
		if err != nil {
			t.Fatal(err)
		}
		stats := x.broadcast.Stats()
		if picture.Bounds() != image.Rect(0, 0, stats.Width, stats.Height) {
			t.Errorf("%s is %v of a capture of %d×%d", d.id, picture.Bounds(), stats.Width, stats.Height)
		}
		if marker := d.jpeg[3]; marker >= 0xe1 && marker <= 0xef || marker == 0xfe || bytes.Contains(d.jpeg, []byte("Exif")) {
			t.Errorf("%s has metadata", d.id)
		}
		if q := quality(t, d.jpeg); q < press.LeastQuality {
			t.Errorf("%s is of quality %d", d.id, q)
		}
		for _, other := range s.sold[:i] {
			if bytes.Equal(other.jpeg, d.jpeg) {
				t.Errorf("%s and %s are equal", d.id, other.id)
			}
		}
	}
	if len(s.sold) != 3 || len(want) != 0 {
		t.Errorf("%d were sent, missing are %v", len(s.sold), want)
	}
}

// quality reads the first step of the first table, which grows as quality falls: 16
// at 50, by the standard's formula.
func quality(t *testing.T, file []byte) int {
	t.Helper()
	at := bytes.Index(file, []byte{0xff, 0xdb})
	if at < 0 || at+5 >= len(file) {
		t.Fatal("no table")
	}
	for q := 100; q > 50; q-- {
		if (16*(200-2*q)+50)/100 >= int(file[at+5]) {
			return q
		}
	}
	return 50
}

// TestAccount_fillsWhatMayBeSold: an order is filled while she is seen, within its
// time, and in a private show only if it belongs to that show.
func TestAccount_fillsWhatMayBeSold(t *testing.T) {
	for _, c := range []struct {
		name     string
		upload   State
		room     domain.RoomState
		show, in string // hers, and the order's
		age      time.Duration
		want     bool
	}{
		{"live", Live, domain.RoomLive, "", "", 0, true},
		{"too old", Live, domain.RoomLive, "", "", domain.SnapshotWithin, false},
		{"away", Live, domain.RoomAway, "", "", 0, false},
		{"without an upload", Reconnecting, domain.RoomLive, "", "", 0, false},
		{"accepted, the room's word is late", Live, domain.RoomLive, "s", "", 0, false},
		{"behind the curtain of her other account", Live, domain.RoomPrivate, "", "", 0, false},
		{"asked for before the show", Live, domain.RoomPrivate, "s", "", 0, false},
		{"in the show", Live, domain.RoomPrivate, "s", "s", 0, true},
		{"in another show", Live, domain.RoomPrivate, "s", "r", 0, false},
		{"after the show", Live, domain.RoomLive, "", "s", 0, false},
		{"the show has not begun", Live, domain.RoomLive, "s", "s", 0, false},
	} {
		synctest.Test(t, func(t *testing.T) {
			a := NewAccount(AccountConfig{Email: "a"})
			a.name, a.show, a.upload = "a", c.show, func() State { return c.upload }
			a.p.confirmed, a.p.room = true, c.room
			a.note(asked(t, 1, "x", "a", c.in), ofHerOwn)
			time.Sleep(c.age)
			if o, ok := a.nextOrder(); ok != c.want || ok && o.ID != "x" {
				t.Errorf("%s: %v", c.name, ok)
			}
			if _, again := a.nextOrder(); again {
				t.Errorf("%s: twice", c.name)
			}
		})
	}
}

// TestAccount_ordersAreBounded: a backend that orders without end fills no memory.
func TestAccount_ordersAreBounded(t *testing.T) {
	a := NewAccount(AccountConfig{Email: "a"})
	a.name = "a"
	for i := range int64(100) {
		a.note(asked(t, i+1, fmt.Sprint(i), "a", ""), ofHerOwn)
	}
	if len(a.orders) != maxOrders {
		t.Errorf("%d orders wait", len(a.orders))
	}
}

// While she is paused no snapshot is taken: an order that waits is passed over.
func TestSnapshots_noneWhileSheIsPaused(t *testing.T) {
	a := NewAccount(AccountConfig{Email: "a", Service: api{&stage{t: t}, "a", "t"}})
	a.name, a.upload = "a", func() State { return Live }
	a.p.wanted, a.p.confirmed, a.p.room = true, true, domain.RoomLive
	order := func() bool {
		a.orders = append(a.orders, order{domain.Snapshot{ID: "one", Room: "a", State: domain.SnapshotAsked}, time.Now()})
		_, ok := a.nextOrder()
		return ok
	}
	if !order() {
		t.Error("an order is not filled while she is live")
	}
	a.SetPaused(true)
	if order() {
		t.Error("a snapshot of her is taken while she is paused")
	}
}
