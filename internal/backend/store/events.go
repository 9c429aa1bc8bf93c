package store

import (
	"context"
	"encoding/json"
	"slices"

	"github.com/jasmincam/jasmincam/internal/backend/store/database"
	"github.com/jasmincam/jasmincam/internal/domain"
)

// Limits of one page of events.
const (
	defaultPage = 100
	maxPage     = 500
)

// RoomEvents lists the events of a room after a sequence number that the actor
// may see, oldest first; a negative number -n means the last n. At most limit,
// 0 means 100, never more than 500. When the room's state changed is told to its
// performer alone: the rooms of one upload change together, and the log would
// link them for ever (domain rule 4). Errors as Door.
func (s *Store) RoomEvents(ctx context.Context, performer string, after int64, limit int) ([]domain.Event, error) {
	const op = "events"
	actor := domain.ActorFrom(ctx)
	r, err := s.door(ctx, s.db.Reads, actor, performer)
	if err != nil {
		return nil, database.Fail(op, err)
	}
	list, err := s.events(ctx, database.RoomStream(performer), r.eyes(actor), after, limit)
	for i := range list {
		list[i].Room = performer
		if list[i].Kind == domain.EventRoom && !r.owns(actor) {
			list[i].At = 0
		}
	}
	return list, database.Fail(op, err)
}

// eyes are the actor's in this room.
func (r room) eyes(actor domain.Actor) database.Eyes {
	e := database.Eyes{May: []database.Audience{database.ForAll}, Shows: actor.Account.ID != "" && actor.Account.ID == r.owner}
	switch {
	case r.owns(actor):
		e.May = append(e.May, database.ForMembers, database.ForOwner)
	case actor.Role() != domain.RoleGuest:
		e.May = append(e.May, database.ForMembers, database.ForShow(actor.Account.ID))
	}
	return e
}

// OwnEvents lists the acting account's own, with the same numbers as RoomEvents.
// KindUnauthenticated when the session has ended.
func (s *Store) OwnEvents(ctx context.Context, after int64, limit int) ([]domain.Event, error) {
	const op = "events"
	actor := domain.ActorFrom(ctx)
	if err := s.signedIn(ctx, s.db.Reads, actor); err != nil {
		return nil, database.Fail(op, err)
	}
	list, err := s.events(ctx, database.AccountStream(actor.Account.ID), database.Eyes{May: []database.Audience{database.ForAll}}, after, limit)
	return list, database.Fail(op, err)
}

func (s *Store) events(ctx context.Context, stream string, eyes database.Eyes, after int64, limit int) ([]domain.Event, error) {
	if limit <= 0 {
		limit = defaultPage
	}
	limit = min(limit, maxPage)
	order := `seq`
	if after < 0 {
		order, limit, after = `seq DESC`, int(min(-max(after, -maxPage), int64(limit))), 0
	}
	list, err := database.Collect(ctx, s.db.Reads, scanEvent, `SELECT seq, kind, at, data FROM events
		WHERE `+database.Sees+` AND stream = $6 AND seq > $7 AND (kind <> $8 OR at > $9) ORDER BY `+order+` LIMIT $10`,
		append(eyes.Args(), stream, after, domain.EventMessage, s.oldestLine(), limit)...)
	if order != `seq` {
		slices.Reverse(list)
	}
	return list, err
}

func scanEvent(r database.Row) (e domain.Event, err error) {
	var data string
	err = r.Scan(&e.Seq, &e.Kind, &e.At, &data)
	e.Data = json.RawMessage(data)
	return e, err
}

// oldestLine is the moment before which lines are no longer shown (domain A5).
func (s *Store) oldestLine() int64 { return s.now() - s.LinesKept.Milliseconds() }
