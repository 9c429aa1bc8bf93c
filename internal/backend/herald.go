package backend

import (
	"context"
	"log/slog"
	"maps"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"github.com/jasmincam/jasmincam/internal/backend/bus"
	"github.com/jasmincam/jasmincam/internal/backend/media"
	"github.com/jasmincam/jasmincam/internal/domain"
)

// chronicle is where the herald writes; *store.Store is one.
type chronicle interface {
	PostRoomState(ctx context.Context, room string, s domain.RoomState) error
	PostPause(ctx context.Context, room string, paused bool) error
	PerformerAccount(ctx context.Context, name string) (domain.Account, error)
}

// album is where the rooms' stills are; *stills is one.
type album interface {
	drop(room string)  // there is none any more
	blank(room string) // it cannot be looked at any more
}

// herald carries changes of live rooms from the media plane, which must never
// wait, to the event log and the performer's bell. It holds one status a room:
// when the log is slower than the changes, the latest wins.
type herald struct {
	log   *slog.Logger
	store chronicle
	bell  bus.Bell
	album album

	wake    chan struct{}
	mu      sync.Mutex
	pending map[string]media.Status
	paused  map[string]bool // rooms whose visitors have been told of a pause

	// owned by run
	told     map[string]media.Status
	accounts map[string]domain.AccountID
	pauses   map[string]held
}

// held is a pause, or its end, that a room is not told of yet.
type held struct {
	paused bool
	due    time.Time
}

// A room is told of a pause after a time of its own: both rooms of a person turn
// black in one moment, and their words must not do so too (domain rule 4).
const (
	pauseLeast = 500 * time.Millisecond
	pauseMost  = 4 * time.Second
)

// againAfter is how long the herald waits after the log refused a state.
const againAfter = time.Second

func newHerald(log *slog.Logger, store chronicle, bell bus.Bell, album album) *herald {
	return &herald{
		log: log, store: store, bell: bell, album: album,
		wake: make(chan struct{}, 1), pending: make(map[string]media.Status),
		told: make(map[string]media.Status), accounts: make(map[string]domain.AccountID), pauses: make(map[string]held),
		paused: make(map[string]bool),
	}
}

// changed takes a new status; it never blocks.
func (h *herald) changed(room string, s media.Status) {
	h.mu.Lock()
	h.pending[room] = s
	h.mu.Unlock()
	switch {
	case s.State == domain.RoomOffline:
		h.album.drop(room)
	case s.PauseSeen: // it may have been hidden when she paused
		h.album.blank(room)
	}
	h.ring()
}

func (h *herald) ring() {
	select {
	case h.wake <- struct{}{}:
	default:
	}
}

// run writes until ctx ends. What is pending then is not written: a restart
// begins from the last state in the log.
func (h *herald) run(ctx context.Context) {
	soon := time.NewTimer(h.nextPause())
	defer soon.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-h.wake:
		case <-soon.C:
		}
		done := h.tellAll(ctx)
		done = h.tellPauses(ctx) && done
		soon.Reset(h.nextPause())
		if done {
			continue
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(againAfter):
			h.ring()
		}
	}
}

// tellAll writes what is pending; false when something has to be tried again.
func (h *herald) tellAll(ctx context.Context) bool {
	h.mu.Lock()
	news := h.pending
	h.pending = make(map[string]media.Status)
	h.mu.Unlock()
	done := true
	for _, room := range slices.Sorted(maps.Keys(news)) {
		if err := h.tell(ctx, room, news[room]); err != nil {
			if ctx.Err() != nil {
				return true
			}
			h.log.Error("room state not written, trying again", "room", room, "err", err)
			h.putBack(room, news[room])
			done = false
		}
	}
	return done
}

// putBack keeps a status that was not written, unless a newer one has come.
func (h *herald) putBack(room string, s media.Status) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if _, newer := h.pending[room]; !newer {
		h.pending[room] = s
	}
}

func (h *herald) tell(ctx context.Context, room string, s media.Status) error {
	before, known := h.told[room]
	if !known || before.State != s.State {
		if err := h.store.PostRoomState(ctx, room, s.State); err != nil {
			return err
		}
	}
	if !known || before.Viewers != s.Viewers {
		id, err := h.account(ctx, room)
		if err != nil {
			return err
		}
		h.bell.Ring(bus.Account(id))
	}
	if s.State == domain.RoomOffline {
		h.notePause(room, false)
		delete(h.pauses, room)
		delete(h.told, room)
		delete(h.accounts, room)
		return nil
	}
	if before.PauseSeen != s.PauseSeen {
		h.hold(room, s.PauseSeen)
	}
	h.told[room] = s
	return nil
}

// hold keeps a pause for a while. One that ends before it was told is told to nobody.
func (h *herald) hold(room string, paused bool) {
	if p, waits := h.pauses[room]; waits && p.paused != paused {
		delete(h.pauses, room)
		return
	}
	h.pauses[room] = held{paused, time.Now().Add(pauseLeast + rand.N(pauseMost-pauseLeast))}
}

// nextPause is the time to the next pause that is due.
func (h *herald) nextPause() time.Duration {
	next := time.Hour
	for _, p := range h.pauses {
		next = min(next, max(0, time.Until(p.due)))
	}
	return next
}

// tellPauses writes those that are due; false when something has to be tried again.
func (h *herald) tellPauses(ctx context.Context) bool {
	done := true
	for _, room := range slices.Sorted(maps.Keys(h.pauses)) {
		p := h.pauses[room]
		if time.Until(p.due) > 0 {
			continue
		}
		if err := h.store.PostPause(ctx, room, p.paused); err != nil {
			if ctx.Err() != nil {
				return true
			}
			h.log.Error("a pause was not written, trying again", "room", room, "err", err)
			done = false
			continue
		}
		delete(h.pauses, room)
		h.notePause(room, p.paused)
		if p.paused {
			h.album.drop(room)
		}
	}
	return done
}

// notePause remembers what a room's visitors have been told.
func (h *herald) notePause(room string, paused bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if paused {
		h.paused[room] = true
	} else {
		delete(h.paused, room)
	}
}

// pauseTold tells whether a room's visitors have been told that she has paused. What
// they read anywhere of a pause follows this, so that no list shows both rooms of a
// person change in one moment.
func (h *herald) pauseTold(room string) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.paused[room]
}

func (h *herald) account(ctx context.Context, room string) (domain.AccountID, error) {
	if id, ok := h.accounts[room]; ok {
		return id, nil
	}
	acc, err := h.store.PerformerAccount(ctx, room)
	if err != nil {
		return "", err
	}
	h.accounts[room] = acc.ID
	return acc.ID, nil
}
