package webtest

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/jasmincam/jasmincam/internal/backend/bus"
	"github.com/jasmincam/jasmincam/internal/domain"
)

// OnlineRooms implements domain.Rooms.
func (b *Backend) OnlineRooms(ctx context.Context) ([]domain.Room, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	var out []domain.Room
	for _, a := range b.accounts {
		if r, err := b.door(ctx, a.Name); err == nil && r.State != domain.RoomOffline {
			out = append(out, r.Room)
		}
	}
	return out, b.failure
}

// Room implements domain.Rooms.
func (b *Backend) Room(ctx context.Context, performer string) (domain.Room, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	r, err := b.door(ctx, performer)
	if err != nil {
		return domain.Room{}, err
	}
	out := r.Room
	if a, err := b.actor(ctx); err == nil && a.Role == domain.RoleMember && out.State == domain.RoomLive && !out.Paused {
		out.Snapshot = r.profile.Prices.Snapshot
	}
	return out, nil
}

// SetOnline implements domain.Rooms.
func (b *Backend) SetOnline(ctx context.Context, performer string, online bool) (domain.Room, error) {
	b.mu.Lock()
	_, err := b.hers(ctx, performer)
	b.mu.Unlock()
	if err != nil {
		return domain.Room{}, err
	}
	state := domain.RoomOffline
	if online {
		state = domain.RoomLive
	}
	b.SetRoom(performer, state, 0)
	return b.Room(ctx, performer)
}

// Settings implements domain.Rooms.
func (b *Backend) Settings(ctx context.Context, performer string) (domain.RoomSettings, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	r, err := b.hers(ctx, performer)
	if err != nil {
		return domain.RoomSettings{}, err
	}
	return r.settings, nil
}

// SetSettings implements domain.Rooms.
func (b *Backend) SetSettings(ctx context.Context, performer string, s domain.RoomSettings) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	r, err := b.hers(ctx, performer)
	if err != nil {
		return err
	}
	if len(s.GuestsClosedIn) > domain.MaxClosedCountries {
		return domain.Errorf("settings", domain.KindInvalid, "At most %d countries can be closed to guests.", domain.MaxClosedCountries)
	}
	s.Aside = cmp.Or(s.Aside, r.settings.Aside)
	if s.BannedWords == nil {
		s.BannedWords = r.settings.BannedWords
	}
	if s.GuestChat != r.GuestChat {
		b.post(r, domain.EventRules, domain.RulesNotice{GuestChat: s.GuestChat})
		defer b.Bell.Ring(bus.Room(performer))
	}
	r.settings, r.GuestChat = s, s.GuestChat
	return nil
}

// taboo tells whether a text has one of her banned words, wherever and as it is
// written: the store knows better.
func (r *room) taboo(text string) bool {
	return slices.ContainsFunc(r.settings.BannedWords, func(word string) bool { return strings.Contains(text, word) })
}

// SetPaused implements domain.Rooms.
func (b *Backend) SetPaused(ctx context.Context, performer string, paused bool) (domain.Room, error) {
	defer b.Bell.Ring(bus.Room(performer))
	b.mu.Lock()
	defer b.mu.Unlock()
	r, err := b.hers(ctx, performer)
	if err != nil {
		return domain.Room{}, err
	}
	if r.Paused != paused {
		r.Paused = paused
		b.post(r, domain.EventPause, domain.PauseNotice{Paused: paused})
	}
	return r.Room, nil
}

// NewStreamKey implements domain.Rooms.
func (b *Backend) NewStreamKey(ctx context.Context, performer string) (string, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if _, err := b.hers(ctx, performer); err != nil {
		return "", err
	}
	return b.id("key"), nil
}

// SetThumbnail implements domain.Rooms.
func (b *Backend) SetThumbnail(ctx context.Context, performer string, jpeg []byte) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	r, err := b.hers(ctx, performer)
	if err == nil {
		r.thumbnail, r.Thumbnail = jpeg, fmt.Sprintf("/api/v1/rooms/%s/thumbnail?v=%s", performer, b.id("v"))
	}
	return err
}

// Thumbnail implements domain.Rooms.
func (b *Backend) Thumbnail(ctx context.Context, performer string) ([]byte, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	r, err := b.door(ctx, performer)
	if err == nil && r.thumbnail == nil {
		err = domain.Errorf("thumbnail", domain.KindNotFound, "There is no picture yet.")
	}
	if err != nil {
		return nil, err
	}
	return r.thumbnail, nil
}

