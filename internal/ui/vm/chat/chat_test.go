package chat

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/ui/vm/base"
)

const (
	anna  = "anna@example.com"
	bella = "bella@example.com"
)

// stageA is Anna's account at a theatre, stageB Bella's.
func account(email, name, letter string, b base.Backend) base.Account {
	return base.Account{Email: email, Name: name, Letter: letter, URL: "https://one.example", Backend: b}
}

// talk is a chat with two rooms that runs.
func talk(t *testing.T) (c *Chat, a, b *theatre) {
	t.Helper()
	a, b = newTheatre("anna"), newTheatre("bella")
	c = New(Config{Now: time.Now})
	a.tell = func(e domain.Event) { c.Told(anna, e) }
	b.tell = func(e domain.Event) { c.Told(bella, e) }
	return c, a, b
}

func enterBoth(t *testing.T, c *Chat, a, b *theatre) {
	t.Helper()
	running(t, c.Run)
	c.Enter(account(anna, "anna", "A", a))
	c.Enter(account(bella, "bella", "B", b))
	synctest.Wait()
}

func lines(c *Chat) []Line {
	var out []Line
	for i := range c.Len() {
		l, _ := c.Line(i)
		out = append(out, l)
	}
	return out
}

func texts(c *Chat) string {
	var out []string
	for _, l := range lines(c) {
		out = append(out, l.Letter+":"+l.Text)
	}
	return strings.Join(out, " ")
}

func TestChat_mergesThePastOfBothRoomsByTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, a, b := talk(t)
		a.says("max", "one", 10)
		b.says("otto", "two", 20)
		a.tips("max", 5000, 30)
		b.says("otto", "four", 40)
		a.settings.GuestChat = true
		a.bans = []domain.Ban{{Viewer: "rude"}, {Viewer: "over", Until: time.Now().Add(-time.Hour).UnixMilli()}}
		enterBoth(t, c, a, b)
		if got := texts(c); got != "A:one B:two A:for you B:four" {
			t.Error(got)
		}
		v := c.View()
		if len(v.Rooms) != 2 || !v.Rooms[0].GuestChat || v.Rooms[1].GuestChat || !v.Rooms[0].Known || v.Rooms[0].Behind {
			t.Errorf("%+v", v.Rooms)
		}
		if got := v.Rooms[0].Removed; len(got) != 1 || got[0].Who != "rude" || !got[0].Until.IsZero() {
			t.Errorf("%+v", got)
		}
		first, _ := c.Line(0)
		if !first.Badges.New || !first.Badges.Tipper || first.Who != "max" || first.Role != domain.RoleMember {
			t.Errorf("%+v", first)
		}
		c.Know(anna, []domain.Acquaintance{{Viewer: "max", Note: "likes cats", Favourite: true}})
		c.Know("x", nil)
		if first, _ := c.Line(0); !first.Badges.Favourite || first.Badges.Note != "likes cats" {
			t.Errorf("%+v", first.Badges)
		}
		if last, _ := c.Line(3); last.Badges.New || last.Badges.Tipper {
			t.Errorf("otto wrote before and never tipped: %+v", last.Badges)
		}
		if _, ok := c.Line(4); ok {
			t.Error("a line behind the last")
		}
	})
}

func TestChat_readsAGapAndDoublesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, a, b := talk(t)
		enterBoth(t, c, a, b)
		c.Told(anna, a.says("max", "1", 1))
		c.Told(anna, a.says("max", "2", 2))
		for i := 3; i <= 1300; i++ {
			a.says("max", fmt.Sprint(i), int64(i))
		}
		newest := a.says("max", "1301", 1301)
		c.Told(anna, newest)
		c.Told(anna, newest)
		synctest.Wait()
		all := lines(c)
		if len(all) != 1301 {
			t.Fatalf("%d lines", len(all))
		}
		for i, l := range all {
			if l.Text != fmt.Sprint(i+1) {
				t.Fatalf("line %d is %q", i, l.Text)
			}
		}
	})
}

