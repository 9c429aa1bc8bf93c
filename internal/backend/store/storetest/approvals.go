package storetest

import (
	"context"
	"fmt"
	"testing"

	"github.com/jasmincam/jasmincam/internal/backend/store/storetest/worldtest"
	"github.com/jasmincam/jasmincam/internal/domain"
)

func approvalStories(t *testing.T, w *world) {
	ctx, staff, studio, other := context.Background(), w.Staff(), w.Add(domain.Account{Role: domain.RoleStudio}), w.Add(domain.Account{Role: domain.RoleStudio})
	p := w.Add(domain.Account{Role: domain.RolePerformer, Name: "luna", Studio: studio.ID})

	for _, bad := range []domain.Application{
		{FullName: "A", BirthDate: "1995-04-23", Country: "HU"},
		{FullName: "Anna Example", BirthDate: "2008-11-22", Country: "HU"}, // 18 tomorrow
		{FullName: "Anna Example", BirthDate: "1995-02-30", Country: "HU"},
		{FullName: "Anna Example", BirthDate: "yesterday", Country: "HU"},
		{FullName: "Anna Example", BirthDate: "1995-04-23", Country: "XX"},
		{FullName: "Anna Example", BirthDate: "1995-04-23", Country: "Hungary"},
		{FullName: "Anna Example", BirthDate: "1995-04-23"},
	} {
		_, err := w.Apply(p.Ctx, "luna", bad)
		w.Refused(fmt.Sprintf("application %+v", bad), err, domain.KindInvalid)
	}
	for _, stranger := range []someone{other, w.member(), staff, w.performer("")} {
		_, err := w.Apply(stranger.Ctx, "luna", worldtest.Application())
		w.Refused("an application by "+stranger.Name, err, domain.KindForbidden)
	}
	_, err := w.Apply(ctx, "luna", worldtest.Application())
	w.Refused("an application by a guest", err, domain.KindUnauthenticated)
	if acc := must(w.Apply(studio.Ctx, "luna", worldtest.Application()))(t); acc.State != domain.StateSubmitted {
		t.Errorf("after applying: %+v", acc)
	}
	w.bell.heard(t, "doors", "account/"+string(p.ID))

	_, err = w.Decide(staff.Ctx, "luna", domain.Decision{State: domain.StateRejected})
	w.Refused("a rejection without a reason", err, domain.KindInvalid)
	for _, stranger := range []someone{studio, p} {
		_, err = w.Decide(stranger.Ctx, "luna", domain.Decision{State: domain.StateActive})
		w.Refused("a decision by "+stranger.Name, err, domain.KindForbidden)
	}
	_, err = w.Decide(staff.Ctx, "nobody", domain.Decision{State: domain.StateActive})
	w.Refused("a decision about nobody", err, domain.KindNotFound)
	if acc := must(w.Decide(staff.Ctx, "luna", domain.Decision{State: domain.StateRejected, Reason: "The picture is blurred."}))(t); acc.Reason != "The picture is blurred." {
		t.Errorf("rejected: %+v", acc)
	}
	events, err := w.OwnEvents(p.Ctx, 0, 0)
	if n := last[domain.AccountNotice](t, events, err); n.State != domain.StateRejected || n.Reason == "" || len(events) != 2 {
		t.Errorf("she was told %+v", n)
	}
	must(w.Apply(p.Ctx, "luna", worldtest.Application()))(t)
	_, err = w.Decide(staff.Ctx, "luna", domain.Decision{State: domain.StateActive, Person: "nobody"})
	w.Refused("an unknown person", err, domain.KindNotFound)
	luna := must(w.Decide(staff.Ctx, "luna", domain.Decision{State: domain.StateActive}))(t)
	if luna.State != domain.StateActive || luna.Person == "" || luna.Reason != "" {
		t.Errorf("approved: %+v", luna)
	}
	persons(t, w, staff, luna)
	lines(t, w, staff, studio, other, luna)

	acts := must(w.AuditLog(staff.Ctx, p.Name, ""))(t).Acts
	if len(acts) != 5 || acts[3].Actor != studio.Name || acts[4].Act != "new account" || acts[0].Actor != staff.Name || acts[2].Reason != "submitted → rejected: The picture is blurred." {
		t.Errorf("audit log: %+v", acts)
	}
	_, err = w.AuditLog(studio.Ctx, p.Name, "")
	w.Refused("the audit log for a studio", err, domain.KindForbidden)
}

func persons(t *testing.T, w *world, staff someone, luna domain.Account) {
	ctx := context.Background()
	second := w.Add(domain.Account{Role: domain.RolePerformer, Name: "velvet"})
	must(w.Apply(second.Ctx, "velvet", worldtest.Application()))(t)
	velvet := must(w.Decide(staff.Ctx, "velvet", domain.Decision{State: domain.StateActive, Person: luna.Person}))(t)
	stranger := w.performer("")
	for _, c := range []struct {
		ids  []domain.AccountID
		want bool
	}{
		{[]domain.AccountID{luna.ID, velvet.ID}, true}, {[]domain.AccountID{luna.ID}, true}, {nil, false},
		{[]domain.AccountID{luna.ID, stranger.ID}, false}, {[]domain.AccountID{luna.ID, velvet.ID, stranger.ID}, false},
		{[]domain.AccountID{luna.ID, w.member().ID}, false},
	} {
		if got := must(w.SharePerson(ctx, c.ids...))(t); got != c.want {
			t.Errorf("%v share a person: %v", c.ids, got)
		}
	}
}

