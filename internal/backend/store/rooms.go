package store

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"golang.org/x/text/language"

	"github.com/jasmincam/jasmincam/internal/backend/store/database"
	"github.com/jasmincam/jasmincam/internal/backend/store/showcase"
	"github.com/jasmincam/jasmincam/internal/backend/store/taboo"
	"github.com/jasmincam/jasmincam/internal/domain"
)

// VisibleRoom shows a room as it was last told (see PostRoomState), without
// viewers and thumbnail. Errors as Door.
func (s *Store) VisibleRoom(ctx context.Context, performer string) (domain.Room, error) {
	r, err := s.door(ctx, s.db.Reads, domain.ActorFrom(ctx), performer)
	if err != nil {
		return domain.Room{}, database.Fail("room", err)
	}
	return r.view(), nil
}

// VisibleRooms shows those of the named rooms that the actor may see, in the same
// order; the others are left out.
func (s *Store) VisibleRooms(ctx context.Context, performers []string) ([]domain.Room, error) {
	const op = "rooms"
	actor := domain.ActorFrom(ctx)
	if err := s.enter(ctx, s.db.Reads, actor); err != nil {
		return nil, database.Fail(op, err)
	}
	list := []domain.Room{}
	for _, name := range performers {
		r, err := findRoom(ctx, s.db.Reads, name)
		if err == nil {
			err = s.admit(ctx, s.db.Reads, actor, r)
		}
		if err != nil {
			switch domain.KindOf(err) {
			case domain.KindForbidden, domain.KindCountry, domain.KindNotFound:
				continue
			}
			return nil, database.Fail(op, err)
		}
		list = append(list, r.view())
	}
	return list, nil
}

// PostRoomState tells a room's new state to everybody there and remembers it. The
// same state again tells nothing. KindNotFound.
func (s *Store) PostRoomState(ctx context.Context, performer string, state domain.RoomState) error {
	return s.db.Write(ctx, "room state", func(ctx context.Context, t *database.Tx) error {
		r, err := findRoom(ctx, t, performer)
		if err != nil {
			return err
		}
		if err := showcase.NoteState(ctx, t, r.owner, state); err != nil {
			return err
		}
		n, err := t.Exec(ctx, `UPDATE rooms SET state = $2, since = $3 WHERE name = $1 AND state <> $2`, performer, state, t.Now)
		if err != nil || n == 0 {
			return err
		}
		_, err = t.Post(ctx, database.NewNote(database.RoomStream(performer), domain.EventRoom, domain.RoomNotice{State: state}))
		return err
	})
}

// PostPause tells a room that its performer has paused, or is back. KindNotFound.
func (s *Store) PostPause(ctx context.Context, performer string, paused bool) error {
	return s.db.Write(ctx, "pause", func(ctx context.Context, t *database.Tx) error {
		if _, err := findRoom(ctx, t, performer); err != nil {
			return err
		}
		_, err := t.Post(ctx, database.NewNote(database.RoomStream(performer), domain.EventPause, domain.PauseNotice{Paused: paused}))
		return err
	})
}

// LiveRooms lists the rooms whose last state was not offline: those that a media
// engine which has just started should expect back.
func (s *Store) LiveRooms(ctx context.Context) ([]string, error) {
	list, err := database.Collect(ctx, s.db.Reads, scanString, `SELECT name FROM rooms WHERE state <> $1 ORDER BY name`, domain.RoomOffline)
	return list, database.Fail("rooms", err)
}

// Settings are the performer's own. KindForbidden.
func (s *Store) Settings(ctx context.Context, performer string) (domain.RoomSettings, error) {
	const op = "settings"
	if _, err := herself(ctx, s.db.Reads, performer); err != nil {
		return domain.RoomSettings{}, database.Fail(op, err)
	}
	r, err := findRoom(ctx, s.db.Reads, performer)
	return r.settings, database.Fail(op, err)
}

// SetSettings changes them, tells the room when guests may or may no longer write,
// and rings database.Doors at once when who may come in is another; no list leaves
// the banned words as they are, no word what the room shows aside, and the same
// settings again do nothing. KindInvalid, KindForbidden.
func (s *Store) SetSettings(ctx context.Context, performer string, v domain.RoomSettings) error {
	const op = "settings"
	countries, err := checkCountries(v.GuestsClosedIn)
	var words taboo.Words
	if err == nil && v.BannedWords != nil {
		words, err = taboo.Check(v.BannedWords)
	}
	if err == nil && !slices.Contains([]domain.Aside{"", domain.AsideCurtain, domain.AsideAway}, v.Aside) {
		err = domain.Errorf("", domain.KindInvalid, "During a private show of another account this room shows a curtain, or that you are away. Choose one of these.")
	}
	if err != nil {
		return database.Fail(op, err)
	}
	return s.db.Write(ctx, op, func(ctx context.Context, t *database.Tx) error {
		if _, err := herself(ctx, t, performer); err != nil {
			return err
		}
		before, err := findRoom(ctx, t, performer)
		if err != nil {
			return err
		}
		kept := words
		if v.BannedWords == nil {
			kept = before.words()
		}
		old := before.settings
		v.Aside = cmp.Or(v.Aside, old.Aside)
		doors := old.GuestChat != v.GuestChat || old.HomeClosed != v.HomeClosed || !slices.Equal(old.GuestsClosedIn, countries)
		if !doors && v.Aside == old.Aside && kept.Same(before.words()) {
			return nil
		}
		_, err = t.Exec(ctx, `UPDATE rooms SET guest_chat = $2, home_closed = $3, guests_closed = $4, banned_words = $5, aside = $6 WHERE name = $1`,
			performer, flag(v.GuestChat), flag(v.HomeClosed), strings.Join(countries, " "), kept.String(), v.Aside)
		if err != nil {
			return err
		}
		if doors {
			t.Ring(database.Doors)
		}
		if before.settings.GuestChat != v.GuestChat {
			_, err = t.Post(ctx, database.NewNote(database.RoomStream(performer), domain.EventRules, domain.RulesNotice{GuestChat: v.GuestChat}))
		}
		return err
	})
}

func flag(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// checkCountries returns the countries in capitals, sorted, each once.
func checkCountries(list []string) ([]string, error) {
	var out []string
	for _, c := range list {
		code, err := checkCountry(c)
		if err != nil {
			return nil, err
		}
		out = append(out, code)
	}
	slices.Sort(out)
	if out = slices.Compact(out); len(out) > domain.MaxClosedCountries {
		return nil, domain.Errorf("", domain.KindInvalid, "At most %d countries can be closed to guests. Take some away.", domain.MaxClosedCountries).Because("countries.many", domain.MaxClosedCountries)
	}
	return out, nil
}

// checkCountry accepts an ISO 3166-1 alpha-2 code of a country.
func checkCountry(code string) (string, error) {
	code = strings.ToUpper(strings.TrimSpace(code))
	region, err := language.ParseRegion(code)
	if err != nil || len(code) != 2 || !region.IsCountry() || region.String() != code {
		return "", domain.Errorf("", domain.KindInvalid, "This is not a country's two-letter code, for example HU. Choose the country from the list.").Because("country.form")
	}
	return code, nil
}
