package storetest

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jasmincam/jasmincam/internal/domain"
)

func doorStories(t *testing.T, w *world) {
	p, m, staff, other := w.performer(""), w.member(), w.Staff(), w.performer("")
	g := guest("abc", "HU", "origin-1")
	for who, ctx := range map[string]context.Context{"herself": p.Ctx, "member": m.Ctx, "staff": staff.Ctx, "performer": other.Ctx, "guest": g} {
		if err := w.Door(ctx, p.Name); err != nil {
			t.Errorf("%s: %v", who, err)
		}
	}
	w.Refused("no such room", w.Door(m.Ctx, "nobody"), domain.KindNotFound)
	w.Refused("a member is no room", w.Door(m.Ctx, m.Name), domain.KindNotFound)

	w.bell.heard(t)
	ban := must(w.Ban(p.Ctx, p.Name, m.Name, 0))(t)
	w.bell.heard(t, "doors", "room/"+p.Name, "account/"+string(m.ID))
	if ban != (domain.Ban{Viewer: m.Name, At: w.Now().UnixMilli()}) {
		t.Errorf("ban: %+v", ban)
	}
	w.Refused("the banned member", w.Door(m.Ctx, p.Name), domain.KindForbidden)
	_, err := w.RoomEvents(m.Ctx, p.Name, 0, 0)
	w.Refused("the banned member's events", err, domain.KindForbidden)
	_, err = w.Messages(m.Ctx, p.Name, 0, 0)
	w.Refused("the banned member's history", err, domain.KindForbidden)
	_, err = w.tip(m, p, 1000)
	w.Refused("the banned member's tip", err, domain.KindForbidden)
	if err := w.Door(m.Ctx, other.Name); err != nil {
		t.Errorf("in another room: %v", err)
	}

	kick := must(w.Ban(p.Ctx, p.Name, "guest-abc", 10))(t)
	w.Refused("the kicked guest", w.Door(g, p.Name), domain.KindForbidden)
	w.Refused("the kicked guest from elsewhere", w.Door(guest("abc", "HU", "origin-2"), p.Name), domain.KindForbidden)
	w.Refused("the kicked guest with a new cookie", w.Door(guest("xyz", "HU", "origin-1"), p.Name), domain.KindForbidden)
	for what, ctx := range map[string]context.Context{
		"a member from there": as(domain.Actor{Account: w.member().Account, Country: "HU", Origin: "origin-1"}),
		"another guest":       guest("def", "HU", "origin-3"), "a guest of no known origin": guest("ghi", "HU", ""),
	} {
		if err := w.Door(ctx, p.Name); err != nil {
			t.Errorf("%s: %v", what, err)
		}
	}
	bans := must(w.Bans(p.Ctx, p.Name))(t)
	if len(bans) != 2 || !slices.Contains(bans, kick) {
		t.Errorf("bans: %+v", bans)
	}
	w.Pass(10 * time.Minute)
	if err := w.Door(g, p.Name); err != nil {
		t.Errorf("after the kick: %v", err)
	}
	if bans = must(w.Bans(p.Ctx, p.Name))(t); len(bans) != 1 || bans[0] != ban {
		t.Errorf("bans after the kick: %+v", bans)
	}
	lifting(t, w, p, m)
	moderators(w, p, m, staff, other)
	manyGuests(t, w, p, m)
	closedAccounts(t, w)
}

// manyGuests: names of guests can be made up without end; their bans are bounded, and
// those of members stay.
func manyGuests(t *testing.T, w *world, p, m someone) {
	must(w.Ban(p.Ctx, p.Name, m.Name, 0))(t)
	for n := range 1001 {
		w.Pass(time.Millisecond)
		must(w.Ban(p.Ctx, p.Name, fmt.Sprintf("guest-%d", n), 0))(t)
	}
	if err := w.Door(guest("0", "HU", ""), p.Name); err != nil {
		t.Errorf("the guest who was banned 1000 guests ago: %v", err)
	}
	w.Refused("the next one", w.Door(guest("1", "HU", ""), p.Name), domain.KindForbidden)
	w.Refused("the newest one", w.Door(guest("1000", "HU", ""), p.Name), domain.KindForbidden)
	w.Refused("a member banned before", w.Door(m.Ctx, p.Name), domain.KindForbidden)
	if err := w.Lift(p.Ctx, p.Name, m.Name); err != nil {
		t.Fatal(err)
	}
}