func TestChat_comesBackWhenTheBackendDoes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, a, b := talk(t)
		a.says("max", "before", 1)
		a.always["Room"] = away()
		enterBoth(t, c, a, b)
		room := c.View().Rooms[0]
		if !room.Behind || room.Trouble.Key != "error.unavailable" || room.Known {
			t.Errorf("%+v", room)
		}
		time.Sleep(10 * time.Second)
		a.mu.Lock()
		delete(a.always, "Room")
		a.mu.Unlock()
		time.Sleep(readWaits)
		synctest.Wait()
		if room := c.View().Rooms[0]; room.Behind || !room.Trouble.Empty() || texts(c) != "A:before" {
			t.Errorf("%+v %s", room, texts(c))
		}
		if n := a.count("Room"); n > 8 {
			t.Errorf("%d attempts in 40 s", n)
		}
		b.failOnce("RoomEvents", forbidden())
		c.Told(bella, domain.Event{Seq: 1, Kind: domain.EventRoom, Data: []byte(`{}`)})
		c.Told(bella, domain.Event{Seq: 9, Kind: domain.EventRoom, Data: []byte(`{}`)})
		synctest.Wait()
		if room := c.View().Rooms[1]; room.Behind || room.Trouble.Key != "error.forbidden" {
			t.Errorf("a refusal is not tried again: %+v", room)
		}
	})
}

func TestChat_whereALineGoes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, a, b := talk(t)
		a.says("max", "to A", 1)
		b.says("otto", "to B", 2)
		enterBoth(t, c, a, b)
		ofB := lines(c)[1].ID
		steps := []struct {
			does string
			do   func()
			to   string
			who  string // answered
		}{
			{"nothing chosen", func() {}, "A", ""},
			{"a line of B", func() { c.Answer(ofB) }, "B", "otto"},
			{"sent: the answer is over, the room stays", func() { c.Send("hi otto") }, "B", ""},
			{"filter A", func() { c.Filter(anna) }, "A", ""},
			{"a line of B while A is filtered", func() { c.Answer(ofB) }, "B", "otto"},
			{"no line", func() { c.Answer(0) }, "B", ""},
			{"room A", func() { c.To(anna) }, "A", ""},
			{"filter B", func() { c.Filter(bella) }, "B", ""},
			{"all", func() { c.Filter("") }, "B", ""},
			{"an unknown room", func() { c.To("x"); c.Filter("x"); c.Answer(999) }, "B", ""},
			{"B is gone", func() { c.Leave(bella) }, "A", ""},
		}
		for _, s := range steps {
			s.do()
			synctest.Wait()
			if v := c.View(); v.To.Letter != s.to || v.Answered.Who != s.who {
				t.Errorf("%s: to %q, answering %q", s.does, v.To.Letter, v.Answered.Who)
			}
		}
		if got := texts(c); got != "A:to A" {
			t.Error(got)
		}
	})
}

func TestChat_filterAndSearch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, a, b := talk(t)
		a.says("max", "Grüße", 1)
		b.says("otto", "ПРИВЕТ", 2)
		a.says("otto", "hello", 3)
		enterBoth(t, c, a, b)
		for _, s := range []struct{ filter, search, want string }{
			{"", "", "A:Grüße B:ПРИВЕТ A:hello"}, {anna, "", "A:Grüße A:hello"}, {bella, "", "B:ПРИВЕТ"},
			{"", "привет", "B:ПРИВЕТ"}, {"", " OTTO ", "B:ПРИВЕТ A:hello"}, {anna, "otto", "A:hello"}, {"", "nothing", ""},
		} {
			c.Filter(s.filter)
			c.Search(s.search)
			if got := texts(c); got != s.want {
				t.Errorf("%q %q: %q", s.filter, s.search, got)
			}
			if v := c.View(); v.Filter != s.filter || v.Search != s.search {
				t.Errorf("%+v", v)
			}
		}
		c.Search("new")
		c.Told(anna, a.says("max", "something NEW", 4))
		c.Told(bella, b.says("otto", "nothing", 5))
		if got := texts(c); got != "A:something NEW" {
			t.Error(got)
		}
	})
}

func TestChat_keepsOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, a, b := talk(t)
		enterBoth(t, c, a, b)
		c.Ban(bella, "rude")
		c.Kick(bella, "loud", 10)
		c.MuteGuests(bella, false)
		synctest.Wait()
		room := c.View().Rooms[1]
		if len(room.Removed) != 2 || room.Removed[0].Who != "loud" || room.Removed[0].Until.IsZero() || !room.Removed[1].Until.IsZero() || !room.GuestChat {
			t.Errorf("%+v", room)
		}
		kinds := ""
		for _, l := range lines(c) {
			kinds += string(l.Kind) + " "
		}
		if kinds != "removed removed rules " || len(a.calls) != a.count("Room")+a.count("Bans")+a.count("RoomEvents") {
			t.Errorf("%s %v", kinds, a.calls)
		}
		c.Lift(bella, "rude")
		synctest.Wait()
		time.Sleep(11 * time.Minute)
		if room := c.View().Rooms[1]; len(room.Removed) != 0 {
			t.Errorf("%+v", room.Removed)
		}
		b.failOnce("Ban", domain.Errorf("ban", domain.KindNotFound, "There is no viewer of this name."))
		c.Ban(bella, "nobody")
		synctest.Wait()
		if v := c.View(); v.Trouble.Text != "There is no viewer of this name." {
			t.Errorf("%+v", v.Trouble)
		}
		c.MuteGuests(bella, true)
		synctest.Wait()
		if v := c.View(); v.Rooms[1].GuestChat || !v.Trouble.Empty() {
			t.Errorf("%+v", v)
		}
	})
}

