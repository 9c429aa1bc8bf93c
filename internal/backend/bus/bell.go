package bus

import (
	"sync"

	"github.com/jasmincam/jasmincam/internal/domain"
)

// Doors is rung by whatever may close a door on somebody: a ban, a lifted ban,
// settings, a revoked session, a new state of an account, a person.
const Doors = "doors"

// Room is the topic of a performer's room.
func Room(performer string) string { return "room/" + performer }

// Account is the topic of an account's own stream.
func Account(id domain.AccountID) string { return "account/" + string(id) }

// Bell wakes those who listen to a topic. It never blocks.
type Bell interface {
	// Ring wakes every listener of the topics, once each.
	Ring(topics ...string)
	// Listen returns a channel that holds at most one wake, and a function that
	// ends the listening; stop may be called twice. The channel is never closed.
	Listen(topics ...string) (wake <-chan struct{}, stop func())
}

// InProcess is the Bell of a single process.
type InProcess struct {
	mu        sync.Mutex
	listeners map[string]map[*listener]struct{}
}

type listener struct{ wake chan struct{} }

// New returns a bell without listeners.
func New() *InProcess {
	return &InProcess{listeners: make(map[string]map[*listener]struct{})}
}

// Ring implements Bell.
func (b *InProcess) Ring(topics ...string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, topic := range topics {
		for l := range b.listeners[topic] {
			select {
			case l.wake <- struct{}{}:
			default: // a wake is pending already and stands for this one too
			}
		}
	}
}

// Listen implements Bell.
func (b *InProcess) Listen(topics ...string) (<-chan struct{}, func()) {
	l := &listener{wake: make(chan struct{}, 1)}
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, topic := range topics {
		if b.listeners[topic] == nil {
			b.listeners[topic] = make(map[*listener]struct{})
		}
		b.listeners[topic][l] = struct{}{}
	}
	return l.wake, func() { b.leave(l, topics) }
}

func (b *InProcess) leave(l *listener, topics []string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, topic := range topics {
		delete(b.listeners[topic], l)
		if len(b.listeners[topic]) == 0 {
			delete(b.listeners, topic)
		}
	}
}

// Listening tells how many listeners there are, each counted once a topic.
func (b *InProcess) Listening() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	n := 0
	for _, set := range b.listeners {
		n += len(set)
	}
	return n
}
