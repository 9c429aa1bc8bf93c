package web

import (
	"context"
	"net/http"
	"strconv"

	"github.com/jasmincam/jasmincam/internal/backend/bus"
	"github.com/jasmincam/jasmincam/internal/domain"
)

// batch is how many events are read and written at a time.
const batch = 200

// events is GET events: a room's stream or the account's own
// (docs/PROTOCOL.md 2).
func (s *Site) events(w http.ResponseWriter, r *http.Request) {
	st := &stream{site: s, room: r.URL.Query().Get("room"), actor: domain.ActorFrom(r.Context()), token: tokenFrom(r.Context()), viewers: -1}
	after, resumes, err := resumePoint(r)
	if err != nil {
		fail(w, err)
		return
	}
	leave, err := s.seats.take(st.actor)
	if err != nil {
		fail(w, err)
		return
	}
	defer leave()
	stop := st.listen()
	defer stop()
	ctx, err := st.admit(r.Context())
	if err == nil && !resumes {
		after, err = st.newest(ctx)
	}
	if err != nil {
		fail(w, err)
		return
	}
	st.after = after
	if err := st.open(w); err == nil {
		st.run(r.Context(), ctx)
	}
	st.close()
}

// resumePoint tells after which sequence number the stream goes on.
func resumePoint(r *http.Request) (after int64, resumes bool, err error) {
	if id := r.Header.Get("Last-Event-ID"); id != "" {
		n, err := strconv.ParseInt(id, 10, 64)
		if err != nil || n < 0 {
			return 0, false, domain.Errorf("events", domain.KindInvalid, "Last-Event-ID is a sequence number. Leave it out to start with what comes next.")
		}
		return n, true, nil
	}
	after, err = number(r, "after")
	return after, r.URL.Query().Get("after") != "", err
}

// listen takes the bells before the first look, so that nothing falls between.
func (st *stream) listen() (stop func()) {
	topics := []string{bus.Account(st.actor.Account.ID)}
	if st.room != "" {
		topics = []string{bus.Room(st.room)}
	}
	news, stopNews := st.site.Bell.Listen(topics...)
	doors, stopDoors := st.site.Bell.Listen(bus.Doors)
	st.news, st.doors = news, doors
	return func() { stopNews(); stopDoors() }
}

// ownRoom is the room whose number of viewers the stream tells: the
// performer's own, in her own stream.
func (st *stream) ownRoom() string {
	if st.room == "" && st.actor.Role() == domain.RolePerformer {
		return st.actor.Account.Name
	}
	return ""
}

// admit asks whether the caller may (still) read the stream: whether the
// session lives and the room's door is open. It returns a context with the
// actor as he is now.
func (st *stream) admit(ctx context.Context) (context.Context, error) {
	actor := st.actor
	ctx = domain.WithActor(ctx, actor)
	if st.token != "" {
		session, err := st.site.Authenticate(ctx, st.token)
		if err != nil {
			return ctx, err
		}
		actor.Account, actor.Session = session.Account, session.ID
		ctx = domain.WithActor(ctx, actor)
	}
	if st.room != "" {
		_, err := st.site.Backend.Room(ctx, st.room)
		return ctx, err
	}
	if actor.Session == "" {
		return ctx, domain.Errorf("events", domain.KindUnauthenticated, "Guests have no stream of their own. Sign in, or name a room.")
	}
	return ctx, nil
}

// newest is the sequence number of the stream's last event.
func (st *stream) newest(ctx context.Context) (int64, error) {
	if st.room != "" {
		room, err := st.site.Backend.Room(ctx, st.room)
		return room.Seq, err
	}
	me, err := st.site.Backend.Me(ctx)
	return me.Seq, err
}

// read fetches the next events; fewer than batch means that these were all.
func (st *stream) read(ctx context.Context) ([]domain.Event, error) {
	if st.room != "" {
		return st.site.Backend.RoomEvents(ctx, st.room, st.after, batch)
	}
	return st.site.Backend.OwnEvents(ctx, st.after, batch)
}
