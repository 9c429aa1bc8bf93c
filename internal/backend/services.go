package backend

import (
	"context"
	"slices"

	"github.com/jasmincam/jasmincam/internal/backend/auth"
	"github.com/jasmincam/jasmincam/internal/backend/media"
	"github.com/jasmincam/jasmincam/internal/backend/portrait"
	"github.com/jasmincam/jasmincam/internal/backend/show"
	"github.com/jasmincam/jasmincam/internal/backend/store"
	"github.com/jasmincam/jasmincam/internal/domain"
)

// plane is what the services need of the media engine.
type plane interface {
	Room(room string) media.Status
	Online() []string
	Answers(room string) bool
	SetOnline(room string, online bool) (domain.RoomState, error)
	SetPaused(room string, paused bool)
}

// services is the backend's domain.Backend: auth and store answer for
// themselves, and what joins the store with the media plane is here.
type services struct {
	*auth.Service // SignUp…, SignIn, SignOut, Sessions, RevokeSession, AddPerformer, NewStreamKey, Begin
	*store.Store  // Apply, Performers, Decide, Settings, Say, Ban, Tip, Buy, OpenShows, events, …
	*show.Stage   // Ask, Answer, ReadyFor, End, …
	plane         plane
	stills        *stills
	pauseTold     func(room string) bool // whether its visitors have been told of a pause
	pictures      *portrait.Desk
	darkroom      *darkroom
}

var _ domain.Backend = (*services)(nil)

// Me implements domain.Accounts; a performer's room is as it is live.
func (s *services) Me(ctx context.Context) (domain.Me, error) {
	me, err := s.Store.Me(ctx)
	if err == nil && me.Room != nil {
		live := s.live(*me.Room, true)
		me.Room = &live
	}
	return me, err
}

// OnlineRooms implements domain.Rooms.
func (s *services) OnlineRooms(ctx context.Context) ([]domain.Room, error) {
	visible, err := s.VisibleRooms(ctx, s.plane.Online())
	if err != nil {
		return nil, err
	}
	var rooms []domain.Room
	for _, room := range visible {
		if room = s.shown(ctx, room); room.State != domain.RoomOffline {
			rooms = append(rooms, room)
		}
	}
	return rooms, nil
}

// Room implements domain.Rooms.
func (s *services) Room(ctx context.Context, performer string) (domain.Room, error) {
	room, err := s.VisibleRoom(ctx, performer)
	if err != nil {
		return domain.Room{}, err
	}
	room = s.shown(ctx, room)
	room.Snapshot, err = s.offered(ctx, room)
	return room, err
}

// shown is a room as the actor may see it. When its state changed is the
// performer's alone to know: the rooms of one upload change in the same
// millisecond, which would link them (domain rule 4).
func (s *services) shown(ctx context.Context, room domain.Room) domain.Room {
	_, err := herself(ctx, room.Name)
	room = s.live(room, err == nil)
	if err != nil {
		room.Since = 0
	} else if p := s.plane.Room(room.Name); p.Hidden && (p.Waits || room.State != domain.RoomOffline) {
		room.State = domain.RoomPrivate // so that her program asks her whether she is free
	}
	return room
}

// live fills in what only the media plane and the stills know. Of a pause the performer
// reads the truth, and all others what their room has been told.
func (s *services) live(room domain.Room, hers bool) domain.Room {
	status := s.plane.Room(room.Name)
	room.State, room.Viewers, room.Paused = status.State, status.Viewers, status.Paused
	if !hers {
		room.Paused = room.State != domain.RoomOffline && s.pauseTold(room.Name)
	}
	if status.Since != 0 {
		room.Since = status.Since
	}
	room.Thumbnail = ""
	if still, ok := s.stills.of(room.Name); ok && !room.Paused && room.State != domain.RoomOffline && (!status.Curtained || status.Hidden) {
		room.Thumbnail = "/api/v1/rooms/" + room.Name + "/thumbnail?v=" + still.version
	}
	return room
}

// SetOnline implements domain.Rooms. Going offline is always allowed.
func (s *services) SetOnline(ctx context.Context, performer string, online bool) (domain.Room, error) {
	actor, err := herself(ctx, performer)
	if err != nil {
		return domain.Room{}, err
	}
	if online {
		if err := auth.MayBroadcast(actor.Account); err != nil {
			return domain.Room{}, err
		}
	}
	if _, err := s.plane.SetOnline(performer, online); err != nil {
		return domain.Room{}, err
	}
	return s.Room(ctx, performer)
}

// OpenShows implements domain.Shows.
func (s *services) OpenShows(ctx context.Context) ([]domain.Show, error) {
	shows, err := s.Store.OpenShows(ctx)
	for i := range shows {
		shows[i] = s.Live(shows[i])
	}
	return shows, err
}

