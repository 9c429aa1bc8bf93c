package session

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"testing"

	"github.com/jasmincam/jasmincam/internal/domain"
)

// api is one account's way to the stage.
type api struct {
	stage *stage
	email string
	token string
}

// Me implements Service.
func (a api) Me(context.Context) (domain.Me, error) {
	a.stage.mu.Lock()
	defer a.stage.mu.Unlock()
	if err := a.stage.refuse[a.token]; err != nil {
		return domain.Me{}, err
	}
	return domain.Me{Account: domain.Account{ID: "x", Role: domain.RolePerformer, Name: a.email, State: domain.StateActive}, EarnedCents: 7,
		Room: &domain.Room{Name: a.email, Seq: 10, State: domain.RoomOffline}}, nil
}

// Begin implements Service.
func (a api) Begin(_ context.Context, tokens []string) (domain.Grant, error) {
	s := a.stage
	s.mu.Lock()
	defer s.mu.Unlock()
	s.begins = append(s.begins, tokens)
	for _, t := range tokens {
		if err := s.refuse[t]; err != nil {
			return domain.Grant{}, err
		}
	}
	return domain.Grant{WHIPURL: s.server.URL + "/whip", Token: "grant"}, nil
}

// SetOnline implements Service.
func (a api) SetOnline(_ context.Context, performer string, online bool) (domain.Room, error) {
	s := a.stage
	s.mu.Lock()
	defer s.mu.Unlock()
	if performer != a.email {
		return domain.Room{}, domain.Errorf("online", domain.KindForbidden, "That is not your room.")
	}
	if err := s.refuse[performer]; err != nil {
		return domain.Room{}, err
	}
	s.puts = append(s.puts, fmt.Sprintf("%s %v", performer, online))
	s.rooms[performer] = domain.RoomOffline
	if online {
		s.rooms[performer] = domain.RoomLive
	}
	return domain.Room{Name: performer, State: s.rooms[performer]}, nil
}

// Room implements Service.
func (a api) Room(_ context.Context, performer string) (domain.Room, error) {
	a.stage.mu.Lock()
	defer a.stage.mu.Unlock()
	return domain.Room{Name: performer, State: a.stage.rooms[performer]}, nil
}

// ReadyFor implements Service.
func (a api) ReadyFor(_ context.Context, show string) (domain.Show, error) {
	a.stage.mu.Lock()
	defer a.stage.mu.Unlock()
	a.stage.ready = append(a.stage.ready, show)
	return domain.Show{ID: show, State: domain.ShowStarting}, a.stage.unready
}

// OpenShows implements Service.
func (a api) OpenShows(context.Context) ([]domain.Show, error) {
	a.stage.mu.Lock()
	defer a.stage.mu.Unlock()
	return a.stage.open, a.stage.unready
}

// WayBack implements Service.
func (a api) WayBack(show string) string { return a.stage.server.URL + "/whep/shows/" + show }

// SetPaused implements Service.
func (a api) SetPaused(_ context.Context, performer string, paused bool) (domain.Room, error) {
	a.stage.mu.Lock()
	defer a.stage.mu.Unlock()
	if a.stage.unready == nil {
		a.stage.pauses = append(a.stage.pauses, fmt.Sprintf("%s %t", performer, paused))
	}
	return domain.Room{Name: performer, Paused: paused}, a.stage.unready
}

// SetThumbnail implements Service.
func (a api) SetThumbnail(_ context.Context, performer string, jpeg []byte) error {
	a.stage.mu.Lock()
	defer a.stage.mu.Unlock()
	a.stage.stills[performer] = append(a.stage.stills[performer], append([]byte(nil), jpeg...))
	return nil
}

// DeliverSnapshot implements Service.
func (a api) DeliverSnapshot(_ context.Context, id string, jpeg []byte) (domain.Snapshot, error) {
	a.stage.mu.Lock()
	defer a.stage.mu.Unlock()
	a.stage.sold = append(a.stage.sold, delivery{a.email, id, append([]byte(nil), jpeg...)})
	return domain.Snapshot{ID: id, State: domain.SnapshotSold}, nil
}

// Events implements Service: what the test feeds.
func (a api) Events(ctx context.Context, room string, _ int64) (iter.Seq2[domain.Event, error], error) {
	feed := a.stage.feed(a.email, room)
	return func(yield func(domain.Event, error) bool) {
		for {
			select {
			case e, ok := <-feed:
				if !ok {
					yield(domain.Event{}, domain.Errorf("events", domain.KindUnavailable, "The connection was lost."))
					return
				}
				if !yield(e, nil) {
					return
				}
			case <-ctx.Done():
				yield(domain.Event{}, ctx.Err())
				return
			}
		}
	}, nil
}

func (s *stage) feed(email, room string) chan domain.Event {
	s.mu.Lock()
	defer s.mu.Unlock()
	key := email + "/" + room
	if s.feeds[key] == nil {
		s.feeds[key] = make(chan domain.Event, 10)
	}
	return s.feeds[key]
}

func event(t *testing.T, seq int64, kind domain.EventKind, data any) domain.Event {
	t.Helper()
	raw, err := json.Marshal(data)
	if err != nil {
		t.Fatal(err)
	}
	return domain.Event{Seq: seq, Kind: kind, Data: raw}
}
