package store

import (
	"context"
	"encoding/json"
	"slices"

	"github.com/jasmincam/jasmincam/internal/domain"
)

// doors is the topic of whatever may close a door on somebody.
const doors = "doors"

// A stream's name is also its topic on the bell.
func roomStream(performer string) string       { return "room/" + performer }
func accountStream(id domain.AccountID) string { return "account/" + string(id) }

// audience tells who may read an event; it is compared in the query.
type audience string

const (
	forAll     audience = "all"
	forMembers audience = "members" // everybody with an account
	forOwner   audience = "owner"   // the performer herself (or staff)
)

// Limits of one page of events.
const (
	defaultPage = 100
	maxPage     = 500
)

// note is an event to be posted. Data gets the sequence number, for those kinds
// that repeat it.
type note struct {
	stream string
	kind   domain.EventKind
	for_   audience
	data   func(seq int64) any
}

func (t *tx) note(stream string, kind domain.EventKind, data any) note {
	return note{stream: stream, kind: kind, for_: forAll, data: func(int64) any { return data }}
}

// post writes notes and returns their sequence numbers. Streams are locked in the
// order of their names, and stay locked until the commit.
func (t *tx) post(ctx context.Context, notes ...note) ([]int64, error) {
	order := make([]int, len(notes))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch x, y := notes[a].stream, notes[b].stream; {
		case x < y:
			return -1
		case x > y:
			return 1
		}
		return 0
	})
	seqs := make([]int64, len(notes))
	for _, i := range order {
		n := notes[i]
		err := t.QueryRowContext(ctx, `INSERT INTO streams (name, seq) VALUES ($1, 1)
			ON CONFLICT (name) DO UPDATE SET seq = streams.seq + 1 RETURNING seq`, n.stream).Scan(&seqs[i])
		if err != nil {
			return nil, err
		}
		data, err := json.Marshal(n.data(seqs[i]))
		if err != nil {
			return nil, err
		}
		if _, err = t.exec(ctx, `INSERT INTO events (stream, seq, kind, at, audience, data) VALUES ($1, $2, $3, $4, $5, $6)`,
			n.stream, seqs[i], n.kind, t.now, n.for_, string(data)); err != nil {
			return nil, err
		}
		t.ring(n.stream)
	}
	return seqs, nil
}

// RoomEvents lists the events of a room after a sequence number that the actor
// may see, oldest first; a negative number -n means the last n. At most limit,
// 0 means 100, never more than 500. Errors as Door.
func (s *Store) RoomEvents(ctx context.Context, performer string, after int64, limit int) ([]domain.Event, error) {
	const op = "events"
	actor := domain.ActorFrom(ctx)
	r, err := s.door(ctx, s.reads, actor, performer)
	if err != nil {
		return nil, fail(op, err)
	}
	may := []audience{forAll}
	switch {
	case r.owns(actor):
		may = append(may, forMembers, forOwner)
	case actor.Role() != domain.RoleGuest:
		may = append(may, forMembers)
	}
	list, err := s.events(ctx, roomStream(performer), may, after, limit)
	for i := range list {
		list[i].Room = performer
	}
	return list, fail(op, err)
}

// OwnEvents lists the acting account's own, with the same numbers as RoomEvents.
// KindUnauthenticated when the session has ended.
func (s *Store) OwnEvents(ctx context.Context, after int64, limit int) ([]domain.Event, error) {
	const op = "events"
	actor := domain.ActorFrom(ctx)
	if err := s.signedIn(ctx, s.reads, actor); err != nil {
		return nil, fail(op, err)
	}
	list, err := s.events(ctx, accountStream(actor.Account.ID), []audience{forAll}, after, limit)
	return list, fail(op, err)
}

func (s *Store) events(ctx context.Context, stream string, may []audience, after int64, limit int) ([]domain.Event, error) {
	if limit <= 0 {
		limit = defaultPage
	}
	limit = min(limit, maxPage)
	for len(may) < 3 {
		may = append(may, may[0])
	}
	where, order := `seq > $2`, `seq`
	if after < 0 {
		where, order, limit = `seq > $2`, `seq DESC`, int(min(-max(after, -maxPage), int64(limit)))
		after = 0
	}
	list, err := collect(ctx, s.reads, scanEvent, `SELECT seq, kind, at, data FROM events
		WHERE stream = $1 AND `+where+` AND audience IN ($3, $4, $5) AND (kind <> $6 OR at > $7) ORDER BY `+order+` LIMIT $8`,
		stream, after, may[0], may[1], may[2], domain.EventMessage, s.oldestLine(), limit)
	if order != `seq` {
		slices.Reverse(list)
	}
	return list, err
}

func scanEvent(r row) (e domain.Event, err error) {
	var data string
	err = r.Scan(&e.Seq, &e.Kind, &e.At, &data)
	e.Data = json.RawMessage(data)
	return e, err
}

// oldestLine is the moment before which lines are no longer shown (domain A5).
func (s *Store) oldestLine() int64 { return s.now() - s.History.Milliseconds() }