// SetPaused implements domain.Rooms. Nobody can look at her still from that moment on,
// but where she is said to be away: there the last one stays, as in any absence.
func (s *services) SetPaused(ctx context.Context, performer string, paused bool) (domain.Room, error) {
	if _, err := herself(ctx, performer); err != nil {
		return domain.Room{}, err
	}
	s.plane.SetPaused(performer, paused)
	if s.plane.Room(performer).PauseSeen {
		s.stills.blank(performer)
	}
	return s.Room(ctx, performer)
}

// Quote implements domain.Shows.
func (s *services) Quote(ctx context.Context, performer string) (domain.Quote, error) {
	return s.Stage.Quote(ctx, performer)
}

// Free implements domain.Shows.
func (s *services) Free(ctx context.Context, performer string) (domain.Room, error) {
	if err := s.Stage.Free(ctx, performer); err != nil {
		return domain.Room{}, err
	}
	return s.Room(ctx, performer)
}

// SetThumbnail implements domain.Rooms.
func (s *services) SetThumbnail(ctx context.Context, performer string, jpeg []byte) error {
	if _, err := herself(ctx, performer); err != nil {
		return err
	}
	if err := s.shows(performer); err != nil {
		return err
	}
	if err := s.stills.keep(ctx, performer, jpeg); err != nil {
		return err
	}
	err := s.shows(performer)
	switch {
	case err == nil:
	case s.plane.Room(performer).PauseSeen: // she has paused meanwhile
		s.stills.blank(performer)
	default: // she left meanwhile: the next show must not begin with this picture
		s.stills.drop(performer)
	}
	return err
}

// shows refuses a still for a room that is offline, or closed for a private show.
func (s *services) shows(performer string) error {
	switch room := s.plane.Room(performer); {
	case room.Paused:
		return domain.Errorf("still", domain.KindConflict, "The room is paused and shows no picture until you are back.")
	case room.State == domain.RoomOffline:
		return domain.Errorf("still", domain.KindConflict, "The room is offline and shows no picture. Go online first.")
	case room.Curtained:
		return domain.Errorf("still", domain.KindConflict, "The room is closed and shows no picture until you are free.")
	}
	return nil
}

// Thumbnail implements domain.Rooms.
func (s *services) Thumbnail(ctx context.Context, performer string) ([]byte, error) {
	if err := s.Door(ctx, performer); err != nil {
		return nil, err
	}
	still, ok := s.stills.of(performer)
	if room := s.plane.Room(performer); !ok || still.jpeg == nil || room.PauseSeen || room.State == domain.RoomOffline || room.Curtained && !room.Hidden {
		return nil, domain.Errorf("still", domain.KindNotFound, "There is no picture of this room now. Look again when it is live.")
	}
	return still.jpeg, nil
}

// Browse implements domain.Profiles.
func (s *services) Browse(ctx context.Context, f domain.Filter) ([]domain.Card, error) {
	rooms, err := s.OnlineRooms(ctx)
	if err != nil {
		return nil, err
	}
	return s.Cards(ctx, rooms, f)
}

// Favourites implements domain.Relations; rooms that are closed to the member now
// are left out.
func (s *services) Favourites(ctx context.Context) ([]domain.Card, error) {
	names, err := s.FavouriteNames(ctx)
	if err != nil {
		return nil, err
	}
	rooms, err := s.VisibleRooms(ctx, names)
	if err != nil {
		return nil, err
	}
	for i := range rooms {
		rooms[i] = s.shown(ctx, rooms[i])
	}
	cards, err := s.Cards(ctx, rooms, domain.Filter{})
	slices.SortStableFunc(cards, func(a, b domain.Card) int { return offline(a) - offline(b) })
	return cards, err
}

func offline(c domain.Card) int {
	if c.State == domain.RoomOffline {
		return 1
	}
	return 0
}

// SetPicture implements domain.Pictures.
func (s *services) SetPicture(ctx context.Context, performer string, slot domain.Slot, raw []byte) (domain.Picture, error) {
	if _, err := herself(ctx, performer); err != nil {
		return domain.Picture{}, err
	}
	clean, pixels, err := s.pictures.Clean(ctx, raw)
	if err != nil {
		return domain.Picture{}, err
	}
	return s.KeepPicture(ctx, performer, slot, clean, pixels)
}

// herself returns the actor, who must be the performer.
func herself(ctx context.Context, performer string) (domain.Actor, error) {
	actor := domain.ActorFrom(ctx)
	switch {
	case actor.Account.ID == "":
		return actor, domain.Errorf("room", domain.KindUnauthenticated, "You are not signed in. Sign in and try again.").Because("signin.first")
	case actor.Role() != domain.RolePerformer || actor.Account.Name != performer:
		return actor, domain.Errorf("room", domain.KindForbidden, "Only the performer herself can do this. Sign in with her account.").Because("performer.only")
	}
	return actor, nil
}
