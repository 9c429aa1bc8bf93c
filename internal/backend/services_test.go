package backend

import (
	"image/color"
	"testing"

	"github.com/jasmincam/jasmincam/internal/backend/media"
	"github.com/jasmincam/jasmincam/internal/domain"
)

// The rooms of one upload change in the same millisecond: only the performer
// reads when (domain rule 4).
func TestServices_whenARoomChangedIsHersToKnow(t *testing.T) {
	f := open(t)
	f.engine.Restore([]string{demoFirst, demoSecond})
	her, member := f.as(t, f.demo.Performers[0]), f.as(t, f.demo.Members[0])
	for who, c := range map[string]domain.Backend{"a guest": f.http, "a member": member, "her other account": f.as(t, f.demo.Performers[1])} {
		if room := must(c.Room(t.Context(), demoFirst))(t); room.State != domain.RoomReconnecting || room.Since != 0 {
			t.Errorf("%s reads %+v", who, room)
		}
	}
	rooms := must(member.OnlineRooms(t.Context()))(t)
	if len(rooms) != 2 || rooms[0].Since != 0 || rooms[1].Since != 0 {
		t.Errorf("the list tells %+v", rooms)
	}
	if room, me := must(her.Room(t.Context(), demoFirst))(t), must(her.Me(t.Context()))(t); room.Since == 0 || me.Room == nil || me.Room.Since != room.Since {
		t.Errorf("she reads %+v and %+v", room, me.Room)
	}
}

// leaving is a media plane whose rooms go offline after the first look.
type leaving struct {
	plane
	looks int
}

func (l *leaving) Room(string) media.Status {
	l.looks++
	if l.looks > 1 {
		return media.Status{State: domain.RoomOffline}
	}
	return media.Status{State: domain.RoomLive}
}

// A still that was on its way when she left is not the first of her next show.
func TestServices_aLateStillIsNotKept(t *testing.T) {
	s := &services{plane: &leaving{}, stills: newStills()}
	her := domain.WithActor(t.Context(), domain.Actor{Account: domain.Account{ID: "a", Role: domain.RolePerformer, Name: demoFirst}})
	wantKind(t, "a late still", s.SetThumbnail(her, demoFirst, picture(t, 32, 32, color.White)), domain.KindConflict)
	if _, ok := s.stills.of(demoFirst); ok {
		t.Error("the late still waits for the next show")
	}
}
