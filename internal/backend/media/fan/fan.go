package fan

import (
	"sync"
	"time"

	"github.com/jasmincam/jasmincam/internal/backend/media/packet"
)

// shardSize is how many viewers one goroutine writes for.
const shardSize = 128

// Fan spreads the source of a room's open gate over the room's viewers.
type Fan struct {
	flush func()
	owner *sync.WaitGroup
	paid  [kinds]*Delivery // nil where nobody pays for it

	proves bool // picture that is not confirmed is held back

	mu        sync.Mutex
	src       *Source // nil while the gate is closed
	pass      [kinds]bool
	opened    time.Time
	timelines [kinds]timeline
	shards    []*shard
}

// New makes a closed fan. Flush sends what was written in a turn; owner gets the
// shards' goroutines.
func New(flush func(), owner *sync.WaitGroup) *Fan {
	now := time.Now()
	return &Fan{flush: flush, owner: owner, pass: [kinds]bool{true, true}, timelines: [kinds]timeline{newTimeline(now), newTimeline(now)}}
}

// NewReturn makes a closed fan for what a member sends to a performer: each track
// passes only when Pass says so, and has its own meter.
func NewReturn(flush func(), owner *sync.WaitGroup, picture, sound *Delivery) *Fan {
	f := New(flush, owner)
	f.paid, f.pass = [kinds]*Delivery{picture, sound}, [kinds]bool{}
	return f
}

// NewMetered makes a closed fan whose delivered picture is told by d. The room's
// time goes on as it stands in the room's other fan, so that a viewer who changes
// between them sees one stream.
func NewMetered(room *Fan, d *Delivery) *Fan {
	room.mu.Lock()
	defer room.mu.Unlock()
	return &Fan{flush: room.flush, owner: room.owner, paid: [kinds]*Delivery{Video: d}, proves: true, pass: room.pass, timelines: room.timelines}
}

// Open lets the source's packets through to the viewers, from now on: what the source
// keeps from before, while the gate was closed, nobody sees.
func (f *Fan) Open(src *Source) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.src == src {
		return
	}
	f.shut()
	f.src, f.opened = src, time.Now()
	for _, s := range f.shards {
		s.follow(src, f.opened, f.timelines)
	}
}

// Close stops the source's packets; when it returns, the last one is out.
func (f *Fan) Close() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.shut()
}

// shut is Close for callers that hold the lock. The room's time goes on from the
// newest packet, so that the next source continues behind it.
func (f *Fan) shut() {
	if f.src == nil {
		return
	}
	for _, s := range f.shards {
		s.follow(nil, time.Time{}, f.timelines)
	}
	for k := range kinds {
		newest, first := f.src.rings[k].Newest(), f.src.first[k].Load()
		if newest != nil && first != nil {
			offset := f.timelines[k].offset(k, first.TS, first.At)
			f.timelines[k] = timeline{base: newest.TS + offset, epoch: newest.At}
		}
	}
	f.src = nil
}

// Pass lets the packets of one kind through, or holds them back: then the last one is
// out when it returns, and none of them is retransmitted. Picture that passes again
// begins with a key frame that is yet to come.
func (f *Fan) Pass(k Kind, on bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.pass[k] == on {
		return
	}
	f.pass[k], f.opened = on, time.Now()
	for _, s := range f.shards {
		s.letPass(k, on, f.opened)
	}
}

// Add gives the viewer a place in a shard; it begins as soon as it can.
func (f *Fan) Add(v *Viewer) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, s := range f.shards {
		if s.add(v) {
			return
		}
	}
	s := &shard{fan: f, pass: f.pass, wake: make(chan struct{}, 1), done: make(chan struct{})}
	s.follow(f.src, f.opened, f.timelines)
	s.add(v)
	f.shards = append(f.shards, s)
	f.owner.Go(s.run)
}

// Remove takes the viewer out; when it returns, nothing is written for it.
func (f *Fan) Remove(v *Viewer) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for i, s := range f.shards {
		found, empty := s.remove(v)
		if empty {
			s.follow(nil, time.Time{}, f.timelines)
			close(s.done)
			f.shards = append(f.shards[:i], f.shards[i+1:]...)
		}
		if found {
			return
		}
	}
}

