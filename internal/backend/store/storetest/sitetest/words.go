package sitetest

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/jasmincam/jasmincam/internal/domain"
)

func (w *world) say(ctx context.Context, room, text string) (domain.Message, error) {
	return w.Say(ctx, room, domain.Line{Text: text, Key: fmt.Sprintf("line-%06d", w.next())})
}

// bans makes a list the banned words of luna's room.
func (w *world) bans(ctx context.Context, words ...string) {
	w.t.Helper()
	now := must(w.Settings(ctx, "luna"))(w.t)
	now.BannedWords = append([]string{}, words...)
	if err := w.SetSettings(ctx, "luna", now); err != nil {
		w.t.Fatal(err)
	}
}

func bannedWordStories(t *testing.T, w *world) {
	luna, ben := w.performer("luna", "", ""), w.rich("ben")
	if got := must(w.Settings(luna.ctx, "luna"))(t); got.BannedWords == nil || len(got.BannedWords) > 0 {
		t.Errorf("before she banned any: %#v", got.BannedWords)
	}
	if err := w.SetSettings(luna.ctx, "luna", domain.RoomSettings{GuestChat: true, BannedWords: []string{" Damn ", "DAMN", "nice feet"}}); err != nil {
		t.Fatal(err)
	}
	if got := must(w.Settings(luna.ctx, "luna"))(t); !slices.Equal(got.BannedWords, []string{"Damn", "nice feet"}) || !got.GuestChat {
		t.Errorf("she reads %+v", got)
	}
	before := must(w.VisibleRoom(ben.ctx, "luna"))(t).Seq
	for who, ctx := range map[string]context.Context{"a member": ben.ctx, "a guest": guest(), "staff": w.staff().ctx} {
		_, err := w.say(ctx, "luna", "well, DAMN it")
		refused(t, who, err, domain.KindInvalid)
	}
	if now := must(w.VisibleRoom(ben.ctx, "luna"))(t).Seq; now != before || len(must(w.Messages(luna.ctx, "luna", 0, 0))(t)) > 0 {
		t.Errorf("dropped lines are in the room: its number went from %d to %d", before, now)
	}
	must(w.say(luna.ctx, "luna", "damn, I say that myself"))(t)
	must(w.say(ben.ctx, "luna", "damnation, nice big feet"))(t)
	must(w.say(guest(), "luna", "hello"))(t)

	if err := w.SetSettings(luna.ctx, "luna", domain.RoomSettings{GuestChat: true, HomeClosed: true}); err != nil { // as an older program does
		t.Fatal(err)
	}
	if got := must(w.Settings(luna.ctx, "luna"))(t); len(got.BannedWords) != 2 || !got.HomeClosed {
		t.Errorf("settings without a list changed it: %+v", got)
	}
	err := w.SetSettings(luna.ctx, "luna", domain.RoomSettings{BannedWords: []string{"!"}})
	refused(t, "a list that cannot be", err, domain.KindInvalid)
	err = w.SetSettings(ben.ctx, "luna", domain.RoomSettings{BannedWords: []string{}})
	refused(t, "a member's list", err, domain.KindForbidden)
	_, err = w.Settings(w.performer("sky", luna.Person, "").ctx, "luna")
	refused(t, "her other account reads the list", err, domain.KindForbidden)
	must(w.say(ben.ctx, "sky", "damn"))(t)
	w.bans(luna.ctx)
	w.pass(time.Minute)
	must(w.say(as(domain.Actor{Account: ben.Account, Country: "DE"}), "luna", "damn"))(t)
}

