package backend

import (
	"context"
	"log/slog"
	"maps"
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
	PerformerAccount(ctx context.Context, name string) (domain.Account, error)
}

// herald carries changes of live rooms from the media plane, which must never
// wait, to the event log and the performer's bell. It holds one status a room:
// when the log is slower than the changes, the latest wins.
type herald struct {
	log   *slog.Logger
	store chronicle
	bell  bus.Bell
	left  func(room string) // called when a room is offline

	wake    chan struct{}
	mu      sync.Mutex
	pending map[string]media.Status

	// owned by run
	told     map[string]media.Status
	accounts map[string]domain.AccountID
}

// againAfter is how long the herald waits after the log refused a state.
const againAfter = time.Second

func newHerald(log *slog.Logger, store chronicle, bell bus.Bell, left func(string)) *herald {
	return &herald{
		log: log, store: store, bell: bell, left: left,
		wake: make(chan struct{}, 1), pending: make(map[string]media.Status),
		told: make(map[string]media.Status), accounts: make(map[string]domain.AccountID),
	}
}

// changed takes a new status; it never blocks.
func (h *herald) changed(room string, s media.Status) {
	h.mu.Lock()
	h.pending[room] = s
	h.mu.Unlock()
	if s.State == domain.RoomOffline {
		h.left(room)
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
	for {
		select {
		case <-ctx.Done():
			return
		case <-h.wake:
		}
		if h.tellAll(ctx) {
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
		delete(h.told, room)
		delete(h.accounts, room)
		return nil
	}
	h.told[room] = s
	return nil
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