// signingOut: a removed member does not come back as a guest from where he was
// last; others there, with accounts of their own, are not his fault.
func signingOut(t *testing.T, w *world) {
	p, other, m, home := w.performer(""), w.performer(""), w.member(), guest("new", "HU", "home")
	from := func(who someone, origin string) context.Context {
		return as(domain.Actor{Account: who.Account, Origin: origin})
	}
	enter := func(what string, ctx context.Context, room someone) {
		t.Helper()
		if err := w.Door(ctx, room.Name); err != nil {
			t.Errorf("%s: %v", what, err)
		}
	}
	out := func(what string) {
		t.Helper()
		w.Refused(what, w.Door(home, p.Name), domain.KindForbidden)
	}
	must(w.Ban(p.Ctx, p.Name, m.Name, 0))(t) // before he was ever seen
	enter("a guest of no known origin", guest("", "HU", ""), p)
	enter("a guest from where he is unknown", home, p)
	for _, origin := range []string{"work", "home", ""} {
		w.Refused("he himself from "+origin, w.Door(from(m, origin), p.Name), domain.KindForbidden)
	}
	must(w.Ban(p.Ctx, p.Name, m.Name, 10))(t)
	out("signed out")
	enter("a guest from where he was before", guest("new", "HU", "work"), p)
	enter("signed out, in another room", home, other)
	enter("a member of his household", from(w.member(), "home"), p)
	if err := w.Close(); err != nil { // the origin is in the ban, whatever memory forgets
		t.Fatal(err)
	}
	w.Open(w.Config)
	out("signed out, after a restart")
	must(w.Ban(p.Ctx, p.Name, m.Name, 20))(t)
	out("signed out, after the kick was made longer")
	w.Pass(20 * time.Minute)
	enter("signed out, after the kick", home, p)
	must(w.Ban(p.Ctx, p.Name, m.Name, 0))(t)
	enter("a guest from where he was in an older kick", home, p)
}

func lifting(t *testing.T, w *world, p, m someone) {
	if err := w.Lift(p.Ctx, p.Name, m.Name); err != nil {
		t.Fatal(err)
	}
	w.bell.heard(t, "doors", "room/"+p.Name)
	if err := w.Door(m.Ctx, p.Name); err != nil {
		t.Errorf("after the ban was lifted: %v", err)
	}
	w.Refused("lifting it twice", w.Lift(p.Ctx, p.Name, m.Name), domain.KindNotFound)
	events, err := w.RoomEvents(p.Ctx, p.Name, 0, 0)
	if n := last[domain.RemovedNotice](t, events, err); !n.Lifted || n.Viewer != m.Name {
		t.Errorf("she was told %+v", n)
	}
	if events, err = w.RoomEvents(m.Ctx, p.Name, 0, 0); err != nil || len(events) != 0 {
		t.Errorf("a member was told of bans: %v %v", kinds(events), err)
	}
}

