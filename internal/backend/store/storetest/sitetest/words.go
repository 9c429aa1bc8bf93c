package sitetest

import (
	"context"
	"encoding/json"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/jasmincam/jasmincam/internal/domain"
)

func (w *world) say(ctx context.Context, room, text string) (domain.Message, error) {
	return w.Say(ctx, room, domain.Line{Text: text, Key: w.Key()})
}

// bans makes a list the banned words of luna's room.
func (w *world) bans(ctx context.Context, words ...string) {
	w.T.Helper()
	now := must(w.Settings(ctx, "luna"))(w.T)
	now.BannedWords = append([]string{}, words...)
	if err := w.SetSettings(ctx, "luna", now); err != nil {
		w.T.Fatal(err)
	}
}

func bannedWordStories(t *testing.T, w *world) {
	luna, ben := w.performer("luna", "", ""), w.Rich("ben")
	if got := must(w.Settings(luna.Ctx, "luna"))(t); got.BannedWords == nil || len(got.BannedWords) > 0 {
		t.Errorf("before she banned any: %#v", got.BannedWords)
	}
	if err := w.SetSettings(luna.Ctx, "luna", domain.RoomSettings{GuestChat: true, BannedWords: []string{" Damn ", "DAMN", "nice feet"}}); err != nil {
		t.Fatal(err)
	}
	if got := must(w.Settings(luna.Ctx, "luna"))(t); !slices.Equal(got.BannedWords, []string{"Damn", "nice feet"}) || !got.GuestChat {
		t.Errorf("she reads %+v", got)
	}
	before := must(w.VisibleRoom(ben.Ctx, "luna"))(t).Seq
	for who, ctx := range map[string]context.Context{"a member": ben.Ctx, "a guest": guest(), "staff": w.Staff().Ctx} {
		_, err := w.say(ctx, "luna", "well, DAMN it")
		w.Refused(who, err, domain.KindInvalid)
	}
	if now := must(w.VisibleRoom(ben.Ctx, "luna"))(t).Seq; now != before || len(must(w.Messages(luna.Ctx, "luna", 0, 0))(t)) > 0 {
		t.Errorf("dropped lines are in the room: its number went from %d to %d", before, now)
	}
	must(w.say(luna.Ctx, "luna", "damn, I say that myself"))(t)
	must(w.say(ben.Ctx, "luna", "damnation, nice big feet"))(t)
	must(w.say(guest(), "luna", "hello"))(t)

	if err := w.SetSettings(luna.Ctx, "luna", domain.RoomSettings{GuestChat: true, HomeClosed: true}); err != nil { // as an older program does
		t.Fatal(err)
	}
	if got := must(w.Settings(luna.Ctx, "luna"))(t); len(got.BannedWords) != 2 || !got.HomeClosed {
		t.Errorf("settings without a list changed it: %+v", got)
	}
	err := w.SetSettings(luna.Ctx, "luna", domain.RoomSettings{BannedWords: []string{"!"}})
	w.Refused("a list that cannot be", err, domain.KindInvalid)
	err = w.SetSettings(ben.Ctx, "luna", domain.RoomSettings{BannedWords: []string{}})
	w.Refused("a member's list", err, domain.KindForbidden)
	_, err = w.Settings(w.performer("sky", luna.Person, "").Ctx, "luna")
	w.Refused("her other account reads the list", err, domain.KindForbidden)
	must(w.say(ben.Ctx, "sky", "damn"))(t)
	w.bans(luna.Ctx)
	w.Pass(time.Minute)
	must(w.say(as(domain.Actor{Account: ben.Account, Country: "DE"}), "luna", "damn"))(t)
}

// bannedKeys: what a key was answered once it is answered for ever.
func bannedKeys(t *testing.T, w *world) {
	luna, ben := w.performer("luna", "", ""), w.Rich("ben")
	said := domain.Line{Text: "damn", Key: "said-before"}
	first := must(w.Say(ben.Ctx, "luna", said))(t)
	w.bans(luna.Ctx, "damn")
	if again := must(w.Say(ben.Ctx, "luna", said))(t); again != first {
		t.Errorf("said before it was banned, sent again: %+v, first %+v", again, first)
	}
	dropped := domain.Line{Text: "damn", Key: "dropped-once"}
	_, err := w.Say(ben.Ctx, "luna", dropped)
	w.Refused("the first time", err, domain.KindInvalid)
	words := domain.Sentence(err)
	w.bans(luna.Ctx)
	_, err = w.Say(ben.Ctx, "luna", dropped)
	w.Refused("again, when it is not banned any more", err, domain.KindInvalid)
	if domain.Sentence(err) != words {
		t.Errorf("again: %q, first %q", domain.Sentence(err), words)
	}
	_, err = w.Say(ben.Ctx, "luna", domain.Line{Text: "hello", Key: dropped.Key})
	w.Refused("the key for another line", err, domain.KindConflict)
	must(w.say(ben.Ctx, "luna", "damn"))(t)

	w.bans(luna.Ctx, "damn")
	tip := domain.Tip{Amount: 5000, Note: "damn good", Key: "tip-with-note"}
	receipt := must(w.Tip(ben.Ctx, "luna", tip))(t)
	if me := must(w.Me(ben.Ctx))(t); !receipt.NoteDropped || receipt.BalanceMillicredits != me.BalanceMillicredits {
		t.Errorf("the receipt: %+v", receipt)
	}
	w.bans(luna.Ctx)
	if again := must(w.Tip(ben.Ctx, "luna", tip))(t); again != receipt {
		t.Errorf("the tip again: %+v, first %+v", again, receipt)
	}
	if fine := must(w.Tip(ben.Ctx, "luna", domain.Tip{Amount: 1000, Note: "damn good", Key: "tip-another"}))(t); fine.NoteDropped || fine.BalanceMillicredits != receipt.BalanceMillicredits-1000 {
		t.Errorf("a tip with a note that is not banned: %+v", fine)
	}
	var notes []string
	for _, e := range must(w.RoomEvents(ben.Ctx, "luna", 0, 0))(t) {
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
	w.Pass(31 * 24 * time.Hour) // the promotion's price is over
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
	must(w.SetProfile(luna.Ctx, "luna", e))(t)
	e.Introduction = "Nothing of this is told to the room."
	must(w.SetProfile(luna.Ctx, "luna", e))(t)
	e.TipMenu = nil
	must(w.SetProfile(luna.Ctx, "luna", e))(t)
	e.Prices.Private = 4990
	must(w.SetProfile(luna.Ctx, "luna", e))(t)
	must(w.SetGoal(luna.Ctx, "luna", "New shoes", 50_000))(t)
	must(w.SetGoal(luna.Ctx, "luna", "", 0))(t)
	want := []domain.ProfileNotice{{TipMenu: edit().TipMenu, PriceNow: 5490}, {TipMenu: []domain.TipOffer{}}, {PriceNow: 4990},
		{Goal: &domain.Goal{Title: "New shoes", Target: 50_000}}, {Goal: &domain.Goal{}}}
	if got := told(); !reflect.DeepEqual(got, want) {
		t.Errorf("the room was told\n%+v, want\n%+v", got, want)
	}
	_, err := w.SetGoal(guest(), "luna", "x", 1000)
	w.Refused("a guest's goal", err, domain.KindUnauthenticated)
	if len(told()) != len(want) {
		t.Error("a refusal was told")
	}
}