func lines(t *testing.T, w *world, staff, studio, other someone, luna domain.Account) {
	all := must(w.Performers(staff.Ctx, domain.PerformerFilter{}))(t)
	if len(all) < 3 || all[0].Person == "" || all[0].Application.Country != "HU" {
		t.Errorf("staff's list: %+v", all)
	}
	own := must(w.Performers(studio.Ctx, domain.PerformerFilter{}))(t)
	if len(own) != 1 || own[0].Account.Name != "luna" || own[0].Person != "" || own[0].Account.Person != "" || own[0].Studio != studio.Name || own[0].Online {
		t.Errorf("the studio's list: %+v", own)
	}
	if list := must(w.Performers(studio.Ctx, domain.PerformerFilter{State: domain.StateSuspended}))(t); len(list) != 0 {
		t.Errorf("the studio's suspended: %+v", list)
	}
	if list := must(w.Performers(other.Ctx, domain.PerformerFilter{}))(t); len(list) != 0 {
		t.Errorf("another studio's list: %+v", list)
	}
	_, err := w.Performers(w.member().Ctx, domain.PerformerFilter{})
	w.Refused("a member's list", err, domain.KindForbidden)
	if err := w.PostRoomState(context.Background(), "luna", domain.RoomLive); err != nil {
		t.Fatal(err)
	}
	if own = must(w.Performers(studio.Ctx, domain.PerformerFilter{State: domain.StateActive}))(t); len(own) != 1 || !own[0].Online {
		t.Errorf("the studio's list while she is online: %+v", own)
	}
	_, err = w.SetActivation(other.Ctx, "luna", false)
	w.Refused("deactivation by another studio", err, domain.KindForbidden)
	_, err = w.SetActivation(as(domain.Actor{Account: luna}), "luna", false)
	w.Refused("deactivation by herself", err, domain.KindForbidden)
}

// stateTable tries every step from every state (domain F1, D3).
func stateTable(t *testing.T, w *world) {
	staff, studio := w.Staff(), w.Add(domain.Account{Role: domain.RoleStudio})
	allowed := map[domain.AccountState]string{ // what may be done: a pply, + activate, - deactivate, and staff's A R S C
		domain.StateUnfinished: "aC", domain.StateSubmitted: "ARC", domain.StateActive: "-SC", domain.StateRejected: "aC",
		domain.StateInactive: "+SC", domain.StateSuspended: "AC", domain.StateClosed: "",
	}
	way := map[domain.AccountState]string{ // how to get there
		domain.StateUnfinished: "", domain.StateSubmitted: "a", domain.StateActive: "aA", domain.StateRejected: "aR",
		domain.StateInactive: "aA-", domain.StateSuspended: "aAS", domain.StateClosed: "C",
	}
	do := func(p someone, what rune) (domain.Account, error) {
		decide := func(s domain.AccountState) (domain.Account, error) {
			return w.Decide(staff.Ctx, p.Name, domain.Decision{State: s, Reason: "because"})
		}
		switch what {
		case 'a':
			return w.Apply(p.Ctx, p.Name, worldtest.Application())
		case '+', '-':
			return w.SetActivation(studio.Ctx, p.Name, what == '+')
		case 'A':
			return decide(domain.StateActive)
		case 'R':
			return decide(domain.StateRejected)
		case 'S':
			return decide(domain.StateSuspended)
		default:
			return decide(domain.StateClosed)
		}
	}
	for _, from := range domain.AccountStates() {
		for _, what := range "a+-ARSC" {
			p := w.Add(domain.Account{Role: domain.RolePerformer, Studio: studio.ID})
			for _, step := range way[from] {
				if _, err := do(p, step); err != nil {
					t.Fatalf("on the way to %s: %v", from, err)
				}
			}
			acc, err := do(p, what)
			may := false
			for _, r := range allowed[from] {
				may = may || r == what
			}
			switch {
			case may && (err != nil || acc.State == from):
				t.Errorf("%s, %c: %+v %v", from, what, acc, err)
			case !may:
				w.Refused(fmt.Sprintf("%s, %c", from, what), err, domain.KindConflict)
				if now := must(w.PerformerAccount(context.Background(), p.Name))(t); now.State != from {
					t.Errorf("%s, %c was refused, yet she is %s", from, what, now.State)
				}
			}
		}
	}
	p := w.performer("")
	for _, s := range []domain.AccountState{domain.StateUnfinished, domain.StateSubmitted, domain.StateInactive, "queen", ""} {
		_, err := w.Decide(staff.Ctx, p.Name, domain.Decision{State: s, Reason: "because"})
		w.Refused("a decision for "+string(s), err, domain.KindConflict)
	}
}
