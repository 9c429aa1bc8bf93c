package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jasmincam/jasmincam/internal/client"
	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/testkit"
	"github.com/jasmincam/jasmincam/internal/testkit/stage"
)

const (
	linesARoom = 5000
	cuts       = 20
)

// reader follows a room's stream through cuts, as the app does: it comes back
// with the last number it has seen.
type reader struct {
	mu      sync.Mutex
	texts   []string
	returns int
}

func (r *reader) follow(ctx context.Context, c *client.Client, room string) {
	var after int64
	for ctx.Err() == nil {
		events, err := c.Events(ctx, room, after)
		if err != nil {
			testkit.Pause(10 * time.Millisecond)
			continue
		}
		r.mu.Lock()
		r.returns++
		r.mu.Unlock()
		for e, err := range events {
			if err != nil {
				break
			}
			after = e.Seq
			r.take(e)
		}
	}
}

func (r *reader) take(e domain.Event) {
	if e.Kind != domain.EventMessage {
		return
	}
	var m domain.Message
	if err := json.Unmarshal(e.Data, &m); err != nil {
		m.Text = "broken: " + err.Error()
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.texts = append(r.texts, m.Text)
}

func (r *reader) read() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.texts
}

// Ten thousand lines in two rooms, and the line between breaks twenty times in
// the middle of an event: every line is read once and in order, by a reader and
// by the app.
func TestEvents_surviveCutsInTheMiddle(t *testing.T) {
	s := stage.Open(t, stage.Options{})
	proxy := testkit.NewProxy(t, strings.TrimPrefix(s.URL, "http://"))
	ctx, cancel := context.WithCancel(t.Context())
	var work sync.WaitGroup
	defer work.Wait()
	defer cancel()
	readers := make([]*reader, 2)
	for i, p := range s.Performers {
		c, err := client.New(client.Config{URL: proxy.URL()})
		if err != nil {
			t.Fatal(err)
		}
		defer c.CloseIdle()
		readers[i] = &reader{}
		work.Go(func() { readers[i].follow(ctx, c, p.Name) })
	}
	live := stage.GoLive(t, "--credentials", s.Credentials(), "--backend", proxy.URL(), "--video", "pattern", "--audio", "tone", "--size", "640x360")
	live.UntilLive(20 * time.Second)

	said := make(chan struct{}, 2*linesARoom)
	var speak sync.WaitGroup
	for _, p := range s.Performers {
		c, _ := s.SignIn(p)
		speak.Go(func() {
			for i := range linesARoom {
				text := fmt.Sprintf("line %d", i)
				if _, err := c.Say(ctx, p.Name, domain.Line{Text: text, Key: fmt.Sprintf("key-%s-%d", p.Name, i)}); err != nil {
					t.Errorf("%s could not say %q: %v", p.Name, text, err)
					return
				}
				said <- struct{}{}
			}
		})
	}
	go func() { speak.Wait(); close(said) }()
	for n := 0; ; n++ {
		if _, more := <-said; !more {
			break
		}
		if n%(2*linesARoom/(cuts+1)) == 0 && n > 0 {
			proxy.CutInside(`"text":"line`, 1)
		}
	}
	for i, p := range s.Performers {
		testkit.Holds(20*time.Second, func() bool { return len(readers[i].read()) >= linesARoom })
		inOrder(t, p.Name, readers[i].read())
	}
	live.Until(20*time.Second, "the app to have counted every line", func(l stage.Line) bool {
		return l.Accounts[0].Messages == linesARoom && l.Accounts[1].Messages == linesARoom
	})
	t.Logf("%d connections broken; the readers came %d and %d times", proxy.Broken(), readers[0].returns, readers[1].returns)
	if proxy.Broken() < cuts {
		t.Errorf("%d connections were broken, want %d or more", proxy.Broken(), cuts)
	}
}

func inOrder(t *testing.T, room string, texts []string) {
	t.Helper()
	for i, text := range texts {
		if want := fmt.Sprintf("line %d", i); text != want {
			t.Errorf("%s: line %d reads %q, want %q", room, i, text, want)
			return
		}
	}
	if len(texts) != linesARoom {
		t.Errorf("%s: %d lines read, want %d", room, len(texts), linesARoom)
	}
}

// messages picks the lines out of events.
func messages(t *testing.T, events []domain.Event) []domain.Message {
	t.Helper()
	var out []domain.Message
	for _, e := range events {
		if e.Kind != domain.EventMessage {
			continue
		}
		var m domain.Message
		if err := json.Unmarshal(e.Data, &m); err != nil {
			t.Fatal(err)
		}
		out = append(out, m)
	}
	return out
}