func moderators(w *world, p, m, staff, other someone) {
	for _, who := range []someone{m, other, staff} {
		_, err := w.Ban(who.Ctx, p.Name, m.Name, 0)
		w.Refused("a ban by "+who.Name, err, domain.KindForbidden)
		w.Refused("a lift by "+who.Name, w.Lift(who.Ctx, p.Name, m.Name), domain.KindForbidden)
		_, err = w.Bans(who.Ctx, p.Name)
		w.Refused("the bans for "+who.Name, err, domain.KindForbidden)
	}
	for viewer, kind := range map[string]domain.Kind{
		"nobody": domain.KindNotFound, p.Name: domain.KindForbidden, staff.Name: domain.KindForbidden, "guest-": domain.KindNotFound,
		string(make([]byte, 200)): domain.KindNotFound,
	} {
		_, err := w.Ban(p.Ctx, p.Name, viewer, 0)
		w.Refused("banning "+viewer, err, kind)
	}
	for _, minutes := range []int{-1, 1 << 30} {
		_, err := w.Ban(p.Ctx, p.Name, m.Name, minutes)
		w.Refused(fmt.Sprint(minutes, " minutes"), err, domain.KindInvalid)
	}
}

// closedAccounts: only an Active performer's room is open to visitors.
func closedAccounts(t *testing.T, w *world) {
	studio := w.Add(domain.Account{Role: domain.RoleStudio})
	p, m := w.performer(studio.ID), w.Rich("")
	must(w.SetActivation(studio.Ctx, p.Name, false))(t)
	w.Refused("an inactive performer's door", w.Door(m.Ctx, p.Name), domain.KindNotFound)
	_, err := w.tip(m, p, 1000)
	w.Refused("a tip for her", err, domain.KindNotFound)
	for who, ctx := range map[string]context.Context{"herself": p.Ctx, "her studio": studio.Ctx, "staff": w.Staff().Ctx} {
		if err := w.Door(ctx, p.Name); err != nil {
			t.Errorf("%s: %v", who, err)
		}
	}
}

// countryTable is domain C8.
func countryTable(t *testing.T, w *world) {
	studio := w.Add(domain.Account{Role: domain.RoleStudio})
	p := w.performer(studio.ID) // from Hungary
	account := func(a domain.Account, country string) context.Context {
		return as(domain.Actor{Account: a, Country: country})
	}
	m := w.member().Account
	always := map[string]context.Context{"herself": account(p.Account, "HU"), "staff": account(w.Staff().Account, ""), "her studio": account(studio.Account, "HU")}
	for _, c := range []struct {
		home   bool
		guests []string
		closed map[string]string // actor and country → what is closed
	}{
		{true, nil, map[string]string{"guest": "HU ?", "member": "HU ?"}},
		{false, nil, map[string]string{}},
		{false, []string{"DE", "us"}, map[string]string{"guest": "DE US ?"}},
		{true, []string{"DE"}, map[string]string{"guest": "HU DE ?", "member": "HU ?"}},
		{true, []string{"HU"}, map[string]string{"guest": "HU ?", "member": "HU ?"}},
	} {
		if err := w.SetSettings(p.Ctx, p.Name, domain.RoomSettings{HomeClosed: c.home, GuestsClosedIn: c.guests}); err != nil {
			t.Fatal(err)
		}
		w.bell.heard(t, "doors")
		for _, country := range []string{"HU", "DE", "US", "FR", ""} {
			for who, ctx := range map[string]context.Context{"guest": guest("g", country, "o"), "member": account(m, country)} {
				label := country
				if country == "" {
					label = "?"
				}
				err := w.Door(ctx, p.Name)
				if closed := slices.Contains(strings.Fields(c.closed[who]), label); closed {
					w.Refused(fmt.Sprintf("home closed %v, guests %v: %s in %s", c.home, c.guests, who, label), err, domain.KindCountry)
				} else if err != nil {
					t.Errorf("home closed %v, guests %v: %s in %s: %v", c.home, c.guests, who, label, err)
				}
			}
		}
		for who, ctx := range always {
			if err := w.Door(ctx, p.Name); err != nil {
				t.Errorf("%s: %v", who, err)
			}
		}
	}
	if rooms := must(w.VisibleRooms(guest("g", "HU", "o"), []string{p.Name}))(t); len(rooms) != 0 {
		t.Errorf("the list shows a room that is closed here: %+v", rooms)
	}
	if _, err := w.VisibleRoom(guest("g", "HU", "o"), p.Name); domain.KindOf(err) != domain.KindCountry {
		t.Errorf("the room: %v", err)
	}
}