// Say implements domain.Chat.
func (b *Backend) Say(ctx context.Context, performer string, l domain.Line) (domain.Message, error) {
	defer b.Bell.Ring(bus.Room(performer))
	b.mu.Lock()
	defer b.mu.Unlock()
	r, err := b.door(ctx, performer)
	if err != nil {
		return domain.Message{}, err
	}
	actor := domain.ActorFrom(ctx)
	switch {
	case actor.Role() == domain.RoleGuest && !r.GuestChat:
		return domain.Message{}, domain.Errorf("chat", domain.KindForbidden, "Sign in to chat in this room.")
	case l.Text == "" || len(l.Text) > domain.MaxLineBytes || len(l.Key) < 8:
		return domain.Message{}, domain.Errorf("chat", domain.KindInvalid, "A line has 1 to %d characters. Shorten it.", domain.MaxLine)
	}
	if before, ok := r.keys[l.Key].(domain.Message); ok {
		if before.Text != l.Text {
			return domain.Message{}, domain.Errorf("chat", domain.KindConflict, "This key was used for another line.")
		}
		domain.NoteReplay(ctx)
		return before, nil
	}
	if actor.Name() != performer && r.taboo(l.Text) {
		return domain.Message{}, domain.Errorf("chat", domain.KindInvalid, "This has a word that is not welcome here.")
	}
	m := domain.Message{Seq: r.Seq + 1, From: actor.Name(), Role: actor.Role(), Text: l.Text, At: b.Now().UnixMilli()}
	m.Private = b.secret(r, m.From)
	b.post(r, domain.EventMessage, m)
	m.Key = l.Key
	r.keys[l.Key], r.lines = m, append(r.lines, m)
	return m, nil
}

// Messages implements domain.Chat.
func (b *Backend) Messages(ctx context.Context, performer string, after int64, limit int) ([]domain.Message, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	r, err := b.door(ctx, performer)
	if err != nil {
		return nil, err
	}
	var out []domain.Message
	for _, m := range r.lines {
		if m.Seq > after {
			out = append(out, m)
		}
	}
	if len(out) > limit {
		if after > 0 {
			return out[:limit], nil
		}
		out = out[len(out)-limit:]
	}
	return out, nil
}

// Ban implements domain.Moderation.
func (b *Backend) Ban(ctx context.Context, performer, viewer string, minutes int) (domain.Ban, error) {
	defer b.Bell.Ring(bus.Doors)
	b.mu.Lock()
	defer b.mu.Unlock()
	r, err := b.hers(ctx, performer)
	if err != nil {
		return domain.Ban{}, err
	}
	ban := domain.Ban{Viewer: viewer, At: b.Now().UnixMilli()}
	if minutes > 0 {
		ban.Until = ban.At + int64(minutes)*60_000
	}
	r.bans[viewer] = ban
	return ban, nil
}

// Lift implements domain.Moderation.
func (b *Backend) Lift(ctx context.Context, performer, viewer string) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	r, err := b.hers(ctx, performer)
	if err != nil {
		return err
	}
	if _, ok := r.bans[viewer]; !ok {
		return domain.Errorf("ban", domain.KindNotFound, "This viewer is not banned.")
	}
	delete(r.bans, viewer)
	return nil
}

// Bans implements domain.Moderation.
func (b *Backend) Bans(ctx context.Context, performer string) ([]domain.Ban, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	r, err := b.hers(ctx, performer)
	if err != nil {
		return nil, err
	}
	var out []domain.Ban
	for _, ban := range r.bans {
		out = append(out, ban)
	}
	return out, nil
}

// RoomEvents implements domain.EventLog.
func (b *Backend) RoomEvents(ctx context.Context, performer string, after int64, limit int) ([]domain.Event, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	r, err := b.door(ctx, performer)
	if err != nil {
		return nil, err
	}
	return page(r.events, after, limit), nil
}

// OwnEvents implements domain.EventLog.
func (b *Backend) OwnEvents(ctx context.Context, after int64, limit int) ([]domain.Event, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	a, err := b.actor(ctx)
	if err != nil {
		return nil, err
	}
	return page(b.own[a.ID], after, limit), nil
}

// page cuts events, whose n-th has the sequence number n+1.
func page(events []domain.Event, after int64, limit int) []domain.Event {
	from := min(after, int64(len(events)))
	return events[from:min(from+int64(limit), int64(len(events)))]
}
