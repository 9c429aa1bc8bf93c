package storetest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jasmincam/jasmincam/internal/domain"
)

func (w *world) say(ctx context.Context, room, text string) (domain.Message, error) {
	return w.Say(ctx, room, domain.Line{Text: text, Key: w.Key()})
}

func chatStories(t *testing.T, w *world) {
	studio := w.Add(domain.Account{Role: domain.RoleStudio})
	p, m, other := w.performer(studio.ID), w.member(), w.performer("")
	g := guest("abc", "", "o")
	hers := must(w.say(p.Ctx, p.Name, "hello"))(t)
	if hers.Seq != 1 || hers.From != p.Name || hers.Role != domain.RolePerformer || hers.Text != "hello" || hers.At != w.Now().UnixMilli() {
		t.Errorf("her line: %+v", hers)
	}
	w.bell.heard(t, "room/"+p.Name)
	must(w.say(m.Ctx, p.Name, "hi"))(t)
	must(w.say(w.Staff().Ctx, p.Name, "be kind"))(t)
	for who, ctx := range map[string]context.Context{"another performer": other.Ctx, "her studio": studio.Ctx, "a guest": g} {
		_, err := w.say(ctx, p.Name, "hi")
		w.Refused(who, err, domain.KindForbidden)
	}
	if err := w.SetSettings(p.Ctx, p.Name, domain.RoomSettings{GuestChat: true}); err != nil {
		t.Fatal(err)
	}
	if line := must(w.say(g, p.Name, "hi"))(t); line.From != "guest-abc" || line.Role != domain.RoleGuest {
		t.Errorf("a guest's line: %+v", line)
	}
	_, err := w.say(guest("", "", "o"), p.Name, "hi")
	w.Refused("a guest without a name", err, domain.KindForbidden)

	line := domain.Line{Text: "once only", Key: w.Key()}
	first := must(w.Say(m.Ctx, p.Name, line))(t)
	ctx, replay := domain.WithReplay(m.Ctx)
	if again := must(w.Say(ctx, p.Name, line))(t); again != first || !replay() {
		t.Errorf("the same line again: %+v, first %+v, noted %v", again, first, replay())
	}
	_, err = w.Say(m.Ctx, p.Name, domain.Line{Text: "something else", Key: line.Key})
	w.Refused("the same key for another text", err, domain.KindConflict)
	_, err = w.Say(m.Ctx, other.Name, line)
	w.Refused("the same key in another room", err, domain.KindConflict)
	if theirs := must(w.Say(p.Ctx, p.Name, line))(t); theirs.Seq == first.Seq {
		t.Error("two people's keys got mixed up")
	}
	history(t, w, p, m)
}

func history(t *testing.T, w *world, p, m someone) {
	texts := func(after int64, limit int) string {
		var out []string
		for _, l := range must(w.Messages(guest("x", "", ""), p.Name, after, limit))(t) {
			if l.Key != "" {
				t.Errorf("somebody else's key is told: %+v", l)
			}
			out = append(out, l.Text)
		}
		return strings.Join(out, ",")
	}
	if got := texts(0, 2); got != "once only,once only" {
		t.Errorf("the last two lines: %s", got)
	}
	if got := texts(0, 0); got != "hello,hi,be kind,hi,once only,once only" {
		t.Errorf("all lines: %s", got)
	}
	if got := texts(1, 2); got != "hi,be kind" {
		t.Errorf("two lines after the first: %s", got)
	}
	w.Pass(2 * 24 * time.Hour)
	must(w.say(m.Ctx, p.Name, "two days later"))(t)
	w.Pass(24 * time.Hour)
	if got := texts(0, 0); got != "two days later" {
		t.Errorf("lines after three days: %s", got)
	}
	events := must(w.RoomEvents(p.Ctx, p.Name, 0, 0))(t)
	if got := fmt.Sprint(kinds(events)); got != "[rules message]" {
		t.Errorf("events after three days: %s", got)
	}
}

