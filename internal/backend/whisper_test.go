package backend

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jasmincam/jasmincam/internal/client"
	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/testkit"
)

// earwig reads a room's stream from its beginning and keeps all words in it.
type earwig struct {
	mu    sync.Mutex
	heard []string
}

func (e *earwig) all() []string {
	e.mu.Lock()
	defer e.mu.Unlock()
	return slices.Clone(e.heard)
}

// overhear follows a room until the test is over.
func overhear(t *testing.T, c *client.Client, room string) *earwig {
	t.Helper()
	e, done := &earwig{}, make(chan struct{})
	ctx, stop := context.WithCancel(context.Background())
	t.Cleanup(func() { stop(); <-done })
	from := must(c.Room(t.Context(), room))(t).Seq
	go func() {
		defer close(done)
		_ = c.Stream(ctx, room, from, func(ev domain.Event) error { // it ends with the test
			e.mu.Lock()
			defer e.mu.Unlock()
			e.heard = append(e.heard, string(ev.Data))
			return nil
		})
	}()
	return e
}

// What the payer and she write in a private show is read by the two of them: over
// GET, in the stream, on the room's page, during the show and after it.
func TestShow_wordsAreOfTheTwo(t *testing.T) {
	d := openDuo(t, nil)
	ctx := t.Context()
	d.watch(t, demoFirst, d.token)
	people := map[string]*client.Client{"the payer": d.max, "the performer": d.her, "a member": d.eve, "a guest": d.http, "her other account": d.other}
	ears := map[string]*earwig{}
	for who, c := range people {
		ears[who] = overhear(t, c, demoFirst)
	}
	keys := 0
	say := func(c *client.Client, room, text string, private bool) {
		t.Helper()
		keys++
		m := must(c.Say(ctx, room, domain.Line{Text: text, Key: fmt.Sprint("whisper-key-", keys)}))(t)
		if m.Private != private {
			t.Errorf("%q is private: %v", text, m.Private)
		}
	}
	s := d.start(t)
	say(d.max, demoFirst, "whisper of his", true)
	say(d.her, demoFirst, "whisper of hers", true)
	must(d.max.Tip(ctx, demoFirst, domain.Tip{Amount: 1000, Note: "whisper in a note", Key: "whisper-tip"}))(t)
	say(d.other, demoSecond, "hello, all", false)
	say(d.eve, demoFirst, "where is she?", false)
	check := func(when, last string) {
		t.Helper()
		for who, c := range people {
			testkit.Until(t, 10*time.Second, who+" to hear "+last, func() bool { return strings.Contains(fmt.Sprint(ears[who].all()), last) })
			var lines []string
			for _, m := range must(c.Messages(ctx, demoFirst, 0, 50))(t) {
				lines = append(lines, m.Text)
			}
			var events []string
			for _, e := range must(c.RoomEvents(ctx, demoFirst, 0, 200))(t) {
				events = append(events, string(e.Data))
			}
			party := c == d.max || c == d.her
			for way, got := range map[string][]string{"stream": ears[who].all(), "lines": lines, "events": events} {
				want := 0
				if party {
					want = 3
				}
				if party && way == "lines" {
					want = 2
				}
				if n := strings.Count(fmt.Sprint(got), "whisper"); n != want {
					t.Errorf("%s, %s: %d private words in the %s, want %d: %q", when, who, n, way, want, got)
				}
			}
		}
	}
	check("during", "where is she?")
	must(d.max.End(ctx, s.ID))(t)
	d.until(t, s.ID, 10*time.Second, domain.ShowSettled)
	must(d.her.Free(ctx, demoFirst))(t)
	say(d.her, demoFirst, "here I am", false)
	check("after", "here I am")
}
