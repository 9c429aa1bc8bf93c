package storetest

import (
	"context"
	"encoding/hex"
	"fmt"
	"testing"
	"time"

	"github.com/jasmincam/jasmincam/internal/domain"
)

func accountStories(t *testing.T, w *world) {
	ctx := context.Background()
	first := w.Add(domain.Account{Role: domain.RoleMember, Name: "max"})
	if first.ID == "" || first.State != domain.StateActive {
		t.Errorf("a new member is %+v", first.Account)
	}
	if me := w.me(first); me.BalanceMillicredits != 0 || me.BonusMillicredits != 5000 {
		t.Errorf("a new member has %s and %s locked, want 0 and 5.00", me.BalanceMillicredits, me.BonusMillicredits)
	}
	_, err := w.AddAccount(ctx, domain.Account{Role: domain.RolePerformer, Name: "max", Email: "other@example.org"}, "h")
	w.Refused("a taken name", err, domain.KindConflict)
	_, err = w.AddAccount(ctx, domain.Account{Role: domain.RoleMember, Name: "maxi", Email: "MAX@example.org"}, "h")
	w.Refused("a taken e-mail", err, domain.KindConflict)

	acc, hash, err := w.Credentials(ctx, "Max@Example.org")
	if err != nil || acc != first.Account || hash != "hash of max" {
		t.Errorf("credentials: %+v %q %v", acc, hash, err)
	}
	_, _, err = w.Credentials(ctx, "nobody@example.org")
	w.Refused("an unknown e-mail", err, domain.KindNotFound)
	if err := w.SetPasswordHash(ctx, first.ID, "new"); err != nil {
		t.Error(err)
	}
	if _, hash, _ = w.Credentials(ctx, "max@example.org"); hash != "new" {
		t.Errorf("the hash is %q after it was set", hash)
	}
	w.Refused("an unknown account's hash", w.SetPasswordHash(ctx, "nobody", "h"), domain.KindNotFound)

	luna := w.Add(domain.Account{Role: domain.RolePerformer, Name: "luna"})
	if got := must(w.PerformerAccount(ctx, "luna"))(t); got != luna.Account || got.State != domain.StateUnfinished {
		t.Errorf("performer: %+v, want %+v", got, luna.Account)
	}
	for _, name := range []string{"max", "nobody", "", "a\x00b", "'; DROP TABLE rooms"} {
		_, err := w.PerformerAccount(ctx, name)
		w.Refused("performer "+name, err, domain.KindNotFound)
	}
	_, err = w.Me(ctx)
	w.Refused("a guest's me", err, domain.KindUnauthenticated)
	if me := w.me(w.Add(domain.Account{Role: domain.RoleStudio})); me.Period == nil || me.EarnedCents != 0 || me.Level != nil {
		t.Errorf("a studio's me: %+v", me)
	}
	w.Audit()
}

func sessionStories(t *testing.T, w *world) {
	ctx, m := context.Background(), w.member()
	const month = 30 * 24 * time.Hour
	open := func(token string) domain.Session {
		return must(w.AddSession(ctx, m.ID, hashOf(token), "device of "+token, w.Now().Add(month).UnixMilli()))(t)
	}
	one := open("one")
	w.Pass(time.Second)
	two := open("two")
	if one.Token != "" || one.ID == two.ID || one.Account.ID != m.ID {
		t.Errorf("session: %+v", one)
	}

	w.Pass(2 * time.Minute)
	if got := must(w.SessionByToken(ctx, hashOf("one")))(t); got.ID != one.ID || got.Seen != w.Now().UnixMilli() || got.Account != m.Account {
		t.Errorf("session by token: %+v", got)
	}
	list := must(w.SessionsOf(as(domain.Actor{Account: m.Account, Session: two.ID}), m.ID))(t)
	if len(list) != 2 || list[0].ID != one.ID || list[0].Current || !list[1].Current || list[0].Device != "device of one" {
		t.Errorf("sessions, newest use first: %+v", list)
	}

	w.Pass(month - time.Minute) // one was used two minutes after it began, two never
	must(w.SessionAlive(ctx, one.ID))(t)
	_, err := w.SessionAlive(ctx, two.ID)
	w.Refused("a session after a month without use", err, domain.KindUnauthenticated)
	_, err = w.SessionByToken(ctx, hashOf("two"))
	w.Refused("its token", err, domain.KindUnauthenticated)
	_, err = w.SessionByToken(ctx, hashOf("never"))
	w.Refused("an unknown token", err, domain.KindUnauthenticated)

	in := as(domain.Actor{Account: m.Account, Session: one.ID})
	must(w.OwnEvents(in, 0, 0))(t)
	w.bell.heard(t)
	w.Refused("another account's session", w.DropSession(ctx, w.member().ID, one.ID), domain.KindNotFound)
	if err := w.DropSession(ctx, m.ID, one.ID); err != nil {
		t.Fatal(err)
	}
	w.bell.heard(t, "doors", "account/"+string(m.ID))
	w.Refused("ending it twice", w.DropSession(ctx, m.ID, one.ID), domain.KindNotFound)
	p := w.performer("")
	_, err = w.OwnEvents(in, 0, 0)
	w.Refused("events of an ended session", err, domain.KindUnauthenticated)
	_, err = w.Me(in)
	w.Refused("me of an ended session", err, domain.KindUnauthenticated)
	w.Refused("the door", w.Door(in, p.Name), domain.KindUnauthenticated)
	_, err = w.Tip(in, p.Name, domain.Tip{Amount: 1000, Key: w.Key()})
	w.Refused("a tip", err, domain.KindUnauthenticated)
	stolen := must(w.AddSession(ctx, p.ID, hashOf("hers"), "d", w.Now().Add(month).UnixMilli()))(t)
	w.Refused("another's session id", w.Door(as(domain.Actor{Account: m.Account, Session: stolen.ID}), p.Name), domain.KindUnauthenticated)
	manySessions(t, w)
}