func chatLimits(t *testing.T, w *world) {
	p, m := w.performer(""), w.member()
	for what, text := range map[string]string{
		"nothing": "", "space": " \t\n ", "control characters": "\x00\x01\u202e", "1001 letters": strings.Repeat("a", 1001),
		"4001 bytes": strings.Repeat("\U0001F600", 1000) + "a", "a megabyte": strings.Repeat("a", 1<<20),
	} {
		_, err := w.say(p.Ctx, p.Name, text)
		w.Refused(what, err, domain.KindInvalid)
	}
	for what, key := range map[string]string{"none": "", "7 bytes": "1234567", "101 bytes": strings.Repeat("k", 101), "a zero": "12345678\x00", "no UTF-8": "12345678\xff"} {
		_, err := w.Say(p.Ctx, p.Name, domain.Line{Text: "hi", Key: key})
		w.Refused("a key of "+what, err, domain.KindInvalid)
	}
	for text, want := range map[string]string{
		" a\nb\tc\x00\x1b[31m ": "a b c[31m", "<script>alert(1)</script>": "<script>alert(1)</script>",
		"\u202egnihton\u2066": "gnihton", "caf\xe9": "caf\uFFFD", "👩‍👧": "👩‍👧", "z" + strings.Repeat("\u0336", 60) + "ó": "z" + strings.Repeat("\u0336", 4) + "ó", strings.Repeat("é", 1000): strings.Repeat("é", 1000),
	} {
		if line := must(w.say(p.Ctx, p.Name, text))(t); line.Text != want {
			t.Errorf("%q became %q, want %q", text, line.Text, want)
		}
	}

	for i := range 5 {
		if _, err := w.say(m.Ctx, p.Name, "hi"); err != nil {
			t.Fatalf("line %d: %v", i+1, err)
		}
	}
	_, err := w.say(m.Ctx, p.Name, "hi")
	w.Refused("the sixth line at once", err, domain.KindLimited)
	var e *domain.Error
	if !errors.As(err, &e) || e.RetryAfter <= 0 || e.RetryAfter > time.Second {
		t.Errorf("come back after %v", e.RetryAfter)
	}
	if _, err := w.say(w.member().Ctx, p.Name, "hi"); err != nil {
		t.Errorf("somebody else: %v", err)
	}
	w.Pass(time.Second)
	must(w.say(m.Ctx, p.Name, "hi"))(t)
	_, err = w.say(m.Ctx, p.Name, "hi")
	w.Refused("two lines a second later", err, domain.KindLimited)

	if err := w.SetSettings(p.Ctx, p.Name, domain.RoomSettings{GuestChat: true}); err != nil {
		t.Fatal(err)
	}
	for i := range 6 { // a new cookie for each line does not help
		_, err = w.say(guest(fmt.Sprint("cookie", i), "", "one origin"), p.Name, "hi")
	}
	w.Refused("a guest with many cookies", err, domain.KindLimited)
}

// noteLimits: notes are lines, and no way around the limit of the chat.
func noteLimits(t *testing.T, w *world) {
	p, m := w.performer(""), w.Rich("")
	noted := func() domain.Tip { return domain.Tip{Amount: 1000, Note: "hi", Key: w.Key()} }
	first := noted()
	receipt := must(w.Tip(m.Ctx, p.Name, first))(t)
	for range 4 {
		must(w.Tip(m.Ctx, p.Name, noted()))(t)
	}
	before, late := w.me(m).BalanceMillicredits, noted()
	sixth := must(w.Tip(m.Ctx, p.Name, late))(t)
	if !sixth.NoteDropped || !sixth.NoteFast || w.me(m).BalanceMillicredits != before-late.Amount {
		t.Errorf("the sixth line at once, as a note: %+v of %s", sixth, before)
	}
	room, err := w.RoomEvents(p.Ctx, p.Name, 0, 100)
	if n := last[domain.TipNotice](t, room, err); n != (domain.TipNotice{From: m.Name, Millicredits: late.Amount}) {
		t.Errorf("the room reads %+v", n)
	}
	_, err = w.say(m.Ctx, p.Name, "hi")
	w.Refused("a line after the notes", err, domain.KindLimited)
	for tip, want := range map[domain.Tip]domain.Receipt{first: receipt, late: sixth} {
		if again := must(w.Tip(m.Ctx, p.Name, tip))(t); again != want {
			t.Errorf("the same tip again: %+v, first %+v", again, want)
		}
	}
	for _, note := range []string{"", " \n", "", "", "", "", ""} {
		must(w.Tip(m.Ctx, p.Name, domain.Tip{Amount: 1000, Note: note, Key: w.Key()}))(t)
	}
	w.Pass(time.Second)
	if one, two := must(w.Tip(m.Ctx, p.Name, noted()))(t), must(w.Tip(m.Ctx, p.Name, noted()))(t); one.NoteDropped || !two.NoteFast {
		t.Errorf("two notes a second later: %+v, %+v", one, two)
	}
	w.Audit()
}