func TestChat_lateWordsDoNotUndoNewerOnes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, a, b := talk(t)
		enterBoth(t, c, a, b)
		rules := func(open bool) domain.Event {
			return a.post(domain.EventRules, 1, func(int64) any { return domain.RulesNotice{GuestChat: open} })
		}
		c.Told(anna, rules(false))
		rules(true)
		rules(false)
		missed := rules(true) // the newest of its kind, though what came after it came first
		c.Told(anna, a.says("max", "hi", 2))
		synctest.Wait()
		if !c.View().Rooms[0].GuestChat {
			t.Error("the newest word was missed")
		}
		c.Told(anna, missed)
		c.Told(anna, domain.Event{Seq: 2, Kind: domain.EventRules, Data: []byte(`{"guest_chat": false}`)})
		if !c.View().Rooms[0].GuestChat || c.Len() != 5 {
			t.Errorf("an old word was taken for a new one, or a line twice: %d", c.Len())
		}
	})
}

func TestChat_ringOf10000(t *testing.T) {
	c := New(Config{Now: time.Now})
	a := newTheatre("anna")
	c.Enter(account(anna, "anna", "A", a))
	c.Send("waits for Run")
	const n = MaxLines + 500
	for i := range n {
		c.Told(anna, a.says(fmt.Sprint("m", i%300), fmt.Sprint(i), int64(i)))
	}
	v := c.View()
	if v.Len != MaxLines || v.First != n+1-MaxLines {
		t.Fatalf("%d lines, first %d", v.Len, v.First)
	}
	first, _ := c.Line(0)
	last, _ := c.Line(v.Len - 1)
	if first.Text != fmt.Sprint(n+1-MaxLines) || last.Text != "waits for Run" {
		t.Errorf("%q to %q", first.Text, last.Text)
	}
	r := c.rooms[anna]
	if len(r.bySeq) != MaxLines-1 || len(c.rows.byID) != MaxLines {
		t.Errorf("%d and %d are remembered", len(r.bySeq), len(c.rows.byID))
	}
	c.Told(anna, domain.Event{Seq: 1, Kind: domain.EventMessage, At: 0, Data: []byte(`{"from":"m0","role":"member","text":"old"}`)})
	if got, _ := c.Line(0); got.Text != first.Text {
		t.Errorf("an old line came back: %q", got.Text)
	}
	c.Search("m7")
	if c.Len() == 0 || c.View().First != 0 {
		t.Error("nothing found")
	}
	if allocs := testing.AllocsPerRun(100, func() { c.View() }); allocs > 10 {
		t.Errorf("a view of %d lines takes %v allocations", MaxLines, allocs)
	}
}

// A pause that the room was told of is a line of its own; its end is none.
func TestChat_pauseIsALine(t *testing.T) {
	c := New(Config{Now: time.Now})
	c.Enter(account(anna, "anna", "A", newTheatre("anna")))
	c.Told(anna, domain.Event{Seq: 1, Room: "anna", Kind: domain.EventPause, Data: []byte(`{"paused":true}`)})
	c.Told(anna, domain.Event{Seq: 2, Room: "anna", Kind: domain.EventPause, Data: []byte(`{"paused":false}`)})
	if l := lines(c); c.Len() != 1 {
		t.Errorf("%+v", l)
	}
}

func TestChat_nonsenseChangesNothing(t *testing.T) {
	c := New(Config{Now: time.Now})
	c.Enter(account(anna, "anna", "A", newTheatre("anna")))
	seq := int64(0)
	for _, kind := range append(domain.EventKinds(), "nothing") {
		for _, data := range []string{"", "[", "7", `"x"`, `{"seq":"a","viewer":7,"guest_chat":"no","text":[],"millicredits":"1"}`} {
			seq++
			c.Told(anna, domain.Event{Seq: seq, Kind: kind, Data: []byte(data)})
		}
	}
	c.Told("nobody", domain.Event{Seq: 1, Kind: domain.EventMessage, Data: []byte(`{}`)})
	if c.Len() != 0 {
		t.Errorf("%+v", lines(c))
	}
}