func roomStories(t *testing.T, w *world) {
	ctx, p, other := context.Background(), w.performer(""), w.performer("")
	g := guest("g", "", "o")
	if r := must(w.VisibleRoom(g, p.Name))(t); r.State != domain.RoomOffline || r.Seq != 0 || r.GuestChat {
		t.Errorf("a new room: %+v", r)
	}
	for _, s := range []domain.RoomState{domain.RoomConnecting, domain.RoomLive, domain.RoomLive} {
		if err := w.PostRoomState(ctx, p.Name, s); err != nil {
			t.Fatal(err)
		}
	}
	w.bell.heard(t, "room/"+p.Name)
	r := must(w.VisibleRoom(g, p.Name))(t)
	if r.State != domain.RoomLive || r.Seq != 2 || r.Since != w.Now().UnixMilli() {
		t.Errorf("a live room: %+v", r)
	}
	events, err := w.RoomEvents(g, p.Name, 0, 0)
	if n := last[domain.RoomNotice](t, events, err); n.State != domain.RoomLive || len(events) != 2 || events[0].Room != p.Name {
		t.Errorf("the room was told %v, last %+v", kinds(events), n)
	}
	for _, ctx := range []context.Context{g, other.Ctx, p.Ctx} { // when is hers alone to know
		for _, e := range must(w.RoomEvents(ctx, p.Name, 0, 0))(t) {
			if told := e.At != 0; told != (ctx == p.Ctx) {
				t.Errorf("%s is told of %s at %d", domain.ActorFrom(ctx).Name(), e.Data, e.At)
			}
		}
	}
	if live := must(w.LiveRooms(ctx))(t); !slices.Equal(live, []string{p.Name}) {
		t.Errorf("live rooms: %v", live)
	}
	w.Refused("the state of no room", w.PostRoomState(ctx, "nobody", domain.RoomLive), domain.KindNotFound)
	names := []string{other.Name, "nobody", p.Name}
	if rooms := must(w.VisibleRooms(g, names))(t); len(rooms) != 2 || rooms[0].Name != other.Name || rooms[1] != r {
		t.Errorf("visible rooms: %+v", rooms)
	}
	if me := w.me(p); me.Room == nil || *me.Room != r {
		t.Errorf("her own room: %+v", me.Room)
	}

	set := domain.RoomSettings{GuestChat: true, HomeClosed: false, GuestsClosedIn: []string{"us", "DE", "US"}}
	if err := w.SetSettings(p.Ctx, p.Name, set); err != nil {
		t.Fatal(err)
	}
	w.bell.heard(t, "doors", "room/"+p.Name)
	if err := w.SetSettings(p.Ctx, p.Name, set); err != nil {
		t.Fatal(err)
	}
	w.bell.silent(t, "doors")
	got := must(w.Settings(p.Ctx, p.Name))(t)
	if !got.GuestChat || got.HomeClosed || !slices.Equal(got.GuestsClosedIn, []string{"DE", "US"}) {
		t.Errorf("settings: %+v", got)
	}
	events, err = w.RoomEvents(p.Ctx, p.Name, 2, 0)
	if n := last[domain.RulesNotice](t, events, err); !n.GuestChat || len(events) != 1 {
		t.Errorf("the room was told %v, last %+v", kinds(events), n)
	}
	for _, bad := range [][]string{{"DE", "US", "FR", "AT"}, {"XX"}, {"Germany"}, {""}, {"001"}} {
		w.Refused(fmt.Sprint("closing ", bad), w.SetSettings(p.Ctx, p.Name, domain.RoomSettings{GuestsClosedIn: bad}), domain.KindInvalid)
	}
	w.Refused("another's settings", w.SetSettings(other.Ctx, p.Name, set), domain.KindForbidden)
	_, err = w.Settings(w.member().Ctx, p.Name)
	w.Refused("her settings for a member", err, domain.KindForbidden)
}