func eventStories(t *testing.T, w *world) {
	p, m := w.performer(""), w.Rich("")
	must(w.say(p.Ctx, p.Name, "one"))(t)
	must(w.Ban(p.Ctx, p.Name, "guest-x", 0))(t)
	must(w.tip(m, p, 1000))(t)
	must(w.say(p.Ctx, p.Name, "four"))(t)
	see := func(ctx context.Context, after int64, limit int) string {
		var out []string
		for _, e := range must(w.RoomEvents(ctx, p.Name, after, limit))(t) {
			out = append(out, fmt.Sprint(e.Seq, e.Kind))
		}
		return strings.Join(out, " ")
	}
	for _, c := range []struct {
		who   string
		ctx   context.Context
		after int64
		limit int
		want  string
	}{
		{"herself", p.Ctx, 0, 0, "1message 2removed 3tip 4message"}, {"staff", w.Staff().Ctx, 1, 2, "2removed 3tip"},
		{"a member", m.Ctx, 0, 0, "1message 3tip 4message"}, {"a guest", guest("g", "", "o"), 1, 1, "3tip"},
		{"a member, the last two", m.Ctx, -2, 0, "3tip 4message"}, {"after the last", m.Ctx, 4, 0, ""},
		{"more than there are", m.Ctx, -1 << 62, 1 << 30, "1message 3tip 4message"},
	} {
		if got := see(c.ctx, c.after, c.limit); got != c.want {
			t.Errorf("%s after %d: %q, want %q", c.who, c.after, got, c.want)
		}
	}
	_, err := w.RoomEvents(m.Ctx, "nobody", 0, 0)
	w.Refused("events of no room", err, domain.KindNotFound)
	_, err = w.OwnEvents(guest("g", "", "o"), 0, 0)
	w.Refused("a guest's own events", err, domain.KindUnauthenticated)
	own := must(w.OwnEvents(m.Ctx, 0, 0))(t)
	if fmt.Sprint(kinds(own)) != "[balance balance]" || own[0].Room != "" {
		t.Errorf("a member's own events: %+v", own)
	}
	if newest, none := w.me(m).Seq, w.me(w.member()).Seq; newest != own[len(own)-1].Seq || none != 0 {
		t.Errorf("the newest of %d own events is %d, of none %d", len(own), newest, none)
	}
}

// manyWriters: numbers have no gap, and a reader who asks for what comes after the
// last number never misses one, however many write at once.
func manyWriters(t *testing.T, w *world) {
	const writers, each = 8, 12
	p := w.performer("")
	var wg sync.WaitGroup
	defer wg.Wait()
	for range writers {
		wg.Go(func() {
			for range each {
				if _, err := w.say(p.Ctx, p.Name, "hi"); err != nil {
					t.Error(err)
				}
			}
		})
	}
	done := make(chan struct{})
	go func() { wg.Wait(); close(done) }()
	var seen int64
	for finished := false; !finished; {
		select {
		case <-done:
			finished = true
		default:
		}
		events := must(w.RoomEvents(p.Ctx, p.Name, seen, 0))(t)
		for _, e := range events {
			if seen++; e.Seq != seen {
				t.Fatalf("event %d came after %d", e.Seq, seen-1)
			}
		}
	}
	<-done
	for _, e := range must(w.RoomEvents(p.Ctx, p.Name, seen, 0))(t) {
		if seen++; e.Seq != seen {
			t.Fatalf("event %d came after %d", e.Seq, seen-1)
		}
	}
	if seen != writers*each {
		t.Errorf("%d events, want %d", seen, writers*each)
	}
}
