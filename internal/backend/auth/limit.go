package auth

import (
	"container/list"
	"sync"
	"time"
)

// maxLimited bounds how many accounts, and how many origins, are watched.
const maxLimited = 20_000

// limiter allows a number of tries per key within a sliding window. It
// remembers at most maxKeys keys and forgets the longest unused first.
type limiter struct {
	tries   int
	window  time.Duration
	maxKeys int

	mu   sync.Mutex
	keys map[string]*list.Element
	used *list.List // of *attempts, the newest use in front
}

type attempts struct {
	key string
	at  []time.Time // at most tries, oldest first
}

func newLimiter(tries int, window time.Duration) *limiter {
	return &limiter{tries: tries, window: window, maxKeys: maxLimited, keys: make(map[string]*list.Element), used: list.New()}
}

// try counts a try before it is made, so that parallel tries cannot slip by.
// When the key has none left it tells how long to wait instead.
func (l *limiter) try(key string, now time.Time) (wait time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	a := l.touch(key)
	for len(a.at) > 0 && now.Sub(a.at[0]) >= l.window {
		a.at = a.at[1:]
	}
	if len(a.at) >= l.tries {
		return l.window - now.Sub(a.at[0])
	}
	a.at = append(a.at, now)
	return 0
}

// knows tells whether the key is remembered.
func (l *limiter) knows(key string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	_, ok := l.keys[key]
	return ok
}

// giveBack takes the newest try back: it succeeded.
func (l *limiter) giveBack(key string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if e, ok := l.keys[key]; ok {
		if a := e.Value.(*attempts); len(a.at) > 0 {
			a.at = a.at[:len(a.at)-1]
		}
	}
}

// forget clears a key: its owner has proven to be the owner.
func (l *limiter) forget(key string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if e, ok := l.keys[key]; ok {
		l.used.Remove(e)
		delete(l.keys, key)
	}
}

func (l *limiter) touch(key string) *attempts {
	if e, ok := l.keys[key]; ok {
		l.used.MoveToFront(e)
		return e.Value.(*attempts)
	}
	if l.used.Len() >= l.maxKeys {
		oldest := l.used.Back()
		delete(l.keys, oldest.Value.(*attempts).key)
		l.used.Remove(oldest)
	}
	a := &attempts{key: key}
	l.keys[key] = l.used.PushFront(a)
	return a
}
