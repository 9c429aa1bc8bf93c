package sitetest

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jasmincam/jasmincam/internal/domain"
)

// privateWords: from accepted until ended, what a show's payer and she say in its room
// is read by the two of them, and by nobody else, then or later.
func privateWords(t *testing.T, w *world) {
	ctx := context.Background()
	studio := w.Add(domain.Account{Role: domain.RoleStudio})
	luna := w.performer("luna", "", studio.ID)
	sky := w.performer("sky", luna.Person, "")
	ben, eve := w.Rich("ben"), w.Rich("eve")
	said := func(who someone, room, text string, private bool) {
		t.Helper()
		w.Pass(3 * time.Second)
		m := must(w.Say(who.Ctx, room, domain.Line{Text: text, Key: w.Key()}))(t)
		if m.Private != private {
			t.Errorf("%q is private: %v", text, m.Private)
		}
	}
	s := must(w.AskShow(ben.Ctx, "luna", w.Key()))(t)
	said(ben, "luna", "asked", false)
	said(luna, "luna", "come", false)
	public, all := []string{"asked", "come"}, []string{"asked", "come"}
	for _, state := range []domain.ShowState{domain.ShowAccepted, domain.ShowStarting, domain.ShowRunning, domain.ShowInterrupted, domain.ShowRunning} {
		s = w.Step(s, state)
		his, hers, others := "his "+string(state), "hers "+string(state), "others "+string(state)
		said(ben, "luna", his, true)
		said(luna, "luna", hers, true)
		said(eve, "luna", others, false)
		said(sky, "sky", hers, false)
		said(ben, "sky", his, false)
		public, all = append(public, others), append(all, his, hers, others)
		must(w.Tip(ben.Ctx, "luna", domain.Tip{Amount: 1000, Note: "a note", Key: w.Key()}))(t)
		all = append(all, "a note")
	}
	must(w.Tip(eve.Ctx, "luna", domain.Tip{Amount: 1000, Note: "public note", Key: w.Key()}))(t)
	public, all = append(public, "public note"), append(all, "public note")
	readers := func(when string) {
		t.Helper()
		for who, reader := range map[string]context.Context{"a guest": guest(), "a member": eve.Ctx, "staff": w.Staff().Ctx, "her studio": studio.Ctx, "her other account": sky.Ctx} {
			w.reads(reader, when+", "+who, public)
		}
		w.reads(ben.Ctx, when+", he", all)
		w.reads(luna.Ctx, when+", she", all)
	}
	readers("during")
	s = w.Step(s, domain.ShowEnded)
	said(luna, "luna", "over", false)
	said(ben, "luna", "thanks", false)
	public, all = append(public, "over", "thanks"), append(all, "over", "thanks")
	must(w.SettleShow(ctx, s.ID, domain.Delivered{}, 0))(t)
	show, _, err := w.Freeable(luna.Ctx, "luna")
	if err == nil {
		err = w.OpenRooms(ctx, show)
	}
	if err != nil {
		t.Fatal(err)
	}
	next := must(w.AskShow(eve.Ctx, "luna", w.Key()))(t) // the next payer reads nothing of the last one's
	w.Step(next, domain.ShowAccepted)
	readers("in the show of another")
}

// reads compares what somebody reads of luna's room in each of the ways there are.
func (w *world) reads(ctx context.Context, who string, want []string) {
	w.T.Helper()
	notes := func(s string) bool { return strings.HasSuffix(s, "note") }
	lines := slices.DeleteFunc(slices.Clone(want), notes)
	for _, limit := range []int{500, 4} {
		var got []string
		for _, m := range must(w.Messages(ctx, "luna", 0, limit))(w.T) {
			got = append(got, m.Text)
		}
		if last := lines[max(0, len(lines)-limit):]; fmt.Sprint(got) != fmt.Sprint(last) {
			w.T.Errorf("%s: the last %d lines are %q, want %q", who, limit, got, last)
		}
	}
	for _, after := range []int64{0, -500} {
		var got []string
		for _, e := range must(w.RoomEvents(ctx, "luna", after, 500))(w.T) {
			var said struct{ Text, Note string }
			if err := json.Unmarshal(e.Data, &said); err != nil {
				w.T.Fatal(err)
			}
			if said.Text+said.Note != "" {
				got = append(got, said.Text+said.Note)
			}
		}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			w.T.Errorf("%s: the events after %d are %q, want %q", who, after, got, want)
		}
	}
}
