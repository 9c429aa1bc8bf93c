package chat

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/jasmincam/jasmincam/internal/domain"
)

// TestChat_storm has eight goroutines tell, send, look and choose at once; then
// every line is there once, in order.
func TestChat_storm(t *testing.T) {
	const each, senders = 1500, 25
	c, a, b := talk(t)
	c.Enter(account(anna, "anna", "A", a))
	c.Enter(account(bella, "bella", "B", b))
	stop := running(t, c.Run)
	var all sync.WaitGroup
	stream := func(email string, th *theatre) {
		for i := range each {
			if i%7 != 3 { // the others are a gap that has to be read
				c.Told(email, th.says(fmt.Sprint("m", i%50), "x", int64(i)))
			} else {
				th.says("gap", "x", int64(i))
			}
		}
	}
	all.Go(func() { stream(anna, a) })
	all.Go(func() { stream(bella, b) })
	for range 2 {
		all.Go(func() {
			for range senders {
				c.Send("mine")
				c.MuteGuests(anna, rand.IntN(2) == 0)
			}
		})
	}
	for i := range 4 {
		all.Go(func() {
			for n := range 500 {
				v := c.View()
				for k := range min(v.Len, 20) {
					c.Line(v.Len - 1 - k)
				}
				if l, ok := c.Line(n); ok && i == 0 {
					c.Answer(l.ID)
				}
				if i == 1 {
					c.Filter([]string{"", anna, bella}[n%3])
				}
				if i == 2 {
					c.Search([]string{"", "x"}[n%2])
				}
			}
		})
	}
	all.Wait()
	c.Filter("")
	c.Search("")
	settleAll(t, c, a, b)
	stop()
	onceInOrder(t, c)
}

// settleAll waits until nothing is on its way and everything is here.
func settleAll(t *testing.T, c *Chat, a, b *theatre) {
	t.Helper()
	settled := func() bool {
		v := c.View()
		if v.Unsent > 0 || v.Rooms[0].Behind || v.Rooms[1].Behind {
			return false
		}
		a.mu.Lock()
		b.mu.Lock()
		defer a.mu.Unlock()
		defer b.mu.Unlock()
		return v.Len == len(a.events)+len(b.events)
	}
	deadline := time.After(20 * time.Second)
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !settled() {
		select {
		case <-tick.C:
		case <-deadline:
			v := c.View()
			t.Fatalf("%d lines of %d and %d, %d unsent, %+v", v.Len, len(a.events), len(b.events), v.Unsent, v.Rooms)
		}
	}
}

func onceInOrder(t *testing.T, c *Chat) {
	t.Helper()
	seen := map[string]bool{}
	for i, x := range c.rows.all {
		id := fmt.Sprint(x.Email, x.seq)
		if seen[id] || x.seq == 0 {
			t.Fatalf("%s is there twice, or has no number", id)
		}
		seen[id] = true
		if i > 0 && c.rows.all[i-1].order(x) >= 0 {
			t.Fatalf("row %d is out of order", i)
		}
	}
}

func BenchmarkChat_tellAndView(b *testing.B) {
	c := New(Config{Now: time.Now})
	a := newTheatre("anna")
	c.Enter(account(anna, "anna", "A", a))
	for i := range MaxLines {
		c.Told(anna, a.says("max", "a line of the usual length, more or less", int64(i)))
	}
	next := int64(MaxLines)
	data := []byte(`{"from":"max","role":"member","text":"a line of the usual length, more or less"}`)
	b.ReportAllocs()
	for b.Loop() {
		next++
		c.Told(anna, domain.Event{Seq: next, Kind: domain.EventMessage, At: next, Data: data})
		v := c.View()
		for k := range 30 {
			c.Line(v.Len - 1 - k)
		}
	}
}
