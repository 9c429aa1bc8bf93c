package main

import (
	"sync"

	"github.com/jasmincam/jasmincam/internal/domain"
	"github.com/jasmincam/jasmincam/internal/session/desk"
	"github.com/jasmincam/jasmincam/internal/settings"
	"github.com/jasmincam/jasmincam/internal/ui/vm"
)

// standIn puts the test picture and the test tone in the place of devices that
// were not chosen, while nobody but accounts of the demo is signed in: they show
// what the app does. Whoever has viewers of her own goes online with a camera of
// her choice, or not at all.
type standIn struct {
	desk interface {
		Status() desk.Status
		Use(c desk.Choice) error
	}
	kept *settings.Store
	fail func(error)

	mu    sync.Mutex
	demos map[string]bool // whether an account is of the demo, by its email
}

var _ vm.Follower = (*standIn)(nil)

// silence is the microphone of who has chosen none; her camera is the zero Source.
func silence() desk.Source { return desk.Source{Kind: "silence"} }

// Enter implements vm.Follower.
func (s *standIn) Enter(a vm.Account) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.demos[a.Email] = a.URL == bundledName
	s.settle()
}

// Told implements vm.Follower.
func (*standIn) Told(string, domain.Event) {}

// Leave implements vm.Follower.
func (s *standIn) Leave(email string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.demos, email)
	s.settle()
}

// settle has the desk use what stands in, or nothing; s.mu is held.
func (s *standIn) settle() {
	camera, microphone := desk.Source{}, silence()
	if s.onlyDemo() {
		camera, microphone = desk.Source{Kind: "pattern"}, desk.Source{Kind: "tone"}
	}
	c := s.desk.Status().Choice
	next := c
	if kept := s.kept.Get(); kept.Camera == "" {
		next.Camera = camera
	}
	if kept := s.kept.Get(); kept.Microphone == "" {
		next.Microphone = microphone
	}
	if next != c {
		if err := s.desk.Use(next); err != nil {
			s.fail(err)
		}
	}
}

func (s *standIn) onlyDemo() bool {
	for _, demo := range s.demos {
		if !demo {
			return false
		}
	}
	return len(s.demos) > 0
}