// bannedKeys: what a key was answered once it is answered for ever.
func bannedKeys(t *testing.T, w *world) {
	luna, ben := w.performer("luna", "", ""), w.rich("ben")
	said := domain.Line{Text: "damn", Key: "said-before"}
	first := must(w.Say(ben.ctx, "luna", said))(t)
	w.bans(luna.ctx, "damn")
	if again := must(w.Say(ben.ctx, "luna", said))(t); again != first {
		t.Errorf("said before it was banned, sent again: %+v, first %+v", again, first)
	}
	dropped := domain.Line{Text: "damn", Key: "dropped-once"}
	_, err := w.Say(ben.ctx, "luna", dropped)
	refused(t, "the first time", err, domain.KindInvalid)
	words := domain.Sentence(err)
	w.bans(luna.ctx)
	_, err = w.Say(ben.ctx, "luna", dropped)
	refused(t, "again, when it is not banned any more", err, domain.KindInvalid)
	if domain.Sentence(err) != words {
		t.Errorf("again: %q, first %q", domain.Sentence(err), words)
	}
	_, err = w.Say(ben.ctx, "luna", domain.Line{Text: "hello", Key: dropped.Key})
	refused(t, "the key for another line", err, domain.KindConflict)
	must(w.say(ben.ctx, "luna", "damn"))(t)

	w.bans(luna.ctx, "damn")
	tip := domain.Tip{Amount: 5000, Note: "damn good", Key: "tip-with-note"}
	receipt := must(w.Tip(ben.ctx, "luna", tip))(t)
	if me := must(w.Me(ben.ctx))(t); !receipt.NoteDropped || receipt.BalanceMillicredits != me.BalanceMillicredits {
		t.Errorf("the receipt: %+v", receipt)
	}
	w.bans(luna.ctx)
	if again := must(w.Tip(ben.ctx, "luna", tip))(t); again != receipt {
		t.Errorf("the tip again: %+v, first %+v", again, receipt)
	}
	if fine := must(w.Tip(ben.ctx, "luna", domain.Tip{Amount: 1000, Note: "damn good", Key: "tip-another"}))(t); fine.NoteDropped || fine.BalanceMillicredits != receipt.BalanceMillicredits-1000 {
		t.Errorf("a tip with a note that is not banned: %+v", fine)
	}
	var notes []string
	for _, e := range must(w.RoomEvents(ben.ctx, "luna", 0, 0))(t) {
		var n domain.TipNotice
		if e.Kind == domain.EventTip && json.Unmarshal(e.Data, &n) == nil {
			notes = append(notes, n.Note)
		}
	}
	if !slices.Equal(notes, []string{"", "damn good"}) {
		t.Errorf("the room reads the notes %q", notes)
	}
}

// offerEvents: what is offered in a room is told there when it changes.
func offerEvents(t *testing.T, w *world) {
	luna := w.performer("luna", "", "")
	w.pass(31 * 24 * time.Hour) // the promotion's price is over
	told := func() (list []domain.ProfileNotice) {
		for _, e := range must(w.RoomEvents(guest(), "luna", 0, 0))(t) {
			var n domain.ProfileNotice
			if e.Kind != domain.EventProfile || json.Unmarshal(e.Data, &n) != nil {
				t.Errorf("event %+v", e)
			}
			list = append(list, n)
		}
		return list
	}
	e := edit()
	e.Prices.OffPeak = nil
	must(w.SetProfile(luna.ctx, "luna", e))(t)
	e.Introduction = "Nothing of this is told to the room."
	must(w.SetProfile(luna.ctx, "luna", e))(t)
	e.TipMenu = nil
	must(w.SetProfile(luna.ctx, "luna", e))(t)
	e.Prices.Private = 4990
	must(w.SetProfile(luna.ctx, "luna", e))(t)
	must(w.SetGoal(luna.ctx, "luna", "New shoes", 50_000))(t)
	must(w.SetGoal(luna.ctx, "luna", "", 0))(t)
	want := []domain.ProfileNotice{{TipMenu: edit().TipMenu, PriceNow: 5490}, {TipMenu: []domain.TipOffer{}}, {PriceNow: 4990},
		{Goal: &domain.Goal{Title: "New shoes", Target: 50_000}}, {Goal: &domain.Goal{}}}
	if got := told(); !reflect.DeepEqual(got, want) {
		t.Errorf("the room was told\n%+v, want\n%+v", got, want)
	}
	_, err := w.SetGoal(guest(), "luna", "x", 1000)
	refused(t, "a guest's goal", err, domain.KindUnauthenticated)
	if len(told()) != len(want) {
		t.Error("a refusal was told")
	}
}
