package ring

import (
	"sync"

	"github.com/jasmincam/jasmincam/internal/encode"
)

// Bounds of what waits for one upload: a second of each.
const (
	MostVideo = 30
	MostAudio = 50
)

// Ring is the bounded queue in front of one upload. The encoder puts and never
// waits; one goroutine takes, sound first. A picture that does not fit empties
// the queue of pictures, and from then on everything up to the next key frame
// is left out: a stream with a hole shows green blocks.
type Ring struct {
	ready chan struct{}

	mu      sync.Mutex
	video   queue
	audio   queue
	begun   bool // a key frame has come: before it nothing counts as dropped
	needKey bool
	covered bool   // nothing that was captured comes in
	turn    uint64 // how often it was emptied by a cover
	taken   uint64 // the turn of the unit that was taken last
	dropped uint64 // pictures
}

// New is an empty one.
func New() *Ring {
	return &Ring{ready: make(chan struct{}, 1), needKey: true,
		video: queue{slots: make([]encode.Unit, MostVideo)}, audio: queue{slots: make([]encode.Unit, MostAudio)}}
}

// Ready holds a wake while something may be there to take.
func (r *Ring) Ready() <-chan struct{} { return r.ready }

// Put queues u. It returns how many pictures were dropped for it, u included,
// and whether a key frame is needed to go on.
func (r *Ring) Put(u encode.Unit) (dropped int, needKey bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.covered && !u.Blank {
		return 0, false
	}
	if u.Kind == encode.KindAudio {
		if r.audio.full() {
			r.audio.pop()
		}
		r.audio.push(u)
	} else {
		dropped = r.putVideo(u)
		r.dropped += uint64(dropped)
	}
	select {
	case r.ready <- struct{}{}:
	default:
	}
	return dropped, r.needKey
}

func (r *Ring) putVideo(u encode.Unit) (dropped int) {
	if r.needKey && !u.Key {
		if r.begun {
			dropped = 1
		}
		return dropped
	}
	if r.video.full() {
		dropped = r.video.clear()
		if !u.Key {
			r.needKey = true
			return dropped + 1
		}
	}
	r.begun, r.needKey = true, false
	r.video.push(u)
	return dropped
}

// Cover throws away what waits and lets in nothing but what is blank, from a key
// frame on; false lets everything in again.
func (r *Ring) Cover(on bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.covered = on; !on {
		return
	}
	r.video.clear()
	r.audio.clear()
	r.needKey = true
	r.turn++
}

// Waiting is how many pictures wait.
func (r *Ring) Waiting() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.video.size
}

// Stale tells whether what was taken last was thrown away since.
func (r *Ring) Stale() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.taken != r.turn
}

// Take returns the oldest sound, else the oldest picture.
func (r *Ring) Take() (encode.Unit, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.taken = r.turn
	if u, ok := r.audio.pop(); ok {
		return u, true
	}
	return r.video.pop()
}

// TakeAudio returns the oldest sound.
func (r *Ring) TakeAudio() (encode.Unit, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.audio.pop()
}

// queue is a circular buffer of a fixed size.
type queue struct {
	slots       []encode.Unit
	first, size int
}

func (q *queue) full() bool { return q.size == len(q.slots) }

func (q *queue) push(u encode.Unit) {
	q.slots[(q.first+q.size)%len(q.slots)] = u
	q.size++
}

func (q *queue) pop() (encode.Unit, bool) {
	if q.size == 0 {
		return encode.Unit{}, false
	}
	u := q.slots[q.first]
	q.slots[q.first] = encode.Unit{}
	q.first = (q.first + 1) % len(q.slots)
	q.size--
	return u, true
}

func (q *queue) clear() int {
	n := q.size
	clear(q.slots)
	q.first, q.size = 0, 0
	return n
}

// Lost counts the pictures that were dropped.
func (r *Ring) Lost() uint64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.dropped
}