// shard writes for a part of a room's viewers.
type shard struct {
	fan  *Fan
	wake chan struct{}
	done chan struct{}

	mu      sync.Mutex
	src     *Source
	opened  time.Time // when the gate was; nothing older goes out
	pass    [kinds]bool
	lines   [kinds]timeline
	viewers []*Viewer
	next    [kinds]int64 // positions in the source's caches
	offset  [kinds]uint32
	placed  [kinds]bool // offset is known
	fresh   [kinds][]*packet.Packet
	spare   []*packet.Packet // room for a joiner's packets
	again   bool             // a joiner is still catching up
	probing probing
}

// run writes whenever the source has news, until the shard is empty.
func (s *shard) run() {
	soon := time.NewTimer(time.Hour)
	defer soon.Stop()
	for {
		select {
		case <-s.done:
			return
		case <-soon.C:
		case <-s.wake:
		}
		if s.turn(time.Now()) {
			soon.Reset(catchEvery)
		}
	}
}

// follow changes the source; nil stops. No packet of the old one goes out after
// it returns.
func (s *shard) follow(src *Source, opened time.Time, lines [kinds]timeline) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.src != nil {
		s.src.forget(s.wake)
	}
	s.src, s.opened, s.lines, s.placed = src, opened, lines, [kinds]bool{}
	for _, v := range s.viewers {
		v.rest(src == nil && s.fan.paid != [kinds]*Delivery{})
	}
	if src == nil {
		return
	}
	for k := range kinds {
		if d := s.fan.paid[k]; d != nil {
			d.restart()
		}
		s.next[k] = src.rings[k].End()
	}
	src.listen(s.wake)
	ring(s.wake)
}

// letPass is Pass for the shard's viewers.
func (s *shard) letPass(k Kind, on bool, at time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pass[k] = on
	if k == Video {
		s.opened = at
	}
	for _, v := range s.viewers {
		v.legs[k].running, v.legs[k].catching = false, false
	}
	ring(s.wake)
}

// add takes the viewer if there is room.
func (s *shard) add(v *Viewer) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.viewers) >= shardSize {
		return false
	}
	s.viewers = append(s.viewers, v)
	v.place.Store(s)
	ring(s.wake)
	return true
}

// remove takes the viewer out and tells whether it was here and was the last.
func (s *shard) remove(v *Viewer) (found, empty bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, o := range s.viewers {
		if o == v {
			v.place.Store(nil)
			last := len(s.viewers) - 1
			s.viewers[i] = s.viewers[last]
			s.viewers[last] = nil
			s.viewers = s.viewers[:last]
			return true, last == 0
		}
	}
	return false, false
}

// turn writes everything new to every viewer, and sends it. It tells whether a
// joiner needs another turn soon.
func (s *shard) turn(now time.Time) (again bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.src == nil {
		return false
	}
	s.again = false
	var from [kinds]int64
	for k := range kinds {
		if !s.placed[k] {
			if first := s.src.first[k].Load(); first != nil {
				s.offset[k], s.placed[k] = s.lines[k].offset(k, first.TS, first.At), true
			}
		}
		from[k] = s.next[k]
		var lost bool
		s.fresh[k], s.next[k], lost = s.src.rings[k].Since(from[k], s.fresh[k][:0])
		if lost { // the network held us up for longer than the cache lasts
			from[k] = s.next[k] - int64(len(s.fresh[k]))
			for _, v := range s.viewers {
				v.skip(k)
			}
		}
	}
	if s.fan.proves {
		s.prove(s.fan.paid[Video], now)
	}
	for k := range kinds {
		if d := s.fan.paid[k]; d != nil && s.pass[k] {
			for _, p := range s.fresh[k] {
				d.went(p.Seq, p.At)
			}
		}
	}
	wished := false
	for _, v := range s.viewers {
		wished = v.turn(s, from, now) || wished
	}
	s.fan.flush()
	if wished {
		s.src.AskKey()
	}
	for k := range kinds {
		clear(s.fresh[k])
	}
	return s.again
}