// manySessions: whoever knows a password cannot open more sessions than their owner
// sees and can end; those used longest ago make room.
func manySessions(t *testing.T, w *world) {
	ctx, m := context.Background(), w.member()
	open := func(n int) domain.Session {
		w.Pass(time.Millisecond)
		return must(w.AddSession(ctx, m.ID, hashOf(fmt.Sprintf("many-%d", n)), "d", w.Now().Add(time.Hour).UnixMilli()))(t)
	}
	first, second := open(0), open(1)
	for n := range 198 {
		open(n + 2)
	}
	w.Pass(time.Minute)
	must(w.SessionByToken(ctx, hashOf("many-0")))(t) // used again
	w.bell.heard(t)
	last := open(200)
	w.bell.heard(t, "doors", "account/"+string(m.ID))
	must(w.SessionAlive(ctx, first.ID))(t)
	must(w.SessionAlive(ctx, last.ID))(t)
	_, err := w.SessionAlive(ctx, second.ID)
	w.Refused("the one of 201 sessions that was used longest ago", err, domain.KindUnauthenticated)
	if list := must(w.SessionsOf(ctx, m.ID))(t); len(list) != 200 {
		t.Errorf("%d sessions are listed", len(list))
	}
}

func uploadStories(t *testing.T, w *world) {
	ctx, a, b := context.Background(), w.performer(""), w.performer("")
	if err := w.SetStreamKey(a.Ctx, a.Name, hashOf("first")); err != nil {
		t.Fatal(err)
	}
	if got := must(w.AccountByStreamKey(ctx, hashOf("first")))(t); got != a.Account {
		t.Errorf("by stream key: %+v", got)
	}
	w.bell.heard(t)
	if err := w.SetStreamKey(a.Ctx, a.Name, hashOf("second")); err != nil {
		t.Fatal(err)
	}
	w.bell.heard(t, "doors")
	_, err := w.AccountByStreamKey(ctx, hashOf("first"))
	w.Refused("the old key", err, domain.KindUnauthenticated)
	w.Refused("another's key", w.SetStreamKey(b.Ctx, a.Name, hashOf("x")), domain.KindForbidden)
	w.Refused("a guest's key", w.SetStreamKey(ctx, a.Name, hashOf("x")), domain.KindUnauthenticated)

	var ids []string
	for _, p := range []someone{b, a} {
		ids = append(ids, must(w.AddSession(ctx, p.ID, hashOf(p.Name), "app", w.Now().Add(time.Hour).UnixMilli()))(t).ID)
	}
	if err := w.AddBroadcast(ctx, hashOf("grant"), ids, w.Now().Add(10*time.Minute).UnixMilli()); err != nil {
		t.Fatal(err)
	}
	list := must(w.BroadcastSessions(ctx, hashOf("grant")))(t)
	if len(list) != 2 || list[0].ID != ids[0] || list[1].Account != a.Account {
		t.Errorf("broadcast: %+v", list)
	}
	if err := w.DropSession(ctx, b.ID, ids[0]); err != nil {
		t.Fatal(err)
	}
	if list = must(w.BroadcastSessions(ctx, hashOf("grant")))(t); len(list) != 1 || list[0].ID != ids[1] {
		t.Errorf("broadcast after one signed out: %+v", list)
	}
	w.Pass(10 * time.Minute)
	_, err = w.BroadcastSessions(ctx, hashOf("grant"))
	w.Refused("an expired grant", err, domain.KindUnauthenticated)
	_, err = w.BroadcastSessions(ctx, hashOf("never"))
	w.Refused("an unknown grant", err, domain.KindUnauthenticated)
}

// longShow: a broadcast token lasts as long as it is used, and no longer than it
// was made for after the last use; at most one write an hour keeps it.
func longShow(t *testing.T, w *world) {
	ctx, a := context.Background(), w.performer("")
	session := must(w.AddSession(ctx, a.ID, hashOf("app"), "app", w.Now().Add(90*24*time.Hour).UnixMilli()))(t)
	for _, grant := range []string{"used", "left"} {
		if err := w.AddBroadcast(ctx, hashOf(grant), []string{session.ID}, w.Now().Add(12*time.Hour).UnixMilli()); err != nil {
			t.Fatal(err)
		}
	}
	var ends int64
	seen := map[int64]bool{}
	for range 4 * 30 { // thirty hours, looked at every quarter of an hour
		w.Pass(15 * time.Minute)
		if list := must(w.BroadcastSessions(ctx, hashOf("used")))(t); len(list) != 1 || list[0].ID != session.ID {
			t.Fatalf("a show that is on: %+v", list)
		}
		w.Row(`SELECT expires FROM broadcasts WHERE hash = $1`, hex.EncodeToString(hashOf("used")))(&ends)
		seen[ends] = true
	}
	if len(seen) < 29 || len(seen) > 31 {
		t.Errorf("the end was moved %d times in 30 hours", len(seen))
	}
	_, err := w.BroadcastSessions(ctx, hashOf("left"))
	w.Refused("a token that nobody used", err, domain.KindUnauthenticated)
	w.Pass(12 * time.Hour)
	_, err = w.BroadcastSessions(ctx, hashOf("used"))
	w.Refused("a token after its show", err, domain.KindUnauthenticated)
}
