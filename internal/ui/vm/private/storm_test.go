package private

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/session"
	"github.com/jasmincam/jasmincam/internal/settings"
	"github.com/jasmincam/jasmincam/internal/testkit"
	"github.com/jasmincam/jasmincam/internal/ui/vm/base"
)

// Eight goroutines tell of two accounts' shows in any order while others look, press
// everything and sign in and out. In the end the model says what the backend says.
func TestPrivate_storm(t *testing.T) {
	const tellers, each = 8, 200
	kept, err := settings.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	h, at := &house{}, &seat{state: session.Live}
	p := New(Config{Desk: at, Kept: kept, Now: time.Now, Play: func(settings.Sound, int) {}, Tell: func(string, base.Notice) {}})
	ctx, cancel := context.WithCancel(t.Context())
	var all sync.WaitGroup
	h.told = p.Told
	done := make(chan error, 1)
	go func() { done <- p.Run(ctx) }()
	enter := func(email, name, letter string) {
		p.Enter(base.Account{Email: email, Name: name, Letter: letter, Backend: &door{house: h, name: name}})
	}
	enter(anna, "anna", "A")
	enter(bella, "bella", "B")
	states := []domain.ShowState{domain.ShowAsked, domain.ShowWaiting, domain.ShowAccepted, domain.ShowRunning, domain.ShowInterrupted, domain.ShowRunning, domain.ShowSettled}
	for n := range tellers {
		all.Go(func() {
			for i := range each {
				id, room := fmt.Sprint("s", n, "-", i/len(states)), []string{"anna", "bella"}[n%2]
				if i%len(states) == 0 {
					h.ask(id, room, "max")
				}
				h.change(id, func(s *domain.Show) { s.State = states[i%len(states)] })
			}
		})
	}
	for _, press := range []func(){
		func() { p.View() },
		func() {
			for _, q := range p.View().Requests {
				p.Accept(q.Show)
				p.Decline(q.Show)
			}
		},
		func() { p.End(func() {}) },
		func() { p.Free() },
		func() { enter("c@example.com", "c", "C"); p.Leave("c@example.com") },
	} {
		all.Go(func() {
			for range each {
				press()
			}
		})
	}
	all.Wait()
	h.mu.Lock()
	for i := range h.shows { // the evening is over
		h.shows[i].State = domain.ShowSettled
		h.say(h.shows[i])
	}
	h.mu.Unlock()
	testkit.Until(t, 20*time.Second, "all to be over, and her rooms to open", func() bool {
		p.Free() // and again, as long as news come late
		v := p.View()
		return v.Current == nil && len(v.Requests) == 0 && v.InLine == 0 && !v.MustFree && at.Status().Private.Show == ""
	})
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
}
